package dev.berth.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A node of the platform, as the system and its management port see it. */
final class NodeProcess {
    private static final String MANAGEMENT = "BERTH_MANAGEMENT_PORT=";
    private static final long KIB = 1_024;
    private static final long READY_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Child child;
    private final String mark;
    private final URI url;
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param mark what its command line has and no other's below the child */
    NodeProcess(Child child, String mark, URI url) {
        this.child = child;
        this.mark = mark;
        this.url = url;
    }

    URI url() {
        return url;
    }

    /** The one that runs now: a supervisor starts another one when it dies. */
    private ProcessHandle handle() {
        return child.find(mark).findFirst().orElseThrow(() -> new IllegalStateException("no node runs at " + url));
    }

    /** Waits until it is ready, be it another process than before. */
    void awaitReady() {
        awaitReady(() -> {});
    }

    /** @param meanwhile what is done again and again until then */
    void awaitReady(Runnable meanwhile) {
        long end = System.nanoTime() + READY_NANOS;
        while (!isReady()) {
            if (System.nanoTime() > end || !child.isAlive()) {
                throw new IllegalStateException("the node at " + url + " does not become ready");
            }
            meanwhile.run();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean isReady() {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (UncheckedIOException | NoSuchElementException | IllegalStateException e) {
            // It is not there yet, or not there any more.
            return false;
        }
    }

    void kill() {
        handle().destroyForcibly();
    }

    long residentBytes() {
        return Child.residentBytes(handle());
    }

    /** What it tells Prometheus. */
    Metrics metrics() {
        return new Metrics(get("/metrics").body());
    }

    private HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort() + path))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private int managementPort() {
        Path environment = Path.of("/proc", Long.toString(handle().pid()), "environ");
        try {
            return Arrays.stream(Files.readString(environment).split("\0"))
                    .filter(variable -> variable.startsWith(MANAGEMENT))
                    .mapToInt(variable -> Integer.parseInt(variable.substring(MANAGEMENT.length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of its heap that live, after a full collection. */
    long heapBytes() {
        jcmd("GC.run");
        return jcmd("GC.heap_info")
                .lines()
                .filter(line -> line.contains(" total ") && line.contains(" used "))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*? used (\\d+)K.*", "$1")) * KIB)
                .sum();
    }

    /** Objects that live whose class' name begins with one of these. */
    long instances(List<String> classes) {
        return jcmd("GC.class_histogram")
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(row -> row.length >= 4 && classes.stream().anyMatch(row[3]::startsWith))
                .mapToLong(row -> Long.parseLong(row[1]))
                .sum();
    }

    private String jcmd(String command) {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(handle().pid()),
                            command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One look at the metrics. */
    record Metrics(String text) {
        /** The sum over all series of a name whose labels contain a text. */
        double sum(String name, String labels) {
            return text.lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .filter(line -> line.contains(labels))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }
}
