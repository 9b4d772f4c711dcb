package dev.berth.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.faults.History.Call;
import dev.berth.faults.History.Outcome;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.Platform.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Faults of nodes and servers, one after the other on the same three nodes, which have to get over each. */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Tag("faults")
class ClusterFaultsIT {
    private static final int NODES = 3;
    private static final Duration FROZEN = Duration.ofSeconds(15);
    /** By then events would wait if nobody relayed them. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private static final Duration SOON = Duration.ofSeconds(30);

    private final FaultReport report = new FaultReport();
    private final Path folder;
    private final SmallDisk disk;
    private final Backing backing;
    private final World world;

    ClusterFaultsIT(@TempDir Path folder) throws Exception {
        this.folder = folder;
        Deque<AutoCloseable> started = new ArrayDeque<>();
        try {
            disk = SmallDisk.mounted(folder.resolve("servers/postgresql"));
            started.push(disk);
            backing = new Backing(folder.resolve("servers"), "127.0.0.1");
            started.push(backing);
            world = new World(
                    "cluster",
                    backing,
                    folder.resolve("simulators"),
                    Collections.nCopies(NODES, Place.HERE),
                    Map.of(),
                    report);
        } catch (Exception | AssertionError failure) {
            // Nobody else would, and the disk would stay.
            for (AutoCloseable each : started) {
                each.close();
            }
            throw failure;
        }
    }

    @AfterAll
    void close() {
        report.print();
        world.close();
        backing.close();
        disk.close();
    }

    @Test
    @Order(1)
    void aNodeIsKilled() throws Exception {
        world.under("kill -9 of a node", w -> {
            w.node(1).kill();
            w.progress(20);
            w.node(1).restart();
        });
    }

    @Test
    @Order(2)
    void aNodeIsStoppedUnderLoad_andNoRequestFails() throws Exception {
        long begin = System.nanoTime();
        world.under("SIGTERM under load", w -> {
            w.node(2).stop();
            w.node(2).restart();
        });
        List<Call> calls = world.history().since(begin);
        assertThat(History.count(calls, Outcome.UNAVAILABLE) + History.count(calls, Outcome.UNSENT))
                .as(History.summary(calls))
                .isZero();
    }

    @Test
    @Order(10)
    void aNodeFreezes_andThaws() throws Exception {
        world.under("the relay's node frozen for 15 s", w -> {
            Node frozen = relaying();
            long begin = System.nanoTime();
            Shell.signal("STOP", List.of(frozen.pid()));
            try {
                Platform.await(
                        "another node relays the outbox",
                        FROZEN,
                        () -> waitingLong() == 0 && System.nanoTime() - begin > SILENCE.toNanos());
                w.last(FROZEN.minusNanos(System.nanoTime() - begin));
            } finally {
                Shell.signal("CONT", List.of(frozen.pid()));
            }
        });
    }

    /** The node that has last said that it is the one. */
    private Node relaying() {
        String begun = "relaying the outbox from this node";
        return world.nodes().stream()
                .filter(node -> node.output().stream().anyMatch(line -> line.contains(begun)))
                .max(Comparator.comparing(node -> node.output().stream()
                        .filter(line -> line.contains(begun))
                        .toList()
                        .getLast()))
                .orElseThrow();
    }

    /** Events that have waited for seconds. */
    private long waitingLong() {
        return world.count("SELECT count(*) FROM platform.outbox WHERE recorded_at < now() - interval '2 s'");
    }

    @Test
    @Order(3)
    void postgresIsKilled() throws Exception {
        world.under("PostgreSQL kill -9", w -> {
            List<Long> processes = backing.postgresProcesses();
            Shell.signal("KILL", processes);
            Platform.await("PostgreSQL runs again", SOON, () -> {
                try {
                    backing.connect().close();
                    return true;
                } catch (SQLException e) {
                    return false;
                }
            });
        });
    }

    @Test
    @Order(4)
    void postgresFreezes() throws Exception {
        world.under("PostgreSQL frozen for 8 s", w -> {
            List<Long> processes = backing.postgresProcesses();
            Shell.signal("STOP", processes);
            try {
                w.last(Duration.ofSeconds(8));
            } finally {
                Shell.signal("CONT", processes);
            }
        });
    }

