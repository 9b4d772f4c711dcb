package dev.berth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.Load.Action;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A sale that everybody has waited for: fifty slots, five thousand tries a second, whatever the answers are. Fifty are
 * sold; and somebody who searches meanwhile, with connections and an event loop of their own, waits at most twice as long
 * as just before.
 */
final class FlashSaleCase {
    private static final int SLOTS = 50;
    private static final int PER_SECOND = 5_000;
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final int PROBE_PER_SECOND = 50;
    private static final double PROBE_FACTOR_MAX = 2;
    /** Until the compilers have seen what a refusal and a search are. */
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    private static final int WARM_UP_PER_SECOND = 500;
    private static final int SEED = 31;

    private final Load load;
    private final Load probing;
    private final Api api;
    private final Action search;

    private FlashSaleCase(Load load, Load probing, Api api, Api visitor) {
        this.load = load;
        this.probing = probing;
        this.api = api;
        Random random = new Random(SEED);
        Instant tomorrow = tomorrow();
        this.search = () -> visitor.get(SearchCase.path(random, tomorrow)).map(answer -> answer.label(visitor.json()));
    }

    /**
     * One sale.
     *
     * @param before searches before it
     * @param during searches while it went on
     * @param stored bookings that there are of it
     */
    private record Sale(Samples before, Samples during, Samples tries, int stored) {
        double factor() {
            return during.millis(99) / before.millis(99);
        }

        boolean isRight() {
            return stored == SLOTS && tries.answers("201") <= SLOTS;
        }
    }

    static void run(Load load, Platform platform, Api api, Options options, Report report) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        try (Api visitor = new Api(vertx, platform.url())) {
            FlashSaleCase sales = new FlashSaleCase(load, new Load(vertx), api, visitor);
            sales.sale(WARM_UP_PER_SECOND, WARM_UP);
            Sale sale = Rounds.median(options.rounds(), () -> sales.sale(PER_SECOND, TIME), Sale::factor);
            report.row("searches before the sale, open " + PROBE_PER_SECOND + "/s", sale.before(), "", "", "");
            report.row(
                    "searches during the sale",
                    sale.during(),
                    platform.memory(),
                    Report.ratio(sale.factor(), "before"),
                    Report.bar("p99 ≤ 2 × before", sale.factor() <= PROBE_FACTOR_MAX));
            report.row(
                    String.format(Locale.ROOT, "%d slots, open %,d tries/s", SLOTS, PER_SECOND),
                    sale.tries(),
                    platform.memory(),
                    "",
                    Report.bar("sold = 50", sale.isRight()));
            report.note("Flash sale: %d bookings stored, %d answered with 201."
                    .formatted(sale.stored(), sale.tries().answers("201")));
        } finally {
            Wait.on(vertx.close());
        }
    }

    private Sale sale(int perSecond, Duration time) {
        api.register();
        String order = order(listing());
        Samples before = probing.open(PROBE_PER_SECOND, Duration.ZERO, time, search);
        CompletableFuture<Samples> probe =
                CompletableFuture.supplyAsync(() -> probing.open(PROBE_PER_SECOND, Duration.ZERO, time, search));
        // Each is another order, by its key.
        Samples tries = load.open(
                perSecond,
                Duration.ZERO,
                time,
                () -> api.post("/bookings", order).map(answer -> answer.label(api.json())));
        return new Sale(before, probe.join(), tries, stored());
    }

    private String listing() {
        ObjectNode listing = api.json()
                .createObjectNode()
                .put("title", "Flash sale")
                .put("description", "Fifty, and no more")
                .put("type", "SURFACE_LOT")
                .put("address", "Kaiserstraße 1, Karlsruhe")
                .put("timeZone", "Europe/Berlin")
                .put("capacity", SLOTS)
                .put("instantBook", true)
                .put("cancellationPolicy", "FLEXIBLE");
        listing.putObject("location").put("lat", 49.0094).put("lng", 8.4044);
        listing.putObject("tariff").put("currency", "EUR").put("hour", 100);
        listing.putArray("amenities");
        return Wait.on(api.post("/listings", listing.toString()))
                .json(api.json())
                .path("id")
                .asText();
    }

    private String order(String listing) {
        Instant from = tomorrow();
        ObjectNode question = api.json()
                .createObjectNode()
                .put("listingId", listing)
                .put("from", from.toString())
                .put("to", from.plus(2, ChronoUnit.HOURS).toString());
        return Quotes.booking(
                api.json(), Wait.on(api.post("/quotes", question.toString())).json(api.json()));
    }

    private static Instant tomorrow() {
        return Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
    }

    /** Of this sale's host, who has nothing else. */
    private int stored() {
        JsonNode page = Wait.on(api.get("/bookings?role=host&limit=100")).json(api.json());
        return page.path("items").size();
    }
}
