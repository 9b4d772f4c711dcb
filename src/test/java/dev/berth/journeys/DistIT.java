package dev.berth.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.testing.Api;
import dev.berth.testing.Api.Answer;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn package} makes for production, run as an operator runs it: in another folder, by the environment. */
@WithServices
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DistIT {
    private static final Path DIST = Path.of("target", "dist").toAbsolutePath();
    private static final Path ARCHIVE = DIST.resolve("berth.jar");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    /** As DESIGN says: what a node may take under load. */
    private static final long RESIDENT_KIB_MAX = 512 << 10;
    /** What a test machine that is busy with something else may make of the three seconds. */
    private static final Duration READY_WITHIN = Duration.ofSeconds(20);

    private static final Duration LEARNT_WITHIN = Duration.ofMinutes(3);
    private static final Duration START_PATIENCE = Duration.ofSeconds(90);
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();
    private static final int SEARCHES = 1_500;
    private static final int BOOKINGS = 150;
    private static final int AT_ONCE = 16;
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
    /** A line of a stack trace, in plain text or within JSON. */
    private static final String STACK_LINE = "(?s).*(^|\\\\n|\\n)(\\\\t|\\t)at [\\w.$/@]+\\(.*";

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void theArtifact_hasNothingOfDev() throws IOException {
        try (JarFile archive = new JarFile(ARCHIVE.toFile())) {
            List<String> names = archive.stream().map(ZipEntry::getName).toList();
            assertThat(names).contains("dev/berth/Main.class", "openapi.yaml", "web/index.html");
            assertThat(names)
                    .noneMatch(name -> name.startsWith("dev/berth/dev/") && !name.endsWith("/"))
                    .noneMatch(name -> name.startsWith("demo/") && !name.endsWith("/"))
                    .noneMatch(name -> name.endsWith("dev.berth.Demonstration"));
        }
        assertThat(files(DIST.resolve("lib")))
                .anyMatch(name -> name.startsWith("vertx-core-"))
                .noneMatch(
                        name -> name.matches("embedded-.*|kafka_.*|kafka-(server|metadata|raft|storage).*|subethasmtp.*"
                                + "|scala-.*|junit-.*|playwright-.*"));
        assertThat(files(DIST.resolve("conf"))).contains("berth.yaml", "jvm.options", "hazelcast-tcp.xml");
    }

    @Test
    void aWrongConfiguration_isRefusedWithAllErrors() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(JAVA, "-jar", ARCHIVE.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BERTH_"));
        builder.environment().put("BERTH_HTTP_PORT", "eighty");
        builder.environment().put("BERTH_DATABASE_PASSWORD", "do-not-tell");
        builder.environment().put("BERTH_BOOKINGS_HOLD_TIME", "soon");
        builder.environment().put("BERTH_NO_SUCH_KEY", "1");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(READY_WITHIN.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output)
                .contains(
                        "BERTH_HTTP_PORT",
                        "BERTH_BOOKINGS_HOLD_TIME",
                        "BERTH_NO_SUCH_KEY",
                        "database.url: is required",
                        "payments.secretKey: is required")
                .doesNotContain("do-not-tell")
                .doesNotMatch(STACK_LINE);
    }

    @Test
    void aNode_servesTheMainJob_andEndsInOrder(Services services) throws Exception {
        // Its own migrations make the schema.
        Platform.Backends empty =
                new Platform.Backends(DatabaseConfig.of(services.freshDatabase()), services.redis(), services.kafka());
        try (Platform platform =
                new Platform(empty, folder.resolve("outside"), Collections.nCopies(3, Platform.Place.HERE))) {
            Path workingFolder = Files.createDirectory(folder.resolve("inside"));
            // Without any option, too: this start also brings the schema up to date.
            Node plain = platform.begin(List.of(JAVA, "-jar", ARCHIVE.toString()), workingFolder);
            awaitReady(plain);
            plain.stop();
            assertThat(plain.exitStatus()).isIn(0, 143);

            // As conf/jvm.options tells: what a run has learned is what the next ones start from.
            Path cache = workingFolder.resolve("berth.aot");
            Node learning = platform.begin(production("-XX:AOTCacheOutput=" + cache), workingFolder);
            awaitReady(learning);
            mainJob(learning);
            learning.stop(LEARNT_WITHIN);
            assertThat(learning.exitStatus()).isIn(0, 143);
            assertThat(cache).isNotEmptyFile();

            long begin = System.nanoTime();
            // The cache must be usable: it is no start without it that is measured.
            Node node = platform.begin(production("-XX:AOTCache=" + cache, "-XX:AOTMode=on"), workingFolder);
            awaitReady(node);
            Duration ready = Duration.ofNanos(System.nanoTime() - begin);
            long residentAtFirst = residentKib(node);
            assertThat(status(node.url() + "/dev/mail")).isEqualTo(404);

            mainJob(node);
            load(node);
            long residentAtLast = residentKib(node);
            System.out.printf(
                    "production node: ready %d ms after its process began (warm database), %d MiB after the start, "
                            + "%d MiB after %d searches and %d bookings%n",
                    ready.toMillis(), residentAtFirst >> 10, residentAtLast >> 10, SEARCHES, BOOKINGS);

            long stop = System.nanoTime();
            node.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - stop)).isLessThan(STOP_WITHIN);
            assertThat(node.exitStatus()).isIn(0, 143);
            assertThat(node.output()).anyMatch(line -> line.contains("the node has left in order"));
            for (Node each : platform.nodes()) {
                String log = String.join("\n", each.output());
                assertThat(log).doesNotMatch(STACK_LINE).doesNotContain("\"level\":\"ERROR\"");
                platform.secrets().forEach(secret -> assertThat(log).doesNotContain(secret));
            }
            assertThat(ready).isLessThan(READY_WITHIN);
            assertThat(residentAtLast).isLessThan(RESIDENT_KIB_MAX);
        }
    }

    private static List<String> production(String... options) {
        List<String> command =
                new ArrayList<>(List.of(JAVA, "@" + DIST.resolve("conf").resolve("jvm.options")));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", ARCHIVE.toString()));
        return command;
    }

    /** On the port for operators. */
    private void awaitReady(Node node) {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (!answers(node.managementUrl() + "/health/ready")) {
            if (!node.isAlive() || System.nanoTime() > end) {
                throw new AssertionError("the node is not ready:\n" + String.join("\n", node.output()));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean answers(String url) {
        try {
            return status(url) == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static void mainJob(Node node) throws Exception {
        Api host = Api.of(node.url()).register("host");
        String listing = host.createListing("Garage", 3, 49.0094, 8.4044);
        Api driver = Api.of(node.url()).register("driver");
        assertThat(driver.get("/search/listings?near=49.0094,8.4044&radius=500")
                        .expect(200)
                        .body()
                        .path("items")
                        .findValuesAsText("id"))
                .contains(listing);
        JsonNode booking = driver.post("/bookings", Api.bookingOf(quote(driver, listing), "pm_card_visa"))
                .expect(201)
                .body();
        assertThat(booking.path("status").asText()).isEqualTo("CONFIRMED");
        assertThat(booking.path("pass").path("pin").asText()).matches("\\d{6}");
    }

    private static void load(Node node) throws Exception {
        Api host = Api.of(node.url()).register("host");
        String listing = host.createListing("Large", BOOKINGS, 49.0094, 8.4044);
        Api driver = Api.of(node.url()).register("driver");
        JsonNode quote = quote(driver, listing);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < SEARCHES + BOOKINGS; i++) {
            answers.add(
                    i < SEARCHES
                            ? driver.getLater("/search/listings?near=49.0094,8.4044&radius=500")
                            : driver.postLater(
                                    "/bookings",
                                    Api.bookingOf(quote, null),
                                    UUID.randomUUID().toString()));
            if (i >= AT_ONCE) {
                answers.get(i - AT_ONCE).join();
            }
        }
        assertThat(answers).extracting(answer -> answer.join().status()).containsOnly(200, 201);
    }

    private static JsonNode quote(Api driver, String listing) throws Exception {
        Instant from = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);
        return driver.quote(
                        listing, from.toString(), from.plus(2, ChronoUnit.HOURS).toString())
                .expect(201)
                .body();
    }

    private int status(String url) throws IOException {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static long residentKib(Node node) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + node.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
