package dev.berth.dev.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Connected accounts of type express, and the links by which their owners come to the provider's pages. What the owner enters
 * there stays there: the platform sees only whether the account can be paid.
 */
final class Accounts {
    /** The page's first path segment. */
    static final String PAGE = "connect-onboarding";

    private static final String TYPE = "account";
    private static final String LINK = "_account_link";
    private static final Duration LINK_LIFETIME = Duration.ofMinutes(5);
    private static final int SECRET_LENGTH = 32;
    private static final List<String> TYPES = List.of("express");
    private static final List<String> LINK_TYPES = List.of("account_onboarding", "account_update");
    private static final List<String> REASONS = List.of("fraud", "terms_of_service", "other");
    private static final List<String> DUE =
            List.of("external_account", "individual.first_name", "individual.last_name", "tos_acceptance.date");

    private final Store store;
    private final Events events;
    private final String pagesUrl;

    /** @param pagesUrl where browsers find this simulator's pages */
    Accounts(Store store, Events events, String pagesUrl) {
        this.store = store;
        this.events = events;
        this.pagesUrl = pagesUrl;
    }

    JsonObject create(Call call) {
        JsonObject parameters = call.parameters();
        String type = Form.required(parameters, "type");
        if (!TYPES.contains(type)) {
            throw StripeProblem.invalid("type", "Invalid type: must be one of " + String.join(", ", TYPES));
        }
        String country = Form.text(parameters, "country");
        String id = store.newId("acct");
        JsonObject account = new JsonObject()
                .put("id", id)
                .put("object", TYPE)
                .put("capabilities", requested(parameters))
                .put("charges_enabled", false)
                .put("country", country == null ? "DE" : country.toUpperCase(Locale.ROOT))
                .put("created", store.now())
                .put("default_currency", "eur")
                .put("details_submitted", false)
                .put("email", Form.text(parameters, "email"))
                .put("external_accounts", list(new JsonArray(), id))
                .put("metadata", Metadata.merged(new JsonObject(), parameters))
                .put("payouts_enabled", false)
                .put("requirements", requirements(DUE, "requirements.past_due"))
                .put("type", type);
        return store.put(account);
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, TYPE, id);
    }

    JsonObject list(JsonObject parameters) {
        return store.list(TYPE, "/v1/accounts", parameters, account -> true);
    }

    JsonObject update(String id, Call call) {
        JsonObject account = retrieve(id);
        account.put("metadata", Metadata.merged(account, call.parameters()));
        if (call.parameters().containsKey("email")) {
            account.put("email", Form.text(call.parameters(), "email"));
        }
        store.put(account);
        events.record("account.updated", account, call);
        return account;
    }

    /** The platform wants nothing more to do with it: it can neither be paid nor pay out. */
    JsonObject reject(String id, Call call) {
        JsonObject account = retrieve(id);
        String reason = Form.required(call.parameters(), "reason");
        if (!REASONS.contains(reason)) {
            throw StripeProblem.invalid("reason", "Invalid reason: must be one of " + String.join(", ", REASONS));
        }
        account.put("charges_enabled", false)
                .put("payouts_enabled", false)
                .put("requirements", requirements(List.of(), "rejected." + reason));
        account.getJsonObject("capabilities")
                .fieldNames()
                .forEach(name -> account.getJsonObject("capabilities").put(name, "inactive"));
        store.put(account);
        events.record("account.updated", account, call);
        return account;
    }

    JsonObject createLink(Call call) {
        JsonObject parameters = call.parameters();
        JsonObject account = store.get(TYPE, TYPE, Form.required(parameters, TYPE));
        String type = Form.required(parameters, "type");
        if (!LINK_TYPES.contains(type)) {
            throw StripeProblem.invalid("type", "Invalid type: must be one of " + String.join(", ", LINK_TYPES));
        }
        String secret = store.secret(SECRET_LENGTH);
        store.put(new JsonObject()
                .put("id", LINK + secret)
                .put("object", LINK)
                .put("created", store.now())
                .put("account", account.getString("id"))
                .put("refresh_url", Form.required(parameters, "refresh_url"))
                .put("return_url", Form.required(parameters, "return_url"))
                .put("used", false));
        return new JsonObject()
                .put("object", "account_link")
                .put("created", store.now())
                .put("expires_at", store.now() + LINK_LIFETIME.toSeconds())
                .put("url", pagesUrl + "/" + PAGE + "/" + account.getString("id") + "?secret=" + secret);
    }

    /** The account whose owner has come by a link that still leads to it; null for any other. */
    @Nullable
    JsonObject visited(String id, String secret) {
        JsonObject link = link(secret);
        return link == null || !id.equals(link.getString("account")) ? null : retrieve(id);
    }

    /** What has been entered, or that nothing has; the link leads nowhere any more. Where the owner goes then. */
    String answer(String id, String secret, boolean complete, Call call) {
        JsonObject link = store.get(LINK, "link", LINK + secret);
        store.put(link.put("used", true));
        if (complete) {
            JsonObject account = retrieve(id);
            account.put("charges_enabled", true)
                    .put("details_submitted", true)
                    .put("payouts_enabled", true)
                    .put("requirements", requirements(List.of(), null))
                    .put("external_accounts", list(new JsonArray().add(bankAccount(account)), account.getString("id")));
            account.getJsonObject("capabilities")
                    .fieldNames()
                    .forEach(name -> account.getJsonObject("capabilities").put(name, "active"));
            store.put(account);
            events.record("account.updated", account, call);
        }
        return link.getString("return_url");
    }

    private @Nullable JsonObject link(String secret) {
        return store.find(LINK, LINK + secret)
                .filter(each ->
                        !each.getBoolean("used") && store.now() - each.getLong("created") <= LINK_LIFETIME.toSeconds())
                .orElse(null);
    }

    private JsonObject bankAccount(JsonObject account) {
        return new JsonObject()
                .put("id", store.newId("ba"))
                .put("object", "bank_account")
                .put("account", account.getString("id"))
                .put("bank_name", "STRIPE TEST BANK")
                .put("country", account.getString("country"))
                .put("currency", account.getString("default_currency"))
                .put("default_for_currency", true)
                .put("last4", "3000")
                .put("status", "new");
    }

    private static JsonObject requested(JsonObject parameters) {
        JsonObject capabilities = new JsonObject();
        JsonObject wanted = Form.object(parameters, "capabilities");
        for (String name : wanted.fieldNames()) {
            if (Form.flag(Form.object(wanted, name), "requested")) {
                capabilities.put(name, "inactive");
            }
        }
        return capabilities;
    }

    private static JsonObject requirements(List<String> due, @Nullable String disabledReason) {
        return new JsonObject()
                .put("currently_due", new JsonArray(due))
                .put("eventually_due", new JsonArray(due))
                .put("past_due", new JsonArray(due))
                .put("pending_verification", new JsonArray())
                .put("disabled_reason", disabledReason);
    }

    private static JsonObject list(JsonArray data, String account) {
        return new JsonObject()
                .put("object", "list")
                .put("has_more", false)
                .put("data", data)
                .put("url", "/v1/accounts/" + account + "/external_accounts");
    }
}
