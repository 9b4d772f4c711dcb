package dev.berth.platform.idempotency;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How long answers are kept for requests that come again.
 *
 * @param retention after which a key is free for another request; the contract promises 24 hours
 * @param cleanInterval how often each node forgets what is older
 * @param cleanBatch rows that it removes at once
 */
public record IdempotencyConfig(
        @Default("24h") Duration retention,
        @Default("5m") Duration cleanInterval,
        @Default("1000") int cleanBatch) {
    public IdempotencyConfig {
        if (!retention.isPositive() || !cleanInterval.isPositive() || cleanBatch < 1) {
            throw new IllegalArgumentException("its times and numbers are positive");
        }
    }

    public static IdempotencyConfig defaults() {
        return new IdempotencyConfig(Duration.ofHours(24), Duration.ofMinutes(5), 1_000);
    }
}
