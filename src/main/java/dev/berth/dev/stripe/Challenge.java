package dev.berth.dev.stripe;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A card holder is asked by their bank (3-D Secure), for a payment or for a card that is to be saved: where the holder is sent,
 * and where they come back to. Kept with the intent until it is answered.
 */
final class Challenge {
    /** The first path segment of the bank's page. */
    static final String PAGE = "3d-secure";

    private static final int SECRET_LENGTH = 25;
    private static final String SECRET = "_challenge";
    private static final String RETURN_URL = "_return_url";

    private final Store store;
    private final String pagesUrl;

    /** @param pagesUrl where browsers find this simulator's pages */
    Challenge(Store store, String pagesUrl) {
        this.store = store;
        this.pagesUrl = pagesUrl;
    }

    /** Where the holder of an intent's card is to come back to; null when the page itself shows what the bank asks. */
    static @Nullable String returnUrl(JsonObject intent) {
        return intent.getString(RETURN_URL);
    }

    static JsonObject returnTo(JsonObject intent, @Nullable String returnUrl) {
        return intent.put(RETURN_URL, returnUrl);
    }

    /** The intent waits for its holder from now on; kept by the next change of the store. */
    void ask(JsonObject intent) {
        String returnUrl = returnUrl(intent);
        String secret = store.secret(SECRET_LENGTH);
        String page = pagesUrl + "/" + PAGE + "/" + intent.getString("id") + "?secret=" + secret;
        JsonObject action = returnUrl == null
                ? new JsonObject()
                        .put("type", "use_stripe_sdk")
                        .put("use_stripe_sdk", new JsonObject().put("stripe_js", page))
                : new JsonObject()
                        .put("type", "redirect_to_url")
                        .put(
                                "redirect_to_url",
                                new JsonObject().put("url", page).put("return_url", returnUrl));
        store.put(intent.put("status", "requires_action")
                .put("next_action", action)
                .put(SECRET, secret));
    }

    /** The intent whose holder is being asked, if {@code secret} is the one of the page that asks. */
    @Nullable
    JsonObject asking(String type, String id, String secret) {
        return store.find(type, id)
                .filter(intent -> intent.getString("status").equals("requires_action"))
                .filter(intent -> secret.equals(intent.getString(SECRET)))
                .orElse(null);
    }

    /** The holder has answered: nobody is asked any more. */
    static void answered(JsonObject intent) {
        intent.putNull("next_action").remove(SECRET);
    }

    /** Where the holder's browser is to go after that. */
    static String wayBack(JsonObject intent, boolean authorised) {
        String returnUrl = String.valueOf(returnUrl(intent));
        String type = intent.getString("object");
        return returnUrl
                + (URI.create(returnUrl).getRawQuery() == null ? "?" : "&")
                + type + "=" + intent.getString("id")
                + "&" + type + "_client_secret="
                + URLEncoder.encode(intent.getString("client_secret"), StandardCharsets.UTF_8)
                + "&redirect_status=" + (authorised ? "succeeded" : "failed");
    }
}
