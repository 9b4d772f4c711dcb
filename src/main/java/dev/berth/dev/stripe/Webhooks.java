package dev.berth.dev.stripe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Endpoints that want to hear of events, and the sending to them: signed, at least once, in no certain order, again and again
 * with growing delays until an endpoint answers 2xx or three days have passed.
 */
final class Webhooks {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final String TYPE = "webhook_endpoint";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
    private static final Duration GIVE_UP = Duration.ofDays(3);
    private static final int CONNECTIONS_MAX = 8;
    private static final int WAITING_MAX = 10_000;
    private static final int SECRET_LENGTH = 32;
    private static final int HTTP_OK_MIN = 200;
    private static final int HTTP_OK_MAX = 299;

    private final Vertx vertx;
    private final Store store;
    private final Duration firstDelay;
    private final HttpClient client;
    private boolean closed;

    Webhooks(Vertx vertx, Store store, Duration firstDelay) {
        this.vertx = vertx;
        this.store = store;
        this.firstDelay = firstDelay;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout((int) CONNECT_TIMEOUT.toMillis()),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX));
    }

    /** The one endpoint that the configuration names, whose secret its receiver has from there. */
    void configure(String url, String secret) {
        JsonObject endpoint = store.all(TYPE, each -> each.getBoolean("_configured", false)).stream()
                .findFirst()
                .orElseGet(() -> newEndpoint(new JsonArray().add("*")).put("_configured", true));
        if (!url.equals(endpoint.getString("url")) || !secret.equals(endpoint.getString("_secret"))) {
            store.put(endpoint.put("url", url).put("_secret", secret));
        }
    }

    JsonObject create(Call call) {
        JsonObject parameters = call.parameters();
        String url = url(Form.required(parameters, "url"));
        List<String> types = Form.texts(parameters, "enabled_events");
        if (types.isEmpty()) {
            throw StripeProblem.of(
                            400,
                            "invalid_request_error",
                            "parameter_missing",
                            "Missing required param: enabled_events.")
                    .param("enabled_events");
        }
        String secret = "whsec_" + store.secret(SECRET_LENGTH);
        JsonObject endpoint = newEndpoint(new JsonArray(types))
                .put("url", url)
                .put("description", Form.text(parameters, "description"))
                .put("metadata", Metadata.merged(new JsonObject(), parameters))
                .put("_secret", secret);
        store.put(endpoint);
        // Shown this once.
        return endpoint.copy().put("secret", secret);
    }

    JsonObject retrieve(String id) {
        return store.get(TYPE, TYPE, id);
    }

    JsonObject update(String id, Call call) {
        JsonObject endpoint = retrieve(id);
        JsonObject parameters = call.parameters();
        JsonObject metadata = Metadata.merged(endpoint, parameters);
        String url = Form.text(parameters, "url");
        if (url != null) {
            endpoint.put("url", url(url));
        }
        List<String> types = Form.texts(parameters, "enabled_events");
        if (!types.isEmpty()) {
            endpoint.put("enabled_events", new JsonArray(types));
        }
        if (parameters.containsKey("disabled")) {
            endpoint.put("status", Form.flag(parameters, "disabled") ? "disabled" : "enabled");
        }
        return store.put(endpoint.put("metadata", metadata));
    }

    JsonObject delete(String id) {
        store.put(retrieve(id).put("object", "_deleted_endpoint").put("status", "disabled"));
        return new JsonObject().put("id", id).put("object", TYPE).put("deleted", true);
    }

    JsonObject list(JsonObject parameters) {
        return store.list(TYPE, "/v1/webhook_endpoints", parameters, endpoint -> true);
    }

    /** Sends again what an earlier run did not bring to its end. */
    void resume() {
        store.all("event", event -> !event.getJsonArray("_endpoints").isEmpty()).forEach(this::send);
    }

    void send(JsonObject event) {
        for (Object endpoint : event.getJsonArray("_endpoints").copy()) {
            attempt(event, String.valueOf(endpoint), firstDelay);
        }
    }

    void close() {
        closed = true;
        client.close();
    }

    private void attempt(JsonObject event, String endpointId, Duration delay) {
        if (closed) {
            return;
        }
        JsonObject endpoint = store.find(TYPE, endpointId).orElse(null);
        if (endpoint == null
                || !endpoint.getString("status").equals("enabled")
                || store.now() - event.getLong("created") > GIVE_UP.toSeconds()) {
            done(event, endpointId);
            return;
        }
        Buffer payload = Buffer.buffer(Store.shown(event).encodePrettily());
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(endpoint.getString("url"))
                .setTimeout(ANSWER_TIMEOUT.toMillis())
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .putHeader("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
                .putHeader("Stripe-Signature", signature(payload, endpoint.getString("_secret"), store.now()));
        client.request(options)
                .compose(request -> answer(request, payload))
                .onSuccess(status -> {
                    if (status >= HTTP_OK_MIN && status <= HTTP_OK_MAX) {
                        done(event, endpointId);
                    } else {
                        later(event, endpointId, delay, "it answered " + status);
                    }
                })
                .onFailure(failure -> later(event, endpointId, delay, failure.getMessage()));
    }

    private static Future<Integer> answer(HttpClientRequest request, Buffer payload) {
        return request.send(payload).compose(response -> response.end().map(ended -> response.statusCode()));
    }

    private void later(JsonObject event, String endpointId, Duration delay, @Nullable String reason) {
        if (closed) {
            return;
        }
        LOG.debug("{} ({}) was not delivered: {}", event.getString("id"), event.getString("type"), reason);
        Duration next = delay.multipliedBy(2).compareTo(LONGEST_DELAY) < 0 ? delay.multipliedBy(2) : LONGEST_DELAY;
        vertx.setTimer(delay.toMillis(), timer -> attempt(event, endpointId, next));
    }

    private void done(JsonObject event, String endpointId) {
        JsonArray endpoints = event.getJsonArray("_endpoints");
        endpoints.remove(endpointId);
        store.put(event.put("pending_webhooks", endpoints.size()));
        store.flush().onFailure(failure -> LOG.error("the journal cannot be written", failure));
    }

    /** {@code t=<seconds>,v1=<hex of HMAC-SHA256 over "<seconds>.<payload>">}. */
    static String signature(Buffer payload, String secret, long seconds) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(payload.getBytes()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonObject newEndpoint(JsonArray types) {
        return new JsonObject()
                .put("id", store.newId("we"))
                .put("object", TYPE)
                .putNull("api_version")
                .put("created", store.now())
                .put("enabled_events", types)
                .put("livemode", false)
                .put("metadata", new JsonObject())
                .put("status", "enabled");
    }

    private static String url(String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // Refused below, as what is no web address.
        }
        throw StripeProblem.of(400, "invalid_request_error", "url_invalid", "Not a valid URL")
                .param("url");
    }
}
