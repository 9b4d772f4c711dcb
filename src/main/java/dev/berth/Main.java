package dev.berth;

import dev.berth.platform.cluster.ClusterWatch;
import dev.berth.platform.config.ConfigException;
import dev.berth.platform.config.ConfigLoader;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one node: configuration, then resources, then deployments. A start that fails ends with status 1; a node that the
 * cluster goes on without ends with {@value ClusterWatch#EXIT_RESTART}, to be started anew.
 */
public final class Main {
    /** Names another configuration file than {@code conf/berth.yaml}. */
    private static final String CONFIG_PROPERTY = "berth.config";

    private static final int EXIT_FAILED = 1;

    /** Read by the JDK when the first virtual thread is made. */
    private static final String CARRIERS_PROPERTY = "jdk.virtualThreadScheduler.parallelism";

    /**
     * Threads that carry virtual threads, at least. One that loads a class cannot leave its carrier while it waits for the
     * loader's lock: with as few carriers as a small machine has cores, all of them could wait for a thread that has none.
     */
    private static final int CARRIERS_MIN = 8;

    private Main() {}

    public static void main(String[] arguments) {
        long begin = System.nanoTime();
        if (System.getProperty(CARRIERS_PROPERTY) == null) {
            int carriers = Math.max(CARRIERS_MIN, Runtime.getRuntime().availableProcessors());
            System.setProperty(CARRIERS_PROPERTY, Integer.toString(carriers));
        }
        Path file = Path.of(System.getProperty(CONFIG_PROPERTY, "conf/berth.yaml"));
        Logger log = LoggerFactory.getLogger(Main.class);
        try {
            BerthConfig config = ConfigLoader.load(BerthConfig.class, file, System.getenv());
            log.info("configuration: {}", ConfigLoader.describe(config));
            Node node = Node.start(config, Main::restart);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("leave").unstarted(() -> leave(node, log)));
            log.info("node {} is ready after {} ms", config.node().name(), (System.nanoTime() - begin) / 1_000_000);
        } catch (ConfigException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(EXIT_FAILED);
        } catch (Throwable failure) {
            log.error("the node cannot start", failure);
            System.exit(EXIT_FAILED);
        }
    }

    private static void leave(Node node, Logger log) {
        try {
            node.stop();
            log.info("the node has left in order");
        } catch (TimeoutException late) {
            log.error("the node did not leave in time");
            Runtime.getRuntime().halt(EXIT_FAILED);
        }
    }

    /** On a thread of its own: the exit waits for the hook, which waits for whoever found out. */
    private static void restart() {
        Thread.ofPlatform().name("restart").start(() -> System.exit(ClusterWatch.EXIT_RESTART));
    }
}
