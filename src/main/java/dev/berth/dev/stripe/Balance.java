package dev.berth.dev.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What moves the account's money, one transaction each, with the fee that the provider keeps. */
final class Balance {
    private static final String TYPE = "balance_transaction";
    /** Of a European card. */
    private static final long FEE_BASIS_POINTS = 150;

    private static final long FEE_FIXED = 25;
    private static final long BASIS_POINTS = 10_000;
    private static final long HALF = BASIS_POINTS / 2;

    private final Store store;

    Balance(Store store) {
        this.store = store;
    }

    static long feeOf(long charged) {
        return Math.floorDiv(charged * FEE_BASIS_POINTS + HALF, BASIS_POINTS) + FEE_FIXED;
    }

    /**
     * @param amount what comes to the account, or goes when it is negative
     * @param source the id of what has moved it
     */
    JsonObject move(String type, String category, long amount, long fee, String currency, String source) {
        JsonArray fees = new JsonArray();
        if (fee != 0) {
            fees.add(new JsonObject()
                    .put("amount", fee)
                    .putNull("application")
                    .put("currency", currency)
                    .put("description", "Stripe processing fees")
                    .put("type", "stripe_fee"));
        }
        return store.put(new JsonObject()
                .put("id", store.newId("txn"))
                .put("object", TYPE)
                .put("amount", amount)
                .put("available_on", store.now())
                .put("created", store.now())
                .put("currency", currency)
                .putNull("description")
                .putNull("exchange_rate")
                .put("fee", fee)
                .put("fee_details", fees)
                .put("net", amount - fee)
                .put("reporting_category", category)
                .put("source", source)
                .put("status", "available")
                .put("type", type));
    }

    /** What the account has of a currency, less all fees. */
    long available(String currency) {
        return store.all(TYPE, each -> currency.equals(each.getString("currency"))).stream()
                .mapToLong(each -> each.getLong("net"))
                .sum();
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, "id", id);
    }

    JsonObject list(JsonObject parameters) {
        String type = Form.text(parameters, "type");
        String source = Form.text(parameters, "source");
        String currency = Form.text(parameters, "currency");
        return store.list(
                TYPE,
                "/v1/balance_transactions",
                parameters,
                each -> (type == null || type.equals(each.getString("type")))
                        && (source == null || source.equals(each.getString("source")))
                        && (currency == null || currency.equals(each.getString("currency"))));
    }
}
