package dev.berth.dev.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Payments: {@code requires_payment_method → requires_confirmation → (requires_action) → requires_capture → succeeded}, or
 * {@code canceled}. A declined card leads back to the beginning.
 */
final class PaymentIntents {
    private static final String TYPE = "payment_intent";
    private static final long AMOUNT_MIN = 50;
    private static final long AMOUNT_MAX = 99_999_999;
    private static final int SECRET_LENGTH = 25;
    private static final List<String> CANCELABLE = List.of(
            "requires_payment_method", "requires_capture", "requires_confirmation", "requires_action", "processing");
    private static final List<String> CHANGEABLE =
            List.of("requires_payment_method", "requires_confirmation", "requires_action");
    private static final List<String> TEXTS = List.of(
            "description",
            "receipt_email",
            "setup_future_usage",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "transfer_group");

    private final Store store;
    private final Events events;
    private final Customers customers;
    private final PaymentMethods methods;
    private final Charges charges;
    private final Disputes disputes;
    private final Challenge challenge;
    /** Intents by the second at which what is kept for them is let go, or has been once. */
    private final NavigableMap<Long, Set<String>> holds = new TreeMap<>();

    PaymentIntents(
            Store store,
            Events events,
            Customers customers,
            PaymentMethods methods,
            Charges charges,
            Disputes disputes,
            Challenge challenge) {
        this.store = store;
        this.events = events;
        this.customers = customers;
        this.methods = methods;
        this.charges = charges;
        this.disputes = disputes;
        this.challenge = challenge;
        store.all(TYPE, intent -> intent.getString("status").equals("requires_capture"))
                .forEach(this::watch);
    }

    private void watch(JsonObject intent) {
        holds.computeIfAbsent(charges.keptUntil(intent), end -> new HashSet<>()).add(intent.getString("id"));
    }

    /** Lets go what has been kept for as long as cards keep it. */
    void endHolds(Call call) {
        long now = store.now();
        while (!holds.isEmpty() && holds.firstKey() <= now) {
            for (String id : holds.pollFirstEntry().getValue()) {
                JsonObject intent = retrieve(id);
                // It may have another end since.
                if (charges.keptUntil(intent) <= now) {
                    cancel(intent, "automatic", call);
                }
            }
        }
    }

    /** What is kept ends in so many seconds: for tests, to which a week is long. */
    JsonObject endHold(String id, Call call) {
        JsonObject intent = retrieve(id);
        requireStatus(intent, "end the hold of", List.of("requires_capture"));
        String seconds = Form.required(call.parameters(), "ends_in_seconds");
        charges.keepUntil(intent, store.now() + Form.integer("ends_in_seconds", seconds));
        watch(intent);
        endHolds(call);
        return intent;
    }

