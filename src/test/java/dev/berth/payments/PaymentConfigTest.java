package dev.berth.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.config.ConfigException;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaymentConfigTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void defaults() throws IOException {
        assertThat(load("secretKey: sk\nwebhookSecret: whsec\n"))
                .isEqualTo(new PaymentConfig(
                        URI.create("https://api.stripe.com"),
                        new Secret("sk"),
                        new Secret("whsec"),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(20),
                        1,
                        32,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(2),
                        20,
                        20,
                        Duration.ofHours(24)));
    }

    @Test
    void fullMapping() throws IOException {
        assertThat(load("""
                apiBase: http://localhost:1
                secretKey: a
                webhookSecret: b
                webhookTolerance: 1m
                connectTimeout: 1s
                readTimeout: 2s
                networkRetries: 0
                concurrentCalls: 3
                callWait: 4s
                answerWithin: 5s
                resolveAfter: 8s
                resolveBackoff: 9s
                resolveBackoffLimit: 10s
                resolveInterval: 11s
                resolveBatch: 12
                cardsMax: 13
                renewHoldBefore: 14h
                """))
                .isEqualTo(new PaymentConfig(
                        URI.create("http://localhost:1"),
                        new Secret("a"),
                        new Secret("b"),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        0,
                        3,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(11),
                        12,
                        13,
                        Duration.ofHours(14)));
    }

    @Test
    void anAttemptMayNotBeTakenOver_whileItsCallMayRun() {
        assertThatThrownBy(() -> load("secretKey: a\nwebhookSecret: b\nresolveAfter: 48s\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("resolveAfter");
    }

    @Test
    void secretsAreNotShown() throws IOException {
        assertThat(load("secretKey: sk_live_1\nwebhookSecret: whsec_1\n").toString())
                .doesNotContain("sk_live_1", "whsec_1");
    }

    private PaymentConfig load(String yaml) throws IOException {
        Path file = folder.resolve("berth.yaml");
        Files.writeString(file, yaml);
        return ConfigLoader.load(PaymentConfig.class, file, Map.of());
    }
}
