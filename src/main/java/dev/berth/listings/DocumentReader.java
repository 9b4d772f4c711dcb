package dev.berth.listings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.listings.ListingCommand.ImportRecords;
import dev.berth.listings.ListingCommand.ReadDocument;
import dev.berth.listings.ListingCommand.SkippedRecord;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads GeoJSON point features into import records (LI14). A document is read by the first shape that knows its features;
 * a record that its shape cannot use is skipped with the reason, and the others are read.
 */
final class DocumentReader {
    /** Big enough for a federal state's car parks; the tree is held in memory. */
    static final int MAX_CHARACTERS = 20_000_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** How a kind of feature is read. */
    interface Shape {
        /** Whether a feature with these properties is of this shape. */
        boolean knows(JsonNode properties);

        /**
         * @throws Unusable when something is missing without which there is no listing
         * @throws Rejection when what is there cannot be a listing
         */
        ImportRecord read(String id, GeoPoint location, JsonNode properties, Tariff tariff) throws Unusable;
    }

    /** Why a record cannot be used. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String reason) {
            super(reason, null, false, false);
        }
    }

    private static final List<Shape> SHAPES = List.of(new KarlsruheCarParks(), new KarlsruheAccessibleBays());

    private DocumentReader() {}

    static ImportRecords read(ReadDocument command) {
        if (command.document().length() > MAX_CHARACTERS) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the document is longer than " + MAX_CHARACTERS);
        }
        JsonNode features = parse(command.document()).path("features");
        Shape shape = shape(features);
        List<ImportRecord> records = new ArrayList<>();
        List<SkippedRecord> skipped = new ArrayList<>();
        int index = 0;
        for (JsonNode feature : features) {
            String id = feature.path("id").asText("").strip();
            try {
                records.add(read(shape, id, feature, command.tariff()));
            } catch (Unusable reason) {
                skipped.add(new SkippedRecord(name(id, index, feature), String.valueOf(reason.getMessage())));
            } catch (Rejection rejection) {
                skipped.add(new SkippedRecord(
                        name(id, index, feature), rejection.problem().detail()));
            }
            index++;
        }
        return new ImportRecords(records, skipped);
    }

    private static JsonNode parse(String document) {
        try {
            return JSON.readTree(document);
        } catch (JsonProcessingException e) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the document is not JSON: " + e.getOriginalMessage());
        }
    }

    private static Shape shape(JsonNode features) {
        if (!features.isArray() || features.isEmpty()) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the document is no GeoJSON collection of features");
        }
        return SHAPES.stream()
                .filter(shape -> StreamSupport.stream(features.spliterator(), false)
                        .anyMatch(feature -> shape.knows(feature.path("properties"))))
                .findFirst()
                .orElseThrow(() -> new Rejection(
                        ProblemType.UNPROCESSABLE,
                        "the document's features are of no known shape; they have "
                                + fieldNames(features.path(0).path("properties"))));
    }

    private static String fieldNames(JsonNode properties) {
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        return names.isEmpty() ? "no properties" : "the properties " + String.join(", ", names);
    }

    private static ImportRecord read(Shape shape, String id, JsonNode feature, Tariff tariff) throws Unusable {
        if (id.isEmpty()) {
            throw new Unusable("it has no id");
        }
        JsonNode properties = feature.path("properties");
        if (!shape.knows(properties)) {
            throw new Unusable("its properties are not those of the other features");
        }
        return shape.read(id, location(feature.path("geometry")), properties, tariff);
    }

    private static GeoPoint location(JsonNode geometry) throws Unusable {
        JsonNode coordinates = geometry.path("coordinates");
        if (!geometry.path("type").asText("").equals("Point")
                || !coordinates.path(0).isNumber()
                || !coordinates.path(1).isNumber()) {
            throw new Unusable("it has no point");
        }
        try {
            return new GeoPoint(
                    coordinates.path(1).doubleValue(), coordinates.path(0).doubleValue());
        } catch (IllegalArgumentException e) {
            throw new Unusable("its point is not on the earth");
        }
    }

    /** How a person finds the record in the document. */
    private static String name(String id, int index, JsonNode feature) {
        String name = id.isEmpty() ? "features[" + index + "]" : id;
        String title = text(feature.path("properties"), "parkhaus_name", "standort");
        return title == null ? name : name + " (" + title + ")";
    }

    /** The first of the fields that has a text. */
    static @Nullable String text(JsonNode properties, String... fields) {
        for (String field : fields) {
            JsonNode value = properties.path(field);
            String text = value.isTextual() ? value.textValue().strip().replaceAll("\\s+", " ") : "";
            if (!text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    static String required(JsonNode properties, String field, String reason) throws Unusable {
        String text = text(properties, field);
        if (text == null) {
            throw new Unusable(reason);
        }
        return text;
    }

    /** A number of slots. */
    static int capacity(JsonNode properties, String field) throws Unusable {
        JsonNode value = properties.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new Unusable("its number of slots is not given");
        }
        if (!value.isIntegralNumber() || value.longValue() < 1 || value.longValue() > Listing.MAX_CAPACITY) {
            throw new Unusable("its number of slots is %s instead of 1 to %d".formatted(value, Listing.MAX_CAPACITY));
        }
        return value.intValue();
    }
}
