package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.listings.Listing;
import dev.berth.platform.http.Contract;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.HttpConfig;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.RateLimiter;
import dev.berth.promotions.PromotionConfig;
import dev.berth.promotions.PromotionVerticle;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operations over a real server, as the contract has them. */
@WithServices
class BookingHttpIT {
    private final BookingWorld world;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    /** A user's id is the token. */
    private final String driver = UserId.next().toString();

    private final TimeRange stay = BookingWorld.stay(24, 2);

    BookingHttpIT(Services services) {
        world = new BookingWorld(services);
        ContractRouter contract = new ContractRouter(
                Contract.load().only("bookings"),
                BookingHttpIT::authenticate,
                new Unlimited(),
                world.json,
                HttpConfig.forTests());
        new BookingRoutes(world.bus, new Unlimited()).bind(contract);
        new SeriesRoutes(world.bus).bind(contract);
        Router router = Router.router(world.vertx);
        contract.mount(router);
        server = BookingWorld.await(
                world.vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static Principal authenticate(String token) {
        try {
            return new Principal(UserId.parse(token), Set.of(Role.DRIVER));
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.UNAUTHENTICATED, "no");
        }
    }

    /** But for one try with a code. */
    private static final class Unlimited implements RateLimiter {
        private final AtomicBoolean tried = new AtomicBoolean();

        @Override
        public Verdict takeHere(String subject) {
            return new Verdict(true, EVERYTHING, 1_000, 1, 999, 1, 0);
        }

        @Override
        public Future<Verdict> take(String policy, String subject) {
            boolean allowed = !policy.equals("codes") || tried.compareAndSet(false, true);
            return Future.succeededFuture(new Verdict(allowed, policy, 1_000, 1, 999, 1, allowed ? 0 : 7));
        }

        @Override
        public void require(String policy) {
            assertThat(policy).isIn("booking", "codes");
        }
    }

    private HttpResponse<byte[]> send(
            String method, String path, @Nullable String token, @Nullable String key, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .uri(URI.create("http://127.0.0.1:" + server.actualPort() + "/api/v1" + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("content-type", "application/json");
        }
        if (token != null) {
            request.header("authorization", "Bearer " + token);
        }
        if (key != null) {
            request.header("idempotency-key", key);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private JsonNode json(HttpResponse<byte[]> response, int status) {
        try {
            JsonNode body = world.json.readTree(response.body());
            assertThat(response.statusCode()).as("%s", body).isEqualTo(status);
            return body;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void refused(HttpResponse<byte[]> response, int status, String code) {
        JsonNode problem = json(response, status);
        assertThat(problem.path("code").asText()).as("%s", problem).isEqualTo(code);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
    }

    private String write(Object value) {
        try {
            return world.json.writeValueAsString(value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String quoteBody(Listing listing, Object from, Object to) {
        return write(Map.of("listingId", listing.id(), "from", from.toString(), "to", to.toString()));
    }

    @Test
    @Tag("PY12")
    void whoTriesCodes_isSlowedDown() {
        world.deploy(new PromotionVerticle(
                world.bus,
                world.db,
                world.outbox,
                world.json,
                PromotionConfig.defaults(),
                Clock.systemUTC(),
                new SimpleMeterRegistry()));
        Listing listing = world.listing(1);
        String body = write(Map.of(
                "listingId",
                listing.id(),
                "from",
                stay.from().toString(),
                "to",
                stay.to().toString(),
                "promoCode",
                "guess-work"));
        refused(send("POST", "/quotes", driver, null, body), 422, "PROMO_CODE_REFUSED");
        refused(send("POST", "/quotes", driver, null, body), 429, "RATE_LIMITED");
        quote(listing);
    }

    private JsonNode quote(Listing listing) {
        return json(send("POST", "/quotes", null, null, quoteBody(listing, stay.from(), stay.to())), 201);
    }

    private static String order(JsonNode quote, @Nullable String method) {
        String card = method == null ? "" : ",\"paymentMethod\":{\"type\":\"card\",\"token\":\"" + method + "\"}";
        return "{\"quoteId\":%s,\"finalPrice\":%s%s}".formatted(quote.get("quoteId"), quote.get("finalPrice"), card);
    }

    private HttpResponse<byte[]> book(String body) {
        return send("POST", "/bookings", driver, "key-" + Ids.next(), body);
    }

    @Test
    void fromAQuote_toAPass_toTheMoneyBack() {
        Listing listing = world.listing(1);
        JsonNode quote = quote(listing);
        assertThat(quote.at("/lines/0/amount").asLong()).isEqualTo(500);
        assertThat(quote.at("/finalPrice/amount").asLong()).isEqualTo(500);
        assertThat(quote.path("policy").asText()).isEqualTo("FLEXIBLE");

        HttpResponse<byte[]> created = book(order(quote, PretendPayments.SUCCEEDS));
        JsonNode booking = json(created, 201);
        String path = "/bookings/" + booking.path("id").asText();
        assertThat(created.headers().firstValue("location")).contains("/api/v1" + path);
        assertThat(created.headers().firstValue("etag")).contains("\"2-SUCCEEDED\"");
        assertThat(booking.path("status").asText()).isEqualTo("CONFIRMED");
        assertThat(booking.at("/payment/status").asText()).isEqualTo("SUCCEEDED");
        assertThat(booking.at("/pass/pin").asText()).matches("[0-9]{6}");
        assertThat(booking.at("/listing/title").asText()).isEqualTo(listing.title());

        refused(book(order(quote, null)), 409, "SLOT_TAKEN");
        JsonNode pass = json(send("GET", path + "/pass", driver, null, null), 200);
        assertThat(pass.path("qr").asText()).startsWith("B1.");
        HttpResponse<byte[]> image = send("GET", path + "/pass.png", driver, null, null);
        assertThat(image.headers().firstValue("content-type")).contains("image/png");
        assertThat(image.body()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(json(send("GET", "/bookings?status=CONFIRMED,HELD", driver, null, null), 200)
                        .path("items"))
                .hasSize(1);
        assertThat(json(send("GET", path, driver, null, null), 200).path("history"))
                .hasSize(2);
        assertThat(json(send("GET", path + "/cancellation", driver, null, null), 200)
                        .at("/refund/amount")
                        .asLong())
                .isEqualTo(500);
        JsonNode cancelled = json(send("POST", path + "/cancel", driver, null, "{}"), 200);
        assertThat(cancelled.path("status").asText()).isEqualTo("CANCELLED_BY_DRIVER");
        assertThat(cancelled.at("/payment/status").asText()).isEqualTo("REFUNDED");
        json(send("POST", path + "/cancel", driver, null, null), 200);
    }

    @Test
    void withoutACard_itIsHeld_andPaidByItsIntent() {
        JsonNode held = json(book(order(quote(world.listing(1)), null)), 201);
        assertThat(held.path("status").asText()).isEqualTo("HELD");
        assertThat(Instant.parse(held.path("holdExpiresAt").asText())).isAfter(Instant.now());
        assertThat(held.at("/payment/status").asText()).isEqualTo("REQUIRES_PAYMENT_METHOD");
        assertThat(held.at("/payment/clientSecret").asText()).isNotBlank();
        String intent = "/payments/intents/" + held.at("/payment/intentId").asText() + "/confirm";
        String card = "{\"paymentMethod\":{\"type\":\"card\",\"token\":\"%s\"}}";
        refused(send("POST", intent, driver, null, card.formatted(PretendPayments.DECLINED)), 402, "PAYMENT_DECLINED");
        JsonNode action = json(send("POST", intent, driver, null, card.formatted(PretendPayments.NEEDS_ACTION)), 200);
        assertThat(action.at("/payment/nextAction/url").asText()).isEqualTo(PretendPayments.ACTION_URL);
        JsonNode paid = json(send("POST", intent, driver, null, card.formatted(PretendPayments.SUCCEEDS)), 200);
        assertThat(paid.path("status").asText()).isEqualTo("CONFIRMED");
    }

    @Test
    @Tag("rule-28")
    void aRequest_becomesShorter_andItsHostAcceptsWhatTheyHaveSeen() {
        Listing listing = world.asking(1);
        String host = listing.owner().toString();
        JsonNode asked = json(book(order(quote(listing), PretendPayments.SUCCEEDS)), 201);
        String path = "/bookings/" + asked.path("id").asText();
        assertThat(asked.at("/payment/setAside/amount").asLong()).isEqualTo(500);

        String longer = quoteBody(listing, stay.from(), stay.to().plusSeconds(3_600));
        HttpResponse<byte[]> refused = send(
                "POST",
                path + "/modify",
                driver,
                null,
                order(json(send("POST", "/quotes", null, null, longer), 201), null));
        refused(refused, 409, "PRICE_ABOVE_HOLD");
        assertThat(json(refused, 409).at("/setAside/amount").asLong()).isEqualTo(500);

        String shorter = quoteBody(listing, stay.from(), stay.to().minusSeconds(3_600));
        JsonNode changed = json(
                send(
                        "POST",
                        path + "/modify",
                        driver,
                        null,
                        order(json(send("POST", "/quotes", null, null, shorter), 201), null)),
                200);
        assertThat(changed.at("/price/amount").asLong()).isEqualTo(250);
        assertThat(changed.at("/payment/setAside/amount").asLong()).isEqualTo(500);
        assertThat(json(send("GET", path, host, null, null), 200)
                        .at("/payment/setAside")
                        .isMissingNode())
                .as("the driver's own business")
                .isTrue();

        String seen = "{\"version\":%s}";
        long version = changed.path("version").asLong();
        refused(send("POST", path + "/confirm", host, null, seen.formatted(version - 1)), 412, "PRECONDITION_FAILED");
        assertThat(json(send("POST", path + "/confirm", host, null, seen.formatted(version)), 200)
                        .path("status")
                        .asText())
                .isEqualTo("CONFIRMED");
        assertThat(json(send("POST", path + "/confirm", host, null, null), 200)
                        .at("/price/amount")
                        .asLong())
                .as("the same again, of whatever version")
                .isEqualTo(250);
    }

    @Test
    void declined_says402_withTheReason() {
        JsonNode quote = quote(world.listing(1));
        HttpResponse<byte[]> declined = book(order(quote, PretendPayments.DECLINED));
        refused(declined, 402, "PAYMENT_DECLINED");
        assertThat(json(declined, 402).path("declineCode").asText()).isEqualTo("insufficient_funds");
        json(book(order(quote, PretendPayments.SUCCEEDS)), 201);
    }

    @Test
    void badStays_areRefused() {
        Listing listing = world.listing(1);
        Instant now = Instant.now();
        String backwards = quoteBody(listing, stay.to(), stay.from());
        refused(send("POST", "/quotes", null, null, backwards), 422, "UNPROCESSABLE");
        String empty = quoteBody(listing, stay.from(), stay.from());
        refused(send("POST", "/quotes", null, null, empty), 422, "UNPROCESSABLE");
        String past = quoteBody(listing, now.minus(2, ChronoUnit.HOURS), now.plus(2, ChronoUnit.HOURS));
        refused(send("POST", "/quotes", null, null, past), 422, "UNPROCESSABLE");
        String brief = quoteBody(listing, stay.from(), stay.from().plusSeconds(1_799));
        refused(send("POST", "/quotes", null, null, brief), 422, "STAY_TOO_SHORT");
        String endless = quoteBody(listing, stay.from(), stay.from().plus(31, ChronoUnit.DAYS));
        refused(send("POST", "/quotes", null, null, endless), 422, "STAY_TOO_LONG");
        String far = quoteBody(listing, now.plus(181, ChronoUnit.DAYS), now.plus(182, ChronoUnit.DAYS));
        refused(send("POST", "/quotes", null, null, far), 422, "STAY_TOO_FAR_AHEAD");
        refused(send("POST", "/quotes", null, null, quoteBody(listing, "tomorrow", stay.to())), 400, "INVALID_REQUEST");
        String local = quoteBody(listing, "2030-01-01T10:00:00", stay.to());
        refused(send("POST", "/quotes", null, null, local), 400, "INVALID_REQUEST");
        var gap = ZoneId.of("Europe/Berlin").getRules().nextTransition(now);
        gap = gap.isGap() ? gap : ZoneId.of("Europe/Berlin").getRules().nextTransition(gap.getInstant());
        LocalDateTime skipped = gap.getDateTimeBefore().plusMinutes(30);
        String nowhere = quoteBody(listing, skipped + ":00+01:00", skipped.plusHours(3) + ":00+02:00");
        refused(send("POST", "/quotes", null, null, nowhere), 422, "NONEXISTENT_LOCAL_TIME");
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isZero();
    }

    @Test
    void badRequests_areRefused_andNothingIsWritten() {
        Listing listing = world.listing(1);
        JsonNode quote = quote(listing);
        String order = order(quote, null);
        refused(send("POST", "/bookings", null, "key-12345", order), 401, "UNAUTHENTICATED");
        refused(send("POST", "/bookings", "forged", "key-12345", order), 401, "UNAUTHENTICATED");
        refused(send("POST", "/bookings", driver, null, order), 400, "IDEMPOTENCY_KEY_REQUIRED");
        refused(book("{"), 400, "MALFORMED_REQUEST");
        refused(book("{}"), 400, "INVALID_REQUEST");
        refused(book(order.replace("}}", "},\"free\":true}")), 400, "INVALID_REQUEST");
        refused(book(order.replace("500", "\"500\"")), 400, "INVALID_REQUEST");
        refused(book(order.replace("500", "1")), 409, "QUOTE_STALE");
        refused(
                book("{\"quoteId\":\"forged\",\"finalPrice\":{\"amount\":1,\"currency\":\"EUR\"}}"),
                422,
                "QUOTE_INVALID");
        refused(book("{\"quoteId\":\"" + "A".repeat(70_000) + "\"}"), 413, "BODY_TOO_LARGE");
        String missing = write(Map.of("listingId", Ids.next(), "from", stay.from(), "to", stay.to()));
        refused(send("POST", "/quotes", null, null, missing), 404, "NOT_FOUND");
        refused(send("GET", "/bookings/" + Ids.next(), driver, null, null), 404, "NOT_FOUND");
        refused(send("GET", "/bookings/mine", driver, null, null), 400, "INVALID_REQUEST");
        refused(send("GET", "/bookings?limit=100000", driver, null, null), 400, "INVALID_REQUEST");
        refused(send("GET", "/bookings?status=PAID", driver, null, null), 400, "INVALID_REQUEST");
        refused(send("GET", "/bookings?cursor=x", driver, null, null), 400, "INVALID_CURSOR");
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isZero();

        json(send("POST", "/bookings", driver, "key-12345", order), 201);
        json(send("POST", "/bookings", driver, "key-12345", order), 201);
        refused(
                send("POST", "/bookings", driver, "key-12345", order(quote, PretendPayments.SUCCEEDS)),
                422,
                "IDEMPOTENCY_KEY_REUSED");
        refused(book(order), 409, "SLOT_TAKEN");
        String foreign = UserId.next().toString();
        JsonNode mine = json(send("GET", "/bookings", driver, null, null), 200).at("/items/0");
        String path = "/bookings/" + mine.path("id").asText();
        refused(send("GET", path, foreign, null, null), 404, "NOT_FOUND");
        refused(send("POST", path + "/cancel", foreign, null, "{}"), 404, "NOT_FOUND");
        refused(send("GET", path + "/pass", driver, null, null), 409, "ILLEGAL_STATE");
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isEqualTo(1);
        assertThat(world.number("SELECT count(*) FROM platform.outbox")).isEqualTo(1);
    }

    @Test
    void blocks_areMadeListedAndRemoved_byTheOwner() {
        Listing listing = world.listing(2);
        String owner = listing.owner().toString();
        String path = "/listings/" + listing.id() + "/blocks";
        String body = write(Map.of("from", stay.from(), "to", stay.to()));
        JsonNode block = json(send("POST", path, owner, null, body), 201);
        assertThat(block.path("slots")).hasSize(2);
        assertThat(block.path("reason").asText()).isEqualTo("BLOCKED");
        assertThat(json(send("GET", path, owner, null, null), 200).path("items"))
                .containsExactly(block);
        refused(send("POST", path, owner, null, body), 409, "CONFLICT");
        refused(send("GET", path, driver, null, null), 403, "FORBIDDEN");
        refused(book(order(quote(listing), null)), 409, "SLOT_TAKEN");
        String one = path + "/" + block.path("id").asText();
        refused(send("DELETE", one, driver, null, null), 403, "FORBIDDEN");
        assertThat(send("DELETE", one, owner, null, null).statusCode()).isEqualTo(204);
        refused(send("DELETE", one, owner, null, null), 404, "NOT_FOUND");
        json(book(order(quote(listing), null)), 201);
    }
}
