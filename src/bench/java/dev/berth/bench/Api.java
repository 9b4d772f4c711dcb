package dev.berth.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.util.UUID;

/** A client of the platform's API. */
final class Api implements AutoCloseable {
    static final String BASE = "/api/v1";

    /** Open-model load opens another connection when all are busy; this is the end of it. */
    private static final int CONNECTIONS_MAX = 512;

    private static final int WAITING_MAX = 100_000;

    private final JsonMapper json = Json.mapper();
    private final HttpClient client;
    private final URI url;
    private String token = "";

    Api(Vertx vertx, URI url) {
        this.url = url;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(true).setTcpNoDelay(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(WAITING_MAX));
    }

    URI url() {
        return url;
    }

    JsonMapper json() {
        return json;
    }

    String token() {
        return token;
    }

    /** Makes an account and uses it from now on. Tokens end after a quarter of an hour: call it before each case. */
    void register() {
        ObjectNode account = json.createObjectNode()
                .put("email", "bench-" + UUID.randomUUID() + "@example.org")
                .put("password", UUID.randomUUID() + "-Berth")
                .put("name", "Bench");
        token = "";
        Answer answer = Wait.on(post("/auth/register", account.toString()));
        token = answer.json(json).path("accessToken").asText();
    }

    /** Uses an account that was made elsewhere. */
    void use(String accessToken) {
        token = accessToken;
    }

    /** What the server said. */
    record Answer(int status, Buffer body) {
        JsonNode json(JsonMapper json) {
            try {
                JsonNode read = json.readTree(body.toString());
                if (status / 100 != 2) {
                    throw new IllegalStateException("status " + status + ": " + read);
                }
                return read;
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("status " + status + ", no JSON", e);
            }
        }

        /** The status, with the problem's code where there is one. */
        String label(JsonMapper json) {
            if (status < 400) {
                return Integer.toString(status);
            }
            try {
                return status + " "
                        + json.readTree(body.toString()).path("code").asText();
            } catch (JsonProcessingException e) {
                return Integer.toString(status);
            }
        }
    }

    Future<Answer> get(String path) {
        return send(HttpMethod.GET, path).compose(request -> finish(token, request, null));
    }

    /** Each with an idempotency key of its own. */
    Future<Answer> post(String path, String body) {
        return post(token, path, body);
    }

    /** As somebody else than the account in use. */
    Future<Answer> post(String accessToken, String path, String body) {
        return send(HttpMethod.POST, path)
                .compose(request -> finish(
                        accessToken,
                        request.putHeader("content-type", "application/json")
                                .putHeader("idempotency-key", UUID.randomUUID().toString()),
                        body));
    }

    private Future<HttpClientRequest> send(HttpMethod method, String path) {
        return client.request(method, url.getPort(), url.getHost(), BASE + path);
    }

    private static Future<Answer> finish(
            String accessToken, HttpClientRequest request, @org.jspecify.annotations.Nullable String body) {
        if (!accessToken.isEmpty()) {
            request.putHeader("authorization", "Bearer " + accessToken);
        }
        return (body == null ? request.send() : request.send(body))
                .compose(response -> response.body().map(bytes -> new Answer(response.statusCode(), bytes)));
    }

    @Override
    public void close() {
        Wait.on(client.close());
    }
}
