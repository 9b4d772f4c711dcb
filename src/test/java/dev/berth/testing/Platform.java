package dev.berth.testing;

import dev.berth.dev.mail.MailSink;
import dev.berth.dev.services.ChildProcess;
import dev.berth.dev.services.FreePorts;
import dev.berth.dev.services.Launcher;
import dev.berth.dev.services.Signal;
import dev.berth.dev.stripe.StripeSimulator;
import dev.berth.platform.db.DatabaseConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Berth as it runs in production, for tests from outside: real servers, the payment provider's simulator, a mail sink,
 * and nodes in JVMs of their own that can be killed.
 */
public final class Platform implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();
    private static final String PROVIDER_KEY = "sk_test_platform";
    private static final String WEBHOOK_SECRET = "whsec_platform";

    private final Vertx vertx = Vertx.vertx();
    private final Backends backends;
    private final List<Place> places;
    private final Launcher launcher = Launcher.detect();
    private final StripeSimulator provider;
    private final MailSink mails;
    private final String clusterName = "test-" + UUID.randomUUID();
    private final int firstClusterPort = FreePorts.find(1).getFirst();
    private final List<Node> nodes = new ArrayList<>();
    private final Balancer webhookEntry;
    private final List<Integer> ports;
    private final Map<String, String> settings = new TreeMap<>();

    /** Nodes that one platform can have. */
    private static final int MOST_NODES = 3;

    /**
     * The servers, by the addresses that nodes are given.
     *
     * @param redis {@code redis://host:port}
     * @param kafka bootstrap servers
     */
    public record Backends(DatabaseConfig database, String redis, String kafka) {}

    /**
     * Where a node runs.
     *
     * @param prefix what stands before its command, such as what enters a network namespace
     * @param host the address that it binds, and by which others reach it
     */
    public record Place(List<String> prefix, String host) {
        /** Beside this JVM. */
        public static final Place HERE = new Place(List.of(), "127.0.0.1");
    }

    /**
     * Over a database whose schema is up to date: that a node brings it there is tested where that is what matters.
     *
     * @param folder for what the simulators keep
     */
    public Platform(Services services, Path folder) throws Exception {
        this(
                new Backends(DatabaseConfig.of(services.migratedDatabase()), services.redis(), services.kafka()),
                folder,
                Collections.nCopies(MOST_NODES, Place.HERE));
    }

    /**
     * @param folder for what the simulators keep
     * @param places of the nodes, in the order of their start
     */
    public Platform(Backends backends, Path folder, List<Place> places) throws Exception {
        this.backends = backends;
        this.places = List.copyOf(places);
        this.ports = FreePorts.find(places.size());
        List<SocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            addresses.add(
                    SocketAddress.inetSocketAddress(ports.get(i), places.get(i).host()));
        }
        this.webhookEntry = Balancer.of(vertx, addresses);
        this.provider = new StripeSimulator(StripeSimulator.Settings.of(
                0,
                folder.resolve("provider"),
                PROVIDER_KEY,
                new StripeSimulator.Webhook(webhookEntry.url() + "/api/v1/payments/webhook", WEBHOOK_SECRET)));
        vertx.deployVerticle(provider).await(READY_WITHIN.toSeconds(), TimeUnit.SECONDS);
        this.mails = new MailSink(new MailSink.Settings("127.0.0.1", 0, 0, folder.resolve("mails")));
        vertx.deployVerticle(mails).await(READY_WITHIN.toSeconds(), TimeUnit.SECONDS);
    }

    /** Changes the configuration of nodes that are started from now on; the key as in the file. */
    public Platform set(String key, String value) {
        settings.put(
                "BERTH_"
                        + key.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                                .replace('.', '_')
                                .toUpperCase(java.util.Locale.ROOT),
                value);
        return this;
    }

    /** Starts one more node and waits until it is ready. */
    public Node start() throws InterruptedException {
        return begin().awaitReady();
    }

    /** Starts one more node. */
    public Node begin() {
        return add(new Node(nodes.size(), null, Path.of("")));
    }

    /** Starts one more node by a command of the test's own; its configuration comes by the environment. */
    public Node begin(List<String> command, Path workingFolder) {
        return add(new Node(nodes.size(), command, workingFolder));
    }

    private Node add(Node node) {
        nodes.add(node);
        return node;
    }

    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    public DatabaseConfig database() {
        return backends.database();
    }

    /** What a statement counts, for tests that look behind the API. */
    public long count(String sql) {
        DatabaseConfig database = backends.database();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:" + database.url(),
                        database.user(),
                        database.password().value());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public String kafka() {
        return backends.kafka();
    }

    /** Where the payment provider's simulator listens. */
    public String provider() {
        return provider.url();
    }

    /** What the simulator knows us by. */
    public static String providerKey() {
        return PROVIDER_KEY;
    }

    /** What the simulator signs with. */
    public static String webhookSecret() {
        return WEBHOOK_SECRET;
    }

    public MailSink mails() {
        return mails;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** What no log may tell. */
    public List<String> secrets() {
        return List.of(
                backends.database().password().value(), key('t'), key('s'), key('p'), PROVIDER_KEY, WEBHOOK_SECRET);
    }

    /** An address before nodes, best first. */
    public Balancer balancer(Node... preference) throws Exception {
        return new Balancer(
                vertx, java.util.Arrays.stream(preference).map(Node::port).toList());
    }

    @Override
    public void close() {
        nodes.forEach(Node::stop);
        webhookEntry.close();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Waits until something holds, and fails with its name when it does not in time. */
    public static void await(String what, Duration within, BooleanSupplier holds) {
        long end = System.nanoTime() + within.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + within + ": " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** A node in a JVM of its own. */
    public final class Node {
        private final int number;
        private final int port;
        private final int managementPort;
        private final Place place;
        private final Map<String, String> own = new TreeMap<>();
        private final List<Path> release = new CopyOnWriteArrayList<>();
        private final HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
        private final List<String> output = new ArrayList<>();
        private final @Nullable List<String> command;
        private final Path workingFolder;
        private volatile ChildProcess process;
        private volatile boolean supervised;
        private volatile @Nullable ChildProcess toldToEnd;
        private final List<Integer> ends = new CopyOnWriteArrayList<>();

        private Node(int number, @Nullable List<String> command, Path workingFolder) {
            this.number = number;
            this.command = command;
            this.workingFolder = workingFolder.toAbsolutePath();
            this.place = places.get(number);
            this.port = ports.get(number);
            this.managementPort = FreePorts.find(1).getFirst();
            this.process = launch();
        }

        private ChildProcess launch() {
            ChildProcess started = ChildProcess.start(
                    launcher,
                    new ChildProcess.Start(
                            "node" + number,
                            Signal.KILL,
                            false,
                            command == null ? plainly() : command,
                            workingFolder,
                            environment(),
                            null,
                            line -> {
                                synchronized (output) {
                                    output.add(line);
                                }
                            }));
            Thread.ofVirtual().start(() -> ended(started, started.exit().join()));
            return started;
        }

        /** As the tests themselves run, where its place is. */
        private List<String> plainly() {
            List<String> plain = new ArrayList<>(place.prefix());
            plain.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            plain.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(argument -> argument.startsWith("--") || argument.startsWith("-Dlogback"))
                    .toList());
            plain.addAll(List.of("-XX:+UseSerialGC", "-Xmx384m", "-XX:TieredStopAtLevel=1"));
            String classpath = System.getProperty("java.class.path")
                    + release.stream()
                            .map(folder -> File.pathSeparator + folder)
                            .collect(Collectors.joining());
            plain.addAll(List.of("-cp", classpath, "dev.berth.Main"));
            return plain;
        }

        private void ended(ChildProcess ended, int status) {
            ends.add(status);
            // One that was told to end may be heard of after the next one was started.
            if (supervised && !ended.equals(toldToEnd)) {
                process = launch();
            }
        }

        private Map<String, String> environment() {
            Map<String, String> environment = new TreeMap<>();
            environment.put("BERTH_NODE_NAME", "node" + (number + 1));
            environment.put("BERTH_DATABASE_URL", backends.database().url());
            environment.put("BERTH_DATABASE_USER", backends.database().user());
            environment.put(
                    "BERTH_DATABASE_PASSWORD", backends.database().password().value());
            environment.put("BERTH_REDIS_URL", backends.redis());
            environment.put("BERTH_EVENTS_KAFKA", backends.kafka());
            environment.put("BERTH_HTTP_PORT", Integer.toString(port));
            environment.put("BERTH_HTTP_PUBLIC_URL", url());
            environment.put("BERTH_MANAGEMENT_PORT", Integer.toString(managementPort));
            environment.put("BERTH_CLUSTER_NAME", clusterName);
            environment.put("BERTH_CLUSTER_PORT", Integer.toString(firstClusterPort));
            environment.put(
                    "BERTH_CLUSTER_MEMBERS",
                    places.stream()
                            .map(Place::host)
                            .distinct()
                            .map(host -> host + ":" + firstClusterPort)
                            .collect(Collectors.joining(",")));
            for (String bound : List.of("HTTP_HOST", "MANAGEMENT_HOST", "CLUSTER_HOST", "CLUSTER_BUS_HOST")) {
                environment.put("BERTH_" + bound, place.host());
            }
            environment.put("BERTH_SECURITY_TOKEN_KEYS", key('t'));
            environment.put("BERTH_SECURITY_SECRETS", key('s'));
            environment.put("BERTH_BOOKINGS_PASS_KEY", key('p'));
            environment.put("BERTH_PAYMENTS_API_BASE", provider.url());
            environment.put("BERTH_PAYMENTS_SECRET_KEY", PROVIDER_KEY);
            environment.put("BERTH_PAYMENTS_WEBHOOK_SECRET", WEBHOOK_SECRET);
            environment.put("BERTH_MAIL_HOST", "127.0.0.1");
            environment.put("BERTH_MAIL_PORT", Integer.toString(mails.smtpPort()));
            environment.put("BERTH_MAIL_TLS", "NONE");
            environment.put("BERTH_MAIL_FROM", "Berth <berth@example.org>");
            for (String policy : List.of("EVERYTHING", "LOGIN", "REGISTER", "BOOKING")) {
                environment.put("BERTH_RATE_LIMITS_" + policy, "1000000/1m");
            }
            environment.putAll(settings);
            environment.putAll(own);
            return environment;
        }

        public int port() {
            return port;
        }

        public String url() {
            return "http://" + place.host() + ":" + port;
        }

        public String managementUrl() {
            return "http://" + place.host() + ":" + managementPort;
        }

        public Node awaitReady() throws InterruptedException {
            Instant end = Instant.now().plus(READY_WITHIN);
            while (!isReady()) {
                if (!process.isAlive()) {
                    throw new AssertionError("node " + number + " ended:\n" + process.tail());
                }
                if (Instant.now().isAfter(end)) {
                    throw new AssertionError("node " + number + " is not ready:\n" + process.tail());
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            return this;
        }

        public boolean isReady() throws InterruptedException {
            try {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/health/ready"))
                        .timeout(Duration.ofSeconds(2))
                        .build();
                return http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException e) {
                return false;
            }
        }

        /** A variable of the environment for this node's next start, or none. */
        public Node environment(String name, @Nullable String value) {
            if (value == null) {
                own.remove(name);
            } else {
                own.put(name, value);
            }
            return this;
        }

        /** A folder of classes and resources that the next release has, from this node's next start on. */
        public Node release(Path folder) {
            release.add(folder);
            return this;
        }

        /** From now on it is started anew when it ends without having been told to, as in production. */
        public Node supervised() {
            supervised = true;
            return this;
        }

        /** With which statuses its processes have ended. */
        public List<Integer> ends() {
            return List.copyOf(ends);
        }

        public long pid() {
            return process.pid();
        }

        public boolean isAlive() {
            return process.isAlive();
        }

        /** The status that it has ended with, or ends with soon. */
        public int exitStatus() {
            return process.exit()
                    .orTimeout(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }

        /** As {@code kill -9}. */
        public void kill() {
            toldToEnd = process;
            process.stop(Signal.KILL, STOP_WITHIN);
        }

        /** As an orchestrator stops it. */
        public void stop() {
            stop(STOP_WITHIN);
        }

        /** As {@link #stop()}, where it has something to write down that takes its time. */
        public void stop(Duration patience) {
            toldToEnd = process;
            if (process.isAlive()) {
                process.stop(Signal.TERM, patience);
            }
        }

        /** Starts it anew, on the same ports. */
        public Node restart() throws InterruptedException {
            process = launch();
            return awaitReady();
        }

        /** All that it has written. */
        public List<String> output() {
            synchronized (output) {
                return List.copyOf(output);
            }
        }
    }

    /** A key for tests: 32 equal bytes. */
    private static String key(char letter) {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) letter);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
