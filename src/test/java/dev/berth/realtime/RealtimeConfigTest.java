package dev.berth.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.ConfigException;
import dev.berth.platform.config.ConfigLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RealtimeConfigTest {
    private static RealtimeConfig load(Map<String, String> environment) {
        return ConfigLoader.load(RealtimeConfig.class, Path.of("no-such-file.yaml"), environment);
    }

    @Test
    void defaults() {
        assertThat(load(Map.of()))
                .isEqualTo(new RealtimeConfig(
                        List.of(),
                        20_000,
                        1_000,
                        200,
                        new Bytes(16 * 1_024),
                        200,
                        3_000,
                        100,
                        1_000,
                        64,
                        4,
                        Duration.ofSeconds(5),
                        new Bytes(512 * 1_024),
                        new Bytes(64 * 1_024),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(5),
                        new Bytes(1_024 * 1_024)));
    }

    @Test
    void everyKey_isMapped() {
        Map<String, String> environment = Map.ofEntries(
                Map.entry("BERTH_ORIGINS", "https://a.example, https://b.example"),
                Map.entry("BERTH_SOCKETS_MAX", "1"),
                Map.entry("BERTH_SUBSCRIPTIONS_MAX", "2"),
                Map.entry("BERTH_ADDRESS_LENGTH_MAX", "3"),
                Map.entry("BERTH_MESSAGE_SIZE_MAX", "4"),
                Map.entry("BERTH_MESSAGES_PER_SECOND", "5"),
                Map.entry("BERTH_MESSAGES_BURST", "6"),
                Map.entry("BERTH_REGISTRATIONS_PER_SECOND", "7"),
                Map.entry("BERTH_REGISTRATIONS_BURST", "8"),
                Map.entry("BERTH_SNAPSHOT_TILES_MAX", "9"),
                Map.entry("BERTH_SNAPSHOTS_UNDER_WAY_MAX", "10"),
                Map.entry("BERTH_SNAPSHOT_TIMEOUT", "11s"),
                Map.entry("BERTH_QUEUE_SIZE_MAX", "12KiB"),
                Map.entry("BERTH_SEND_BUFFER", "18KiB"),
                Map.entry("BERTH_SLOW_TIMEOUT", "13s"),
                Map.entry("BERTH_PING_TIMEOUT", "14s"),
                Map.entry("BERTH_HEARTBEAT_INTERVAL", "15s"),
                Map.entry("BERTH_SESSION_TIMEOUT", "16s"),
                Map.entry("BERTH_STREAMING_SIZE_MAX", "17"));
        assertThat(load(environment))
                .isEqualTo(new RealtimeConfig(
                        List.of("https://a.example", "https://b.example"),
                        1,
                        2,
                        3,
                        new Bytes(4),
                        5,
                        6,
                        7,
                        8,
                        9,
                        10,
                        Duration.ofSeconds(11),
                        new Bytes(12 * 1_024),
                        new Bytes(18 * 1_024),
                        Duration.ofSeconds(13),
                        Duration.ofSeconds(14),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(16),
                        new Bytes(17)));
    }

    @Test
    void limitsThatAllowNothing_areRefused() {
        assertThatThrownBy(() -> load(Map.of("BERTH_SOCKETS_MAX", "0"))).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> load(Map.of("BERTH_QUEUE_SIZE_MAX", "10"))).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> load(Map.of("BERTH_SEND_BUFFER", "10"))).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> load(Map.of("BERTH_MESSAGES_BURST", "0"))).isInstanceOf(ConfigException.class);
    }
}
