package dev.berth.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.BookingStatus;
import dev.berth.listings.Listing;
import dev.berth.platform.cache.Cache;
import dev.berth.platform.cache.CacheConfig;
import dev.berth.platform.security.RateLimitConfig;
import dev.berth.platform.security.SharedRateLimiter;
import dev.berth.testing.ContractCheck;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** The access operations over HTTP; each exchange is held against the contract. */
@WithServices
@Tag("AC3")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessHttpIT {
    private static final int ATTEMPTS_PER_MINUTE = 20;

    private final AccessWorld world;
    private final URI base;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ContractCheck contract = new ContractCheck();
    private final JsonMapper json = new JsonMapper();
    private final Listing listing;

    AccessHttpIT(Services services) {
        world = new AccessWorld(services);
        listing = world.listing(5);
        Cache cache = new Cache(
                world.node.vertx(),
                new CacheConfig(services.redis(), null, Duration.ofSeconds(5), Duration.ofSeconds(1), 1_024));
        TestNode.await(cache.warmUp());
        RateLimitConfig rates = new RateLimitConfig(
                "100000/1s", "1000/1s", "1000/1s", "1000/1s", ATTEMPTS_PER_MINUTE + "/1m", "1000/1s", 1_000);
        base = world.node.serve(
                "access",
                operations ->
                        new AccessRoutes(world.node.bus(), new SharedRateLimiter(cache, rates)).addTo(operations));
    }

    @AfterAll
    void close() {
        world.close();
    }

    private HttpResponse<String> send(
            @Nullable Principal who, String method, String path, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("content-type", "application/json");
        }
        if (who != null) {
            request.header("authorization", "Bearer " + TestNode.token(who));
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        // A PDF is read as the bytes that it is.
        return contract.check(client.send(request.build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1)), body);
    }

    private JsonNode tree(HttpResponse<String> answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json.readTree(answer.body());
    }

    private String attempt(String direction, String device, String type, String value) {
        return """
                {"listingId":"%s","direction":"%s","device":"%s","credential":{"type":"%s","value":"%s"}}
                """.formatted(listing.id(), direction, device, type, value);
    }

    @Test
    void aGate_asks_andTheOwnerReadsTheLog() throws Exception {
        Principal owner = AccessWorld.owner(listing);
        BookingId booking = world.right(listing, BookingStatus.CONFIRMED, -60, 60, "KA-H 1");
        String entry = attempt("ENTRY", "north", "QR", "pass:" + booking);
        JsonNode allowed = tree(send(owner, "POST", "/access/attempts", entry, "idempotency-key", "attempt-1"), 200);
        assertThat(allowed.path("decision").asText()).isEqualTo("ALLOW");
        assertThat(allowed.path("bookingId").asText()).isEqualTo(booking.toString());
        assertThat(allowed.has("reason")).isFalse();
        assertThat(tree(send(owner, "POST", "/access/attempts", entry, "idempotency-key", "attempt-1"), 200))
                .isEqualTo(allowed);
        JsonNode denied = tree(send(owner, "POST", "/access/attempts", entry), 200);
        assertThat(denied.path("decision").asText()).isEqualTo("DENY");
        assertThat(denied.path("reason").asText()).isEqualTo("already_inside");
        JsonNode left = tree(send(owner, "POST", "/access/attempts", attempt("EXIT", "south", "PLATE", "ka h 1")), 200);
        assertThat(left.path("plateMatch").asText()).isEqualTo("EXACT");

        JsonNode page = tree(send(owner, "GET", "/listings/" + listing.id() + "/access-log?limit=2", null), 200);
        assertThat(page.path("items")).hasSize(2);
        assertThat(page.path("items").get(0).path("plate").asText()).isEqualTo("KAH1");
        JsonNode rest = tree(
                send(
                        owner,
                        "GET",
                        "/listings/" + listing.id() + "/access-log?limit=2&cursor="
                                + page.path("next").asText(),
                        null),
                200);
        assertThat(rest.path("items").get(0).path("decision").asText()).isEqualTo("ALLOW");
        assertThat(send(owner, "GET", "/listings/" + listing.id() + "/access-log?cursor=x", null)
                        .statusCode())
                .isEqualTo(400);
        Principal stranger = new Principal(UserId.next(), Set.of(Role.HOST));
        assertThat(send(stranger, "POST", "/access/attempts", entry).statusCode())
                .isEqualTo(403);
        assertThat(send(null, "POST", "/access/attempts", entry).statusCode()).isEqualTo(401);
    }

    @Test
    void theOwner_saysHowTheGateFails() throws Exception {
        Principal owner = AccessWorld.owner(listing);
        Listing place = world.listing(1);
        Principal other = AccessWorld.owner(place);
        String path = "/listings/" + place.id() + "/gate";
        JsonNode before = tree(send(other, "GET", path, null), 200);
        assertThat(before.path("version").asInt()).isZero();
        assertThat(before.path("failEntry").asText()).isEqualTo("CLOSED");
        assertThat(before.path("failExit").asText()).isEqualTo("OPEN");
        String body = "{\"failEntry\":\"OPEN\",\"failExit\":\"OPEN\",\"reentry\":true,\"closed\":false}";
        JsonNode after = tree(send(other, "PUT", path, body, "if-match", "\"0\""), 200);
        assertThat(after.path("version").asInt()).isEqualTo(1);
        assertThat(send(other, "PUT", path, body, "if-match", "\"7\"").statusCode())
                .isEqualTo(412);
        assertThat(send(owner, "PUT", path, body).statusCode()).isEqualTo(403);
    }

    @Test
    @Tag("AC5")
    void sensors_tell_andEverybodyReads() throws Exception {
        Listing place = world.listing(9);
        Principal owner = AccessWorld.owner(place);
        String count =
                "{\"listingId\":\"%s\",\"source\":\"loop\",\"observedAt\":\"%s\",\"occupied\":4,\"confidence\":0.8}"
                        .formatted(place.id(), Instant.now());
        assertThat(send(owner, "POST", "/access/observations", count).statusCode())
                .isEqualTo(204);
        JsonNode occupancy = tree(send(null, "GET", "/listings/" + place.id() + "/occupancy", null), 200);
        assertThat(occupancy.path("free").asInt()).isEqualTo(5);
        assertThat(occupancy.at("/reading/source").asText()).isEqualTo("loop");
        String seen =
                "{\"listingId\":\"%s\",\"source\":\"camera\",\"observedAt\":\"%s\",\"plate\":\"KA 1\",\"direction\":\"ENTRY\"}"
                        .formatted(place.id(), Instant.now());
        assertThat(tree(send(owner, "POST", "/access/observations", seen), 200)
                        .path("reason")
                        .asText())
                .isEqualTo("plate_mismatch");
        String both = "{\"listingId\":\"%s\",\"source\":\"x\",\"observedAt\":\"%s\",\"free\":1,\"occupied\":1}"
                .formatted(place.id(), Instant.now());
        assertThat(send(owner, "POST", "/access/observations", both).statusCode())
                .isEqualTo(400);
        String stranger = "{\"listingId\":\"%s\",\"source\":\"x\",\"observedAt\":\"%s\",\"free\":1}"
                .formatted(listing.id(), Instant.now());
        assertThat(send(owner, "POST", "/access/observations", stranger).statusCode())
                .isEqualTo(403);
    }

    @Test
    @Tag("AC1")
    void thePass_isAPageOfPaper_andItsKeyIsPublic() throws Exception {
        BookingId booking = world.right(listing);
        HttpResponse<String> pdf = send(
                new Principal(UserId.next(), Set.of(Role.DRIVER)),
                "GET",
                "/bookings/" + booking + "/pass.pdf",
                null,
                "accept-language",
                "de");
        assertThat(pdf.statusCode()).isEqualTo(200);
        assertThat(pdf.headers().firstValue("content-type")).hasValue("application/pdf");
        assertThat(pdf.body()).startsWith("%PDF-");
        JsonNode keys = tree(send(null, "GET", "/access/keys", null), 200);
        assertThat(keys.at("/keys/0/algorithm").asText()).isEqualTo("Ed25519");
    }

    @Test
    void aDeviceThatAsksTooMuch_isHeldBack_andAnotherOneIsNot() throws Exception {
        Principal owner = AccessWorld.owner(listing);
        int refused = 0;
        for (int i = 0; i < ATTEMPTS_PER_MINUTE + 2; i++) {
            refused += send(owner, "POST", "/access/attempts", attempt("ENTRY", "flood", "PLATE", "X"))
                                    .statusCode()
                            == 429
                    ? 1
                    : 0;
        }
        assertThat(refused).isBetween(1, 2);
        assertThat(send(owner, "POST", "/access/attempts", attempt("ENTRY", "calm", "PLATE", "X"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void everyOperationOfAccess_hasBeenSeen() {
        contract.assertCovered("access");
    }
}
