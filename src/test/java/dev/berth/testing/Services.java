package dev.berth.testing;

import dev.berth.dev.services.KafkaServer;
import dev.berth.dev.services.PostgresServer;
import dev.berth.dev.services.RedisServer;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Real servers for one test class. The database is its own, Redis and Kafka are emptied when the class first asks for
 * them: classes of one JVM run one after another.
 */
public final class Services implements AutoCloseable {
    private static final int KAFKA_TIMEOUT_SECONDS = 30;

    private final Servers servers;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<String> databases = new ArrayList<>();
    private @Nullable String database;
    private @Nullable String redis;
    private @Nullable String kafka;

    Services(Servers servers) {
        this.servers = servers;
    }

    /** {@code postgresql://user:password@host:port/name} of an empty database that only this test class has. */
    public String postgres() {
        lock.lock();
        try {
            if (database == null) {
                database = freshDatabase();
            }
            return database;
        } finally {
            lock.unlock();
        }
    }

    /** One more empty database, dropped after the class. */
    public String freshDatabase() {
        return createDatabase("template1");
    }

    /**
     * One more database, dropped after the class: a copy of the one that {@code preparation} (migrations, say) fills. That
     * one is filled once per JVM and name, the copies take a tenth of a second.
     *
     * @param preparation is given the address of the database to fill; it must leave no connection open
     */
    public String databaseLike(String name, Consumer<String> preparation) {
        PostgresServer server = servers.postgres();
        String template = servers.template(name, () -> {
            String created = "t_" + name + "_" + unique();
            execute(server, "CREATE DATABASE " + created);
            preparation.accept(server.url(created));
            return created;
        });
        return createDatabase(template);
    }

    /** One more database with the schema of this release and nothing in it, dropped after the class. */
    public String migratedDatabase() {
        return databaseLike("migrated", url -> Database.migrate(DatabaseConfig.of(url)));
    }

    /** {@code redis://host:port}. */
    public String redis() {
        lock.lock();
        try {
            if (redis == null) {
                RedisServer server = servers.redis();
                flush(URI.create(server.url()));
                redis = server.url();
            }
            return redis;
        } finally {
            lock.unlock();
        }
    }

    /** {@code host:port}: the bootstrap servers. */
    public String kafka() {
        lock.lock();
        try {
            if (kafka == null) {
                KafkaServer server = servers.kafka();
                deleteTopics(server.url());
                kafka = server.url();
            }
            return kafka;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        for (String name : databases) {
            // Not WITH (FORCE), which may not end PostgreSQL's own vacuum of it; without, that is told to go by itself.
            execute(
                    servers.postgres(),
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND datname = '"
                            + name + "'");
            execute(servers.postgres(), "DROP DATABASE IF EXISTS " + name);
        }
    }

    private String createDatabase(String template) {
        PostgresServer server = servers.postgres();
        String name = "d_" + unique();
        execute(server, "CREATE DATABASE " + name + " TEMPLATE " + template);
        lock.lock();
        try {
            databases.add(name);
        } finally {
            lock.unlock();
        }
        return server.url(name);
    }

    private static String unique() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static void execute(PostgresServer server, String sql) {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    private static void flush(URI address) {
        try (Socket socket = new Socket(address.getHost(), address.getPort());
                InputStream input = socket.getInputStream()) {
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(input.readNBytes("+OK".length()), StandardCharsets.US_ASCII);
            if (!answer.equals("+OK")) {
                throw new IllegalStateException("FLUSHALL: " + answer);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Redis cannot be emptied", e);
        }
    }

    private static void deleteTopics(String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            Set<String> topics = admin.listTopics().names().get(KAFKA_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            admin.deleteTopics(topics).all().get(KAFKA_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka cannot be emptied", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
