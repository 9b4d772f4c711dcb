package dev.berth.platform.cluster;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;

/** What nodes ask of each other to see whether the bus between them carries in both directions. */
public sealed interface ClusterCommand<R extends Message> extends Command<R> {
    /** The node that is asked. */
    String node();

    /** Answers at once: the node hears, and is heard. */
    record Echo(String node) implements ClusterCommand<Done> {
        @Override
        public String address() {
            return addressOf(node);
        }
    }

    /** Asks the origin for an {@link Echo}, and answers when it came. */
    record Bounce(String node, String origin) implements ClusterCommand<Done> {
        @Override
        public String address() {
            return addressOf(node);
        }
    }

    static String addressOf(String node) {
        return "cluster.node." + node;
    }
}
