package dev.berth.dev.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/**
 * Charges that their card's holder says were not theirs: {@code needs_response → under_review → won | lost}. The money goes
 * when the dispute is opened, with a fee, and both come back when it is won. As at Stripe, evidence that contains
 * {@code winning_evidence} or {@code losing_evidence} ends a dispute at once; others are ended over the simulator's own page.
 */
final class Disputes {
    private static final String TYPE = "dispute";
    private static final long FEE = 2_000;
    private static final Duration TIME_TO_RESPOND = Duration.ofDays(9);
    private static final String OPEN = "needs_response";
    private static final String REVIEWED = "under_review";
    private static final String WON = "won";
    private static final String LOST = "lost";
    private static final List<String> RUNNING = List.of(OPEN, REVIEWED);

    private final Store store;
    private final Events events;
    private final Balance balance;

    Disputes(Store store, Events events, Balance balance) {
        this.store = store;
        this.events = events;
        this.balance = balance;
    }

    /** Opens one of all that is left of a charge, or of a part. */
    JsonObject open(JsonObject charge, long amount, Call call) {
        long left = charge.getLong("amount_captured") - charge.getLong("amount_refunded");
        if (amount < 1 || amount > left || charge.getBoolean("disputed")) {
            throw StripeProblem.invalid("charge", "There is nothing of this charge to dispute.");
        }
        String currency = charge.getString("currency");
        JsonObject dispute = new JsonObject()
                .put("id", store.newId("dp"))
                .put("object", TYPE)
                .put("amount", amount)
                .put("balance_transactions", new JsonArray())
                .put("charge", charge.getString("id"))
                .put("created", store.now())
                .put("currency", currency)
                .put("evidence", new JsonObject())
                .put(
                        "evidence_details",
                        new JsonObject()
                                .put("due_by", store.now() + TIME_TO_RESPOND.toSeconds())
                                .put("has_evidence", false)
                                .put("past_due", false)
                                .put("submission_count", 0))
                .put("is_charge_refundable", false)
                .put("livemode", false)
                .put("metadata", new JsonObject())
                .put("payment_intent", charge.getString("payment_intent"))
                .put("reason", "fraudulent")
                .put("status", OPEN);
        store.put(charge.put("disputed", true));
        move(dispute, -amount, FEE);
        events.record("charge.dispute.created", dispute, call);
        events.record("charge.dispute.funds_withdrawn", dispute, call);
        return dispute;
    }

    /** The simulator's own: opens one of a payment's charge. */
    JsonObject open(Call call) {
        JsonObject parameters = call.parameters();
        JsonObject intent = store.get("payment_intent", "payment_intent", Form.required(parameters, "payment_intent"));
        JsonObject charge = store.get("charge", "payment_intent", intent.getString("latest_charge"));
        String amount = Form.text(parameters, "amount");
        long left = charge.getLong("amount_captured") - charge.getLong("amount_refunded");
        return open(charge, amount == null ? left : Form.integer("amount", amount), call);
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, TYPE, id);
    }

    JsonObject list(JsonObject parameters) {
        String charge = Form.text(parameters, "charge");
        String intent = Form.text(parameters, "payment_intent");
        return store.list(
                TYPE,
                "/v1/disputes",
                parameters,
                dispute -> (charge == null || charge.equals(dispute.getString("charge")))
                        && (intent == null || intent.equals(dispute.getString("payment_intent"))));
    }

    JsonObject update(String id, Call call) {
        JsonObject dispute = retrieve(id);
        requireRunning(dispute, List.of(OPEN));
        JsonObject given = Form.object(call.parameters(), "evidence");
        JsonObject evidence = dispute.getJsonObject("evidence").mergeIn(given);
        String submit = Form.text(call.parameters(), "submit");
        boolean submitted = submit == null || Boolean.parseBoolean(submit);
        JsonObject details = dispute.getJsonObject("evidence_details");
        details.put("has_evidence", !evidence.isEmpty());
        dispute.put("metadata", Metadata.merged(dispute, call.parameters()));
        if (submitted) {
            details.put("submission_count", details.getInteger("submission_count") + 1);
            dispute.put("status", REVIEWED);
        }
        store.put(dispute);
        events.record("charge.dispute.updated", dispute, call);
        String text = evidence.encode();
        if (submitted && text.contains("winning_evidence")) {
            end(dispute, true, call);
        } else if (submitted && text.contains("losing_evidence")) {
            end(dispute, false, call);
        }
        return dispute;
    }

    /** Gives it up. */
    JsonObject close(String id, Call call) {
        return end(retrieve(id), false, call);
    }

    /** The simulator's own: what the card holder's bank decides. */
    JsonObject decide(String id, Call call) {
        return end(retrieve(id), WON.equals(Form.required(call.parameters(), "outcome")), call);
    }

    private JsonObject end(JsonObject dispute, boolean won, Call call) {
        requireRunning(dispute, RUNNING);
        dispute.put("status", won ? WON : LOST);
        if (won) {
            move(dispute, dispute.getLong("amount"), -FEE);
            events.record("charge.dispute.funds_reinstated", dispute, call);
        }
        store.put(dispute);
        events.record("charge.dispute.closed", dispute, call);
        return dispute;
    }

    private void move(JsonObject dispute, long amount, long fee) {
        JsonObject moved = balance.move(
                "adjustment",
                amount < 0 ? "dispute" : "dispute_reversal",
                amount,
                fee,
                dispute.getString("currency"),
                dispute.getString("id"));
        dispute.getJsonArray("balance_transactions").add(moved.copy());
        store.put(dispute);
    }

    private static void requireRunning(JsonObject dispute, List<String> allowed) {
        if (!allowed.contains(dispute.getString("status"))) {
            throw StripeProblem.invalid(
                    null, "This dispute is already closed or under review (" + dispute.getString("status") + ").");
        }
    }
}
