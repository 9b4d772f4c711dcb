package dev.berth.dev;

import dev.berth.dev.mail.MailSink;
import dev.berth.dev.services.DevServices;
import dev.berth.dev.services.FolderLock;
import dev.berth.dev.services.Launcher;
import dev.berth.dev.services.PortBook;
import dev.berth.dev.services.ServiceException;
import dev.berth.dev.stripe.StripeSimulator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole platform in one folder: its servers and what stands for the outside world in this JVM, the first node in a JVM
 * of its own. What further nodes need to join is in {@code services.json} as long as it runs.
 */
final class Platform implements AutoCloseable {
    /** Nodes that may run at once, the first one included. */
    static final int NODES_MAX = 6;

    static final String SERVICES_FILE = "services.json";

    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);
    private static final Map<String, Integer> PREFERRED_PORTS = Map.of("http", 8080, "management", 8081);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final DevServices services;
    private final Vertx vertx;
    private final MailSink mail;
    private final Node node;
    private final int httpPort;

    /**
     * Begins to start everything that does not wait for something else.
     *
     * @param mainClass of the node
     * @throws ServiceException the folder is in use, or something cannot run here
     */
    Platform(Path path, String mainClass) throws IOException {
        FolderLock lock = FolderLock.lock(path);
        this.folder = lock.path();
        this.services = DevServices.start(lock);
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(4));
        List<String> clusterNames = IntStream.rangeClosed(1, NODES_MAX)
                .mapToObj(number -> "cluster-" + number)
                .toList();
        PortBook ports = PortBook.open(
                folder,
                java.util.stream.Stream.concat(
                                List.of("http", "management", "stripe", "smtp", "mail").stream(), clusterNames.stream())
                        .toList(),
                PREFERRED_PORTS);
        List<Integer> clusterPorts = clusterNames.stream().map(ports::port).toList();
        NodeEnvironment.Keys keys = NodeEnvironment.Keys.of(folder);
        this.httpPort = ports.port("http");
        StripeSimulator stripe = new StripeSimulator(StripeSimulator.Settings.of(
                ports.port("stripe"),
                folder.resolve("stripe"),
                NodeEnvironment.STRIPE_KEY,
                new StripeSimulator.Webhook(
                        "http://127.0.0.1:" + httpPort + "/api/v1/payments/webhook", keys.webhook())));
        this.mail = new MailSink(
                new MailSink.Settings("127.0.0.1", ports.port("smtp"), ports.port("mail"), folder.resolve("mail")));
        await(Future.all(vertx.deployVerticle(stripe), vertx.deployVerticle(mail)), "payments and mail");
        Map<String, String> common = NodeEnvironment.common(
                services.databaseUrl(),
                services.redisUrl(),
                services.kafkaServers(),
                stripe.url(),
                mail.smtpPort(),
                mail.httpPort(),
                clusterPorts,
                keys);
        PrivateFile.write(
                folder.resolve(SERVICES_FILE),
                new JsonObject()
                        .put("pid", ProcessHandle.current().pid())
                        .put("environment", new JsonObject(Map.copyOf(common)))
                        .put("clusterPorts", new JsonArray(clusterPorts))
                        .put("mail", mailUrl()));
        int managementPort = ports.port("management");
        this.node = new Node(
                "The node",
                Launcher.detect(),
                mainClass,
                NodeEnvironment.own(common, httpPort, managementPort, clusterPorts.getFirst()),
                URI.create("http://127.0.0.1:" + managementPort + "/health/ready"),
                folder.resolve("logs").resolve("node-1.log"));
    }

    /** Starts the node as soon as its database is there; returns when it is ready. Kafka may come a little later. */
    void awaitReady() {
        try {
            services.postgresReady().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServiceException cause ? cause : e;
        }
        node.start();
    }

    /** Returns when all servers are ready, too. */
    void awaitServers() {
        services.awaitReady();
    }

    String url() {
        return "http://localhost:" + httpPort;
    }

    String mailUrl() {
        return "http://localhost:" + mail.httpPort() + "/dev/mail";
    }

    /** Stops everything, what needs others before those. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve(SERVICES_FILE));
        } catch (IOException e) {
            LOG.warn("{} stays: {}", SERVICES_FILE, e.toString());
        }
        node.close();
        await(vertx.close(), "payments and mail");
        services.close();
    }

    private static void await(Future<?> future, String what) {
        try {
            future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ServiceException(what + ": no end after " + PATIENCE.toSeconds() + " s", e);
        }
    }
}
