package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Charges of payments, and their refunds. */
final class Charges {
    private static final String TYPE = "charge";
    private static final String REFUND = "refund";
    private static final List<String> REASONS = List.of("duplicate", "fraudulent", "requested_by_customer");

    private final Store store;
    private final Events events;
    private final Balance balance;
    private final Duration holdFor;

    /** @param holdFor how long what is not collected is kept */
    Charges(Store store, Events events, Balance balance, Duration holdFor) {
        this.store = store;
        this.events = events;
        this.balance = balance;
        this.holdFor = holdFor;
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, TYPE, id);
    }

    JsonObject list(JsonObject parameters) {
        String intent = Form.text(parameters, "payment_intent");
        String customer = Form.text(parameters, "customer");
        return store.list(
                TYPE,
                "/v1/charges",
                parameters,
                charge -> (intent == null || intent.equals(charge.getString("payment_intent")))
                        && (customer == null || customer.equals(charge.getString("customer"))));
    }

    JsonObject succeed(JsonObject intent, JsonObject method, boolean captured, Call call) {
        JsonObject charge = newCharge(intent, method)
                .put("amount_captured", captured ? intent.getLong("amount") : 0)
                .put("captured", captured)
                .put("paid", true)
                .put("status", "succeeded");
        if (captured) {
            received(charge, intent.getLong("amount"));
        } else {
            card(charge).put("capture_before", store.now() + holdFor.toSeconds());
        }
        store.put(charge);
        events.record("charge.succeeded", charge, call);
        return charge;
    }

    /** When what is kept for an intent is let go, in seconds; never when nothing is kept. */
    long keptUntil(JsonObject intent) {
        String charge = intent.getString("latest_charge");
        return charge == null || !intent.getString("status").equals("requires_capture")
                ? Long.MAX_VALUE
                : card(retrieve(charge)).getLong("capture_before", Long.MAX_VALUE);
    }

    void keepUntil(JsonObject intent, long seconds) {
        JsonObject charge = retrieve(intent.getString("latest_charge"));
        card(charge).put("capture_before", seconds);
        store.put(charge);
    }

    private static JsonObject card(JsonObject charge) {
        return charge.getJsonObject("payment_method_details").getJsonObject("card");
    }

    JsonObject fail(JsonObject intent, JsonObject method, StripeProblem problem, Call call) {
        JsonObject error = problem.body().getJsonObject("error");
        JsonObject charge = newCharge(intent, method)
                .put("failure_code", error.getString("code"))
                .put("failure_message", error.getString("message"))
                .put("status", "failed");
        store.put(charge);
        events.record("charge.failed", charge, call);
        return charge;
    }

    /** Takes {@code amount} of what is reserved; the rest is released. */
    void capture(JsonObject intent, long amount, Call call) {
        JsonObject charge = retrieve(intent.getString("latest_charge"));
        received(charge, amount);
        store.put(charge.put("captured", true)
                .put("amount_captured", amount)
                .put("amount_refunded", charge.getLong("amount") - amount));
        events.record("charge.captured", charge, call);
    }

    private void received(JsonObject charge, long amount) {
        String currency = charge.getString("currency");
        JsonObject moved =
                balance.move("charge", "charge", amount, Balance.feeOf(amount), currency, charge.getString("id"));
        charge.put("balance_transaction", moved.getString("id"));
    }

    /** Gives back what is reserved and was never taken. */
    void release(JsonObject intent, Call call) {
        JsonObject charge = retrieve(intent.getString("latest_charge"));
        store.put(charge.put("amount_refunded", charge.getLong("amount")).put("refunded", true));
        events.record("charge.refunded", charge, call);
    }

    JsonObject refund(Call call) {
        JsonObject parameters = call.parameters();
        JsonObject charge = charge(parameters);
        long left = charge.getLong("amount") - charge.getLong("amount_refunded");
        if (left == 0) {
            throw StripeProblem.of(
                            400,
                            "invalid_request_error",
                            "charge_already_refunded",
                            "Charge " + charge.getString("id") + " has already been refunded.")
                    .executed();
        }
        String text = Form.text(parameters, "amount");
        long amount = text == null ? left : Form.integer("amount", text);
        if (amount < 1) {
            throw StripeProblem.of(
                            400, "invalid_request_error", "parameter_invalid_integer", "Invalid positive integer")
                    .param("amount");
        }
        if (amount > left) {
            throw StripeProblem.invalid(
                            "amount",
                            "Refund amount (" + amount + ") is greater than unrefunded amount on charge (" + left
                                    + ").")
                    .executed();
        }
        String reason = Form.text(parameters, "reason");
        if (reason != null && !REASONS.contains(reason)) {
            throw StripeProblem.invalid("reason", "Invalid reason: must be one of " + String.join(", ", REASONS) + ".");
        }
        JsonObject refund = new JsonObject()
                .put("id", store.newId("re"))
                .put("object", REFUND)
                .put("amount", amount)
                .put("charge", charge.getString("id"))
                .put("created", store.now())
                .put("currency", charge.getString("currency"))
                .put("metadata", Metadata.merged(new JsonObject(), parameters))
                .put("payment_intent", charge.getString("payment_intent"))
                .put("reason", reason)
                .put("status", "succeeded");
        if (charge.getBoolean("disputed")) {
            throw StripeProblem.of(
                            400,
                            "invalid_request_error",
                            "charge_disputed",
                            "Charge " + charge.getString("id") + " has been charged back; cannot issue a refund.")
                    .executed();
        }
        JsonObject moved =
                balance.move("refund", "refund", -amount, 0, charge.getString("currency"), refund.getString("id"));
        refund.put("balance_transaction", moved.getString("id"));
        store.put(charge.put("amount_refunded", charge.getLong("amount_refunded") + amount)
                .put("refunded", amount == left));
        store.put(refund);
        events.record("refund.created", refund, call);
        events.record("charge.refunded", charge, call);
        return refund;
    }

    JsonObject retrieveRefund(String id) {
        return store.get(REFUND, REFUND, id);
    }

    JsonObject listRefunds(JsonObject parameters) {
        String intent = Form.text(parameters, "payment_intent");
        String charge = Form.text(parameters, "charge");
        return store.list(
                REFUND,
                "/v1/refunds",
                parameters,
                refund -> (intent == null || intent.equals(refund.getString("payment_intent")))
                        && (charge == null || charge.equals(refund.getString("charge"))));
    }

    private JsonObject charge(JsonObject parameters) {
        String chargeId = Form.text(parameters, "charge");
        if (chargeId == null) {
            JsonObject intent =
                    store.get("payment_intent", "payment_intent", Form.required(parameters, "payment_intent"));
            chargeId = intent.getString("latest_charge");
            if (chargeId == null || !intent.getString("status").equals("succeeded")) {
                throw StripeProblem.unexpectedState(
                        intent,
                        "This PaymentIntent (" + intent.getString("id")
                                + ") does not have a successful charge to refund.");
            }
        }
        JsonObject charge = retrieve(chargeId);
        if (!charge.getBoolean("captured")) {
            throw StripeProblem.invalid("charge", "Charge " + chargeId + " was not captured and cannot be refunded.");
        }
        return charge;
    }

    private JsonObject newCharge(JsonObject intent, JsonObject method) {
        @Nullable String customer = intent.getString("customer");
        return new JsonObject()
                .put("id", store.newId("ch"))
                .put("object", TYPE)
                .put("amount", intent.getLong("amount"))
                .put("amount_captured", 0)
                .put("amount_refunded", 0)
                .putNull("balance_transaction")
                .put("billing_details", method.getJsonObject("billing_details"))
                .put("captured", false)
                .put("created", store.now())
                .put("currency", intent.getString("currency"))
                .put("customer", customer)
                .put("description", intent.getString("description"))
                .put("disputed", false)
                .putNull("failure_code")
                .putNull("failure_message")
                .put("livemode", false)
                .put("metadata", intent.getJsonObject("metadata").copy())
                .put("paid", false)
                .put("payment_intent", intent.getString("id"))
                .put("payment_method", method.getString("id"))
                .put(
                        "payment_method_details",
                        new JsonObject()
                                .put("type", "card")
                                .put("card", method.getJsonObject("card").copy()))
                .put("refunded", false);
    }
}
