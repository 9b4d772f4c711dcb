package dev.berth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Half an hour, or as long as is said, at half of the rate that is given as the full one: searches, a booking with its
 * quote for every twentieth of them, and pages that hear what changes. Every minute the node is asked how late its event
 * loops were and what it holds.
 */
final class SoakCase {
    private static final double LOAD = 0.5;
    private static final int BOOK_EVERY = 20;
    private static final int PAGES = 300;
    private static final int SETTLED_MINUTES = 5;
    private static final double GROWTH_MAX = 1.05;
    private static final int HOURS = 12 * 24;
    private static final int SEED = 23;
    private static final int MIB = 1 << 20;
    private static final String LAG = "berth_eventloop_lag_seconds";

    private final Api api;
    private final Tiles tiles;
    private final Random random = new Random(SEED);
    private final Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
    private int number;
    private int booked;

    private SoakCase(Api api, Tiles tiles) {
        this.api = api;
        this.tiles = tiles;
    }

    static void run(Vertx vertx, Load load, NodeProcess node, Api api, Options options, Report report) {
        int count = options.pages().orElse(PAGES);
        api.register();
        SoakCase soak = new SoakCase(api, Tiles.of(api));
        Samples all = new Samples();
        long settled = 0;
        double blocksBefore = blocks(node);
        try (LivePages pages = new LivePages(vertx, List.of(node.url()), count)) {
            pages.open(count, soak.tiles);
            for (int minute = 1; minute <= options.minutes(); minute++) {
                api.register();
                Samples samples =
                        load.open(options.perSecond() * LOAD, Duration.ZERO, Duration.ofMinutes(1), soak::next);
                all.addAll(samples);
                long resident = node.residentBytes();
                if (minute <= SETTLED_MINUTES) {
                    settled = resident;
                }
                report.tell(
                        "minute %d: %,.0f/s, p99 %.1f ms, max %.0f ms, %s; %d MB resident, loops late by over 50 ms: %.0f"
                                .formatted(
                                        minute,
                                        samples.rate(),
                                        samples.millis(99),
                                        samples.maxMillis(),
                                        samples.answers(),
                                        resident / MIB,
                                        blocks(node) - blocksBefore));
            }
            double late = blocks(node) - blocksBefore;
            double growth = node.residentBytes() / (double) settled;
            boolean isRight = all.isAll("200", Double.MAX_VALUE) && pages.gaps == 0;
            report.row(
                    "soak, %d minutes at %,.0f/s, %d pages"
                            .formatted(options.minutes(), options.perSecond() * LOAD, count),
                    all,
                    "node %d MB".formatted(node.residentBytes() / MIB),
                    "",
                    Report.bar("no error", isRight));
            report.note(String.format(
                    Locale.ROOT,
                    "Soak: %d bookings; event loops late by over 50 ms %.0f times (%s); resident %d MB after %d minutes, %d MB at the end, × %.3f (%s); gaps %d",
                    soak.booked,
                    late,
                    Report.bar("0", late == 0),
                    settled / MIB,
                    Math.min(SETTLED_MINUTES, options.minutes()),
                    node.residentBytes() / MIB,
                    growth,
                    Report.bar("≤ 1.05", growth <= GROWTH_MAX),
                    pages.gaps));
        }
    }

    /** Ticks that came more than 50 ms late, of all loops since the node's start. */
    private static double blocks(NodeProcess node) {
        NodeProcess.Metrics metrics = node.metrics();
        return metrics.sum(LAG + "_count", "") - metrics.sum(LAG + "_bucket", "le=\"0.05\"");
    }

    private Future<String> next() {
        return ++number % BOOK_EVERY == 0 ? book() : search();
    }

    private Future<String> search() {
        return api.get(SearchCase.path(random, tomorrow)).map(answer -> answer.label(api.json()));
    }

    /** Tells 200 when it is booked, or was taken by an earlier one of this soak. */
    private Future<String> book() {
        Instant from = tomorrow.plus(random.nextInt(HOURS), ChronoUnit.HOURS);
        String question = api.json()
                .createObjectNode()
                .put("listingId", tiles.listing(random.nextInt(Tiles.COUNT * HOURS)))
                .put("from", from.toString())
                .put("to", from.plus(2, ChronoUnit.HOURS).toString())
                .toString();
        return api.post("/quotes", question).compose(quote -> {
            if (quote.status() != 201) {
                return Future.succeededFuture(isTaken(quote.status()) ? "200" : quote.label(api.json()));
            }
            JsonNode offered = quote.json(api.json());
            return api.post("/bookings", Quotes.booking(api.json(), offered)).map(answer -> {
                booked += answer.status() == 201 ? 1 : 0;
                return answer.status() == 201 || isTaken(answer.status()) ? "200" : answer.label(api.json());
            });
        });
    }

    private static boolean isTaken(int status) {
        return status == 409;
    }
}
