package dev.berth.dev;

import dev.berth.dev.services.ChildProcess;
import dev.berth.dev.services.Launcher;
import dev.berth.dev.services.ServiceException;
import dev.berth.dev.services.Signal;
import dev.berth.dev.services.Supervised;
import dev.berth.platform.cluster.ClusterWatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node of the platform in a JVM of its own, started again when it ends. */
final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int START_ATTEMPTS = 3;
    private static final String HEAP = "-Xmx224m";
    private static final Duration READY_PATIENCE = Duration.ofMinutes(3);
    private static final Duration READY_INTERVAL = Duration.ofMillis(50);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final int HTTP_OK = 200;

    private final Launcher launcher;
    private final String mainClass;
    private final Map<String, String> environment;
    private final URI health;
    private final NodeLog log;
    private final Supervised supervised;

    /** @param health answers 200 when the node is ready */
    Node(String name, Launcher launcher, String mainClass, Map<String, String> environment, URI health, Path logFile) {
        this.launcher = launcher;
        this.mainClass = mainClass;
        this.environment = environment;
        this.health = health;
        this.log = new NodeLog(logFile);
        this.supervised = new Supervised(name, this::startProcess, Signal.TERM, STOP_PATIENCE, Node::ending);
    }

    /**
     * Returns when the node is ready. A machine that is too busy may need another attempt: what the first one has loaded
     * stays.
     *
     * @throws ServiceException it does not become ready; the message has its last words
     */
    void start() {
        for (int attempt = 1; ; attempt++) {
            try {
                supervised.start();
                return;
            } catch (ServiceException e) {
                if (attempt == START_ATTEMPTS) {
                    throw e;
                }
                LOG.warn("The node did not start; trying again (its log is {})", log.file());
            }
        }
    }

    @Override
    public void close() {
        supervised.close();
    }

    private ChildProcess startProcess() {
        ChildProcess process = ChildProcess.start(
                launcher,
                new ChildProcess.Start(
                        "node", Signal.TERM, false, command(), Path.of("").toAbsolutePath(), environment, null, log));
        awaitReady(process);
        return process;
    }

    private static String ending(int status) {
        return status == ClusterWatch.EXIT_RESTART
                ? "gave up to be started anew, because it had lost its place in the cluster"
                : "ended with status " + status;
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-Dberth."))
                .forEach(command::add);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                ParentWatch.class.getName(),
                Long.toString(ProcessHandle.current().pid()),
                mainClass));
        return command;
    }

    private void awaitReady(ChildProcess process) {
        long deadline = System.nanoTime() + READY_PATIENCE.toNanos();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(ANSWER_TIMEOUT).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(health).timeout(ANSWER_TIMEOUT).build();
            while (process.isAlive()) {
                if (isReady(client, request)) {
                    return;
                }
                if (System.nanoTime() > deadline) {
                    process.stop(Signal.TERM, STOP_PATIENCE);
                    throw new ServiceException("The node was not ready after " + READY_PATIENCE.toSeconds()
                            + " s. Its last words (all of them are in " + log.file() + "):\n" + process.tail());
                }
                Thread.sleep(READY_INTERVAL);
            }
        } catch (InterruptedException e) {
            process.stop(Signal.TERM, STOP_PATIENCE);
            Thread.currentThread().interrupt();
            throw new ServiceException("interrupted while the node started", e);
        }
        throw new ServiceException(
                "The node ended with status " + process.exit().join() + ". Its last words (all of them are in "
                        + log.file() + "):\n" + process.tail());
    }

    private static boolean isReady(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }
}
