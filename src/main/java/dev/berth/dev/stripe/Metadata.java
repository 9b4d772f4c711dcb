package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;

/** The notes that clients may put on every object. */
final class Metadata {
    private static final int KEYS_MAX = 50;
    private static final int KEY_LENGTH_MAX = 40;
    private static final int VALUE_LENGTH_MAX = 500;

    private Metadata() {}

    /** The object's metadata with the given ones: an empty value removes its key, an empty whole removes all. */
    static JsonObject merged(JsonObject object, JsonObject parameters) {
        JsonObject metadata = object.getJsonObject("metadata", new JsonObject()).copy();
        if ("".equals(parameters.getValue("metadata"))) {
            return new JsonObject();
        }
        JsonObject given = Form.object(parameters, "metadata");
        for (String key : given.fieldNames()) {
            String value = Form.text(given, key);
            if (value == null) {
                metadata.remove(key);
            } else if (key.length() > KEY_LENGTH_MAX || value.length() > VALUE_LENGTH_MAX) {
                throw StripeProblem.invalid(
                        "metadata[" + key + "]",
                        "Metadata keys can have up to " + KEY_LENGTH_MAX + " characters and values up to "
                                + VALUE_LENGTH_MAX + ".");
            } else {
                metadata.put(key, value);
            }
        }
        if (metadata.size() > KEYS_MAX) {
            throw StripeProblem.invalid("metadata", "Metadata can have up to " + KEYS_MAX + " keys.");
        }
        return metadata;
    }
}
