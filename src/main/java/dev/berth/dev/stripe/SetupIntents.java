package dev.berth.dev.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Saving a card without charging it: {@code requires_payment_method → requires_confirmation → (requires_action) → succeeded},
 * or {@code canceled}. What has succeeded is attached to the customer, and its holder has agreed to charges without them.
 */
final class SetupIntents {
    static final String PREFIX = "seti";
    private static final String TYPE = "setup_intent";
    private static final int SECRET_LENGTH = 25;
    private static final List<String> USAGES = List.of("off_session", "on_session");
    private static final List<String> OPEN =
            List.of("requires_payment_method", "requires_confirmation", "requires_action");

    private final Store store;
    private final Events events;
    private final Customers customers;
    private final PaymentMethods methods;
    private final Challenge challenge;

    SetupIntents(Store store, Events events, Customers customers, PaymentMethods methods, Challenge challenge) {
        this.store = store;
        this.events = events;
        this.customers = customers;
        this.methods = methods;
        this.challenge = challenge;
    }

    JsonObject create(Call call) {
        JsonObject parameters = call.parameters();
        boolean confirm = Form.flag(parameters, "confirm");
        if (!confirm && Form.text(parameters, "return_url") != null) {
            throw StripeProblem.invalid(
                    "return_url", "The parameter `return_url` can only be passed when `confirm=true`.");
        }
        String usage = Form.text(parameters, "usage");
        if (usage != null && !USAGES.contains(usage)) {
            throw StripeProblem.invalid("usage", "Invalid usage: must be one of " + String.join(", ", USAGES));
        }
        String customer = customers.known(parameters);
        String methodId = Form.text(parameters, "payment_method");
        JsonObject method = methodId == null ? null : methods.usable(methodId, customer);
        List<String> types = Form.texts(parameters, "payment_method_types");
        String id = store.newId(PREFIX);
        JsonObject setup = new JsonObject()
                .put("id", id)
                .put("object", TYPE)
                .putNull("cancellation_reason")
                .put("client_secret", id + "_secret_" + store.secret(SECRET_LENGTH))
                .put("created", store.now())
                .put("customer", customer)
                .put("description", Form.text(parameters, "description"))
                .putNull("last_setup_error")
                .put("livemode", false)
                .put("metadata", Metadata.merged(new JsonObject(), parameters))
                .putNull("next_action")
                .put("payment_method", method == null ? null : method.getString("id"))
                .put("payment_method_types", new JsonArray(types.isEmpty() ? List.of("card") : types))
                .put("status", method == null ? "requires_payment_method" : "requires_confirmation")
                .put("usage", usage == null ? "off_session" : usage);
        if (confirm && method == null) {
            throw missing(setup);
        }
        store.put(setup);
        events.record("setup_intent.created", setup, call);
        if (confirm && method != null) {
            setUp(setup, method, call);
        }
        return setup;
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, "intent", id);
    }

    JsonObject list(JsonObject parameters) {
        String customer = customers.known(parameters);
        return store.list(
                TYPE,
                "/v1/setup_intents",
                parameters,
                setup -> customer == null || customer.equals(setup.getString("customer")));
    }

    JsonObject confirm(String id, Call call) {
        JsonObject setup = retrieve(id);
        requireOpen(setup, "confirm");
        String methodId = Form.text(call.parameters(), "payment_method");
        if (methodId == null) {
            methodId = setup.getString("payment_method");
        }
        if (methodId == null) {
            throw missing(setup);
        }
        JsonObject method = methods.usable(methodId, setup.getString("customer"));
        setUp(setup.put("payment_method", method.getString("id")), method, call);
        return setup;
    }

    JsonObject cancel(String id, Call call) {
        JsonObject setup = retrieve(id);
        requireOpen(setup, "cancel");
        store.put(setup.put("status", "canceled")
                .put("cancellation_reason", Form.text(call.parameters(), "cancellation_reason"))
                .putNull("next_action"));
        events.record("setup_intent.canceled", setup, call);
        return setup;
    }

    /** The one whose card holder is being asked, if {@code secret} is the one of the page that asks. */
    @Nullable
    JsonObject asking(String id, String secret) {
        return challenge.asking(TYPE, id, secret);
    }

    /** The card holder's answer. Returns where his browser is to go. */
    String answer(JsonObject setup, boolean authorised, Call call) {
        JsonObject method = methods.retrieve(setup.getString("payment_method"));
        Challenge.answered(setup);
        if (authorised) {
            succeed(setup, method, call);
        } else {
            fail(
                    setup,
                    method,
                    StripeProblem.of(
                            402,
                            "invalid_request_error",
                            "setup_intent_authentication_failure",
                            "The latest attempt to set up the payment method has failed because authentication failed."),
                    call);
        }
        return Challenge.wayBack(setup, authorised);
    }

    private void setUp(JsonObject setup, JsonObject method, Call call) {
        setup.putNull("last_setup_error").putNull("next_action");
        String returnUrl = Form.text(call.parameters(), "return_url");
        if (methods.isExpired(method)) {
            throw declined(setup, method, TestCard.EXPIRED.decline(), call);
        }
        switch (methods.outcome(method)) {
            case SUCCEEDS, DECLINED_ONCE_SAVED -> succeed(setup, method, call);
            case DECLINED ->
                throw declined(setup, method, PaymentMethods.card(method).decline(), call);
            case ASKS, ASKS_ONCE -> ask(setup, returnUrl, call);
        }
    }

    private void ask(JsonObject setup, @Nullable String returnUrl, Call call) {
        challenge.ask(Challenge.returnTo(setup, returnUrl));
        events.record("setup_intent.requires_action", setup, call);
    }

    private void succeed(JsonObject setup, JsonObject method, Call call) {
        methods.authorised(method);
        String customer = setup.getString("customer");
        if (customer == null) {
            methods.used(method);
        } else {
            methods.attach(method, customer, call);
        }
        store.put(setup.put("status", "succeeded"));
        events.record("setup_intent.succeeded", setup, call);
    }

    private StripeProblem declined(JsonObject setup, JsonObject method, StripeProblem problem, Call call) {
        fail(setup, method, problem, call);
        return problem.with("setup_intent", Store.shown(setup)).executed();
    }

    private void fail(JsonObject setup, JsonObject method, StripeProblem problem, Call call) {
        JsonObject error = problem.body().getJsonObject("error").copy().put("payment_method", Store.shown(method));
        store.put(setup.put("status", "requires_payment_method")
                .putNull("payment_method")
                .put("last_setup_error", error));
        events.record("setup_intent.setup_failed", setup, call);
        problem.with("payment_method", Store.shown(method));
    }

    private static StripeProblem missing(JsonObject setup) {
        return StripeProblem.unexpectedSetupState(
                setup, "You cannot confirm this SetupIntent because it's missing a payment method.");
    }

    private static void requireOpen(JsonObject setup, String verb) {
        String status = setup.getString("status");
        if (!OPEN.contains(status)) {
            throw StripeProblem.unexpectedSetupState(
                    setup,
                    "You cannot " + verb + " this SetupIntent because it has a status of " + status
                            + ". Only a SetupIntent with one of the following statuses allows that: "
                            + String.join(", ", OPEN) + ".");
        }
    }
}
