package dev.berth.platform.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Starts Vert.x, alone or as a member of the cluster. */
public final class Cluster {
    private Cluster() {}

    /**
     * A started Vert.x.
     *
     * @param manager of the cluster, empty when there is none
     */
    public record Member(Vertx vertx, Optional<ClusterManager> manager) {}

    /** Joins before it completes; fails when the cluster cannot be joined. */
    public static Future<Member> start(VertxBuilder builder, VertxOptions options, ClusterConfig config) {
        if (!config.enabled()) {
            return Future.succeededFuture(new Member(builder.with(options).build(), Optional.empty()));
        }
        options.getEventBusOptions().setHost(config.busHost()).setPort(config.busPort());
        HazelcastClusterManager manager = new HazelcastClusterManager(hazelcast(config));
        return builder.with(options)
                .withClusterManager(manager)
                .buildClustered()
                .map(vertx -> new Member(vertx, Optional.of(manager)));
    }

    private static Config hazelcast(ClusterConfig config) {
        if (config.hazelcast() != null) {
            try {
                return Config.loadFromFile(config.hazelcast().toFile());
            } catch (FileNotFoundException e) {
                throw new UncheckedIOException(e);
            }
        }
        Config hazelcast = new Config();
        hazelcast.setClusterName(config.name());
        // What Vert.x keeps in the cluster. Its own file says the same; reading XML costs the start more than all else
        // here.
        hazelcast
                .addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                        .setBackupCount(1)
                        .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET))
                .addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1))
                .addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        String heartbeat = Long.toString(config.heartbeatTimeout().toSeconds());
        String merge = Long.toString(config.mergeInterval().toSeconds());
        hazelcast
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.socket.bind.any", "false")
                // Waiting for more members before joining only delays the start: a split at the start is merged, or
                // found by the self-test.
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", heartbeat)
                .setProperty("hazelcast.merge.first.run.delay.seconds", merge)
                .setProperty("hazelcast.merge.next.run.delay.seconds", merge);
        NetworkConfig network = hazelcast.getNetworkConfig();
        network.setPort(config.port()).setPortAutoIncrement(true).setPortCount(config.portCount());
        network.getInterfaces().setEnabled(true).clear().addInterface(address(config.host()));
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        if (config.kubernetesService() != null) {
            join.getTcpIpConfig().setEnabled(false);
            join.getKubernetesConfig().setEnabled(true).setProperty("service-dns", config.kubernetesService());
            // A pod's address is not known beforehand: bind what the pod has.
            network.getInterfaces().setEnabled(false);
        } else {
            join.getTcpIpConfig().setEnabled(true).setMembers(config.members());
        }
        return hazelcast;
    }

    /** Hazelcast binds addresses, containers have names. */
    private static String address(String host) {
        try {
            return InetAddress.getAllByName(host)[0].getHostAddress();
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
