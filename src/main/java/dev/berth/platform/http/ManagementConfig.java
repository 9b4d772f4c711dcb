package dev.berth.platform.http;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * The server for operators: health and metrics, not for the public.
 *
 * @param port 0 for a free one
 * @param probeInterval how often the node sees whether PostgreSQL answers
 * @param databaseSilence after which silence of PostgreSQL the node is not ready
 */
public record ManagementConfig(
        @Default("127.0.0.1") String host,
        @Default("9090") int port,
        @Default("1s") Duration probeInterval,
        @Default("5s") Duration databaseSilence) {
    public ManagementConfig {
        if (probeInterval.toMillis() < 1 || databaseSilence.compareTo(probeInterval) <= 0) {
            throw new IllegalArgumentException("databaseSilence must be longer than probeInterval, both positive");
        }
    }
}
