package dev.berth.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.bench.Load.Action;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/** Bookings that are paid from wallets: money moves in the statement that books. And the statement of a long history. */
final class WalletCase {
    private static final int DRIVERS = 64;
    private static final int TOP_UPS = 8;
    /** Minor units, the most that is taken at once. */
    private static final int TOP_UP = 50_000;

    private static final int OPEN_PER_SECOND = 500;
    private static final double OPEN_P99_MILLIS_MAX = 20;
    private static final double CALIBRATION_SHARE = 0.3;
    private static final int QUOTES_PER_SECOND = 1_200;
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(15);

    private static final int ENTRIES = 1_000_000;
    private static final int BATCH = 20_000;
    private static final int READERS = 4;
    private static final double STATEMENT_MILLIS_MAX = 20;

    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final int LOOKS = 200;
    private static final String FOLLOWED_UP = """
            SELECT (SELECT count(*) FROM billing.document) + (SELECT count(*) FROM notifications.notification)
                + (SELECT count(*) FROM notifications.mail WHERE status <> 'QUEUED')
            """;

    /** So many of what a driver has done with a wallet, by the ledger's own rules. */
    private static final String HISTORY = """
            WITH accounts AS (
                SELECT w.id AS wallet, p.id AS provider
                FROM payments.account w, payments.account p
                WHERE w.kind = 'wallet' AND w.owner = $1 AND w.currency = 'EUR'
                    AND p.kind = 'processor_clearing' AND p.owner IS NULL AND p.currency = 'EUR'),
            transfers AS (
                INSERT INTO payments.transfer (id, kind, payment)
                SELECT uuidv7(), 'TOP_UP', uuidv7() FROM generate_series(1, $2) RETURNING id)
            INSERT INTO payments.entry (transfer, line, account, amount, currency)
            SELECT t.id, l.line, CASE l.line WHEN 1 THEN a.provider ELSE a.wallet END,
                CASE l.line WHEN 1 THEN 1 ELSE -1 END, 'EUR'
            FROM transfers t, accounts a, (VALUES (1::smallint), (2::smallint)) AS l (line)
            """;

    private WalletCase() {}

    static void run(Vertx vertx, Load load, Platform platform, Api api, Options options, Report report) {
        api.register();
        Quotes quotes = new Quotes(api);
        List<String> drivers = drivers(api);
        report.note(DRIVERS + " drivers pay for bookings with their wallets.");
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
        closed(load, api, quotes, drivers, 64, FIRST_WARM_UP);
        for (int clients : new int[] {16, 64}) {
            Samples closed = Rounds.median(
                    options.rounds(), () -> closed(load, api, quotes, drivers, clients, options.time()), Samples::rate);
            report.row(
                    "booking paid from the wallet, " + clients + " clients",
                    closed,
                    platform.memory(),
                    Double.isNaN(calibration) ? "" : Report.ratio(closed.rate() / calibration, "PostgreSQL"),
                    Report.bar("≥ 30 % of PostgreSQL", closed.rate() >= CALIBRATION_SHARE * calibration));
        }
        Samples open = Rounds.median(
                options.rounds(),
                () -> open(load, api, quotes, drivers, options.time()),
                samples -> samples.millis(99));
        report.row(
                "booking paid from the wallet, open " + OPEN_PER_SECOND + "/s",
                open,
                platform.memory(),
                "",
                Report.bar("p99 ≤ 20 ms", open.isAll("201", OPEN_P99_MILLIS_MAX)));
        platform.database().ifPresent(database -> statement(vertx, load, api, database, options, report));
    }

    /** Tokens of accounts with money in their wallets. */
    private static List<String> drivers(Api api) {
        List<String> drivers = new ArrayList<>();
        for (int i = 0; i < DRIVERS; i++) {
            api.register();
            String token = api.token();
            drivers.add(token);
            List<Future<Api.Answer>> topUps = new ArrayList<>();
            for (int j = 0; j < TOP_UPS; j++) {
                topUps.add(topUp(api, token, TOP_UP));
            }
            topUps.forEach(each -> Wait.on(each).json(api.json()));
        }
        return drivers;
    }

    private static Future<Api.Answer> topUp(Api api, String token, int amount) {
        ObjectNode body = api.json().createObjectNode();
        body.putObject("amount").put("amount", amount).put("currency", "EUR");
        body.putObject("paymentMethod").put("type", "card").put("token", "pm_card_visa");
        return api.post(token, "/wallet/top-ups", body.toString());
    }

    private static Samples closed(Load load, Api api, Quotes quotes, List<String> drivers, int clients, Duration time) {
        int count = Math.toIntExact((time.toSeconds() + WARM_UP.toSeconds()) * QUOTES_PER_SECOND);
        return load.closed(clients, WARM_UP, time, book(api, quotes.spread(count), drivers));
    }

    private static Samples open(Load load, Api api, Quotes quotes, List<String> drivers, Duration time) {
        int count = Math.toIntExact((time.toSeconds() + WARM_UP.toSeconds() + 1) * OPEN_PER_SECOND);
        return load.open(OPEN_PER_SECOND, WARM_UP, time, book(api, quotes.spread(count), drivers));
    }

    private static Action book(Api api, Deque<String> bookings, List<String> drivers) {
        Deque<String> left = new ConcurrentLinkedDeque<>(bookings);
        Deque<String> turns = new ConcurrentLinkedDeque<>(drivers);
        return () -> {
            String body = left.poll();
            if (body == null) {
                return Future.succeededFuture("out of quotes");
            }
            String driver = turns.removeFirst();
            turns.addLast(driver);
            String paid = body.substring(0, body.length() - 1) + ",\"paymentMethod\":{\"type\":\"wallet\"}}";
            return api.post(driver, "/bookings", paid).map(answer -> answer.label(api.json()));
        };
    }

    /** Waits until nothing follows from the bookings any more: that is not what is measured next. */
    private static void settle(Vertx vertx, Pool pool) {
        long before = -1;
        for (int look = 0; look < LOOKS; look++) {
            long done =
                    Wait.on(pool.query(FOLLOWED_UP).execute()).iterator().next().getLong(0);
            if (done == before) {
                return;
            }
            before = done;
            Wait.on(vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        }
        throw new IllegalStateException("the bookings are followed up for too long");
    }

    private static void statement(Vertx vertx, Load load, Api api, URI database, Options options, Report report) {
        api.register();
        Wait.on(topUp(api, api.token(), TOP_UP)).json(api.json());
        String user = Wait.on(api.get("/users/me")).json(api.json()).path("id").asText();
        Pool pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(1))
                .connectingTo(PgConnectOptions.fromUri(database.toString()))
                .using(vertx)
                .build();
        try {
            for (int made = 0; made < ENTRIES; made += BATCH) {
                Wait.on(pool.preparedQuery(HISTORY).execute(Tuple.of(UUID.fromString(user), BATCH)));
            }
            Wait.on(pool.query("ANALYZE payments.entry, payments.transfer").execute());
            settle(vertx, pool);
        } finally {
            Wait.on(pool.close());
        }
        Samples read = Rounds.median(
                options.rounds(),
                () -> load.closed(
                        READERS,
                        WARM_UP,
                        options.time(),
                        () -> api.get("/wallet/entries?currency=EUR&limit=50").map(answer -> answer.label(api.json()))),
                samples -> samples.millis(99));
        report.row(
                "first page of a statement of 1,000,000 entries, " + READERS + " clients",
                read,
                "",
                "",
                Report.bar("≤ 20 ms", read.isAll("200", STATEMENT_MILLIS_MAX)));
    }
}
