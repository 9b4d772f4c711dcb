package dev.berth.dev.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * Money that goes from the platform to connected accounts, and comes back when a transfer is reversed. From there to the bank
 * it goes by the account's own schedule, which is nothing of the platform's.
 */
final class Transfers {
    private static final String TYPE = "transfer";
    private static final long AMOUNT_MAX = 99_999_999;

    private final Store store;
    private final Events events;
    private final Accounts accounts;
    private final Balance balance;

    Transfers(Store store, Events events, Accounts accounts, Balance balance) {
        this.store = store;
        this.events = events;
        this.accounts = accounts;
        this.balance = balance;
    }

    JsonObject create(Call call) {
        JsonObject parameters = call.parameters();
        long amount = amount(Form.required(parameters, "amount"));
        String currency = Form.required(parameters, "currency").toLowerCase(Locale.ROOT);
        if (!currency.matches("[a-z]{3}")) {
            throw StripeProblem.invalid("currency", "Invalid currency: " + currency);
        }
        JsonObject destination = accounts.retrieve(Form.required(parameters, "destination"));
        if (!"active".equals(destination.getJsonObject("capabilities").getString("transfers"))) {
            throw StripeProblem.of(
                            400,
                            "invalid_request_error",
                            "insufficient_capabilities_for_transfer",
                            "Your destination account needs to have at least one of the following capabilities enabled: "
                                    + "transfers, crypto_transfers, legacy_payments")
                    .executed();
        }
        String id = store.newId("tr");
        JsonObject transfer = new JsonObject()
                .put("id", id)
                .put("object", TYPE)
                .put("amount", amount)
                .put("amount_reversed", 0)
                .put(
                        "balance_transaction",
                        balance.move("transfer", "transfer", -amount, 0, currency, id)
                                .getString("id"))
                .put("created", store.now())
                .put("currency", currency)
                .put("description", Form.text(parameters, "description"))
                .put("destination", destination.getString("id"))
                .put("destination_payment", store.newId("py"))
                .put("livemode", false)
                .put("metadata", Metadata.merged(new JsonObject(), parameters))
                .put(
                        "reversals",
                        new JsonObject()
                                .put("object", "list")
                                .put("data", new JsonArray())
                                .put("has_more", false)
                                .put("total_count", 0)
                                .put("url", "/v1/transfers/" + id + "/reversals"))
                .put("reversed", false)
                .put("source_transaction", Form.text(parameters, "source_transaction"))
                .put("source_type", "card")
                .put("transfer_group", Form.text(parameters, "transfer_group"));
        store.put(transfer);
        events.record("transfer.created", transfer, call);
        return transfer;
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, TYPE, id);
    }

    JsonObject list(JsonObject parameters) {
        String destination = Form.text(parameters, "destination");
        String group = Form.text(parameters, "transfer_group");
        return store.list(
                TYPE,
                "/v1/transfers",
                parameters,
                transfer -> (destination == null || destination.equals(transfer.getString("destination")))
                        && (group == null || group.equals(transfer.getString("transfer_group"))));
    }

    /** Takes all of it back, or a part. */
    JsonObject reverse(String id, Call call) {
        JsonObject transfer = retrieve(id);
        long left = transfer.getLong("amount") - transfer.getLong("amount_reversed");
        String text = Form.text(call.parameters(), "amount");
        long amount = text == null ? left : amount(text);
        if (left == 0 || amount > left) {
            throw StripeProblem.invalid(
                            "amount",
                            "Transfer reversal amount (" + amount + ") is greater than unreversed amount (" + left
                                    + ").")
                    .executed();
        }
        String reversalId = store.newId("trr");
        JsonObject reversal = new JsonObject()
                .put("id", reversalId)
                .put("object", "transfer_reversal")
                .put("amount", amount)
                .put(
                        "balance_transaction",
                        balance.move(
                                        "transfer_refund",
                                        "transfer_reversal",
                                        amount,
                                        0,
                                        transfer.getString("currency"),
                                        reversalId)
                                .getString("id"))
                .put("created", store.now())
                .put("currency", transfer.getString("currency"))
                .put("metadata", Metadata.merged(new JsonObject(), call.parameters()))
                .put("transfer", id);
        JsonObject reversals = transfer.getJsonObject("reversals");
        reversals.getJsonArray("data").add(reversal);
        reversals.put("total_count", reversals.getInteger("total_count") + 1);
        store.put(reversal);
        store.put(transfer.put("amount_reversed", transfer.getLong("amount_reversed") + amount)
                .put("reversed", amount == left));
        events.record("transfer.reversed", transfer, call);
        return reversal;
    }

    private static long amount(String text) {
        long amount = Form.integer("amount", text);
        if (amount < 1 || amount > AMOUNT_MAX) {
            throw StripeProblem.of(
                            400, "invalid_request_error", "parameter_invalid_integer", "Invalid positive integer")
                    .param("amount");
        }
        return amount;
    }
}
