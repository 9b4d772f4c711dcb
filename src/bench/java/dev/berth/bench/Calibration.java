package dev.berth.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Random;

/**
 * What PostgreSQL itself can do on this machine, now: a booking in one statement with nothing around it, from 16
 * connections. It finds a free slot of a space, inserts the booking under the exclusion constraint and leaves a
 * notification. A platform that books over HTTP, with authorisation, idempotency, ledger and outbox, is measured by
 * how much of this is left.
 */
final class Calibration {
    private static final int CONNECTIONS = 16;
    private static final int SPACES = 100_000;
    private static final int HOURS = 1_500 * 22;
    private static final int SEED = 42;
    private static final OffsetDateTime BEGIN = OffsetDateTime.of(2030, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private static final String SETUP = """
            DROP SCHEMA IF EXISTS bench_calibration CASCADE;
            CREATE SCHEMA bench_calibration;
            CREATE EXTENSION IF NOT EXISTS btree_gist;
            CREATE TABLE bench_calibration.space (id bigint PRIMARY KEY, price_cents int NOT NULL);
            CREATE TABLE bench_calibration.slot (id bigint PRIMARY KEY, space_id bigint NOT NULL);
            CREATE TABLE bench_calibration.booking (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, slot_id bigint NOT NULL, user_id bigint NOT NULL,
              during tstzrange NOT NULL, status smallint NOT NULL DEFAULT 1, price_cents int NOT NULL,
              created_at timestamptz NOT NULL DEFAULT now(),
              CONSTRAINT no_overlap EXCLUDE USING gist (slot_id WITH =, during WITH &&) WHERE (status IN (0, 1)));
            CREATE TABLE bench_calibration.notification (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL, kind text NOT NULL,
              payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
            INSERT INTO bench_calibration.space SELECT i, 100 + i %% 900 FROM generate_series(1, %1$d) i;
            INSERT INTO bench_calibration.slot SELECT i, i FROM generate_series(1, %1$d) i;
            CREATE INDEX ON bench_calibration.slot (space_id);
            ANALYZE bench_calibration.space;
            ANALYZE bench_calibration.slot;
            """.formatted(SPACES);

    private static final String BOOK = """
            WITH chosen AS MATERIALIZED (
              SELECT slot.id, space.price_cents
              FROM bench_calibration.slot JOIN bench_calibration.space ON space.id = slot.space_id
              WHERE space.id = $1 AND NOT EXISTS (
                SELECT 1 FROM bench_calibration.booking
                WHERE booking.slot_id = slot.id AND booking.status IN (0, 1)
                  AND booking.during && tstzrange($2::timestamptz, $2::timestamptz + interval '2 hours'))
              ORDER BY random() LIMIT 1),
            booked AS (
              INSERT INTO bench_calibration.booking (slot_id, user_id, during, price_cents)
              SELECT id, 1, tstzrange($2::timestamptz, $2::timestamptz + interval '2 hours'), price_cents * 2 FROM chosen
              ON CONFLICT DO NOTHING RETURNING id, user_id),
            told AS (
              INSERT INTO bench_calibration.notification (user_id, kind, payload)
              SELECT user_id, 'booking.created', jsonb_build_object('bookingId', id) FROM booked)
            SELECT id FROM booked
            """;

    private Calibration() {}

    /** Bookings a second. Leaves nothing behind. */
    static Samples run(Vertx vertx, URI database, Duration warmUp, Duration time) {
        PgConnectOptions options = PgConnectOptions.fromUri(database.toString()).setCachePreparedStatements(true);
        Pool pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(CONNECTIONS))
                .connectingTo(options)
                .using(vertx)
                .build();
        Random random = new Random(SEED);
        try {
            Wait.on(pool.query(SETUP).execute());
            return new Load(vertx)
                    .closed(
                            CONNECTIONS,
                            warmUp,
                            time,
                            () -> pool.preparedQuery(BOOK)
                                    .execute(Tuple.of(
                                            1L + random.nextInt(SPACES), BEGIN.plusHours(random.nextInt(HOURS))))
                                    .map(rows -> rows.size() == 1 ? "booked" : "taken"));
        } finally {
            Wait.on(pool.query("DROP SCHEMA IF EXISTS bench_calibration CASCADE")
                    .execute()
                    .eventually(pool::close)
                    .otherwise(failure -> null)
                    .compose(ignored -> Future.succeededFuture()));
        }
    }
}
