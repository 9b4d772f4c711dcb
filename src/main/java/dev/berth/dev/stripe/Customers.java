package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Customers of the account. */
final class Customers {
    private static final String TYPE = "customer";
    private static final List<String> TEXTS = List.of("name", "email", "phone", "description");

    private final Store store;
    private final Events events;

    Customers(Store store, Events events) {
        this.store = store;
        this.events = events;
    }

    JsonObject create(Call call) {
        JsonObject customer = new JsonObject()
                .put("id", store.newId("cus"))
                .put("object", TYPE)
                .put("balance", 0)
                .put("created", store.now())
                .put("delinquent", false)
                .put("livemode", false)
                .put("metadata", new JsonObject());
        apply(customer, call.parameters());
        store.put(customer);
        events.record("customer.created", customer, call);
        return customer;
    }

    JsonObject retrieve(String id) {
        return get(id, "id");
    }

    JsonObject update(String id, Call call) {
        JsonObject customer = get(id, "id");
        apply(customer, call.parameters());
        store.put(customer);
        events.record("customer.updated", customer, call);
        return customer;
    }

    JsonObject delete(String id, Call call) {
        JsonObject customer = get(id, "id");
        store.put(customer.put("_deleted", true));
        events.record("customer.deleted", customer, call);
        for (JsonObject method : store.all("payment_method", each -> id.equals(each.getString("customer")))) {
            store.put(method.putNull("customer").put("_spent", true));
        }
        return new JsonObject().put("id", id).put("object", TYPE).put("deleted", true);
    }

    JsonObject list(JsonObject parameters) {
        String email = Form.text(parameters, "email");
        return store.list(
                TYPE,
                "/v1/customers",
                parameters,
                customer -> !customer.getBoolean("_deleted", false)
                        && (email == null || email.equals(customer.getString("email"))));
    }

    /** The customer of a parameter, if one is given. */
    @Nullable
    String known(JsonObject parameters) {
        String id = Form.text(parameters, TYPE);
        return id == null ? null : get(id, TYPE).getString("id");
    }

    private JsonObject get(String id, String param) {
        JsonObject customer = store.get(TYPE, param, id);
        if (customer.getBoolean("_deleted", false)) {
            throw StripeProblem.missing(TYPE, param, id);
        }
        return customer;
    }

    private static void apply(JsonObject customer, JsonObject parameters) {
        JsonObject metadata = Metadata.merged(customer, parameters);
        for (String name : TEXTS) {
            if (parameters.containsKey(name)) {
                customer.put(name, Form.text(parameters, name));
            } else if (!customer.containsKey(name)) {
                customer.putNull(name);
            }
        }
        customer.put("metadata", metadata);
    }
}
