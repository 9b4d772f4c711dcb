package dev.berth.dev.services;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, Redis and Kafka in one folder, all starting at once. Their addresses are known from the beginning, whether
 * they are ready tells a future of each, so that nobody waits for a server that he does not need yet.
 */
public final class DevServices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DevServices.class);
    private static final String POSTGRESQL = "postgresql";
    private static final String REDIS = "redis";
    private static final String KAFKA = "kafka";
    private static final String KAFKA_CONTROLLER = "kafka-controller";

    private final FolderLock folder;
    private final PostgresServer postgres;
    private final RedisServer redis;
    private final KafkaServer kafka;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<Void> postgresReady;
    private final CompletableFuture<Void> redisReady;
    private final CompletableFuture<Void> kafkaReady;

    private DevServices(FolderLock folder, PostgresServer postgres, RedisServer redis, KafkaServer kafka) {
        this.folder = folder;
        this.postgres = postgres;
        this.redis = redis;
        this.kafka = kafka;
        this.postgresReady = started(POSTGRESQL, postgres);
        this.redisReady = started(REDIS, redis);
        this.kafkaReady = started(KAFKA, kafka);
    }

    /**
     * Begins to start all servers and returns.
     *
     * @param folder has what earlier starts left; given back at the end
     */
    public static DevServices start(FolderLock folder) {
        Path path = folder.path();
        // Before the ports are looked at: who is about to end still has them.
        PostgresServer.endLeftBehind(path.resolve(POSTGRESQL));
        RedisServer.endLeftBehind(path.resolve(REDIS));
        PortBook ports = PortBook.open(path, List.of(POSTGRESQL, REDIS, KAFKA, KAFKA_CONTROLLER));
        Launcher launcher = Launcher.detect();
        Binaries binaries = Binaries.ofUser();
        return new DevServices(
                folder,
                new PostgresServer(launcher, binaries, path.resolve(POSTGRESQL), ports.port(POSTGRESQL)),
                new RedisServer(launcher, binaries, path.resolve(REDIS), ports.port(REDIS)),
                new KafkaServer(path.resolve(KAFKA), ports.port(KAFKA), ports.port(KAFKA_CONTROLLER)));
    }

    /** {@code postgresql://user:password@host:port/berth}. */
    public String databaseUrl() {
        return postgres.url();
    }

    /** {@code redis://host:port}. */
    public String redisUrl() {
        return redis.url();
    }

    /** {@code host:port}: the bootstrap servers. */
    public String kafkaServers() {
        return kafka.url();
    }

    /** Completes when the database can be used, or with the {@link ServiceException} that tells why it cannot. */
    public CompletableFuture<Void> postgresReady() {
        return postgresReady;
    }

    /** As {@link #postgresReady()}. */
    public CompletableFuture<Void> redisReady() {
        return redisReady;
    }

    /** As {@link #postgresReady()}. */
    public CompletableFuture<Void> kafkaReady() {
        return kafkaReady;
    }

    /** Waits until all are ready. */
    public void awaitReady() {
        try {
            CompletableFuture.allOf(postgresReady, redisReady, kafkaReady).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServiceException cause ? cause : e;
        }
    }

    /** Stops all, at once; returns when they have ended and the folder is free. */
    @Override
    public void close() {
        List<DevServer> servers = List.of(kafka, redis, postgres);
        CompletableFuture.allOf(servers.stream()
                        .map(server -> CompletableFuture.runAsync(server::close, threads))
                        .toArray(CompletableFuture[]::new))
                .join();
        threads.close();
        folder.close();
    }

    private CompletableFuture<Void> started(String name, DevServer server) {
        return CompletableFuture.runAsync(
                () -> {
                    long beginNanos = System.nanoTime();
                    server.start();
                    LOG.debug("{} is ready after {} ms", name, (System.nanoTime() - beginNanos) / 1_000_000);
                },
                threads);
    }
}
