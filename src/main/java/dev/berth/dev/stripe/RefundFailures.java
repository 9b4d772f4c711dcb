package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;

/** Refunds that the card's bank does not take after they were told to be done: the money comes back to the account. */
final class RefundFailures {
    private final Store store;
    private final Events events;
    private final Balance balance;

    RefundFailures(Store store, Events events, Balance balance) {
        this.store = store;
        this.events = events;
        this.balance = balance;
    }

    /** The simulator's own: what the bank does days later. */
    JsonObject fail(String id, Call call) {
        JsonObject refund = store.get("refund", "refund", id);
        if (!refund.getString("status").equals("succeeded")) {
            throw StripeProblem.invalid("refund", "This refund is " + refund.getString("status") + " already.");
        }
        long amount = refund.getLong("amount");
        JsonObject moved =
                balance.move("refund_failure", "refund_failure", amount, 0, refund.getString("currency"), id);
        refund.put("status", "failed")
                .put("failure_reason", "lost_or_stolen_card")
                .put("failure_balance_transaction", moved.getString("id"));
        JsonObject charge = store.get("charge", "charge", refund.getString("charge"));
        store.put(charge.put("amount_refunded", charge.getLong("amount_refunded") - amount)
                .put("refunded", false));
        store.put(refund);
        events.record("refund.failed", refund, call);
        events.record("charge.refund.updated", refund, call);
        return refund;
    }
}
