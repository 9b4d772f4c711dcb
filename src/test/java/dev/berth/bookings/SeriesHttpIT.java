package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.listings.Listing;
import dev.berth.platform.http.Contract;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.HttpConfig;
import dev.berth.platform.security.RateLimiter;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bookings that are made together, over a real server, as the contract has them. */
@WithServices
@Tag("BK10")
class SeriesHttpIT {
    private final BookingWorld world;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    /** A user's id is the token. */
    private final String driver = UserId.next().toString();

    private final TimeRange first = BookingWorld.stay(48, 2);

    SeriesHttpIT(Services services) {
        world = new BookingWorld(services);
        ContractRouter contract = new ContractRouter(
                Contract.load().only("bookings"),
                token -> new Principal(UserId.parse(token), Set.of(Role.DRIVER)),
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

    private static final class Unlimited implements RateLimiter {
        @Override
        public Verdict takeHere(String subject) {
            return new Verdict(true, EVERYTHING, 1_000, 1, 999, 1, 0);
        }

        @Override
        public Future<Verdict> take(String policy, String subject) {
            return Future.succeededFuture(new Verdict(true, policy, 1_000, 1, 999, 1, 0));
        }

        @Override
        public void require(String policy) {
            assertThat(policy).isIn("booking", "codes");
        }
    }

    private JsonNode send(
            int status,
            String method,
            String path,
            @Nullable String token,
            @Nullable String key,
            @Nullable Object body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder()
                    .uri(URI.create("http://127.0.0.1:" + server.actualPort() + "/api/v1" + path))
                    .timeout(Duration.ofSeconds(30))
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(world.json.writeValueAsString(body)));
            if (body != null) {
                request.header("content-type", "application/json");
            }
            if (token != null) {
                request.header("authorization", "Bearer " + token);
            }
            if (key != null) {
                request.header("idempotency-key", key);
            }
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            JsonNode answer = world.json.readTree(response.body());
            assertThat(response.statusCode()).as("%s", answer).isEqualTo(status);
            return answer;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Map<String, Object> wish(Listing listing, String rule) {
        return Map.of(
                "listingId",
                listing.id(),
                "from",
                first.from().toString(),
                "to",
                first.to().toString(),
                "rrule",
                rule);
    }

    private static Map<String, Object> order(JsonNode quote) {
        return Map.of(
                "quoteId",
                quote.path("quoteId").asText(),
                "finalPrice",
                quote.path("finalPrice"),
                "paymentMethod",
                Map.of("type", "card", "token", PretendPayments.SUCCEEDS));
    }

    @Test
    void quoted_booked_looked_at_andCalledOff() {
        Listing listing = world.listing(1);
        JsonNode quote = send(201, "POST", "/series-quotes", null, null, wish(listing, "FREQ=DAILY;COUNT=3"));
        assertThat(quote.path("conflicts").asInt()).isZero();
        assertThat(quote.path("finalPrice").path("amount").asLong()).isEqualTo(1_500);
        assertThat(quote.path("occurrences")).hasSize(3);
        assertThat(quote.path("occurrences").path(0).path("date").asText())
                .isEqualTo(LocalDate.ofInstant(first.from(), ZoneId.of("Europe/Berlin"))
                        .toString());

        send(400, "POST", "/booking-series", driver, null, order(quote));
        JsonNode series = send(201, "POST", "/booking-series", driver, "series-key-1", order(quote));
        String id = series.path("id").asText();
        assertThat(series.path("payment").path("status").asText()).isEqualTo("SUCCEEDED");
        assertThat(series.path("actions").path(0).asText()).isEqualTo("CANCEL");
        assertThat(series.path("bookings")).hasSize(3);
        JsonNode second = series.path("bookings").path(1);
        assertThat(second.path("seriesId").asText()).isEqualTo(id);
        assertThat(second.path("series").path("number").asInt()).isEqualTo(2);
        assertThat(second.path("series").path("size").asInt()).isEqualTo(3);
        assertThat(send(201, "POST", "/booking-series", driver, "series-key-1", order(quote))
                        .path("id")
                        .asText())
                .isEqualTo(id);

        send(200, "POST", "/bookings/" + second.path("id").asText() + "/cancel", driver, null, Map.of());
        JsonNode preview = send(200, "GET", "/booking-series/" + id + "/cancellation", driver, null, null);
        assertThat(preview.path("bookings")).hasSize(2);
        assertThat(preview.path("refund").path("amount").asLong()).isEqualTo(1_000);
        JsonNode over = send(200, "POST", "/booking-series/" + id + "/cancel", driver, null, Map.of("reason", "ill"));
        assertThat(over.path("actions")).isEmpty();
        assertThat(send(200, "GET", "/booking-series/" + id, driver, null, null)
                        .path("bookings")
                        .findValuesAsText("status"))
                .contains("CANCELLED_BY_DRIVER");
        send(404, "GET", "/booking-series/" + id, UserId.next().toString(), null, null);
    }

    @Test
    void conflicts_areNamedByQuoteAndBooking_andCanBeLeftOut() {
        Listing listing = world.listing(1);
        JsonNode quote = send(201, "POST", "/series-quotes", null, null, wish(listing, "FREQ=DAILY;COUNT=3"));
        world.placeAndPay(BookingWorld.someone(), listing, first);
        JsonNode problem = send(409, "POST", "/booking-series", driver, "series-key-1", order(quote));
        assertThat(problem.path("code").asText()).isEqualTo("SERIES_CONFLICT");
        assertThat(problem.path("conflicts")).hasSize(1);
        String date = problem.path("conflicts").path(0).path("date").asText();
        assertThat(problem.path("conflicts").path(0).path("problem").asText()).isEqualTo("SLOT_TAKEN");

        JsonNode again = send(201, "POST", "/series-quotes", null, null, wish(listing, "FREQ=DAILY;COUNT=3"));
        assertThat(again.has("quoteId")).isFalse();
        assertThat(again.path("conflicts").asInt()).isEqualTo(1);
        JsonNode without = send(
                201,
                "POST",
                "/series-quotes",
                null,
                null,
                Map.of(
                        "listingId", listing.id(),
                        "from", first.from().toString(),
                        "to", first.to().toString(),
                        "rrule", "FREQ=DAILY;COUNT=3",
                        "except", List.of(date)));
        assertThat(send(201, "POST", "/booking-series", driver, "series-key-2", order(without))
                        .path("bookings"))
                .hasSize(2);
    }

    @Test
    void aRuleThatIsNone_andAHostWhoWantsToBeAsked_areRefused() {
        JsonNode invalid =
                send(422, "POST", "/series-quotes", null, null, wish(world.listing(1), "FREQ=DAILY;COLOUR=RED"));
        assertThat(invalid.path("code").asText()).isEqualTo("RRULE_INVALID");
        assertThat(invalid.path("errors").path(0).path("pointer").asText()).isEqualTo("/rrule");
        assertThat(send(422, "POST", "/series-quotes", null, null, wish(world.asking(1), "FREQ=DAILY;COUNT=2"))
                        .path("code")
                        .asText())
                .isEqualTo("SERIES_NOT_INSTANT");
        send(
                401,
                "POST",
                "/booking-series",
                null,
                "series-key-3",
                Map.of("quoteId", "x", "finalPrice", Map.of("amount", 1, "currency", "EUR")));
    }
}