    @Test
    @Order(5)
    void connectionsAreCut_afterTheCommitWasSent() throws Exception {
        int cuts = 30;
        world.under("30 connections cut after COMMIT was sent", w -> {
            int before = backing.database().cuts();
            AtomicInteger left = new AtomicInteger(cuts);
            backing.database().tap(() -> new CommitTap(left));
            Platform.await("all cuts are made", SOON, () -> backing.database().cuts() - before >= cuts);
            backing.database().open();
        });
    }

    @Test
    @Order(8)
    void redisIsGone() throws Exception {
        world.under("Redis gone for 5 s", w -> {
            backing.cache().cut();
            w.last(Duration.ofSeconds(5));
            backing.cache().open();
        });
    }

    @Test
    @Order(9)
    void redisIsSlow_andFlushed() throws Exception {
        world.under("Redis slow (300 ms) for 5 s, then flushed", w -> {
            backing.cache().slow(Duration.ofMillis(300));
            w.last(Duration.ofSeconds(5));
            backing.cache().open();
            flushRedis();
        });
    }

    private void flushRedis() throws Exception {
        try (java.net.Socket socket =
                new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), backing.redisPort())) {
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(3), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("+OK");
        }
    }

    @Test
    @Order(6)
    void kafkaIsGone() throws Exception {
        world.under("Kafka gone for 60 s", w -> {
            backing.broker().cut();
            w.last(Duration.ofSeconds(60));
            backing.broker().open();
        });
    }

    @Test
    @Order(7)
    void eventsComeTwice_andOneCannotBeRead() throws Exception {
        long before = parked();
        world.under("Kafka: every event again, and two that are poison", w -> {
            w.events().repeatAll();
            w.events().poison();
            Platform.await("the poison is parked by both who read it", SOON, () -> parked() - before >= 4);
        });
    }

    private long parked() {
        return world.count("SELECT count(*) FROM platform.parked_event WHERE body = '" + EventLog.POISON + "'");
    }

    @Test
    @Order(12)
    void theDiskOfPostgresIsFull() throws Exception {
        String name = "PostgreSQL's disk full for 5 s";
        if (!disk.isSmall()) {
            System.out.println("NOT RUN: " + name + ": needs root, to mount a small disk");
            report.notRun(name, "needs root");
        }
        assumeTrue(disk.isSmall(), name + " did not run: needs root");
        world.under(name, w -> {
            disk.fill();
            // What is written next needs a new file.
            try (Connection connection = backing.connectAsSuperuser();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_switch_wal()");
            } catch (SQLException e) {
                System.out.println("with a full disk: " + e.getMessage());
            }
            w.last(Duration.ofSeconds(5));
            disk.free();
        });
    }

    @Test
    @Order(13)
    void theClocksOfTwoNodesAreWrong() throws Exception {
        String name = "clocks of two nodes 1 h ahead and 1 h behind";
        Optional<Path> library = WrongClock.library();
        if (library.isEmpty()) {
            System.out.println("NOT RUN: " + name + ": there is no libfaketime");
            report.notRun(name, "needs libfaketime");
        }
        assumeTrue(library.isPresent(), name + " did not run: there is no libfaketime");
        world.under(name, w -> {
            List<Node> wrong = List.of(w.node(1), w.node(2));
            WrongClock.set(wrong.getFirst(), library.orElseThrow(), "+1h");
            WrongClock.set(wrong.getLast(), library.orElseThrow(), "-1h");
            try {
                for (Node node : wrong) {
                    node.stop();
                    node.restart();
                }
                w.progress(60);
            } finally {
                wrong.forEach(WrongClock::right);
                for (Node node : wrong) {
                    node.stop();
                    node.restart();
                }
            }
        });
    }

    @Test
    @Order(11)
    void theNextRelease_isRolledOutWithItsMigration() throws Exception {
        Path release = folder.resolve("release");
        Files.createDirectories(release.resolve("db/migration"));
        Files.writeString(release.resolve("db/migration/V9000__next_release.sql"), """
                ALTER TABLE bookings.occupation ADD COLUMN next_release text;
                CREATE INDEX occupation_next_release ON bookings.occupation (next_release);
                """);
        world.under("rolling restart with a migration", w -> {
            for (Node node : w.nodes()) {
                node.release(release).stop();
                node.restart();
            }
        });
        assertThat(world.count("SELECT count(next_release) FROM bookings.occupation"))
                .isZero();
    }
}
