package dev.berth.bench;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/** New pages at a pace that does not wait for them: each asks what SockJS asks first, opens, hears ten tiles, has them. */
final class ConnectCase {
    private static final int PER_SECOND = 200;
    private static final double P99_MILLIS_MAX = 1_000;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration TIME = Duration.ofSeconds(10);

    private ConnectCase() {}

    static void run(Vertx vertx, Load load, Platform platform, Api api, Report report) {
        Tiles tiles = Tiles.of(api);
        int most = PER_SECOND * Math.toIntExact(WARM_UP.plus(TIME).toSeconds() + 1);
        try (LivePages pages = new LivePages(vertx, List.of(platform.url()), most)) {
            Samples samples = load.open(
                    PER_SECOND,
                    WARM_UP,
                    TIME,
                    () -> pages.begin(tiles.of(pages.all().size())).whole().map("ready"));
            report.row(
                    PER_SECOND + " new sockets/s with 10 tiles each: ready",
                    samples,
                    platform.memory(),
                    "",
                    Report.bar(
                            "no error, p99 ≤ 1 s",
                            samples.isAll("ready", P99_MILLIS_MAX) && pages.refusals == 0 && pages.late == 0));
            report.note(
                    "Of these, too slow for SockJS' WebSocket: %d, refusals: %d".formatted(pages.late, pages.refusals));
        }
    }
}
