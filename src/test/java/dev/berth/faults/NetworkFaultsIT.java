package dev.berth.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.faults.FaultReport.Recovery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Faults of the network between nodes, each of which has a network of its own. Needs root, and says so without. */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("faults")
class NetworkFaultsIT {
    private static final int NODES = 3;
    /** Many times what it takes to find out that a node does not answer. */
    private static final Duration PARTITION = Duration.ofSeconds(45);

    private static final Duration SEEN_AFTER_HEALING_WITHIN = Duration.ofSeconds(15);

    private final FaultReport report = new FaultReport();
    private final Optional<String> missing = Namespaces.missing();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Optional<Net> net;

    /** What runs when it can. */
    private record Net(Namespaces network, Backing backing, World world) {
        List<Wire> wires() {
            return List.of(backing.database(), backing.cache(), backing.broker());
        }
    }

    private interface NetworkFault {
        void happen(Net net) throws Exception;
    }

    NetworkFaultsIT(@TempDir Path folder) throws Exception {
        net = missing.isPresent() ? Optional.empty() : Optional.of(start(folder));
    }

    private Net start(Path folder) throws Exception {
        try {
            Namespaces network = new Namespaces(NODES);
            started.push(network);
            Backing backing = new Backing(folder.resolve("servers"), network.host());
            started.push(backing);
            World world =
                    new World("network", backing, folder.resolve("simulators"), network.places(), Map.of(), report);
            started.push(world);
            return new Net(network, backing, world);
        } catch (Exception | AssertionError failure) {
            close();
            throw failure;
        }
    }

    @AfterAll
    void close() throws Exception {
        report.print();
        while (!started.isEmpty()) {
            started.pop().close();
        }
    }

    private Recovery under(String name, NetworkFault fault) throws Exception {
        missing.ifPresent(why -> {
            System.out.println("NOT RUN: " + name + ": " + why);
            report.notRun(name, why);
        });
        assumeTrue(net.isPresent(), name + " did not run: " + missing.orElse(""));
        Net running = net.orElseThrow();
        return running.world().under(name, world -> fault.happen(running));
    }

    /** A bar for a machine that has nothing else to do: every other run only reports it. */
    private static void assertSeenSoon(Recovery recovery) {
        if (Boolean.getBoolean("berth.bars")) {
            assertThat(recovery.seen()).isLessThanOrEqualTo(SEEN_AFTER_HEALING_WITHIN);
        }
    }

    @Test
    void oneNodeIsCutOffFromTheOthers() throws Exception {
        Recovery recovery = under("partition 2|1 for 45 s", n -> {
            for (int other : new int[] {0, 1}) {
                n.network().block(2, other);
                n.network().block(other, 2);
            }
            n.world().last(PARTITION);
            n.network().heal();
        });
        assertSeenSoon(recovery);
    }

    @Test
    void oneNodeIsNotHeardByAnother() throws Exception {
        Recovery recovery = under("one node does not hear another for 45 s", n -> {
            n.network().block(2, 0);
            n.world().last(PARTITION);
            n.network().heal();
        });
        assertSeenSoon(recovery);
    }

    @Test
    @Tag("always")
    void packetsAreLost_andServersAreSlow() throws Exception {
        under(
                "5 % of packets lost, servers 50 ms away, for 8 s",
                n -> {
                    n.network().lose();
                    n.wires().forEach(wire -> wire.slow(Duration.ofMillis(50)));
                    n.world().last(Duration.ofSeconds(8));
                    n.wires().forEach(Wire::open);
                    n.network().heal();
                });
    }
}
