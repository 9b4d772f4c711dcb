package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.berth.listings.Whereabouts.Placed;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.UserId;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.DoubleRange;
import org.jspecify.annotations.Nullable;

/** Where everybody is told that a place is, when they are not told where it is. */
@Tag("rule-38")
class WhereaboutsPropertiesTest {
    /** The point is written to some 10 cm. */
    private static final double ROUNDING_METRES = 0.2;

    private final Whereabouts whereabouts = new Whereabouts(new SecureRandom());

    private static ListingDetails details(
            ListingType type, GeoPoint location, @Nullable AddressPrivacy privacy, @Nullable String notes) {
        return new ListingDetails(
                "Hof",
                "",
                type,
                location,
                "Waldstraße 12a, 76133 Karlsruhe",
                "Europe/Berlin",
                Drafts.TARIFF,
                Set.of(),
                true,
                CancellationPolicy.FLEXIBLE,
                null,
                privacy,
                notes);
    }

    private static Listing listing(ListingDetails details, Placed placed) {
        return details.listing(
                placed.arrival().listing(),
                1,
                UserId.next(),
                false,
                null,
                List.of(),
                dev.berth.availability.Availability.DEFAULT,
                placed.shown());
    }

    @Property
    void thePublicPoint_isFiftyToAHundredAndTwentyMetresAway_anywhereOnEarth(
            @ForAll @DoubleRange(min = -90, max = 90) double lat,
            @ForAll @DoubleRange(min = -180, max = 180) double lng,
            @ForAll long seed) {
        GeoPoint place = new GeoPoint(lat, lng);

        GeoPoint shown = Whereabouts.near(place, new Random(seed));

        assertThat(place.metresTo(shown))
                .isBetween(Whereabouts.LEAST_METRES - ROUNDING_METRES, Whereabouts.MOST_METRES + ROUNDING_METRES);
    }

    /** Else their middle would be the place, or say on which side it is. */
    @Example
    void thePublicPoints_areOnAllSides_andAsManyInEachPartOfTheRing() {
        GeoPoint place = new GeoPoint(49, 8.4);
        Random random = new Random(38);
        int count = 20_000;
        int north = 0;
        int east = 0;
        int inner = 0;
        double half = Math.sqrt((Whereabouts.LEAST_METRES * Whereabouts.LEAST_METRES
                        + Whereabouts.MOST_METRES * Whereabouts.MOST_METRES)
                / 2);
        for (int i = 0; i < count; i++) {
            GeoPoint shown = Whereabouts.near(place, random);
            north += shown.lat() > place.lat() ? 1 : 0;
            east += shown.lng() > place.lng() ? 1 : 0;
            inner += place.metresTo(shown) < half ? 1 : 0;
        }
        assertThat(north / (double) count).isCloseTo(0.5, within(0.02));
        assertThat(east / (double) count).isCloseTo(0.5, within(0.02));
        assertThat(inner / (double) count).isCloseTo(0.5, within(0.02));
    }

    @Example
    void thePublicPoint_staysWhileThePlaceDoes_andIsDrawnAnewWhenItMoves() {
        GeoPoint place = new GeoPoint(49.0171717, 8.4242424);
        ListingDetails details = details(ListingType.DRIVEWAY, place, null, "Klingel");
        Placed first = whereabouts.place(ListingId.next(), details);
        Listing listing = listing(details, first);
        assertThat(first.shown().privacy()).isEqualTo(AddressPrivacy.AFTER_CONFIRMATION);
        assertThat(first.arrival().location()).isEqualTo(place);

        for (int i = 0; i < 100; i++) {
            assertThat(whereabouts.place(details, listing, first.arrival())).isEqualTo(first);
        }
        GeoPoint elsewhere = new GeoPoint(49.02, 8.42);
        Placed moved =
                whereabouts.place(details(ListingType.DRIVEWAY, elsewhere, null, null), listing, first.arrival());
        assertThat(moved.shown().location()).isNotEqualTo(first.shown().location());
        assertThat(moved.shown().location().metresTo(elsewhere)).isGreaterThan(Whereabouts.LEAST_METRES - 1);
        assertThat(moved.arrival().accessNotes()).as("what is not said stays").isEqualTo("Klingel");
    }

    @Example
    void driveways_areHiddenUnlessTheirOwnersSayOtherwise_andOthersAreNot() {
        GeoPoint place = new GeoPoint(49, 8.4);
        for (ListingType type : ListingType.values()) {
            Placed placed = whereabouts.place(ListingId.next(), details(type, place, null, null));
            assertThat(placed.shown().privacy() == AddressPrivacy.AFTER_CONFIRMATION)
                    .isEqualTo(type == ListingType.DRIVEWAY);
            assertThat(placed.shown().location().equals(place)).isEqualTo(type != ListingType.DRIVEWAY);
        }
        ListingDetails open = details(ListingType.DRIVEWAY, place, AddressPrivacy.PUBLIC, null);
        Placed told = whereabouts.place(ListingId.next(), open);
        assertThat(told.shown().address()).isEqualTo("Waldstraße 12a, 76133 Karlsruhe");
        Listing listing = listing(open, told);

        assertThat(whereabouts
                        .place(details(ListingType.DRIVEWAY, place, null, null), listing, told.arrival())
                        .shown()
                        .privacy())
                .as("who does not say keeps what was")
                .isEqualTo(AddressPrivacy.PUBLIC);
        ListingDetails garage = details(ListingType.GARAGE, place, null, null);
        Placed inGarage = whereabouts.place(ListingId.next(), garage);
        assertThat(whereabouts
                        .place(
                                details(ListingType.DRIVEWAY, place, null, null),
                                listing(garage, inGarage),
                                inGarage.arrival())
                        .shown()
                        .privacy())
                .as("what becomes a driveway is hidden")
                .isEqualTo(AddressPrivacy.AFTER_CONFIRMATION);
    }

    @Example
    void emptyNotes_areNone() {
        ListingDetails details = details(ListingType.GARAGE, new GeoPoint(49, 8.4), null, "Klingel");
        Placed first = whereabouts.place(ListingId.next(), details);
        Placed after = whereabouts.place(
                details(ListingType.GARAGE, new GeoPoint(49, 8.4), null, " "),
                listing(details, first),
                first.arrival());

        assertThat(first.arrival().accessNotes()).isEqualTo("Klingel");
        assertThat(after.arrival().accessNotes()).isNull();
    }

    @Example
    void neitherLogsNorProblems_tellThePlace() {
        ListingDetails details = details(ListingType.DRIVEWAY, new GeoPoint(49.0171717, 8.4), null, "Klingel");

        assertThat(details.toString()
                        + whereabouts.place(ListingId.next(), details).arrival())
                .doesNotContain("12a", "Klingel", "49.0");
    }
}
