package dev.berth.testing;

import dev.berth.dev.services.Binaries;
import dev.berth.dev.services.DevServer;
import dev.berth.dev.services.FolderLock;
import dev.berth.dev.services.FreePorts;
import dev.berth.dev.services.KafkaServer;
import dev.berth.dev.services.Launcher;
import dev.berth.dev.services.PostgresServer;
import dev.berth.dev.services.RedisServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a test JVM, each started when it is first asked for. PostgreSQL's folder is used again by later runs,
 * because setting one up takes longer than all else; Redis and Kafka begin empty.
 */
final class Servers implements AutoCloseable {
    private static final Path TARGET = Path.of("target", "services");
    private static final int FOLDERS_MAX = 16;

    private final Launcher launcher = Launcher.detect();
    private final Binaries binaries = Binaries.ofUser();
    private final FolderLock folder = folder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<DevServer> started = new ArrayDeque<>();
    private final Map<String, String> templates = new HashMap<>();
    private @Nullable PostgresServer postgres;
    private @Nullable RedisServer redis;
    private @Nullable KafkaServer kafka;

    PostgresServer postgres() {
        lock.lock();
        try {
            if (postgres == null) {
                postgres = start(new PostgresServer(
                        launcher,
                        binaries,
                        folder.path().resolve("postgresql"),
                        FreePorts.find(1).getFirst()));
                dropLeftBehind(postgres);
            }
            return postgres;
        } finally {
            lock.unlock();
        }
    }

    RedisServer redis() {
        lock.lock();
        try {
            if (redis == null) {
                redis = newRedis("redis");
            }
            return redis;
        } finally {
            lock.unlock();
        }
    }

    KafkaServer kafka() {
        lock.lock();
        try {
            if (kafka == null) {
                kafka = newKafka("kafka");
            }
            return kafka;
        } finally {
            lock.unlock();
        }
    }

    /** The address of one more Redis, which nobody else is given. */
    String anotherRedis(String name) {
        lock.lock();
        try {
            return newRedis(name).url();
        } finally {
            lock.unlock();
        }
    }

    /** The address of one more Kafka, which nobody else is given. */
    String anotherKafka(String name) {
        lock.lock();
        try {
            return newKafka(name).url();
        } finally {
            lock.unlock();
        }
    }

    private RedisServer newRedis(String name) {
        return start(new RedisServer(
                launcher, binaries, folder.emptied(name), FreePorts.find(1).getFirst()));
    }

    private KafkaServer newKafka(String name) {
        List<Integer> ports = FreePorts.find(2);
        return start(new KafkaServer(folder.emptied(name), ports.get(0), ports.get(1)));
    }

    /** A folder that is this JVM's. */
    Path emptied(String name) {
        return folder.emptied(name);
    }

    /** The name of a template database, made once per JVM. */
    String template(String name, Supplier<String> creation) {
        lock.lock();
        try {
            return templates.computeIfAbsent(name, key -> creation.get());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            started.pop().close();
        }
        folder.close();
    }

    /** Databases of test JVMs that were killed. */
    private static void dropLeftBehind(PostgresServer server) {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT datname FROM pg_database WHERE datname ~ '^[dt]_' AND datdba = current_user::regrole")) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            for (String name : names) {
                statement.execute("DROP DATABASE \"" + name + "\" WITH (FORCE)");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("databases of earlier runs cannot be dropped", e);
        }
    }

    private <T extends DevServer> T start(T server) {
        started.push(server);
        server.start();
        return server;
    }

    /** Test JVMs may run side by side: each takes the first folder that no other one uses. */
    private static FolderLock folder() {
        for (int number = 1; number < FOLDERS_MAX; number++) {
            var lock = FolderLock.tryLock(TARGET.resolve(Integer.toString(number)));
            if (lock.isPresent()) {
                return lock.get();
            }
        }
        throw new IllegalStateException("all folders below " + TARGET.toAbsolutePath() + " are in use");
    }
}
