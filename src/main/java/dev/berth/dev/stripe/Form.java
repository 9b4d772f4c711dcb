package dev.berth.dev.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Form-encoded parameters with nested names, as Stripe's API takes them: {@code card[number]=…}, {@code expand[]=…},
 * {@code items[0][price]=…}. All values are strings.
 */
final class Form {
    private static final int DEPTH_MAX = 8;
    private static final int PARAMETERS_MAX = 1_000;

    private Form() {}

    static JsonObject parse(String encoded) {
        Map<String, Object> root = new TreeMap<>();
        int count = 0;
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            if (++count > PARAMETERS_MAX) {
                throw StripeProblem.invalid(null, "Too many parameters.");
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            put(root, path(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        JsonObject result = new JsonObject();
        root.forEach((name, value) -> result.put(name, json(value)));
        return result;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw StripeProblem.invalid(null, "Invalid percent-encoding in the parameters.");
        }
    }

    /** {@code a[b][]} is {@code a, b, ""}. */
    private static List<String> path(String name) {
        List<String> path = new ArrayList<>();
        int bracket = name.indexOf('[');
        path.add(bracket < 0 ? name : name.substring(0, bracket));
        int position = bracket;
        while (position >= 0 && position < name.length()) {
            int end = name.indexOf(']', position);
            if (name.charAt(position) != '[' || end < 0 || path.size() == DEPTH_MAX) {
                throw StripeProblem.invalid(name, "Invalid parameter name: " + name);
            }
            path.add(name.substring(position + 1, end));
            position = end + 1;
        }
        return path;
    }

    private static void put(Map<String, Object> root, List<String> path, String value) {
        Map<String, Object> target = root;
        for (int i = 0; i < path.size() - 1; i++) {
            String key = path.get(i).isEmpty() ? String.valueOf(target.size()) : path.get(i);
            target = child(target, key, path);
        }
        String last = path.getLast();
        target.put(last.isEmpty() ? String.valueOf(target.size()) : last, value);
    }

    @SuppressWarnings("unchecked") // Only maps of this class are put there.
    private static Map<String, Object> child(Map<String, Object> target, String key, List<String> path) {
        Object existing = target.computeIfAbsent(key, absent -> new TreeMap<String, Object>());
        if (existing instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw StripeProblem.invalid(path.getFirst(), "Parameter is both a value and an object: " + path.getFirst());
    }

    /** What has only numbers for names is a list. */
    private static Object json(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        if (map.keySet().stream().allMatch(key -> String.valueOf(key).matches("[0-9]{1,6}"))) {
            JsonArray list = new JsonArray();
            map.entrySet().stream()
                    .sorted(Comparator.comparingInt(entry -> Integer.parseInt(String.valueOf(entry.getKey()))))
                    .forEach(entry -> list.add(json(entry.getValue())));
            return list;
        }
        JsonObject object = new JsonObject();
        map.forEach((name, each) -> object.put(String.valueOf(name), json(each)));
        return object;
    }

    /** The text of a parameter, if it is given and not empty. */
    static @Nullable String text(JsonObject parameters, String name) {
        Object value = parameters.getValue(name);
        if (value == null || "".equals(value)) {
            return null;
        }
        if (value instanceof String text) {
            return text;
        }
        throw StripeProblem.invalid(name, "Invalid string: " + value);
    }

    static String required(JsonObject parameters, String name) {
        String value = text(parameters, name);
        if (value == null) {
            throw StripeProblem.of(
                            400, "invalid_request_error", "parameter_missing", "Missing required param: " + name + ".")
                    .param(name);
        }
        return value;
    }

    static long integer(String name, String text) {
        if (!text.matches("-?[0-9]{1,17}")) {
            throw StripeProblem.of(
                            400, "invalid_request_error", "parameter_invalid_integer", "Invalid integer: " + text)
                    .param(name);
        }
        return Long.parseLong(text);
    }

    static boolean flag(JsonObject parameters, String name) {
        String text = text(parameters, name);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw StripeProblem.invalid(name, "Invalid boolean: " + text);
    }

    static JsonObject object(JsonObject parameters, String name) {
        Object value = parameters.getValue(name);
        if (value == null || "".equals(value)) {
            return new JsonObject();
        }
        if (value instanceof JsonObject object) {
            return object;
        }
        throw StripeProblem.invalid(name, "Invalid object");
    }

    /** A list of texts; one text alone is a list of one. */
    static List<String> texts(JsonObject parameters, String name) {
        Object value = parameters.getValue(name);
        if (value == null || "".equals(value)) {
            return List.of();
        }
        if (value instanceof JsonArray array) {
            return array.stream().map(String::valueOf).toList();
        }
        if (value instanceof String text) {
            return List.of(text);
        }
        throw StripeProblem.invalid(name, "Invalid array");
    }
}
