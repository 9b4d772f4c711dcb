package dev.berth.search.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.berth.search.text.TextCommand.Kind;
import dev.berth.search.text.TextCommand.Place;
import dev.berth.values.GeoPoint;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places as addresses tell of them. */
@Tag("SM6")
class GazetteerTest {
    private final Gazetteer gazetteer = new Gazetteer();

    private void add(String address, double lat, double lng) {
        gazetteer.add(address, "Hof", new GeoPoint(lat, lng));
    }

    private List<String> names(String text) {
        return gazetteer.find(text, null, 10).stream()
                .map(place -> place.kind() + " " + place.name())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "Kaiserstraße 12, 76133 Karlsruhe; Kaiserstraße; Karlsruhe",
                "Am Alten Schlachthof 11 a, 76131 Karlsruhe; Am Alten Schlachthof; Karlsruhe",
                "Hauptstr. 3-5, Mitte, 10117 Berlin, Deutschland; Hauptstr.; Berlin",
                "12 bis rue de la Gare, 67000 Strasbourg; rue de la Gare; Strasbourg",
                "Calle Mayor 5, 28013 Madrid; Calle Mayor; Madrid",
                "221B Baker Street, London; Baker Street; London",
                "Straße des 17. Juni 135, Berlin; -; Berlin",
                "76133 Karlsruhe; -; Karlsruhe",
                "Zirkel; Zirkel; -",
                ", ,; -; -",
            })
    void addresses_areTakenApart(
            String address,
            @org.jspecify.annotations.Nullable String street,
            @org.jspecify.annotations.Nullable String town) {
        Address parts = Address.of(address);
        assertThat(parts.street()).isEqualTo(street);
        assertThat(parts.town()).isEqualTo(town);
    }

    @Test
    void places_areFoundByTheirBeginnings_withAndWithoutTown() {
        add("Kaiserstraße 12, 76133 Karlsruhe", 49.01, 8.40);
        add("Kaiserstraße 14, 76133 Karlsruhe", 49.03, 8.42);
        add("Kaiserstraße 1, 10115 Berlin", 52.5, 13.4);
        assertThat(names("kaiserstr")).hasSize(2).allMatch("STREET Kaiserstraße"::equals);
        List<Place> found = gazetteer.find("Kaiserstraße 99, Karlsruhe", null, 10);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().location().lat()).isCloseTo(49.02, within(1e-9));
        assertThat(found.getFirst().listings()).isEqualTo(2);
        assertThat(found.getFirst().town()).isEqualTo("Karlsruhe");
        assertThat(gazetteer
                        .find("kaiserstrasse", new GeoPoint(52.4, 13.3), 1)
                        .getFirst()
                        .town())
                .isEqualTo("Berlin");
        assertThat(names("karls")).containsExactly("TOWN Karlsruhe");
        assertThat(names("Karlsrhue")).contains("TOWN Karlsruhe");
        assertThat(names("nirgendwo")).isEmpty();
    }

    @Test
    void hyphen_joinsADistrict_whereTheTownIsKnown() {
        add("Weg 1, Karlsruhe-Mühlburg", 49.01, 8.36);
        add("Weg 1, Baden-Baden", 48.76, 8.24);
        assertThat(names("muhlburg")).containsExactly("TOWN Karlsruhe-Mühlburg");
        add("Weg 1, Karlsruhe-Durlach", 49.0, 8.47);
        assertThat(names("muhlburg")).containsExactly("DISTRICT Mühlburg");
        assertThat(names("karlsruhe")).first().isEqualTo("TOWN Karlsruhe");
        assertThat(names("baden")).containsExactly("TOWN Baden-Baden");
        assertThat(gazetteer.named("Weg 1, Karlsruhe-Durlach"))
                .extracting(Place::kind)
                .containsExactly(Kind.STREET, Kind.DISTRICT, Kind.TOWN);
        assertThat(gazetteer.named("Weg 1, Baden-Baden"))
                .extracting(Place::name)
                .containsExactly("Weg", "Baden-Baden");
    }

    @Test
    void titles_nameDistricts_whenSeveralAgree() {
        for (int i = 0; i < 3; i++) {
            assertThat(names("Innenstadt")).isEmpty();
            gazetteer.add("Zirkel 1, Karlsruhe", "Carport, Innenstadt-West", new GeoPoint(49, 8.4));
        }
        assertThat(names("Innenstadt")).containsExactly("DISTRICT Innenstadt-West");
    }

    @Test
    void whatIsTakenOut_leavesNothing() {
        Random random = new Random(5);
        List<String> addresses = List.of(
                "Kaiserstraße 12, 76133 Karlsruhe",
                "Weg 1, Karlsruhe-Mühlburg",
                "Weg 1, Karlsruhe-Durlach",
                "Ufer 1, Ulm");
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 50; i++) {
                gazetteer.add(addresses.get(i % 4), "Hof, Mitte", new GeoPoint(49 + random.nextDouble(), 8));
            }
            assertThat(gazetteer.size()).isPositive();
            for (int i = 0; i < 50; i++) {
                gazetteer.remove(addresses.get(i % 4), "Hof, Mitte", new GeoPoint(49, 8));
            }
            assertThat(gazetteer.size()).isZero();
            assertThat(names("karlsruhe")).isEmpty();
        }
    }
}
