package dev.berth.dev.services;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker, its own controller, in this JVM: it ends with it by itself. Topics are not created by using them, as
 * in production.
 */
public final class KafkaServer implements DevServer {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaServer.class);
    private static final String HOST = "127.0.0.1";
    private static final String CONTROLLER = "CONTROLLER";
    private static final int NODE_ID = 1;
    private static final int MEBIBYTE = 1 << 20;

    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    private final Path folder;
    private final int port;
    private final int controllerPort;
    private final String advertised;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable KafkaRaftServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean restarting = new AtomicBoolean();

    /**
     * @param folder of this server alone; what an earlier start left there is used
     * @param port for clients, on the loopback address only
     * @param controllerPort on which the broker speaks with itself
     */
    public KafkaServer(Path folder, int port, int controllerPort) {
        this(folder, port, controllerPort, HOST + ":" + port);
    }

    /** @param advertised {@code host:port} by which clients reach it, when something stands between */
    public KafkaServer(Path folder, int port, int controllerPort, String advertised) {
        this.advertised = advertised;
        this.folder = folder.toAbsolutePath().normalize();
        this.port = port;
        this.controllerPort = controllerPort;
    }

    /**
     * Starts the broker and returns when it takes requests.
     *
     * @throws ServiceException a port is taken, or the broker cannot run here
     */
    @Override
    public void start() {
        FreePorts.require("Kafka", port);
        FreePorts.require("Kafka's controller", controllerPort);
        // A broker that cannot go on ends its process: here that is everybody's, so that it is started again instead.
        Exit.setHaltProcedure(this::fail);
        Exit.setExitProcedure(this::fail);
        startBroker();
    }

    private void startBroker() {
        lock.lock();
        try {
            if (closed.getCount() == 0) {
                return;
            }
            Files.createDirectories(folder);
            format();
            KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(settings(), false), Time.SYSTEM);
            server = starting;
            starting.startup();
        } catch (Exception e) {
            throw new ServiceException("cannot start Kafka in " + folder + ": " + e, e);
        } finally {
            lock.unlock();
        }
    }

    /** Called instead of ending the process; throws, because the caller does not expect it to return. */
    private void fail(int status, @Nullable String message) {
        LOG.warn("Kafka gave up with status {}: {}", status, message);
        if (restarting.compareAndSet(false, true)) {
            Thread.ofVirtual().name("kafka-restart").start(this::restart);
        }
        throw new IllegalStateException("Kafka gave up with status " + status);
    }

    private boolean closedWithin(Duration delay) {
        try {
            return closed.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void restart() {
        Duration delay = FIRST_DELAY;
        boolean running = false;
        while (!running && !closedWithin(delay)) {
            stopBroker();
            try {
                startBroker();
                running = true;
                LOG.info("Kafka runs again");
            } catch (ServiceException e) {
                LOG.error("Kafka does not start again: {}", e.getMessage());
                delay = delay.multipliedBy(2).compareTo(LONGEST_DELAY) < 0 ? delay.multipliedBy(2) : LONGEST_DELAY;
            }
        }
        restarting.set(false);
    }

    /** {@code host:port}, what clients call the bootstrap servers. */
    @Override
    public String url() {
        return advertised;
    }

    @Override
    public void close() {
        closed.countDown();
        stopBroker();
    }

    private void stopBroker() {
        lock.lock();
        try {
            KafkaRaftServer stopping = server;
            server = null;
            if (stopping != null) {
                stopping.shutdown();
                stopping.awaitShutdown();
            }
        } catch (RuntimeException e) {
            LOG.warn("Kafka did not stop in good order: {}", e.toString());
        } finally {
            lock.unlock();
        }
    }

    private void format() throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE_ID)
                    .setControllerListenerName(CONTROLLER)
                    .setMetadataLogDirectory(folder.toString())
                    .addDirectory(folder.toString())
                    .setIgnoreFormatted(true)
                    .run();
        }
    }

    private Properties settings() throws IOException {
        Properties settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", NODE_ID);
        settings.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
        settings.put(
                "listeners",
                "PLAINTEXT://" + HOST + ":" + port + "," + CONTROLLER + "://" + HOST + ":" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + advertised);
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("listener.security.protocol.map", CONTROLLER + ":PLAINTEXT,PLAINTEXT:PLAINTEXT");
        settings.put("log.dirs", folder.toString());

        // One broker: every replicated thing has one replica.
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.put(topic + ".replication.factor", "1");
            settings.put(topic + ".num.partitions", "1");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("auto.create.topics.enable", "false");

        // After a kill the broker waits until its former self is forgotten: a short session makes a quick restart.
        // With one that is too short, a broker on a busy machine is shut out while it lives.
        settings.put("broker.session.timeout.ms", "6000");
        settings.put("broker.heartbeat.interval.ms", "1000");
        settings.put("controller.quorum.election.timeout.ms", "200");
        settings.put("controller.quorum.fetch.timeout.ms", "500");
        settings.put("group.initial.rebalance.delay.ms", "0");

        // Small: it shares a developer's machine, and its JVM, with others.
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "2");
        settings.put("background.threads", "2");
        settings.put("group.coordinator.threads", "1");
        settings.put("log.cleaner.threads", "1");
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 * MEBIBYTE));
        settings.put("log.cleaner.io.buffer.size", Integer.toString(64 << 10));
        settings.put("log.index.size.max.bytes", Integer.toString(MEBIBYTE));
        settings.put("log.segment.bytes", Integer.toString(64 * MEBIBYTE));
        return settings;
    }
}
