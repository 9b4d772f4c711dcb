package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Money of the account that goes to its owner's bank: the platform's own. What connected accounts get are {@link Transfers}, and
 * how those are paid out is not simulated.
 */
final class Payouts {
    private static final String TYPE = "payout";
    private static final int STATEMENT_LENGTH_MAX = 22;
    private static final List<String> METHODS = List.of("standard", "instant");

    private final Store store;
    private final Events events;
    private final Balance balance;

    Payouts(Store store, Events events, Balance balance) {
        this.store = store;
        this.events = events;
        this.balance = balance;
    }

    JsonObject create(Call call) {
        JsonObject parameters = call.parameters();
        long amount = Form.integer("amount", Form.required(parameters, "amount"));
        String currency = Form.required(parameters, "currency");
        String method = Form.text(parameters, "method");
        String statement = Form.text(parameters, "statement_descriptor");
        if (amount < 1) {
            throw StripeProblem.of(
                            400, "invalid_request_error", "parameter_invalid_integer", "Invalid positive integer")
                    .param("amount");
        } else if (method != null && !METHODS.contains(method)) {
            throw StripeProblem.invalid("method", "Invalid method: must be one of " + String.join(", ", METHODS) + ".");
        } else if (statement != null && statement.length() > STATEMENT_LENGTH_MAX) {
            throw StripeProblem.invalid("statement_descriptor", "The statement descriptor is too long.");
        } else if (amount > balance.available(currency)) {
            throw StripeProblem.of(
                            400,
                            "invalid_request_error",
                            "balance_insufficient",
                            "You have insufficient funds in your account for this payout.")
                    .executed();
        }
        JsonObject payout = new JsonObject()
                .put("id", store.newId("po"))
                .put("object", TYPE)
                .put("amount", amount)
                .put("arrival_date", store.now())
                .put("automatic", false)
                .put("created", store.now())
                .put("currency", currency)
                .putNull("failure_balance_transaction")
                .putNull("failure_code")
                .put("livemode", false)
                .put("metadata", Metadata.merged(new JsonObject(), parameters))
                .put("method", method == null ? "standard" : method)
                // Ours are begun by hand: only automatic ones are told apart by what they consist of.
                .put("reconciliation_status", "not_applicable")
                .put("source_type", "card")
                .put("statement_descriptor", statement)
                .put("status", "paid")
                .put("type", "bank_account");
        payout.put("balance_transaction", move(payout, -amount, TYPE));
        store.put(payout);
        events.record("payout.created", payout, call);
        events.record("payout.paid", payout, call);
        return payout;
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, TYPE, id);
    }

    JsonObject list(JsonObject parameters) {
        String status = Form.text(parameters, "status");
        return store.list(
                TYPE, "/v1/payouts", parameters, payout -> status == null || status.equals(payout.getString("status")));
    }

    /** The simulator's own: the bank does not take it. */
    JsonObject fail(String id, Call call) {
        JsonObject payout = retrieve(id);
        if (!payout.getString("status").equals("paid")) {
            throw StripeProblem.invalid("payout", "This payout has failed already.");
        }
        payout.put("status", "failed")
                .put("failure_code", "account_closed")
                .put("failure_balance_transaction", move(payout, payout.getLong("amount"), "payout_failure"));
        store.put(payout);
        events.record("payout.failed", payout, call);
        return payout;
    }

    private String move(JsonObject payout, long amount, String type) {
        return balance.move(type, TYPE, amount, 0, payout.getString("currency"), payout.getString("id"))
                .getString("id");
    }
}
