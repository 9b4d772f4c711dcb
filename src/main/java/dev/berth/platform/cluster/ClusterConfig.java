package dev.berth.platform.cluster;

import dev.berth.platform.config.Default;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How nodes find each other.
 *
 * @param enabled false runs a single node without Hazelcast
 * @param name only nodes of the same name join
 * @param host the address that this node binds for the cluster and tells others
 * @param port Hazelcast's port; the next ones are tried when it is taken, {@code portCount} in all
 * @param members {@code host:port} of nodes to look for by TCP-IP; may name this node itself
 * @param kubernetesService a headless service by which nodes are found instead of {@code members}
 * @param hazelcast an XML or YAML file of Hazelcast's own that replaces all of this
 * @param busHost where the event bus of this node listens
 * @param busPort 0 takes any free port
 * @param heartbeatTimeout after this silence a node counts as gone
 * @param mergeInterval how often the smaller part of a split cluster looks for the larger one, to give way to it
 * @param selfTestInterval how often a node asks itself through every other node; 0s never
 */
public record ClusterConfig(
        @Default("true") boolean enabled,
        @Default("berth") String name,
        @Default("127.0.0.1") String host,
        @Default("15701") int port,
        @Default("20") int portCount,
        @Default("127.0.0.1:15701") List<String> members,
        @Nullable String kubernetesService,
        @Nullable Path hazelcast,
        @Default("127.0.0.1") String busHost,
        @Default("0") int busPort,
        @Default("10s") Duration heartbeatTimeout,
        @Default("5s") Duration mergeInterval,
        @Default("2s") Duration selfTestInterval) {
    public ClusterConfig {
        if (heartbeatTimeout.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new IllegalArgumentException("heartbeatTimeout under 2s takes pauses for deaths");
        }
        if (mergeInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("needs mergeInterval >= 1s");
        }
    }
}
