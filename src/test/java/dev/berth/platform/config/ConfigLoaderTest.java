package dev.berth.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private final Path folder;

    ConfigLoaderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    record Whole(Server server, Store store) {}

    record Server(
            @Default("8080") int port,
            @Default("15s") Duration idleTimeout,
            @Default("64KiB") Bytes bodyLimit,
            @Default("") List<String> origins,
            @Nullable String publicUrl) {
        Server {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port is no port");
            }
        }
    }

    record Store(Secret password) {}

    @Test
    void absentKeys_takeTheDefaultsInCode() throws IOException {
        Whole config = load("", Map.of("BERTH_STORE_PASSWORD", "s3cret"));
        assertThat(config.server())
                .isEqualTo(new Server(8080, Duration.ofSeconds(15), new Bytes(65_536), List.of(), null));
        assertThat(config.store().password().value()).isEqualTo("s3cret");
    }

    @Test
    void environment_overridesTheFile() throws IOException {
        String file = """
                server:
                  port: 1
                  idleTimeout: 250ms
                  origins: [https://a.example, https://b.example]
                store: {password: x}
                """;
        Whole config = load(file, Map.of("BERTH_SERVER_IDLE_TIMEOUT", "2m", "PATH", "/bin"));
        assertThat(config.server().port()).isEqualTo(1);
        assertThat(config.server().idleTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.server().origins()).containsExactly("https://a.example", "https://b.example");
    }

    @Test
    void everyProblem_isReportedAtOnce_andNoValueIsShown() {
        String file = """
                server: {port: hunter2, idelTimeout: 3s, bodyLimit: 3 apples}
                store: []
                other: 1
                """;
        assertThatThrownBy(() -> load(file, Map.of("BERTH_SERVER_PROT", "1")))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .containsExactlyInAnyOrder(
                                        "server.port: is no number, or out of range",
                                        "server.idelTimeout: is not a key of the configuration",
                                        "server.bodyLimit: is no size such as 64KiB",
                                        "store: is not a section",
                                        "other: is not a key of the configuration",
                                        "environment BERTH_SERVER_PROT: is not a key of the configuration"))
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aRecordsOwnChecks_areReportedWithItsSection() {
        assertThatThrownBy(() -> load("server: {port: 70000}\nstore: {password: x}", Map.of()))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems()).containsExactly("server: port is no port"));
    }

    @Test
    void description_masksSecrets() throws IOException {
        assertThat(ConfigLoader.describe(load("store: {password: hunter2}", Map.of())))
                .containsEntry("store.password", "***")
                .containsEntry("server.port", "8080");
    }

    private Whole load(String yaml, Map<String, String> environment) throws IOException {
        Path file = folder.resolve("berth.yaml");
        Files.writeString(file, yaml);
        return ConfigLoader.load(Whole.class, file, environment);
    }
}
