package dev.berth.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The public API as a client uses it; one user of one node. */
public final class Api {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http;
    private final String base;
    private final @Nullable String token;
    private final String userId;

    private Api(HttpClient http, String base, @Nullable String token, String userId) {
        this.http = http;
        this.base = base;
        this.token = token;
        this.userId = userId;
    }

    /** Somebody who has not logged in. */
    public static Api of(String url) {
        return new Api(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build(),
                url + "/api/v1",
                null,
                "");
    }

    /** An answer: its status and its JSON, which is missing when there is no body. */
    public record Answer(int status, JsonNode body, HttpResponse<String> raw) {
        /** The problem's code, or an empty text. */
        public String code() {
            return body.path("code").asText();
        }

        /** Fails with the whole answer when the status is another. */
        public Answer expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("status " + status + " instead of " + wanted + ": " + raw.body());
            }
            return this;
        }
    }

    /** A new account, logged in. */
    public Api register(String name) throws IOException, InterruptedException {
        ObjectNode body = object().put("email", name + "-" + UUID.randomUUID() + "@example.org")
                .put("password", "correct horse battery")
                .put("name", name);
        return loggedIn(post("/auth/register", body).expect(201).body());
    }

    /** An account that is there already, logged in. */
    public Api logIn(String email, String password) throws IOException, InterruptedException {
        ObjectNode body = object().put("email", email).put("password", password);
        return loggedIn(post("/auth/login", body).expect(200).body());
    }

    /** Whoever an answer with tokens is about. */
    public Api as(JsonNode session) {
        return loggedIn(session);
    }

    private Api loggedIn(JsonNode account) {
        return new Api(
                http,
                base,
                account.path("accessToken").asText(),
                account.path("user").path("id").asText());
    }

    /** The same user at another node. */
    public Api at(String url) {
        return new Api(http, url + "/api/v1", token, userId);
    }

    public String userId() {
        return userId;
    }

    public String token() {
        return token == null ? "" : token;
    }

    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** A listing of the given number of slots at a place in Karlsruhe, 2.50 EUR an hour, 15.00 a day. */
    public String createListing(String title, int capacity, double lat, double lng)
            throws IOException, InterruptedException {
        return createListing(title, capacity, lat, lng, true);
    }

    /** @param instant whether it can be booked without asking the host */
    public String createListing(String title, int capacity, double lat, double lng, boolean instant)
            throws IOException, InterruptedException {
        ObjectNode body = object().put("title", title)
                .put("description", "For tests")
                .put("type", "GARAGE")
                .put("address", "Kaiserstraße 1, Karlsruhe")
                .put("timeZone", "Europe/Berlin")
                .put("capacity", capacity)
                .put("instantBook", instant)
                .put("cancellationPolicy", "FLEXIBLE");
        body.putObject("location").put("lat", lat).put("lng", lng);
        body.putObject("tariff").put("currency", "EUR").put("hour", 250).put("day", 1500);
        body.putArray("amenities").add("CCTV");
        return post("/listings", body).expect(201).body().path("id").asText();
    }

    public Answer quote(String listing, String from, String to) throws IOException, InterruptedException {
        return post(
                "/quotes", object().put("listingId", listing).put("from", from).put("to", to));
    }

    /** What {@code POST /bookings} takes for a quote; {@code card} is a test card's token, or null to pay later. */
    public static ObjectNode bookingOf(JsonNode quote, @Nullable String card) {
        ObjectNode body = object().put("quoteId", quote.path("quoteId").asText());
        body.set("finalPrice", quote.path("finalPrice"));
        if (card != null) {
            body.putObject("paymentMethod").put("type", "card").put("token", card);
        }
        return body;
    }

    public Answer get(String path) throws IOException, InterruptedException {
        return answer(http.send(request(path).GET().build(), BodyHandlers.ofString()));
    }

    public Answer delete(String path) throws IOException, InterruptedException {
        return answer(http.send(request(path).DELETE().build(), BodyHandlers.ofString()));
    }

    public Answer post(String path, JsonNode body) throws IOException, InterruptedException {
        return post(path, body, UUID.randomUUID().toString());
    }

    public Answer post(String path, JsonNode body, String key) throws IOException, InterruptedException {
        return answer(http.send(posting(path, body, key), BodyHandlers.ofString()));
    }

    /** As {@link #get}, without waiting. */
    public CompletableFuture<Answer> getLater(String path) {
        return http.sendAsync(request(path).GET().build(), BodyHandlers.ofString())
                .thenApply(Api::answer);
    }

    /** As {@link #post}, without waiting. */
    public CompletableFuture<Answer> postLater(String path, JsonNode body, String key) {
        return http.sendAsync(posting(path, body, key), BodyHandlers.ofString()).thenApply(Api::answer);
    }

    private HttpRequest posting(String path, JsonNode body, String key) {
        return request(path)
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT);
        return token == null ? request : request.header("authorization", "Bearer " + token);
    }

    private static Answer answer(HttpResponse<String> response) {
        try {
            return new Answer(response.statusCode(), JSON.readTree(response.body()), response);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + response.body(), e);
        }
    }
}
