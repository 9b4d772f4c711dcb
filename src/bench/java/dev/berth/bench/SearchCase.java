package dev.berth.bench;

import dev.berth.bench.Load.Action;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;

/** The cheapest fifty that are free for two hours in a viewport of the Karlsruhe region, over HTTP. */
final class SearchCase {
    private static final int OPEN_PER_SECOND = 1_000;
    private static final double OPEN_P99_MILLIS_MAX = 10;
    private static final int CLIENTS = 64;
    private static final double PEER_FACTOR = 25;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    /** Until the compilers have seen what a search is, on both sides. */
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(15);

    private static final double WEST = 8.30;
    private static final double SOUTH = 48.96;
    private static final double REGION_WIDTH = 0.16;
    private static final double REGION_HEIGHT = 0.08;
    private static final double VIEW_WIDTH = 0.04;
    private static final double VIEW_HEIGHT = 0.02;
    private static final int HOURS = 12 * 24;
    private static final int SEED = 7;

    private SearchCase() {}

    static void run(Load load, Platform platform, Api api, Options options, Report report) {
        Random random = new Random(SEED);
        Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
        Action search = () -> api.get(path(random, tomorrow)).map(answer -> answer.label(api.json()));
        load.closed(CLIENTS, Duration.ZERO, FIRST_WARM_UP, search);
        Samples open = Rounds.median(
                options.rounds(),
                () -> load.open(OPEN_PER_SECOND, WARM_UP, options.time(), search),
                samples -> samples.millis(99));
        report.row(
                "search over HTTP, open " + OPEN_PER_SECOND + "/s",
                open,
                platform.memory(),
                "",
                Report.bar("p99 ≤ 10 ms", open.isAll("200", OPEN_P99_MILLIS_MAX)));
        Samples closed = Rounds.median(
                options.rounds(), () -> load.closed(CLIENTS, WARM_UP, options.time(), search), Samples::rate);
        report.row(
                "search over HTTP, " + CLIENTS + " clients",
                closed,
                platform.memory(),
                options.peerSearchPerSecond()
                        .map(peer -> Report.ratio(closed.rate() / peer, "FastAPI + PostGIS"))
                        .orElse(""),
                options.peerSearchPerSecond()
                        .map(peer -> Report.bar("≥ 25 × peer", closed.rate() >= PEER_FACTOR * peer))
                        .orElse("≥ 25 × peer"));
    }

    static String path(Random random, Instant tomorrow) {
        double west = WEST + random.nextDouble() * REGION_WIDTH;
        double south = SOUTH + random.nextDouble() * REGION_HEIGHT;
        Instant from = tomorrow.plus(random.nextInt(HOURS), ChronoUnit.HOURS);
        return String.format(
                Locale.ROOT,
                "/search/listings?bbox=%.5f,%.5f,%.5f,%.5f&from=%s&to=%s&sort=price&limit=50",
                west,
                south,
                west + VIEW_WIDTH,
                south + VIEW_HEIGHT,
                from,
                from.plus(2, ChronoUnit.HOURS));
    }
}
