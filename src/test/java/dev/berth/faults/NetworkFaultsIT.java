package dev.berth.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.faults.World.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Faults of the network between nodes, each of which has a network of its own. Needs root, and says so without. */
@Isolated
@TestInstance(Lifecycle.PER_CLASS)
class NetworkFaultsIT {
    private static final int NODES = 3;
    /** Several times what it takes to find out that a node does not answer. */
    private static final Duration PARTITION = Duration.ofSeconds(20);

    private static final Duration SEEN_AFTER_HEALING_WITHIN = Duration.ofSeconds(15);

    private final FaultReport report = new FaultReport();
    private final Optional<String> missing = Namespaces.missing();
    private Namespaces network;
    private Backing backing;
    private World world;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        if (missing.isEmpty()) {
            network = new Namespaces(NODES);
            backing = new Backing(folder.resolve("servers"), network.host());
            world = new World("network", backing, folder.resolve("simulators"), network.places(), Map.of(), report);
        }
    }

    @AfterAll
    void close() {
        report.print();
        if (missing.isEmpty()) {
            world.close();
            backing.close();
            network.close();
        }
    }

    private Duration under(String name, Fault fault) throws Exception {
        missing.ifPresent(why -> {
            System.out.println("NOT RUN: " + name + ": " + why);
            report.notRun(name, why);
        });
        assumeTrue(missing.isEmpty(), name + " did not run: " + missing.orElse(""));
        return world.under(name, fault);
    }

    @Test
    void oneNodeIsCutOffFromTheOthers() throws Exception {
        Duration recovery = under("partition 2|1 for 20 s", w -> {
            for (int other : new int[] {0, 1}) {
                network.block(2, other);
                network.block(other, 2);
            }
            w.last(PARTITION);
            network.heal();
        });
        assertThat(recovery).isLessThanOrEqualTo(SEEN_AFTER_HEALING_WITHIN);
    }

    @Test
    void oneNodeIsNotHeardByAnother() throws Exception {
        Duration recovery = under("one node does not hear another for 20 s", w -> {
            network.block(2, 0);
            w.last(PARTITION);
            network.heal();
        });
        assertThat(recovery).isLessThanOrEqualTo(SEEN_AFTER_HEALING_WITHIN);
    }

    @Test
    void packetsAreLost_andServersAreSlow() throws Exception {
        under("5 % of packets lost, servers 50 ms away, for 8 s", w -> {
            network.lose();
            for (Wire wire : new Wire[] {backing.database(), backing.cache(), backing.broker()}) {
                wire.slow(Duration.ofMillis(50));
            }
            w.last(Duration.ofSeconds(8));
            for (Wire wire : new Wire[] {backing.database(), backing.cache(), backing.broker()}) {
                wire.open();
            }
            network.heal();
        });
    }
}