    JsonObject create(Call call) {
        JsonObject parameters = call.parameters();
        long amount = amount(parameters);
        String currency = Form.required(parameters, "currency").toLowerCase(Locale.ROOT);
        if (!currency.matches("[a-z]{3}")) {
            throw StripeProblem.invalid("currency", "Invalid currency: " + currency);
        }
        String captureMethod = oneOf(parameters, "capture_method", List.of("automatic_async", "automatic", "manual"));
        boolean confirm = Form.flag(parameters, "confirm");
        if (!confirm && Form.text(parameters, "return_url") != null) {
            throw StripeProblem.invalid(
                    "return_url", "The parameter `return_url` can only be passed when `confirm=true`.");
        }
        String customer = customers.known(parameters);
        List<String> types = Form.texts(parameters, "payment_method_types");
        JsonObject automatic = Form.object(parameters, "automatic_payment_methods");
        String methodId = Form.text(parameters, "payment_method");
        JsonObject method = methodId == null ? null : methods.usable(methodId, customer);
        String id = store.newId("pi");
        JsonObject intent = new JsonObject()
                .put("id", id)
                .put("object", TYPE)
                .put("amount", amount)
                .put("amount_capturable", 0)
                .put("amount_received", 0)
                .put(
                        "automatic_payment_methods",
                        types.isEmpty()
                                ? new JsonObject()
                                        .put("allow_redirects", automatic.getString("allow_redirects", "always"))
                                        .put("enabled", true)
                                : null)
                .putNull("canceled_at")
                .putNull("cancellation_reason")
                .put("capture_method", captureMethod)
                .put("client_secret", id + "_secret_" + store.secret(SECRET_LENGTH))
                .put("confirmation_method", oneOf(parameters, "confirmation_method", List.of("automatic", "manual")))
                .put("created", store.now())
                .put("currency", currency)
                .put("customer", customer)
                .putNull("last_payment_error")
                .putNull("latest_charge")
                .put("livemode", false)
                .put("metadata", Metadata.merged(new JsonObject(), parameters))
                .putNull("next_action")
                .put("payment_method", method == null ? null : method.getString("id"))
                .put("payment_method_types", new JsonArray(types.isEmpty() ? List.of("card") : types))
                .put("status", method == null ? "requires_payment_method" : "requires_confirmation");
        for (String name : TEXTS) {
            intent.put(name, Form.text(parameters, name));
        }
        if (confirm) {
            requireConfirmable(intent, method, parameters);
        }
        store.put(intent);
        events.record("payment_intent.created", intent, call);
        if (confirm && method != null) {
            pay(intent, method, call);
        }
        return intent;
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, "intent", id);
    }

    JsonObject update(String id, Call call) {
        JsonObject intent = retrieve(id);
        JsonObject parameters = call.parameters();
        JsonObject metadata = Metadata.merged(intent, parameters);
        String customer = customers.known(parameters);
        String owner = customer == null ? intent.getString("customer") : customer;
        long amount = intent.getLong("amount");
        if (parameters.containsKey("amount")) {
            requireStatus(intent, "update the amount of", CHANGEABLE);
            amount = amount(parameters);
        }
        String methodId = Form.text(parameters, "payment_method");
        if (methodId != null) {
            requireStatus(intent, "update the payment method of", CHANGEABLE);
            intent.put("payment_method", methods.usable(methodId, owner).getString("id"))
                    .put("status", "requires_confirmation")
                    .putNull("next_action");
        }
        for (String name : TEXTS) {
            if (parameters.containsKey(name)) {
                intent.put(name, Form.text(parameters, name));
            }
        }
        return store.put(intent.put("amount", amount).put("customer", owner).put("metadata", metadata));
    }

    JsonObject list(JsonObject parameters) {
        String customer = customers.known(parameters);
        return store.list(
                TYPE,
                "/v1/payment_intents",
                parameters,
                intent -> customer == null || customer.equals(intent.getString("customer")));
    }

    JsonObject confirm(String id, Call call) {
        JsonObject intent = retrieve(id);
        requireStatus(intent, "confirm", CHANGEABLE);
        String methodId = Form.text(call.parameters(), "payment_method");
        if (methodId == null) {
            methodId = intent.getString("payment_method");
        }
        JsonObject method = methodId == null ? null : methods.usable(methodId, intent.getString("customer"));
        requireConfirmable(intent, method, call.parameters());
        if (method != null) {
            String future = Form.text(call.parameters(), "setup_future_usage");
            if (future != null) {
                intent.put("setup_future_usage", future);
            }
            pay(intent.put("payment_method", method.getString("id")), method, call);
        }
        return intent;
    }

    JsonObject capture(String id, Call call) {
        JsonObject intent = retrieve(id);
        requireStatus(intent, "capture", List.of("requires_capture"));
        String text = Form.text(call.parameters(), "amount_to_capture");
        long capturable = intent.getLong("amount_capturable");
        long amount = text == null ? capturable : Form.integer("amount_to_capture", text);
        if (amount < 1 || amount > capturable) {
            throw StripeProblem.of(
                            400,
                            "invalid_request_error",
                            "amount_too_large",
                            "The amount to capture must be between 1 and the amount_capturable of " + capturable + ".")
                    .param("amount_to_capture");
        }
        charges.capture(intent, amount, call);
        received(intent, amount, call);
        return intent;
    }

    JsonObject cancel(String id, Call call) {
        JsonObject intent = retrieve(id);
        requireStatus(intent, "cancel", CANCELABLE);
        return cancel(intent, Form.text(call.parameters(), "cancellation_reason"), call);
    }

    private JsonObject cancel(JsonObject intent, @Nullable String reason, Call call) {
        if (intent.getString("status").equals("requires_capture")) {
            charges.release(intent, call);
        }
        store.put(intent.put("status", "canceled")
                .put("canceled_at", store.now())
                .put("cancellation_reason", reason)
                .put("amount_capturable", 0)
                .putNull("next_action"));
        events.record("payment_intent.canceled", intent, call);
        return intent;
    }

    /** The payment whose card holder is being asked, if {@code secret} is the one of the page that asks. */
    @Nullable
    JsonObject asking(String id, String secret) {
        return challenge.asking(TYPE, id, secret);
    }

    /** The card holder's answer. Returns where his browser is to go. */
    String answer(JsonObject intent, boolean authorised, Call call) {
        JsonObject method = methods.retrieve(intent.getString("payment_method"));
        Challenge.answered(intent);
        if (authorised) {
            charge(intent, method, call);
        } else {
            fail(
                    intent,
                    method,
                    StripeProblem.of(
                            402,
                            "invalid_request_error",
                            "payment_intent_authentication_failure",
                            "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
                                    + "PaymentMethod to attempt to fulfill this PaymentIntent again."),
                    call);
        }
        return Challenge.wayBack(intent, authorised);
    }

    private void requireConfirmable(JsonObject intent, @Nullable JsonObject method, JsonObject parameters) {
        if (method == null) {
            throw StripeProblem.unexpectedState(
                    intent,
                    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
                            + "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with "
                            + "a payment method.");
        }
        String returnUrl = Form.text(parameters, "return_url");
        if (returnUrl == null) {
            returnUrl = Challenge.returnUrl(intent);
        }
        JsonObject automatic = intent.getJsonObject("automatic_payment_methods");
        if (returnUrl == null && automatic != null && !"never".equals(automatic.getString("allow_redirects"))) {
            throw StripeProblem.invalid(
                    "return_url",
                    "This PaymentIntent accepts payment methods that might redirect the customer off of your page: you "
                            + "must provide a `return_url`. If you don't want to accept redirect-based payment methods, set "
                            + "`automatic_payment_methods[enabled]` to `true` and "
                            + "`automatic_payment_methods[allow_redirects]` to `never`.");
        }
        if (returnUrl != null && !isWebAddress(returnUrl)) {
            throw StripeProblem.of(400, "invalid_request_error", "url_invalid", "Not a valid URL")
                    .param("return_url");
        }
        Challenge.returnTo(intent, returnUrl);
    }

    private void pay(JsonObject intent, JsonObject method, Call call) {
        intent.putNull("last_payment_error").putNull("next_action");
        TestCard card = PaymentMethods.card(method);
        if (methods.isExpired(method)) {
            throw declined(intent, method, TestCard.EXPIRED.decline(), call);
        }
        switch (methods.outcome(method)) {
            case SUCCEEDS -> charge(intent, method, call);
            case DECLINED, DECLINED_ONCE_SAVED -> throw declined(intent, method, card.decline(), call);
            case ASKS, ASKS_ONCE -> {
                if (Form.flag(call.parameters(), "off_session")) {
                    throw declined(
                            intent,
                            method,
                            StripeProblem.of(
                                            402,
                                            "card_error",
                                            "authentication_required",
                                            "Your card was declined. This transaction requires authentication.")
                                    .with("decline_code", "authentication_required"),
                            call);
                }
                ask(intent, call);
            }
        }
    }

    private void ask(JsonObject intent, Call call) {
        challenge.ask(intent);
        events.record("payment_intent.requires_action", intent, call);
    }

    private void charge(JsonObject intent, JsonObject method, Call call) {
        boolean manual = intent.getString("capture_method").equals("manual");
        JsonObject charge = charges.succeed(intent, method, !manual, call);
        intent.put("latest_charge", charge.getString("id"));
        String customer = intent.getString("customer");
        if (customer != null && intent.getString("setup_future_usage") != null) {
            methods.attach(method, customer, call);
        } else {
            methods.used(method);
        }
        if (manual) {
            store.put(intent.put("status", "requires_capture").put("amount_capturable", intent.getLong("amount")));
            watch(intent);
            events.record("payment_intent.amount_capturable_updated", intent, call);
        } else {
            received(intent, intent.getLong("amount"), call);
        }
        if (!manual && PaymentMethods.card(method) == TestCard.DISPUTED) {
            disputes.open(charge, intent.getLong("amount"), call);
        }
    }

    private void received(JsonObject intent, long amount, Call call) {
        store.put(intent.put("status", "succeeded").put("amount_capturable", 0).put("amount_received", amount));
        events.record("payment_intent.succeeded", intent, call);
    }

    private StripeProblem declined(JsonObject intent, JsonObject method, StripeProblem problem, Call call) {
        JsonObject charge = charges.fail(intent, method, problem, call);
        intent.put("latest_charge", charge.getString("id"));
        problem.with("charge", charge.getString("id"));
        fail(intent, method, problem, call);
        return problem.with("payment_intent", Store.shown(intent)).executed();
    }

    private void fail(JsonObject intent, JsonObject method, StripeProblem problem, Call call) {
        JsonObject error = problem.body().getJsonObject("error").copy().put("payment_method", Store.shown(method));
        store.put(intent.put("status", "requires_payment_method")
                .putNull("payment_method")
                .put("last_payment_error", error));
        events.record("payment_intent.payment_failed", intent, call);
        problem.with("payment_method", Store.shown(method));
    }

    private static void requireStatus(JsonObject intent, String verb, List<String> allowed) {
        String status = intent.getString("status");
        if (!allowed.contains(status)) {
            throw StripeProblem.unexpectedState(
                    intent,
                    "You cannot " + verb + " this PaymentIntent because it has a status of " + status
                            + ". Only a PaymentIntent with one of the following statuses allows that: "
                            + String.join(", ", allowed) + ".");
        }
    }

    private static long amount(JsonObject parameters) {
        long amount = Form.integer("amount", Form.required(parameters, "amount"));
        if (amount < AMOUNT_MIN) {
            throw StripeProblem.of(
                            400,
                            "invalid_request_error",
                            "amount_too_small",
                            "The amount must be at least " + AMOUNT_MIN + " in the smallest unit of the currency.")
                    .param("amount");
        }
        if (amount > AMOUNT_MAX) {
            throw StripeProblem.of(
                            400,
                            "invalid_request_error",
                            "amount_too_large",
                            "The amount must be no more than " + AMOUNT_MAX + " in the smallest unit of the currency.")
                    .param("amount");
        }
        return amount;
    }

    /** The first is what an absent parameter means. */
    private static String oneOf(JsonObject parameters, String name, List<String> allowed) {
        String text = Form.text(parameters, name);
        if (text == null) {
            return allowed.getFirst();
        }
        if (!allowed.contains(text)) {
            throw StripeProblem.invalid(
                    name, "Invalid " + name + ": must be one of " + String.join(", ", allowed) + ".");
        }
        return text;
    }

    private static boolean isWebAddress(String text) {
        try {
            URI address = URI.create(text);
            return address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
