package dev.berth.bench;

import dev.berth.dev.services.DevServices;
import dev.berth.dev.services.FolderLock;
import dev.berth.dev.services.FreePorts;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Databases of listings that were made up by PostgreSQL itself, beside real Redis and Kafka, and nodes over them. What was
 * made once is used again by later runs.
 */
final class Generated implements AutoCloseable {
    private static final Path FOLDER = Path.of("target", "bench-generated").toAbsolutePath();
    private static final String NODE_CLASS = "dev.berth.Main";
    private static final int KEY_BYTES = 32;
    /** From here on the constraints that nobody needs who only reads would take longer than all else. */
    private static final int BARE_FROM = 100_000;

    private static final String BARE = """
            ALTER TABLE bookings.occupation DROP CONSTRAINT occupation_no_overlap;
            ALTER TABLE bookings.occupation DROP CONSTRAINT occupation_request;
            ALTER TABLE bookings.occupation DROP CONSTRAINT occupation_block_id_fkey;
            ALTER TABLE listings.slot DROP CONSTRAINT slot_listing_id_fkey;
            DROP INDEX bookings.occupation_of_block;
            """;

    /** Listings, places west, south, width, height, stays of each slot: in this order. */
    private static final String GENERATE = """
            SET synchronous_commit = off;
            DROP INDEX bookings.occupation_of_listing;
            SELECT setseed(0.42);
            INSERT INTO listings.listing (
                id, version, owner_id, title, description, type, lat, lng, address, time_zone, currency, hour_amount,
                day_amount, amenities, instant_book, cancellation_policy, demo)
            SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 1,
                '01900000-0000-7000-9000-000000000001', 'Parking space ' || i, '', 'DRIVEWAY',
                %3$s + random() * %5$s, %2$s + random() * %4$s,
                'Weg ' || i %% 5000 || ' ' || 1 + i %% 90 || ', 76131 Karlsruhe', 'Europe/Berlin', 'EUR', hour,
                CASE WHEN i %% 3 = 0 THEN NULL ELSE hour * (3 + i %% 8) END, '{}', true, 'FLEXIBLE', false
            FROM (SELECT i, 50 + (random() * 950)::int AS hour FROM generate_series(1, %1$d) i) made;
            INSERT INTO listings.slot (id, listing_id, name, kind, position)
            SELECT ('01900000-0000-7000-a000-' || lpad(to_hex(i), 12, '0'))::uuid,
                ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'P1', 'STANDARD', 0
            FROM generate_series(1, %1$d) i;
            INSERT INTO bookings.calendar (listing_id, version)
            SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, %6$d
            FROM generate_series(1, %1$d) i WHERE %6$d > 0;
            INSERT INTO bookings.block (id, listing_id, stay, reason, created_by, created_at)
            VALUES ('01900000-0000-7000-b000-000000000001', '01900000-0000-7000-8000-000000000001',
                tstzrange(now(), now() + interval '1 year'), 'generated', '01900000-0000-7000-9000-000000000001', now());
            INSERT INTO bookings.occupation (id, listing_id, slot_id, stay, live, block_id)
            SELECT ('01900000-0000-7000-c000-' || lpad(to_hex(i * %6$d + k), 12, '0'))::uuid,
                ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
                ('01900000-0000-7000-a000-' || lpad(to_hex(i), 12, '0'))::uuid,
                tstzrange(begin, begin + (120 + (i * 7 + k * 3) %% 190 * 30) * interval '1 minute'), true,
                '01900000-0000-7000-b000-000000000001'
            FROM (SELECT i::bigint, k, date_trunc('hour', now())
                    + (1440 + k * 8640 + (i * 11 + k * 5) %% 91 * 30) * interval '1 minute' AS begin
                FROM generate_series(1, %1$d) i, generate_series(0, %6$d - 1) k) made;
            CREATE INDEX occupation_of_listing ON bookings.occupation (listing_id, upper(stay)) WHERE live;
            ANALYZE;
            """;

    private final DevServices services;

    private Generated(DevServices services) {
        this.services = services;
    }

    static Generated start() {
        DevServices services = DevServices.start(FolderLock.lock(FOLDER));
        services.awaitReady();
        return new Generated(services);
    }

    /**
     * Where listings lie and how busy they are.
     *
     * @param stays of each of them, of two hours to four days within sixty days from now
     */
    record Plan(int listings, int stays, double west, double south, double width, double height) {
        String name() {
            return "generated_%d_%d_%d".formatted(listings, stays, Math.round(width * 1_000));
        }
    }

    /** Makes the database, unless it is there from an earlier run of the last days. */
    DatabaseConfig database(Plan plan) {
        DatabaseConfig base = DatabaseConfig.of(services.databaseUrl());
        String name = plan.name();
        String making = name + "_making";
        try (Connection connection = connect(base, base.url())) {
            if (exists(connection, name)) {
                return at(name);
            }
            execute(connection, "DROP DATABASE IF EXISTS " + making + " WITH (FORCE)");
            execute(connection, "CREATE DATABASE " + making);
            DatabaseConfig made = at(making);
            Database.migrate(made);
            try (Connection inside = connect(base, made.url())) {
                if (plan.listings() >= BARE_FROM) {
                    execute(inside, BARE);
                }
                execute(
                        inside,
                        GENERATE.formatted(
                                plan.listings(),
                                Double.toString(plan.west()),
                                Double.toString(plan.south()),
                                Double.toString(plan.width()),
                                Double.toString(plan.height()),
                                plan.stays()));
            }
            execute(connection, "ALTER DATABASE " + making + " RENAME TO " + name);
            return at(name);
        } catch (SQLException e) {
            throw new IllegalStateException("the listings could not be made", e);
        }
    }

