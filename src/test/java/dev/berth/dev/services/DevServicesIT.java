package dev.berth.dev.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DevServicesIT {
    private static final int PATIENCE_SECONDS = 60;

    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (Process process : processes) {
            List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            process.destroyForcibly().waitFor();
            all.forEach(each ->
                    each.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
        }
    }

    @Test
    void killedJvm_leavesNothingRunning_andTheNextStartHasTheData() throws Exception {
        Process first = start();
        assertThat(counts(first)).isEqualTo("COUNTS 1 1 1");
        String ports = Files.readString(folder.resolve("ports.properties"));
        List<ProcessHandle> servers = first.descendants().toList();
        assertThat(servers).hasSizeGreaterThan(2);

        first.destroyForcibly();

        for (ProcessHandle server : servers) {
            server.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(counts(start())).isEqualTo("COUNTS 2 2 2");
        assertThat(lines(Files.readString(folder.resolve("ports.properties")))).isEqualTo(lines(ports));
    }

    @Test
    void secondStart_inTheSameFolder_isRefused() throws Exception {
        counts(start());
        assertThat(start().inputReader(StandardCharsets.UTF_8).readLine())
                .startsWith("REFUSED Berth already runs with the data in " + folder.toRealPath());
    }

    @Test
    void takenPort_isFatal_andItsOwnerIsNeverTakenForTheServer() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Launcher launcher = Launcher.detect();
            for (DevServer server : List.of(
                    new PostgresServer(launcher, Binaries.ofUser(), folder.resolve("postgresql"), port),
                    new RedisServer(launcher, Binaries.ofUser(), folder.resolve("redis"), port),
                    new KafkaServer(
                            folder.resolve("kafka"), port, FreePorts.find(1).getFirst()))) {
                assertThatThrownBy(server::start)
                        .isInstanceOf(ServiceException.class)
                        .hasMessageContaining("port " + port)
                        .hasMessageContaining("taken");
                server.close();
            }
        }
    }

    @Test
    void takenPort_ofAnEarlierStart_isReplaced() throws IOException {
        int first = PortBook.open(folder, List.of("a", "b")).port("a");
        assertThat(PortBook.open(folder, List.of("a", "b")).port("a")).isEqualTo(first);
        try (ServerSocket taken = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
            assertThat(PortBook.open(folder, List.of("a", "b")).port("a")).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void killedPostgres_isStartedAgain_withItsData() throws Exception {
        try (PostgresServer server = new PostgresServer(
                Launcher.detect(), Binaries.ofUser(), folder, FreePorts.find(1).getFirst())) {
            server.start();
            try (Connection connection = server.connect("berth");
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
            }
            Signals.send(server.pid(), Signal.KILL);

            assertThat(answerOnceItIsBack(server).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(42);
        }
    }

    @Test
    void everyWayToStartAServer_works_alsoWithoutTheKernelsHelp() throws Exception {
        List<Launcher> ways = Launcher.ways()
                .flatMap(way ->
                        Stream.of(way, new Launcher(false, way.ownSession(), way.rootPrefix(), way.dropsOwner())))
                .toList();
        assertThat(ways).isNotEmpty();
        for (Launcher way : ways) {
            List<ProcessHandle> processes;
            try (PostgresServer server = new PostgresServer(
                    way,
                    Binaries.ofUser(),
                    folder.resolve(Integer.toString(ways.indexOf(way))),
                    FreePorts.find(1).getFirst())) {
                server.start();
                processes = Stream.concat(
                                ProcessHandle.of(server.pid()).stream(),
                                ProcessHandle.of(server.pid()).stream().flatMap(ProcessHandle::descendants))
                        .toList();
                assertThat(processes).as(way.toString()).hasSizeGreaterThan(1);
            }
            assertThat(processes).as(way.toString()).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void initialisation_thatWasBrokenOff_isBegunAnew() throws Exception {
        Files.createDirectories(folder.resolve("data/base"));
        Files.writeString(folder.resolve("data/PG_VERSION"), "18");
        Files.writeString(folder.resolve("superuser-password"), "old");
        try (PostgresServer server = new PostgresServer(
                Launcher.detect(), Binaries.ofUser(), folder, FreePorts.find(1).getFirst())) {
            server.start();
            assertThat(server.connect("berth").isValid(PATIENCE_SECONDS)).isTrue();
        }
    }

    private static CompletableFuture<Integer> answerOnceItIsBack(PostgresServer server) {
        return CompletableFuture.supplyAsync(() -> answer(server))
                .exceptionallyCompose(failure -> CompletableFuture.supplyAsync(
                                () -> "again", CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS))
                        .thenCompose(again -> answerOnceItIsBack(server)));
    }

    private static int answer(PostgresServer server) {
        try (Connection connection = server.connect("berth");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT answer FROM kept")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServicesProcess.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        processes.add(process);
        return process;
    }

    private static String counts(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder all = new StringBuilder();
        String line = output.readLine();
        while (line != null && !line.startsWith("COUNTS")) {
            all.append(line).append('\n');
            line = output.readLine();
        }
        assertThat(line).as(all.toString()).isNotNull();
        return String.valueOf(line);
    }

    /** Without the date that {@link java.util.Properties} writes at the top. */
    private static List<String> lines(String properties) {
        return properties.lines().filter(line -> !line.startsWith("#")).sorted().toList();
    }
}
