package dev.berth.listings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.listings.DocumentReader.Unusable;
import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The layer {@code behinderten_parkplaetze} of the city of Karlsruhe: accessible bays on the street, in German. */
final class KarlsruheAccessibleBays implements DocumentReader.Shape {
    private static final String TIME_ZONE = "Europe/Berlin";
    private static final String TITLE = "Behindertenparkplatz ";

    @Override
    public boolean knows(JsonNode properties) {
        return properties.has("standort") && properties.has("stellplaetze");
    }

    @Override
    public ImportRecord read(String id, GeoPoint location, JsonNode properties, Tariff tariff) throws Unusable {
        String place = DocumentReader.required(properties, "standort", "its place is not given");
        int capacity = DocumentReader.capacity(properties, "stellplaetze");
        ListingDetails details = new ListingDetails(
                title(place),
                description(properties),
                ListingType.ON_STREET,
                location,
                address(place, properties),
                TIME_ZONE,
                tariff,
                Set.of(Amenity.ACCESSIBLE.name()),
                true,
                CancellationPolicy.FLEXIBLE,
                null);
        List<SlotDraft> slots = IntStream.rangeClosed(1, capacity)
                .mapToObj(number -> new SlotDraft(null, Integer.toString(number), SlotKind.ACCESSIBLE))
                .toList();
        return new ImportRecord(id, details, slots);
    }

    private static String title(String place) {
        String title = TITLE + place;
        return title.length() <= ListingDetails.MAX_TITLE_LENGTH
                ? title
                : title.substring(0, ListingDetails.MAX_TITLE_LENGTH - 1).strip() + "…";
    }

    private static String address(String place, JsonNode properties) {
        StringJoiner address = new StringJoiner(", ");
        address.add(place);
        String town = DocumentReader.text(properties, "gemeinde");
        String district = district(DocumentReader.text(properties, "stadtteil"), town);
        if (town != null) {
            address.add(district == null ? town : town + "-" + district);
        }
        return address.toString();
    }

    /** Written {@code 1, Innenstadt} by some towns, with {@code 0, Keines} for none; others repeat the town's name. */
    private static @Nullable String district(@Nullable String text, @Nullable String town) {
        if (text == null) {
            return null;
        }
        String district = text.replaceFirst("^\\d+, ", "");
        return district.equals("Keines") || district.equals(town) ? null : district;
    }

    private static String description(JsonNode properties) {
        StringJoiner lines = new StringJoiner("\n");
        lines.add("Nur mit Parkausweis für Menschen mit Behinderung.");
        KarlsruheCarParks.add(lines, DocumentReader.text(properties, "bemerkung"));
        String hours = DocumentReader.text(properties, "parkzeit");
        KarlsruheCarParks.add(lines, hours == null ? null : "Parkzeit: " + hours);
        String longest = DocumentReader.text(properties, "max_parkdauer");
        KarlsruheCarParks.add(lines, longest == null ? null : "Höchstparkdauer: " + longest);
        return lines.toString();
    }
}
