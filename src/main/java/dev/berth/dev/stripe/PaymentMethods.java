package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Cards. The names of Stripe's test methods stand for a new card each time that they are used. */
final class PaymentMethods {
    private static final String TYPE = "payment_method";
    /** Test cards expire that many years from now. */
    private static final int VALID_YEARS = 3;

    private static final int MONTHS = 12;

    private final Store store;
    private final Events events;
    private final Customers customers;

    PaymentMethods(Store store, Events events, Customers customers) {
        this.store = store;
        this.events = events;
        this.customers = customers;
    }

    JsonObject create(Call call) {
        JsonObject parameters = call.parameters();
        if (!Form.required(parameters, "type").equals("card")) {
            throw StripeProblem.invalid("type", "This simulator knows payment methods of type card only.");
        }
        JsonObject card = Form.object(parameters, "card");
        String token = Form.text(card, "token");
        String number = Form.text(card, "number");
        if (token == null && number == null) {
            throw StripeProblem.of(
                            400, "invalid_request_error", "parameter_missing", "Missing required param: card[number].")
                    .param("card[number]");
        }
        TestCard testCard = token != null
                ? TestCard.ofToken(token).orElseThrow(() -> StripeProblem.missing("token", "card[token]", token))
                : TestCard.ofNumber(String.valueOf(number))
                        .orElseThrow(() -> StripeProblem.of(
                                        402, "card_error", "incorrect_number", "Your card number is incorrect.")
                                .param("number"));
        JsonObject method = newMethod(testCard);
        expiry(method, card);
        method.put("metadata", Metadata.merged(new JsonObject(), parameters))
                .put("billing_details", Form.object(parameters, "billing_details"));
        return store.put(method);
    }

    JsonObject retrieve(String id) {
        return find(id, "payment_method");
    }

    /** What may be changed of a card: when it ends, and notes. */
    JsonObject update(String id, Call call) {
        JsonObject method = store.get(TYPE, "payment_method", id);
        if (method.getString("customer") == null) {
            throw StripeProblem.invalid(
                    "payment_method", "You must save this PaymentMethod to a customer before you can update it.");
        }
        expiry(method, Form.object(call.parameters(), "card"));
        method.put("metadata", Metadata.merged(method, call.parameters()));
        store.put(method);
        events.record("payment_method.updated", method, call);
        return method;
    }

    private static void expiry(JsonObject method, JsonObject given) {
        String month = Form.text(given, "exp_month");
        String year = Form.text(given, "exp_year");
        if (month != null) {
            long value = Form.integer("card[exp_month]", month);
            if (value < 1 || value > MONTHS) {
                throw StripeProblem.of(
                                402, "card_error", "invalid_expiry_month", "Your card's expiration month is invalid.")
                        .param("exp_month");
            }
            method.getJsonObject("card").put("exp_month", value);
        }
        if (year != null) {
            method.getJsonObject("card").put("exp_year", Form.integer("card[exp_year]", year));
        }
    }

    /** It can be used to the end of its month. */
    boolean isExpired(JsonObject method) {
        JsonObject card = method.getJsonObject("card");
        YearMonth end = YearMonth.of(card.getInteger("exp_year"), card.getInteger("exp_month"));
        return end.isBefore(YearMonth.from(Instant.ofEpochSecond(store.now()).atZone(ZoneOffset.UTC)));
    }

    /** What happens to a charge of it. */
    TestCard.Outcome outcome(JsonObject method) {
        TestCard.Outcome outcome = card(method).outcome();
        return outcome == TestCard.Outcome.ASKS_ONCE && method.getBoolean("_authorised", false)
                ? TestCard.Outcome.SUCCEEDS
                : outcome;
    }

    /** Its holder has agreed to charges without them. */
    void authorised(JsonObject method) {
        store.put(method.put("_authorised", true));
    }

