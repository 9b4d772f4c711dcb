package dev.berth.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of an operation with what the contract says of its text.
 *
 * @param array whether it has several values; what is said of the text is said of each
 */
record Parameter(
        String name,
        In in,
        boolean required,
        boolean array,
        Type type,
        @Nullable String format,
        Set<String> allowed,
        @Nullable Double minimum,
        @Nullable Double maximum,
        @Nullable Pattern pattern,
        int minLength,
        int maxLength,
        int minItems,
        int maxItems,
        @Nullable String otherwise) {
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,30}(?:\\.\\d{1,30})?(?:[eE][+-]?\\d{1,3})?");

    enum In {
        PATH,
        QUERY,
        HEADER
    }

    enum Type {
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN
    }

    /** @param node a parameter of the contract, its references resolved */
    static Parameter of(JsonNode node) {
        JsonNode schema = node.path("schema");
        boolean array = schema.path("type").asText().equals("array");
        JsonNode item = array ? schema.path("items") : schema;
        Set<String> allowed = new HashSet<>();
        item.path("enum").forEach(value -> allowed.add(value.asText()));
        return new Parameter(
                node.path("name").asText(),
                In.valueOf(node.path("in").asText().toUpperCase(java.util.Locale.ROOT)),
                node.path("required").asBoolean(),
                array,
                Type.valueOf(item.path("type").asText("string").toUpperCase(java.util.Locale.ROOT)),
                item.path("format").asText(null),
                Set.copyOf(allowed),
                number(item.path("minimum")),
                number(item.path("maximum")),
                item.has("pattern") ? Pattern.compile(item.path("pattern").asText()) : null,
                item.path("minLength").asInt(0),
                item.path("maxLength").asInt(Integer.MAX_VALUE),
                schema.path("minItems").asInt(0),
                schema.path("maxItems").asInt(Integer.MAX_VALUE),
                schema.has("default") ? schema.path("default").asText() : null);
    }

    private static @Nullable Double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : null;
    }

    String pointer() {
        return "/" + in.name().toLowerCase(java.util.Locale.ROOT) + "/" + name;
    }

    /** The values of an array: sent repeatedly, separated by commas, or both. */
    static List<String> split(List<String> sent) {
        List<String> values = new ArrayList<>();
        for (String text : sent) {
            int start = 0;
            for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', start)) {
                values.add(text.substring(start, comma));
                start = comma + 1;
            }
            values.add(text.substring(start));
        }
        return values;
    }

    @Nullable
    String problemOfCount(int count) {
        if (count < minItems) {
            return "must have at least " + minItems + " values";
        }
        return count > maxItems ? "must have at most " + maxItems + " values" : null;
    }

    /** What is wrong with one value, or null. */
    @Nullable
    String problem(String text) {
        if (!allowed.isEmpty() && !allowed.contains(text)) {
            return "must be one of "
                    + String.join(", ", allowed.stream().sorted().toList());
        }
        return switch (type) {
            case STRING -> problemOfText(text);
            case INTEGER -> INTEGER.matcher(text).matches() ? problemOfNumber(text) : "must be a whole number";
            case NUMBER -> NUMBER.matcher(text).matches() ? problemOfNumber(text) : "must be a number";
            case BOOLEAN -> text.equals("true") || text.equals("false") ? null : "must be true or false";
        };
    }

    private @Nullable String problemOfText(String text) {
        int length = text.codePointCount(0, text.length());
        if (length < minLength) {
            return "must have at least " + minLength + " characters";
        }
        if (length > maxLength) {
            return "must have at most " + maxLength + " characters";
        }
        if (pattern != null && !pattern.matcher(text).find()) {
            return "must match " + pattern;
        }
        return format == null ? null : Formats.problem(format, text);
    }

    private @Nullable String problemOfNumber(String text) {
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            return "is too large";
        }
        if (minimum != null && value < minimum) {
            return "must be at least " + plain(minimum);
        }
        return maximum != null && value > maximum ? "must be at most " + plain(maximum) : null;
    }

    private static String plain(double value) {
        return java.math.BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
