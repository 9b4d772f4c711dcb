package dev.berth.dev.stripe;

import com.stripe.Stripe;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Records what happens as the API's event objects, and remembers which are to be sent to whom once they are on the disk. */
final class Events {
    private final Store store;
    private List<JsonObject> fresh = new ArrayList<>();

    Events(Store store) {
        this.store = store;
    }

    /** {@code object} has become what it is now, by the request that runs. */
    void record(String type, JsonObject object, Call call) {
        JsonArray endpoints = new JsonArray();
        for (JsonObject endpoint : store.all("webhook_endpoint", each -> wants(each, type))) {
            endpoints.add(endpoint.getString("id"));
        }
        JsonObject event = new JsonObject()
                .put("id", store.newId("evt"))
                .put("object", "event")
                // The version of the client that the platform is built with: it reads the object of no other.
                .put("api_version", Stripe.API_VERSION)
                .put("created", store.now())
                .put("data", new JsonObject().put("object", Store.shown(object)))
                .put("livemode", false)
                .put("pending_webhooks", endpoints.size())
                .put(
                        "request",
                        new JsonObject().put("id", call.requestId()).put("idempotency_key", call.idempotencyKey()))
                .put("type", type)
                .put("_endpoints", endpoints);
        store.put(event);
        fresh.add(event);
    }

    /** The events recorded since the last call. */
    List<JsonObject> takeFresh() {
        List<JsonObject> taken = fresh;
        fresh = new ArrayList<>();
        return taken;
    }

    JsonObject list(JsonObject parameters) {
        List<String> types = new ArrayList<>(Form.texts(parameters, "types"));
        types.addAll(Form.texts(parameters, "type"));
        return store.list(
                "event",
                "/v1/events",
                parameters,
                event -> types.isEmpty() || types.stream().anyMatch(type -> matches(type, event.getString("type"))));
    }

    private static boolean wants(JsonObject endpoint, String type) {
        return endpoint.getString("status").equals("enabled")
                && endpoint.getJsonArray("enabled_events").stream()
                        .anyMatch(pattern -> matches(String.valueOf(pattern), type));
    }

    private static boolean matches(String pattern, String type) {
        return pattern.equals("*")
                || pattern.equals(type)
                || (pattern.endsWith(".*") && type.startsWith(pattern.substring(0, pattern.length() - 1)));
    }
}
