package dev.berth.faults;

import dev.berth.platform.faults.FailPoint;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.Platform.Place;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong where money is at stake: with the provider, with what it tells, and with nodes at the worst moment. */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("faults")
class PaymentFaultsIT {
    private static final int NODES = 2;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final FaultReport report = new FaultReport();
    private final Path failPoints;
    private final Backing backing;
    private final World world;
    private final Provider provider;
    private final Random random = new Random(5);

    PaymentFaultsIT(@TempDir Path folder) throws Exception {
        failPoints = folder.resolve("failpoints");
        Deque<AutoCloseable> started = new ArrayDeque<>();
        try {
            backing = new Backing(folder.resolve("servers"), "127.0.0.1");
            started.push(backing);
            world = new World(
                    "payments",
                    backing,
                    folder.resolve("simulators"),
                    Collections.nCopies(NODES, Place.HERE),
                    Map.of(),
                    report);
            started.push(world);
            provider = new Provider(world.platform());
            Node mortal = mortal();
            Killer.watch(mortal, failPoints);
            mortal.stop();
            mortal.restart();
        } catch (Exception | AssertionError failure) {
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
    }

    @AfterEach
    void endFaults() {
        provider.faults("");
    }

    /** The node that is killed. */
    private Node mortal() {
        return world.node(1);
    }

    private void dies(String when, FailPoint point, String event) throws Exception {
        world.under("node killed " + when, w -> Killer.kill(mortal(), failPoints, point, event));
    }

    @Test
    void aNodeIsKilled_beforeTheProviderIsAsked() throws Exception {
        dies("before it asks for a charge", FailPoint.BEFORE_CHARGE, "");
    }

    @Test
    void aNodeIsKilled_afterTheProviderHasCharged() throws Exception {
        dies("after a charge that nobody has written down", FailPoint.AFTER_CHARGE, "");
    }

    @Test
    void aNodeIsKilled_beforeThePaymentIsCommitted() throws Exception {
        dies("before a payment's commit", FailPoint.BEFORE_COMMIT, "PaymentSucceeded");
    }

    @Test
    void aNodeIsKilled_afterThePaymentIsCommitted_beforeTheReply() throws Exception {
        dies("after a payment's commit, before the reply", FailPoint.AFTER_COMMIT, "PaymentSucceeded");
    }

    @Test
    void aNodeIsKilled_afterTheProviderHasCollected() throws Exception {
        dies("after a collection that nobody has written down", FailPoint.AFTER_CAPTURE, "");
    }

    @Test
    void aNodeIsKilled_afterTheProviderHasGivenBack() throws Exception {
        dies("after a refund that nobody has written down", FailPoint.AFTER_REFUND, "");
    }

    @Test
    void webhooksComeTenTimesAtOnce_outOfOrder_aDayLate_forged_andReplayed() throws Exception {
        world.under("webhooks ten times at once, out of order, a day late, forged, replayed", w -> {
            for (int round = 0; round < 3; round++) {
                provider.deliverBadly(w.nodes(), random);
                w.progress(10);
            }
        });
    }

    @Test
    void theProviderAnswers500() throws Exception {
        world.under("provider answers 500 to 40 requests", w -> {
            provider.faults("fail_requests=40");
            w.last(Duration.ofSeconds(5));
            provider.faults("");
        });
    }

    @Test
    void theProviderIsSlow() throws Exception {
        world.under("provider slower than it is waited for, for 6 s", w -> {
            // Nodes wait for 3 s here.
            provider.faults("latency_millis=4000");
            w.last(Duration.ofSeconds(6));
            provider.faults("");
        });
    }

    @Test
    void theProviderDropsTheConnection_afterTheCharge() throws Exception {
        world.under("provider drops 40 connections after it has done what was asked", w -> {
            provider.faults("drop_answers=40");
            w.last(Duration.ofSeconds(5));
            provider.faults("");
        });
    }

    @Test
    void postgresIsStoppedHard_inTheMiddle() throws Exception {
        world.under("PostgreSQL kill -9 between charge and record", w -> {
            // What is charged in this time is written down after it.
            provider.faults("latency_millis=500");
            Shell.signal("KILL", backing.postgresProcesses());
            Platform.await("PostgreSQL runs again", SOON, () -> {
                try {
                    backing.connect().close();
                    return true;
                } catch (SQLException e) {
                    return false;
                }
            });
            provider.faults("");
        });
    }
}
