package dev.berth.bench;

import dev.berth.bench.Generated.Plan;
import dev.berth.bench.Generated.Running;
import dev.berth.platform.db.DatabaseConfig;
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
    private static final int MIB_BITS = 20;
    private static final double MILLIS_PER_SECOND = 1_000;

    private LoadMillionCase() {}

    /**
     * @param load from the first page of listings to the last of calendars
     * @param ready from the start of the JVM
     */
    private record Start(Duration load, Duration ready, long heapBytes, long residentBytes) {}

    static void run(Options options, Report report) {
        int listings = options.pages().orElse(LISTINGS);
        try (Generated generated = Generated.start()) {
            Start empty = start(generated, new Plan(0, 0, 8.2, 48.9, 0.4, 0.2));
            Start full = start(generated, new Plan(listings, STAYS, 8.2, 48.9, 0.4, 0.2));
            double load = seconds(full.load());
            int pages = 2 * (Math.ceilDiv(listings, PAGE) + 1);
            report.row(
                    "load of %,d listings with %d stays each from PostgreSQL".formatted(listings, STAYS),
                    listings / load,
                    "%.1f s, %,d pages (%s)".formatted(load, pages, Report.bar("≤ 30 s", load <= SECONDS_MAX)));
            report.note(String.format(
                    Locale.ROOT,
                    "Start over nothing: ready after %.1f s; over %,d listings: ready, with the words, after %.1f s; heap %,d bytes a listing, index and words together; %,d MB resident",
                    seconds(empty.ready()),
                    listings,
                    seconds(full.ready()),
                    (full.heapBytes() - empty.heapBytes()) / listings,
                    full.residentBytes() >> MIB_BITS));
        }
    }

    private static Start start(Generated generated, Plan plan) {
        DatabaseConfig database = generated.database(plan);
        try (Running running = generated.node(database, HEAP);
                Generated.ExportWatch watch = new Generated.ExportWatch(database)) {
            running.node().awaitReady(watch::look);
            return new Start(
                    watch.time(),
                    running.since(),
                    running.node().heapBytes(),
                    running.node().residentBytes());
        }
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS_PER_SECOND;
    }
}