    private DatabaseConfig at(String name) {
        return DatabaseConfig.of(services.databaseUrl().replaceFirst("/[^/]*$", "/" + name));
    }

    private static Connection connect(DatabaseConfig config, String url) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + url, config.user(), config.password().value());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean exists(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
            return rows.next();
        }
    }

    /** A node over a database, alone in its cluster. */
    Running node(DatabaseConfig database, String heap) {
        List<Integer> ports = FreePorts.find(3);
        Map<String, String> environment = new TreeMap<>();
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.put("BERTH_DATABASE_URL", database.url());
        environment.put("BERTH_DATABASE_USER", database.user());
        environment.put("BERTH_DATABASE_PASSWORD", database.password().value());
        // A machine that has just made a million listings may be slow to answer.
        environment.put("BERTH_DATABASE_CONNECT_TIMEOUT", "30s");
        environment.put("BERTH_REDIS_URL", services.redisUrl());
        environment.put("BERTH_EVENTS_KAFKA", services.kafkaServers());
        environment.put("BERTH_HTTP_HOST", "127.0.0.1");
        environment.put("BERTH_HTTP_PORT", Integer.toString(ports.get(0)));
        environment.put("BERTH_HTTP_PUBLIC_URL", "http://127.0.0.1:" + ports.get(0));
        environment.put("BERTH_MANAGEMENT_HOST", "127.0.0.1");
        environment.put("BERTH_MANAGEMENT_PORT", Integer.toString(ports.get(1)));
        environment.put("BERTH_CLUSTER_NAME", "generated-" + ports.get(2));
        environment.put("BERTH_CLUSTER_PORT", Integer.toString(ports.get(2)));
        environment.put("BERTH_CLUSTER_PORT_COUNT", "1");
        environment.put("BERTH_CLUSTER_MEMBERS", "127.0.0.1:" + ports.get(2));
        // Payments and mails are not for this.
        environment.put("BERTH_PAYMENTS_API_BASE", "http://127.0.0.1:1");
        environment.put("BERTH_PAYMENTS_SECRET_KEY", "sk_test_none");
        environment.put("BERTH_PAYMENTS_WEBHOOK_SECRET", "whsec_none");
        environment.put("BERTH_MAIL_HOST", "127.0.0.1");
        environment.put("BERTH_MAIL_PORT", "1");
        environment.put("BERTH_MAIL_TLS", "NONE");
        environment.put("BERTH_MAIL_FROM", "Berth <berth@example.org>");
        for (String policy : List.of("EVERYTHING", "LOGIN", "REGISTER", "BOOKING")) {
            environment.put("BERTH_RATE_LIMITS_" + policy, "1000000/1m");
        }
        environment.put("BERTH_SECURITY_TOKEN_KEYS", key('t'));
        environment.put("BERTH_SECURITY_SECRETS", key('s'));
        environment.put("BERTH_BOOKINGS_PASS_KEY", key('p'));
        long begin = System.nanoTime();
        Child child =
                Child.java(List.of("-XX:+UseSerialGC", heap, "-XX:+ExitOnOutOfMemoryError"), environment, NODE_CLASS);
        child.keepOutput(FOLDER.resolve("node.log"));
        return new Running(
                child, new NodeProcess(child, NODE_CLASS, URI.create("http://127.0.0.1:" + ports.get(0))), begin);
    }

    private static String key(char filler) {
        byte[] bytes = new byte[KEY_BYTES];
        java.util.Arrays.fill(bytes, (byte) filler);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Sees in PostgreSQL when a node begins to load its index and when it ends: what it asks for in between is known. */
    static final class ExportWatch implements AutoCloseable {
        private static final String LOOK = """
                SELECT min(query_start) FILTER (WHERE query LIKE '%FROM listings.listing l%LIMIT%'),
                    max(state_change) FILTER (WHERE query LIKE '%bookings.calendar%LIMIT%')
                FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                """;

        private final Connection connection;
        private Optional<Instant> begin = Optional.empty();
        private Optional<Instant> end = Optional.empty();

        ExportWatch(DatabaseConfig database) {
            try {
                connection = connect(database, database.url());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void look() {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(LOOK)) {
                row.next();
                Optional<Instant> begun =
                        Optional.ofNullable(row.getTimestamp(1)).map(Timestamp::toInstant);
                begin = begin.or(() -> begun);
                end = Optional.ofNullable(row.getTimestamp(2))
                        .map(Timestamp::toInstant)
                        .or(() -> end);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        Duration time() {
            return Duration.between(begin.orElseThrow(), end.orElseThrow());
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A node that has begun to start. */
    record Running(Child child, NodeProcess node, long begunNanos) implements AutoCloseable {
        Duration since() {
            return Duration.ofNanos(System.nanoTime() - begunNanos);
        }

        @Override
        public void close() {
            child.close();
        }
    }

    @Override
    public void close() {
        services.close();
    }
}
