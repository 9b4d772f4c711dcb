package dev.berth.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.config.ConfigException;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationConfigTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void notifications() throws IOException {
        assertThat(load(NotificationConfig.class, "")).isEqualTo(new NotificationConfig(Duration.ofDays(365)));
        assertThat(load(NotificationConfig.class, "retention: 1d"))
                .isEqualTo(new NotificationConfig(Duration.ofDays(1)));
        assertThatThrownBy(() -> load(NotificationConfig.class, "retention: 0s"))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void mailDefaults() throws IOException {
        assertThat(load(MailConfig.class, "host: smtp.example\nfrom: Berth <no-reply@berth.example>"))
                .isEqualTo(new MailConfig(
                        "smtp.example",
                        587,
                        MailConfig.Tls.STARTTLS,
                        null,
                        null,
                        "Berth <no-reply@berth.example>",
                        4,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        20,
                        12,
                        Duration.ofSeconds(30),
                        Duration.ofHours(1),
                        Duration.ofDays(30)));
    }

    @Test
    void mailFullMapping() throws IOException {
        MailConfig config = load(MailConfig.class, """
                host: h
                port: 1
                tls: none
                user: u
                password: p
                from: a@b.example
                connections: 2
                sendTimeout: 3s
                interval: 4s
                batch: 5
                attempts: 6
                backoff: 7s
                backoffLimit: 8s
                retention: 9s
                """);
        assertThat(config)
                .isEqualTo(new MailConfig(
                        "h",
                        1,
                        MailConfig.Tls.NONE,
                        "u",
                        new Secret("p"),
                        "a@b.example",
                        2,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        5,
                        6,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(9)));
        assertThat(config.domain()).isEqualTo("b.example");
    }

    private <T extends Record> T load(Class<T> type, String yaml) throws IOException {
        Path file = folder.resolve("berth.yaml");
        Files.writeString(file, yaml);
        return ConfigLoader.load(type, file, Map.of());
    }
}
