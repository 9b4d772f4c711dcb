package dev.berth.faults;

import dev.berth.dev.services.Binaries;
import dev.berth.dev.services.FreePorts;
import dev.berth.dev.services.KafkaServer;
import dev.berth.dev.services.Launcher;
import dev.berth.dev.services.PostgresServer;
import dev.berth.dev.services.RedisServer;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.testing.Platform;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Servers of these tests alone, each behind a {@link Wire}: others would suffer with them. */
final class Backing implements AutoCloseable {
    private final Path postgresFolder;
    private final PostgresServer postgres;
    private final int postgresPort;
    private final RedisServer redis;
    private final KafkaServer kafka;
    private final Wire database;
    private final Wire cache;
    private final Wire broker;
    private final List<Wire> others = new ArrayList<>();

    /**
     * @param folder for their data
     * @param host the address by which the nodes reach them
     */
    Backing(Path folder, String host) {
        List<Integer> ports = FreePorts.find(7);
        Launcher launcher = Launcher.detect();
        Binaries binaries = Binaries.ofUser();
        postgresPort = ports.get(0);
        postgresFolder = folder.resolve("postgresql");
        postgres = new PostgresServer(launcher, binaries, postgresFolder, postgresPort);
        redis = new RedisServer(launcher, binaries, folder.resolve("redis"), ports.get(1));
        kafka = new KafkaServer(folder.resolve("kafka"), ports.get(2), ports.get(3), host + ":" + ports.get(6));
        Thread starting = Thread.ofVirtual().start(kafka::start);
        postgres.start();
        redis.start();
        try {
            starting.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        database = new Wire(host, ports.get(4), postgresPort);
        cache = new Wire(host, ports.get(5), ports.get(1));
        broker = new Wire(host, ports.get(6), ports.get(2));
    }

    Platform.Backends backends() {
        DatabaseConfig direct = DatabaseConfig.of(postgres.url());
        return new Platform.Backends(
                new DatabaseConfig(
                        "postgresql://" + database.host() + ":" + database.port() + "/berth",
                        direct.user(),
                        direct.password(),
                        direct.poolSize(),
                        direct.pipelinedConnections(),
                        direct.pipeliningLimit(),
                        direct.connectTimeout(),
                        direct.waitQueueSize(),
                        direct.statementTimeout()),
                "redis://" + cache.host() + ":" + cache.port(),
                broker.host() + ":" + broker.port());
    }

    /** A way for the nodes to one more server of this machine. */
    Wire wireTo(int port) {
        Wire wire = new Wire(database.host(), FreePorts.find(1).getFirst(), port);
        others.add(wire);
        return wire;
    }

    /** Between the nodes and PostgreSQL. */
    Wire database() {
        return database;
    }

    /** Between the nodes and Redis. */
    Wire cache() {
        return cache;
    }

    /** Between the nodes and Kafka. */
    Wire broker() {
        return broker;
    }

    String kafka() {
        return kafka.url();
    }

    int redisPort() {
        return URI.create(redis.url()).getPort();
    }

    /** A connection that does not go over the wire. */
    Connection connect() throws SQLException {
        return postgres.connect("berth");
    }

    /** As {@link #connect}, as the one who may do everything. */
    Connection connectAsSuperuser() throws SQLException {
        String password = URI.create(postgres.url()).getUserInfo().split(":", 2)[1];
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + postgresPort + "/berth", "postgres", password);
    }

    /** Where PostgreSQL keeps its data. */
    Path disk() {
        return postgresFolder;
    }

    /** The processes of PostgreSQL. */
    List<Long> postgresProcesses() {
        try (Stream<String> lines = Files.lines(postgresFolder.resolve("data/postmaster.pid"))) {
            ProcessHandle postmaster = ProcessHandle.of(
                            Long.parseLong(lines.findFirst().orElseThrow().trim()))
                    .orElseThrow();
            return Stream.concat(Stream.of(postmaster), postmaster.descendants())
                    .map(ProcessHandle::pid)
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL does not run", e);
        }
    }

    @Override
    public void close() {
        others.forEach(Wire::close);
        List.of(database, cache, broker).forEach(Wire::close);
        kafka.close();
        redis.close();
        postgres.close();
    }
}
