package dev.berth.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The supervisor as {@code mvn} runs it, with a node that does nothing. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DemoIT {
    private static final int PATIENCE_SECONDS = 90;
    private static final String END = "<end>";

    private final List<Supervisor> supervisors = new ArrayList<>();

    @TempDir
    private Path folder;

    private record Supervisor(Process process, BlockingQueue<String> lines) {
        /** The first line to come that contains {@code text}. */
        String line(String text) throws InterruptedException {
            StringBuilder before = new StringBuilder();
            while (true) {
                String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (line != null && line.contains(text)) {
                    return line;
                }
                assertThat(line)
                        .as("waiting for '" + text + "' after:\n" + before)
                        .isNotNull()
                        .isNotEqualTo(END);
                before.append(line).append('\n');
            }
        }

        List<ProcessHandle> all() {
            return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
        }

        ProcessHandle node() {
            return process.children()
                    .filter(child -> child.info().commandLine().orElse("").contains(FakeNode.class.getName()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (Supervisor supervisor : supervisors) {
            List<ProcessHandle> all = supervisor.all();
            supervisor.process().destroyForcibly().waitFor();
            awaitEnd(all);
        }
    }

    @Test
    void oneCommand_startsEverything_aSecondJoins_andTheEndOfTheFirstEndsAll() throws Exception {
        Supervisor platform = start();
        String url = platform.line("Berth runs at");
        assertThat(url).contains("http://localhost:");
        String mails = platform.line("Mails");
        assertThat(platform.line("Data and logs")).contains(folder.toString());
        assertThat(get(mails.substring(mails.indexOf("http")).trim())).contains("No mail yet");
        assertThat(Files.readString(folder.resolve("logs").resolve("node-1.log")))
                .contains("a node's own log");
        assertThat(Files.getPosixFilePermissions(folder.resolve(Platform.SERVICES_FILE)))
                .hasSize(2);
        JsonObject services = PrivateFile.read(folder.resolve(Platform.SERVICES_FILE));

        Supervisor second = start("node");
        assertThat(second.line("Node 2 runs at")).contains("http://localhost:");
        assertThat(get("http://127.0.0.1:" + managementPort(second) + "/health/ready"))
                .isEqualTo(services.getJsonObject("environment").getString("BERTH_DATABASE_URL"));
        Supervisor third = start();
        assertThat(third.line("already runs")).contains(folder.toRealPath().toString());
        assertThat(third.process().waitFor()).isEqualTo(1);

        List<ProcessHandle> all =
                Stream.concat(platform.all().stream(), second.all().stream()).toList();
        assertThat(all).hasSizeGreaterThan(6);
        // Not the process itself: that would also close its output.
        platform.process().toHandle().destroy();
        platform.line("Stopped.");
        second.line("The platform has ended");
        awaitEnd(all);
        assertThat(Files.exists(folder.resolve(Platform.SERVICES_FILE))).isFalse();
        assertThat(start("node").line("No platform runs here")).isNotEmpty();
    }

    @Test
    void killedNode_isStartedAgain_andAKilledSupervisorLeavesNothing() throws Exception {
        Supervisor platform = start();
        platform.line("Berth runs at");
        ProcessHandle first = platform.node();
        first.destroyForcibly();
        platform.line("ended with status 137");
        platform.line("runs again");
        assertThat(platform.node().pid()).isNotEqualTo(first.pid());

        List<ProcessHandle> all = platform.all();
        platform.process().destroyForcibly();
        awaitEnd(all);
    }

    @Test
    void withItsStarter_theSupervisorEnds() throws Exception {
        // A shell in Maven's place, that is killed.
        Process shell = new ProcessBuilder(
                        Stream.concat(Stream.of("sh", "-c", "\"$@\"; true", "sh"), command(List.of()).stream())
                                .toList())
                .redirectErrorStream(true)
                .start();
        Supervisor starter = supervisor(shell);
        starter.line("Berth runs at");
        List<ProcessHandle> all = starter.all();
        shell.destroyForcibly();
        awaitEnd(all);
    }

    private static int managementPort(Supervisor supervisor) throws IOException {
        String environment =
                Files.readString(Path.of("/proc/" + supervisor.node().pid() + "/environ"));
        return Stream.of(environment.split("\0", -1))
                .filter(variable -> variable.startsWith("BERTH_MANAGEMENT_PORT="))
                .mapToInt(variable -> Integer.parseInt(variable.substring(variable.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private Supervisor start(String... arguments) throws IOException {
        return supervisor(new ProcessBuilder(command(List.of(arguments)))
                .redirectErrorStream(true)
                .start());
    }

    private List<String> command(List<String> arguments) {
        return Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                "-Dberth.demo.folder=" + folder,
                                "-Dberth.demo.main=" + FakeNode.class.getName(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Demo.class.getName()),
                        arguments.stream())
                .toList();
    }

    private Supervisor supervisor(Process process) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> {
            try (var output = process.inputReader(StandardCharsets.UTF_8)) {
                output.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add(e.toString());
            }
            lines.add(END);
        });
        Supervisor supervisor = new Supervisor(process, lines);
        supervisors.add(supervisor);
        return supervisor;
    }

    private static String get(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        processes.forEach(process ->
                process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
    }
}
