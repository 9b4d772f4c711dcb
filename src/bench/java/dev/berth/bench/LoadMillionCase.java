package dev.berth.bench;

import dev.berth.bench.Generated.Plan;
import dev.berth.bench.Generated.Running;
import java.time.Duration;
import java.util.Locale;

/**
 * A node starts over a million listings of ten stays each: how long from PostgreSQL until its index is whole, and what a
 * listing takes of its heap, with the words beside the index. A start over an empty database, with the same heap, tells
 * what is not the listings'. What the index alone takes prints {@code exec:exec@bench}.
 */
final class LoadMillionCase {
    private static final int LISTINGS = 1_000_000;
    private static final int STAYS = 10;
    private static final double SECONDS_MAX = 30;
    private static final int PAGE = 2_000;
    private static final String HEAP = "-Xmx3g";
    private static final double MILLIS_PER_SECOND = 1_000;

    private LoadMillionCase() {}

    private record Start(Duration index, Duration ready, long heapBytes, long residentBytes) {}

    static void run(Options options, Report report) {
        int listings = options.pages().orElse(LISTINGS);
        try (Generated generated = Generated.start()) {
            Start empty = start(generated, new Plan(0, 0, 8.2, 48.9, 0.4, 0.2));
            Start full = start(generated, new Plan(listings, STAYS, 8.2, 48.9, 0.4, 0.2));
            double load = seconds(full.index().minus(empty.ready()));
            int pages = 2 * (Math.ceilDiv(listings, PAGE) + 1);
            report.row(
                    "load of %,d listings with %d stays each from PostgreSQL".formatted(listings, STAYS),
                    listings / load,
                    "%.1f s (%s)".formatted(load, Report.bar("≤ 30 s", load <= SECONDS_MAX)));
            report.note(String.format(
                    Locale.ROOT,
                    "Start over nothing: ready after %.1f s; over %,d listings: index whole after %.1f s, ready, with the words, after %.1f s; %,d pages read; heap %,d bytes a listing, index and words together; %,d MB resident",
                    seconds(empty.ready()),
                    listings,
                    seconds(full.index()),
                    seconds(full.ready()),
                    pages,
                    (full.heapBytes() - empty.heapBytes()) / listings,
                    full.residentBytes() >> 20));
        }
    }

    private static Start start(Generated generated, Plan plan) {
        try (Running running = generated.node(generated.database(plan), HEAP)) {
            running.node().awaitMetric("berth_search_listings", plan.listings());
            Duration index = running.since();
            running.node().awaitReady();
            return new Start(
                    index,
                    running.since(),
                    running.node().heapBytes(),
                    running.node().residentBytes());
        }
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS_PER_SECOND;
    }
}
