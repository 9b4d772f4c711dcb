package dev.berth.dev.services;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Redis of this JVM with an append-only file. The program comes from the class path; where that one does not run,
 * an installed {@code redis-server} is taken.
 */
public final class RedisServer implements DevServer {
    private static final Logger LOG = LoggerFactory.getLogger(RedisServer.class);
    private static final String HOST = "127.0.0.1";
    private static final String PID_FILE = "redis.pid";
    private static final String PROGRAM = "redis-server";
    /** What a developer's node keeps in Redis is small; more is a leak, and is to be seen as an error. */
    private static final String MEMORY_MAX = "256mb";

    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(10);
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Launcher launcher;
    private final Binaries binaries;
    private final Path folder;
    private final int port;
    private final Supervised supervised;
    private @Nullable Path program;

    /**
     * @param folder of this server alone; what an earlier start left there is used
     * @param port on which it will listen, on the loopback address only
     */
    public RedisServer(Launcher launcher, Binaries binaries, Path folder, int port) {
        this.launcher = launcher;
        this.binaries = binaries;
        this.folder = folder.toAbsolutePath().normalize();
        this.port = port;
        this.supervised = new Supervised("Redis", this::startProcess, Signal.TERM, STOP_PATIENCE);
    }

    /**
     * Starts the server and returns when it accepts connections.
     *
     * @throws ServiceException the port is taken, or the server cannot run here
     */
    @Override
    public void start() {
        try {
            Files.createDirectories(folder);
            endLeftBehind(folder);
            FreePorts.require("Redis", port);
            program = program();
            supervised.start();
        } catch (IOException e) {
            throw new ServiceException("cannot start Redis in " + folder + ": " + e, e);
        }
    }

    @Override
    public String url() {
        return "redis://" + HOST + ":" + port;
    }

    @Override
    public void close() {
        supervised.close();
    }

    /** Ends a server whose JVM was killed and that is still shutting down. */
    static void endLeftBehind(Path folder) {
        Path pidFile = folder.resolve(PID_FILE);
        try {
            Optional<ProcessHandle> left = Signals.leftBehind(pidFile, PROGRAM);
            if (left.isPresent()) {
                LOG.info(
                        "ending the Redis (pid {}) that an earlier run left behind",
                        left.get().pid());
                Signals.end(left.get(), Signal.TERM, STOP_PATIENCE, Signal.KILL);
            }
        } catch (IOException e) {
            throw new ServiceException("cannot read " + pidFile + ": " + e, e);
        }
    }

    private ChildProcess startProcess() {
        List<String> command = List.of(
                String.valueOf(program),
                "--bind",
                HOST,
                "--port",
                Integer.toString(port),
                "--dir",
                folder.toString(),
                "--pidfile",
                folder.resolve(PID_FILE).toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "everysec",
                "--maxmemory",
                MEMORY_MAX,
                "--maxmemory-policy",
                "noeviction");
        ChildProcess process = ChildProcess.start(
                launcher,
                new ChildProcess.Start(
                        "redis",
                        Signal.TERM,
                        false,
                        command,
                        folder,
                        Map.of(),
                        "Ready to accept connections",
                        line -> LOG.debug("{}", line)));
        process.awaitReady(START_PATIENCE);
        return process;
    }

    private Path program() {
        List<Path> candidates = new ArrayList<>();
        String system = Launcher.operatingSystem() + "-" + Launcher.architecture();
        String resource = switch (system) {
            case "linux-amd64", "darwin-amd64", "darwin-arm64" -> "/redis-server-6.2.6-v5-" + system;
            case "linux-arm64" -> "/redis-server-6.2.7-linux-arm64";
            default -> "";
        };
        if (!resource.isEmpty() && RedisServer.class.getResource(resource) != null) {
            candidates.add(binaries.unpacked(resource, RedisServer::unpack).resolve(PROGRAM));
        }
        for (String place :
                Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1)) {
            if (!place.isEmpty() && Files.isExecutable(Path.of(place, PROGRAM))) {
                candidates.add(Path.of(place, PROGRAM));
            }
        }
        for (Path candidate : candidates) {
            if (runsHere(candidate)) {
                return candidate;
            }
            LOG.info("{} does not run on this machine", candidate);
        }
        throw new ServiceException("no Redis runs here: the one that comes along needs glibc and OpenSSL 3 on " + system
                + ". Install redis-server, or set BERTH_REDIS_URL to a server of your own.");
    }

    private static void unpack(Path target, InputStream content) throws IOException {
        Path file = target.resolve(PROGRAM);
        Files.copy(content, file);
        file.toFile().setExecutable(true, false);
    }

    private boolean runsHere(Path candidate) {
        try {
            Process process = new ProcessBuilder(candidate.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(PROBE_PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    && process.exitValue() == 0
                    && output.contains("Redis server");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
