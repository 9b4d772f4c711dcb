package dev.berth.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.platform.json.Json;
import dev.berth.values.Tile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client that Vert.x publishes, unchanged, from Node. */
class BridgeClientIT {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path FOLDER = Path.of("target/node-client");
    private static final int INSTALL_MINUTES = 3;
    private static final int CHANGES = 200;
    private static final int DEADLINE_SECONDS = 60;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        Path installed = FOLDER.resolve("installed-lock.json");
        for (String file : List.of("package.json", "package-lock.json", ".npmrc", "client.cjs")) {
            Files.copy(SOURCES.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path lock = FOLDER.resolve("package-lock.json");
        if (Files.exists(installed) && Files.mismatch(installed, lock) < 0) {
            return;
        }
        Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("npm.log").toFile())
                .start();
        assertThat(npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES))
                .as("npm ends")
                .isTrue();
        assertThat(npm.exitValue()).as("npm ci").isZero();
        Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "xhr-streaming", "xhr-polling"})
    void publishedClient_hearsEveryChange_overEachTransport(String transport) throws Exception {
        Tile tile = new Tile(14, 8_559, 5_641);
        try (TestBridge bridge = new TestBridge(Map.of())) {
            TestBridge.await(bridge.change(tile, 3, null));
            Process node = new ProcessBuilder(
                            "node",
                            "client.cjs",
                            "http://127.0.0.1:" + bridge.port + "/eventbus",
                            transport,
                            tile.toString(),
                            String.valueOf(CHANGES + 3))
                    .directory(FOLDER.toFile())
                    .redirectError(FOLDER.resolve(transport + ".log").toFile())
                    .start();
            try (BufferedReader out = node.inputReader(StandardCharsets.UTF_8)) {
                assertThat(out.readLine()).isEqualTo("SUBSCRIBED");
                // Some before its snapshot, some after, one by one and together.
                for (int i = 0; i < CHANGES / 2; i++) {
                    TestBridge.await(bridge.change(tile, 1, null));
                }
                assertThat(out.readLine()).isEqualTo("SYNCHRONISED");
                TestBridge.await(bridge.change(tile, CHANGES / 2, null));
                JsonNode result = Json.mapper().readTree(out.readLine());
                assertThat(result.path("transport").asText()).isEqualTo(transport);
                assertThat(result.path("snapshotSeq").asInt()).isBetween(3, CHANGES + 3);
                assertThat(result.path("seq").asInt()).isEqualTo(CHANGES + 3);
                assertThat(result.path("gaps").asInt()).isZero();
                assertThat(result.path("title").asText()).isEqualTo("Größe \"M\"");
                assertThat(result.at("/refused/failureCode").asInt()).isEqualTo(403);
                assertThat(result.at("/refused/failureType").asText()).isEqualTo("access_denied");
                assertThat(result.path("warnings")).isEmpty();
                assertThat(node.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThat(node.exitValue()).isZero();
            } finally {
                node.destroyForcibly();
            }
        }
    }
}
