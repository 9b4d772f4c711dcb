package dev.berth.bench;

import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A thousand pages lose their connection at once, while pins go on changing slowly: when is each connected and whole
 * again, and how much did it have to load anew? Once with the nodes alive, where the balancer sends each page to either;
 * once with all pages on a node that is killed, so that all go to the other.
 */
final class StormCase {
    private static final int PAGES = 1_000;
    private static final double MILLIS_MAX = 10_000;
    private static final double FULL_SHARE_MAX = 0.05;
    private static final long CHANGE_EVERY_MILLIS = 500;
    private static final long BEFORE_MILLIS = 3_000;
    private static final long SETTLE_MILLIS = 1_500;

    private StormCase() {}

    static void run(Vertx vertx, NodeProcess first, NodeProcess second, Options options, Report report) {
        int count = options.pages().orElse(PAGES);
        try (Api api = new Api(vertx, first.url())) {
            api.register();
            Tiles tiles = Tiles.of(api);
            List<URI> both = List.of(first.url(), second.url());
            try (LivePages pages = new LivePages(vertx, both, count)) {
                pages.open(count, tiles);
                storm(
                        vertx,
                        "connections cut",
                        pages,
                        api,
                        tiles,
                        both,
                        report,
                        () -> pages.on(() -> {
                            pages.all().forEach(LivePage::cut);
                            return true;
                        }));
            }
            try (LivePages pages = new LivePages(vertx, List.of(second.url()), count)) {
                pages.open(count, tiles);
                pages.nodes(both);
                storm(vertx, "their node killed", pages, api, tiles, both, report, second::kill);
            }
            second.awaitReady();
        }
    }

    private static void storm(
            Vertx vertx,
            String what,
            LivePages pages,
            Api api,
            Tiles tiles,
            List<URI> nodes,
            Report report,
            Runnable cut) {
        Samples samples = new Samples();
        int booked;
        try (Changes changes = new Changes(vertx, api, tiles, CHANGE_EVERY_MILLIS, listing -> {})) {
            Wait.on(vertx.timer(BEFORE_MILLIS, TimeUnit.MILLISECONDS));
            pages.on(() -> {
                pages.count();
                return true;
            });
            long begin = System.nanoTime();
            cut.run();
            // Nobody has heard of it before it has happened.
            Wait.on(vertx.timer(1, TimeUnit.MILLISECONDS));
            for (LivePage page : pages.all()) {
                Wait.on(pages.on(page::lostAndWhole));
                samples.add("whole", begin, pages.on(page::wholeAtNanos));
            }
            Wait.on(vertx.timer(BEFORE_MILLIS, TimeUnit.MILLISECONDS));
            booked = changes.booked();
        }
        Wait.on(vertx.timer(SETTLE_MILLIS, TimeUnit.MILLISECONDS));
        int wrong = pages.wrong(nodes, tiles);
        double share = pages.tilesFull / (double) pages.tilesAsked;
        boolean isRight = pages.gaps == 0 && wrong == 0 && pages.broken == 0;
        report.row(
                "%,d pages of %d tiles each, %s → whole again"
                        .formatted(pages.all().size(), Tiles.EACH, what),
                samples,
                "",
                "",
                Report.bar("≤ 10 s, no gap", isRight && samples.maxMillis() <= MILLIS_MAX));
        report.note(
                "%s: %,d of %,d tiles loaded in full, %.1f %% (%s), %,d kB of snapshots, gaps %d, wrong tiles %d, refusals %d, too slow for SockJS' WebSocket %d; %d bookings meanwhile, %d tiles with listings"
                        .formatted(
                                what,
                                pages.tilesFull,
                                pages.tilesAsked,
                                100 * share,
                                Report.bar("≤ 5 %", share <= FULL_SHARE_MAX),
                                pages.snapshotBytes / 1_024,
                                pages.gaps,
                                wrong,
                                pages.refusals,
                                pages.late,
                                booked,
                                tiles.filled()));
    }
}
