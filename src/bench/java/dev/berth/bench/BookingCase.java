package dev.berth.bench;

import dev.berth.bench.Load.Action;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** From a quote to a held slot over HTTP; and, apart, with the payment. */
final class BookingCase {
    private static final int OPEN_PER_SECOND = 500;
    private static final double OPEN_P99_MILLIS_MAX = 15;
    private static final double CALIBRATION_SHARE = 0.4;
    private static final double PEER_FACTOR = 2;
    private static final int PAID_PER_SECOND = 20;
    /** More than a round can use; when a fast machine runs out of quotes, the round's rate counts its own time. */
    private static final int QUOTES_PER_SECOND = 2_000;

    private static final Duration WARM_UP = Duration.ofSeconds(2);
    /** Until the compilers have seen what a booking is, on both sides. */
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(15);

    private static final String PAYMENT = ",\"paymentMethod\":{\"type\":\"card\",\"token\":\"pm_card_visa\"}}";

    private BookingCase() {}

    static void run(Vertx vertx, Load load, Platform platform, Api api, Options options, Report report) {
        api.register();
        Quotes quotes = new Quotes(api);
        report.note("Bookings are spread over " + quotes.places() + " listings.");
        double calibration = platform.database()
                .map(database -> Rounds.median(
                        options.rounds(),
                        () -> Calibration.run(vertx, database, WARM_UP, options.time()),
                        Samples::rate))
                .map(samples -> {
                    report.row("PostgreSQL, booking in one statement, 16 connections", samples, "", "", "");
                    return samples.rate();
                })
                .orElse(Double.NaN);
        closed(load, api, quotes, 64, FIRST_WARM_UP);
        for (int clients : new int[] {16, 64}) {
            Samples closed = Rounds.median(
                    options.rounds(), () -> closed(load, api, quotes, clients, options.time()), Samples::rate);
            report.row(
                    "booking over HTTP, " + clients + " clients",
                    closed,
                    platform.memory(),
                    ratios(closed.rate(), calibration, options),
                    Report.bar("≥ 40 % of PostgreSQL", closed.rate() >= CALIBRATION_SHARE * calibration));
        }
        Samples open = Rounds.median(
                options.rounds(),
                () -> open(load, api, quotes, OPEN_PER_SECOND, "}", options.time()),
                samples -> samples.millis(99));
        report.row(
                "booking over HTTP, open " + OPEN_PER_SECOND + "/s",
                open,
                platform.memory(),
                "",
                Report.bar("p99 ≤ 15 ms", open.isAll("201", OPEN_P99_MILLIS_MAX)));
        Samples paid = open(load, api, quotes, PAID_PER_SECOND, PAYMENT, options.time());
        report.row("booking and card payment in one call, open " + PAID_PER_SECOND + "/s", paid, "", "", "");
    }

    private static String ratios(double rate, double calibration, Options options) {
        String toPeer = options.peerBookingPerSecond()
                .map(peer -> Report.ratio(rate / peer, "asyncpg peer") + " ("
                        + Report.bar("≥ 2", rate >= PEER_FACTOR * peer) + ")")
                .orElse("");
        return (Double.isNaN(calibration) ? "" : Report.ratio(rate / calibration, "PostgreSQL"))
                + (toPeer.isEmpty() ? "" : ", " + toPeer);
    }

    private static Samples closed(Load load, Api api, Quotes quotes, int clients, Duration time) {
        int count = Math.toIntExact((time.toSeconds() + WARM_UP.toSeconds()) * QUOTES_PER_SECOND);
        return load.closed(clients, WARM_UP, time, book(api, quotes.spread(count), "}"));
    }

    private static Samples open(Load load, Api api, Quotes quotes, int perSecond, String end, Duration time) {
        int count = Math.toIntExact((time.toSeconds() + WARM_UP.toSeconds() + 1) * perSecond);
        return load.open(perSecond, WARM_UP, time, book(api, quotes.spread(count), end));
    }

    private static Action book(Api api, Deque<String> bookings, String end) {
        Deque<String> left = new ConcurrentLinkedDeque<>(bookings);
        return () -> {
            String body = left.poll();
            return body == null
                    ? Future.succeededFuture("out of quotes")
                    : api.post("/bookings", body.substring(0, body.length() - 1) + end)
                            .map(answer -> answer.label(api.json()));
        };
    }
}
