package dev.berth.dev;

import dev.berth.dev.services.ServiceException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What {@code mvn} runs: the platform with all that it needs, in {@code .berth} of the working directory, until Ctrl-C. With
 * the argument {@code node}, one more node that joins the platform of this directory.
 */
public final class Demo {
    private static final String FOLDER = ".berth";
    private static final String MAIN_CLASS = "dev.berth.Main";
    private static final int EXIT_FAILED = 1;

    private Demo() {}

    public static void main(String[] arguments) throws Exception {
        // Before the first logger: this console belongs to the banner, the servers' own logs go to files.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "dev/logback-demo.xml");
        }
        Path folder = Path.of(System.getProperty("berth.demo.folder", FOLDER));
        String mainClass = System.getProperty("berth.demo.main", MAIN_CLASS);
        if (!List.of().equals(List.of(arguments)) && !List.of("node").equals(List.of(arguments))) {
            System.err.println("Usage: no argument for the platform, `node` for one more node that joins it.");
            System.exit(EXIT_FAILED);
        }
        endWithParent();
        try {
            if (arguments.length == 0) {
                runPlatform(folder, mainClass);
            } else {
                runNode(folder, mainClass);
            }
        } catch (ServiceException e) {
            System.err.println();
            System.err.println(e.getMessage());
            System.exit(EXIT_FAILED);
        }
    }

    private static void runPlatform(Path folder, String mainClass) throws IOException, InterruptedException {
        long beginNanos = System.nanoTime();
        System.out.println("Starting PostgreSQL, Redis, Kafka, payments, mail and a node …");
        Platform platform = new Platform(folder, mainClass);
        stopAtExit("platform", platform);
        platform.awaitReady();
        banner(System.out, platform, beginNanos, folder);
        platform.awaitServers();
        new CountDownLatch(1).await();
    }

    private static void runNode(Path folder, String mainClass) throws IOException, InterruptedException {
        System.out.println("Starting one more node …");
        FurtherNode node = new FurtherNode(folder, mainClass);
        stopAtExit("node", node);
        afterwards(node.platformEnd(), () -> {
            System.out.println("The platform has ended, and this node with it.");
            System.exit(0);
        });
        node.awaitReady();
        System.out.printf("%n  Node %d runs at   %s%n  Stop              Ctrl-C%n%n", node.number(), node.url());
        new CountDownLatch(1).await();
    }

    private static void banner(PrintStream out, Platform platform, long beginNanos, Path folder) {
        out.printf(
                """

                  Berth runs at   %s   (ready after %.1f s)

                  Log in as       driver@demo.berth, host@demo.berth, operator@demo.berth or admin@demo.berth
                                  with the password berth-demo
                  Mails           %s
                  Payments        with Stripe's test cards; no money moves
                  Rate limits     wide open, for load tests: this is a demo
                  Second node     mvn -Ddemo.arguments=node   in another terminal
                  Data and logs   %s   (remove it to begin anew)
                  Stop            Ctrl-C

                """,
                platform.url(),
                (System.nanoTime() - beginNanos) / (double) TimeUnit.SECONDS.toNanos(1),
                platform.mailUrl(),
                folder);
    }

    private static void stopAtExit(String name, AutoCloseable running) {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("stop-" + name).unstarted(() -> {
                    System.out.println("Stopping …");
                    try {
                        running.close();
                        System.out.println("Stopped.");
                    } catch (Exception e) {
                        System.err.println("Not everything stopped in good order: " + e);
                    }
                }));
    }

    /** Whoever started this has ended, perhaps by force: nobody is left who could stop it. */
    private static void endWithParent() {
        ProcessHandle.current()
                .parent()
                .filter(parent -> parent.pid() > 1)
                .ifPresent(parent -> afterwards(parent.onExit(), () -> System.exit(0)));
    }

    private static void afterwards(CompletableFuture<?> end, Runnable action) {
        Thread.ofPlatform().daemon().name("watch").start(() -> {
            end.join();
            action.run();
        });
    }
}
