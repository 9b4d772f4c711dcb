package dev.berth.platform.db;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens PostgreSQL: brings the schema up to date, then makes the pools. */
public final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** Prepared statements that a connection keeps; Berth has about a hundred in all. */
    private static final int PREPARED_STATEMENTS_PER_CONNECTION = 256;

    private Database() {}

    /**
     * Applies the migrations that are missing. Blocks; Flyway's lock makes it safe on all nodes at once.
     *
     * @throws org.flywaydb.core.api.FlywayException when a migration fails or has been changed after it was applied
     */
    public static void migrate(DatabaseConfig config) {
        Flyway flyway = Flyway.configure()
                .dataSource(
                        "jdbc:" + config.url(), config.user(), config.password().value())
                .locations("classpath:db/migration")
                .defaultSchema("public")
                .validateMigrationNaming(true)
                // Each capability has its own range of numbers: a new one of listings comes after those of payments.
                .outOfOrder(true)
                .load();
        int applied = flyway.migrate().migrationsExecuted;
        LOG.info("database schema is up to date, {} migrations applied now", applied);
    }

    public static Db open(Vertx vertx, DatabaseConfig config) {
        URI uri = URI.create(config.url());
        PgConnectOptions connect = new PgConnectOptions()
                .setHost(uri.getHost())
                .setPort(uri.getPort() < 0 ? 5432 : uri.getPort())
                .setDatabase(uri.getPath().substring(1))
                .setUser(config.user())
                .setPassword(config.password().value())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(PREPARED_STATEMENTS_PER_CONNECTION)
                .setPipeliningLimit(config.pipeliningLimit())
                .setReconnectAttempts(2)
                .setReconnectInterval(100)
                .setProperties(Map.of(
                        "application_name", "berth",
                        "TimeZone", "UTC",
                        "statement_timeout",
                                Long.toString(config.statementTimeout().toMillis()),
                        // A node that vanished must not keep its locks for the kernel's two hours.
                        "tcp_keepalives_idle", "15",
                        "idle_in_transaction_session_timeout",
                                Long.toString(config.statementTimeout().toMillis() * 2)));
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()));
        Pool pool = PgBuilder.pool()
                .with(poolOptions(config, "transactions").setMaxSize(config.poolSize()))
                .with(net)
                .connectingTo(new PgConnectOptions(connect).setMetricsName("transactions"))
                .using(vertx)
                .build();
        // A pool of several would fill the pipeline of one before it takes the next: so each is a pool of its own.
        List<SqlClient> pipelined = new ArrayList<>();
        for (int i = 0; i < config.pipelinedConnections(); i++) {
            String name = "statements-" + i;
            pipelined.add(PgBuilder.client()
                    .with(poolOptions(config, name).setMaxSize(1))
                    .with(net)
                    .connectingTo(new PgConnectOptions(connect).setMetricsName(name))
                    .using(vertx)
                    .build());
        }
        return new Db(pool, pipelined);
    }

    private static PoolOptions poolOptions(DatabaseConfig config, String name) {
        return new PoolOptions()
                .setName("berth-" + name)
                .setShared(true)
                .setMaxWaitQueueSize(config.waitQueueSize())
                .setConnectionTimeout(Math.toIntExact(config.connectTimeout().toSeconds()))
                .setConnectionTimeoutUnit(TimeUnit.SECONDS);
    }
}
