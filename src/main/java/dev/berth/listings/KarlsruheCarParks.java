package dev.berth.listings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.listings.DocumentReader.Unusable;
import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The layer {@code parkhaeuser} of the city of Karlsruhe: car parks of the region, with German texts. */
final class KarlsruheCarParks implements DocumentReader.Shape {
    private static final String TIME_ZONE = "Europe/Berlin";

    @Override
    public boolean knows(JsonNode properties) {
        return properties.has("parkhaus_name") && properties.has("gesamte_parkplaetze");
    }

    @Override
    public ImportRecord read(String id, GeoPoint location, JsonNode properties, Tariff tariff) throws Unusable {
        String name = DocumentReader.required(properties, "parkhaus_name", "it has no name");
        int capacity = DocumentReader.capacity(properties, "gesamte_parkplaetze");
        ListingDetails details = new ListingDetails(
                name,
                description(properties),
                type(name, properties),
                location,
                address(properties),
                TIME_ZONE,
                tariff,
                amenities(properties),
                true,
                CancellationPolicy.FLEXIBLE,
                height(properties));
        return new ImportRecord(id, details, SlotDraft.numbered(capacity));
    }

    private static ListingType type(String name, JsonNode properties) {
        StringJoiner texts = new StringJoiner(" ");
        texts.add(name);
        add(texts, DocumentReader.text(properties, "parkhaus_strasse"));
        add(texts, DocumentReader.text(properties, "infofeld"));
        String words = texts.toString().toLowerCase(Locale.GERMAN);
        if (words.contains("tiefgarage") || words.contains("souterrain") || words.contains("tg ")) {
            return ListingType.UNDERGROUND;
        }
        if (words.contains("parkplatz")) {
            return ListingType.SURFACE_LOT;
        }
        if (words.contains("parkhaus") || words.contains("hochgarage") || words.contains("parkdeck")) {
            return ListingType.MULTI_STOREY;
        }
        return ListingType.GARAGE;
    }

    private static String address(JsonNode properties) throws Unusable {
        StringJoiner town = new StringJoiner(" ");
        add(town, DocumentReader.text(properties, "parkhaus_plz"));
        add(town, DocumentReader.text(properties, "parkhaus_gemeinde", "gemeinde"));
        StringJoiner address = new StringJoiner(", ");
        add(address, DocumentReader.text(properties, "parkhaus_strasse"));
        add(address, town.length() == 0 ? null : town.toString());
        if (address.length() == 0) {
            throw new Unusable("it has no address");
        }
        return address.toString();
    }

    private static String description(JsonNode properties) {
        StringJoiner lines = new StringJoiner("\n");
        String operator = DocumentReader.text(properties, "betreiber_name");
        add(lines, operator == null ? null : "Betreiber: " + operator);
        add(lines, DocumentReader.text(properties, "infofeld"));
        add(lines, DocumentReader.text(properties, "parkhaus_einfahrt"));
        add(lines, DocumentReader.text(properties, "bemerkung"));
        String site = DocumentReader.text(properties, "parkhaus_internet", "tarife_oeffnungszeiten");
        add(lines, site == null ? null : "Tarife und Öffnungszeiten vor Ort: " + site);
        return lines.toString();
    }

    private static Set<String> amenities(JsonNode properties) {
        Set<String> amenities = new LinkedHashSet<>();
        flag(properties, "barrierefrei", Amenity.ACCESSIBLE, amenities);
        flag(properties, "e_parken", Amenity.EV_CHARGING, amenities);
        flag(properties, "aufzug", Amenity.LIFT, amenities);
        flag(properties, "familienparkplaetze", Amenity.FAMILY_BAYS, amenities);
        flag(properties, "frauenparkplaetze", Amenity.WOMENS_BAYS, amenities);
        String remark = DocumentReader.text(properties, "bemerkung");
        if (remark != null && remark.contains("Überwachungskamera")) {
            amenities.add(Amenity.CCTV.name());
        }
        return amenities;
    }

    private static void flag(JsonNode properties, String field, Amenity amenity, Set<String> amenities) {
        if (properties.path(field).asText("").equals("T")) {
            amenities.add(amenity.name());
        }
    }

    /** Given in metres; 0 where nobody has measured. */
    private static @Nullable Integer height(JsonNode properties) {
        double metres = properties.path("max_durchfahrtshoehe").asDouble(0);
        return metres > 0 ? (int) Math.round(metres * 100) : null;
    }

    static void add(StringJoiner joiner, @Nullable String text) {
        if (text != null) {
            joiner.add(text);
        }
    }
}
