package dev.berth.platform.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.cluster.ClusterCommand.Bounce;
import dev.berth.platform.cluster.ClusterCommand.Echo;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether this node is well connected, and ends its process when it is not: crash-only.
 *
 * <p>After a partition heals, Vert.x on Hazelcast can keep consumers of the cut-off node unknown to the others, and its
 * merge has been seen to hang. A new start takes seconds and always helps; healing in place has no bound. So a node that
 * Hazelcast merges into the other half gives up, and so does a node whose bus does not carry: it regularly asks itself
 * through each other member. A member that is frozen or dead leaves the membership within the heartbeat timeout, so a
 * member that stays but does not bounce for twice that long means that the bus is broken on one of the two ends; which
 * of them ends is decided by {@link Links}.
 *
 * <p>Deploy on a virtual thread.
 */
public final class ClusterWatch extends VerticleBase {
    /** The exit status of a node that gives up to be started anew. */
    public static final int EXIT_RESTART = 75;

    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);

    private final Bus bus;
    private final ClusterManager manager;
    private final ClusterConfig config;
    private final Runnable giveUp;
    private final Links links;
    private boolean hasGivenUp;
    private volatile @Nullable String problem;

    /** @param giveUp makes the node not ready, drains and ends the process with {@link #EXIT_RESTART} */
    public ClusterWatch(Bus bus, ClusterManager manager, ClusterConfig config, Runnable giveUp) {
        this.bus = bus;
        this.manager = manager;
        this.config = config;
        this.giveUp = giveUp;
        this.links = new Links(config.heartbeatTimeout().multipliedBy(2));
    }

    @Override
    public Future<?> start() {
        if (manager instanceof HazelcastClusterManager hazelcast) {
            HazelcastInstance instance = hazelcast.getHazelcastInstance();
            instance.getLifecycleService().addLifecycleListener(event -> {
                if (event.getState() == LifecycleState.MERGING) {
                    LOG.error("this node was cut off and is being merged into the rest of the cluster");
                    giveUp.run();
                }
            });
        }
        String self = manager.getNodeId();
        Future<Void> served =
                bus.<ClusterCommand<?>>serve(ClusterCommand.addressOf(self), ClusterCommand.class, this::handle);
        long interval = config.selfTestInterval().toMillis();
        if (interval > 0) {
            vertx.setPeriodic(interval, ignored -> test(self));
        }
        return served;
    }

    /** What is wrong with the cluster as this node sees it, or null; answers at once. */
    public @Nullable String problem() {
        return problem;
    }

    private Message handle(ClusterCommand<?> command) {
        return switch (command) {
            case Echo c -> c.reply(Done.DONE);
            case Bounce c -> c.reply(bus.ask(new Echo(c.origin()), patience()).await());
        };
    }

    private void test(String self) {
        List<String> members = manager.getNodes();
        links.members(members);
        problem = links.problem();
        for (String other : members) {
            if (!other.equals(self)) {
                bus.ask(new Bounce(other, self), patience()).onComplete(answer -> {
                    if (answer.succeeded()) {
                        links.carried(other);
                    } else {
                        failed(other, self, members);
                    }
                });
            }
        }
    }

    private void failed(String other, String self, List<String> members) {
        long now = System.nanoTime();
        Duration failing = links.failed(other, now);
        LOG.warn("the bus does not carry to node {} and back, for {} now", other, failing);
        if (!hasGivenUp && links.mustGiveWay(self, members, now)) {
            hasGivenUp = true;
            LOG.error("the bus of this node is broken");
            giveUp.run();
        }
    }

    private Duration patience() {
        return config.selfTestInterval();
    }
}