    JsonObject attach(String id, Call call) {
        String customer = customers.known(call.parameters());
        if (customer == null) {
            throw StripeProblem.of(
                            400, "invalid_request_error", "parameter_missing", "Missing required param: customer.")
                    .param("customer");
        }
        JsonObject method = find(id, "payment_method");
        String owner = method.getString("customer");
        if (owner != null && !owner.equals(customer)) {
            throw StripeProblem.invalid(
                    "payment_method", "The payment method you provided has already been attached to a customer.");
        }
        requireUnspent(method);
        TestCard card = card(method);
        if (card.outcome() == TestCard.Outcome.DECLINED) {
            // A card is tried before it is saved.
            throw card.decline();
        }
        attach(method, customer, call);
        return method;
    }

    JsonObject detach(String id, Call call) {
        JsonObject method = find(id, "payment_method");
        if (method.getString("customer") == null) {
            throw StripeProblem.invalid(
                    "payment_method",
                    "The payment method you provided is not attached to a customer so detachment is impossible.");
        }
        store.put(method.putNull("customer").put("_spent", true));
        events.record("payment_method.detached", method, call);
        return method;
    }

    JsonObject list(JsonObject parameters, String url, @Nullable String customer) {
        String type = Form.text(parameters, "type");
        return store.list(
                TYPE,
                url,
                parameters,
                method -> customer != null
                        && customer.equals(method.getString("customer"))
                        && (type == null || type.equals(method.getString("type"))));
    }

    JsonObject listOf(String customer, JsonObject parameters) {
        return list(
                parameters,
                "/v1/customers/" + customer + "/payment_methods",
                customers.retrieve(customer).getString("id"));
    }

    JsonObject list(JsonObject parameters) {
        return list(parameters, "/v1/payment_methods", customers.known(parameters));
    }

    /** The method for a payment of {@code customer}, if the payment may use it. */
    JsonObject usable(String id, @Nullable String customer) {
        JsonObject method = find(id, "payment_method");
        String owner = method.getString("customer");
        if (owner != null && !owner.equals(customer)) {
            throw StripeProblem.invalid(
                    "payment_method",
                    "The payment method " + method.getString("id")
                            + " belongs to a customer: provide that customer with it.");
        }
        requireUnspent(method);
        return method;
    }

    /** A method that pays without belonging to a customer does so once. */
    void used(JsonObject method) {
        if (method.getString("customer") == null) {
            store.put(method.put("_spent", true));
        }
    }

    void attach(JsonObject method, String customer, Call call) {
        if (!customer.equals(method.getString("customer"))) {
            store.put(method.put("customer", customer).put("_spent", false));
            events.record("payment_method.attached", method, call);
        }
    }

    static TestCard card(JsonObject method) {
        return TestCard.ofLast4(method.getJsonObject("card").getString("last4"));
    }

    private JsonObject find(String id, String param) {
        return TestCard.ofMethod(id)
                .map(card -> store.put(newMethod(card)))
                .orElseGet(() -> store.get(TYPE, param, id));
    }

    private static void requireUnspent(JsonObject method) {
        if (method.getBoolean("_spent", false)) {
            throw StripeProblem.invalid(
                    "payment_method",
                    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was "
                            + "detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you "
                            + "must attach it to a Customer first.");
        }
    }

    private JsonObject newMethod(TestCard card) {
        int year = Instant.ofEpochSecond(store.now()).atZone(ZoneOffset.UTC).getYear() + VALID_YEARS;
        return new JsonObject()
                .put("id", store.newId("pm"))
                .put("object", TYPE)
                .put("allow_redisplay", "unspecified")
                .put("billing_details", new JsonObject())
                .put(
                        "card",
                        new JsonObject()
                                .put("brand", card.brand())
                                .put("display_brand", card.brand())
                                .put("country", "DE")
                                .put("exp_month", 12)
                                .put("exp_year", year)
                                .put("fingerprint", "fp" + card.last4())
                                .put("funding", "credit")
                                .put("last4", card.last4()))
                .put("created", store.now())
                .putNull("customer")
                .put("livemode", false)
                .put("metadata", new JsonObject())
                .put("type", "card");
    }
}
