package dev.berth.fees;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How fee policies are looked up.
 *
 * @param cacheTime how long a node remembers what counts for a host; events bring changes at once, this bounds a lost one
 * @param cacheSize hosts that a node remembers
 */
public record FeeConfig(
        @Default("1m") Duration cacheTime, @Default("10000") int cacheSize) {
    public FeeConfig {
        if (!cacheTime.isPositive() || cacheSize < 1) {
            throw new IllegalArgumentException("cacheTime and cacheSize are positive");
        }
    }

    public static FeeConfig defaults() {
        return new FeeConfig(Duration.ofMinutes(1), 10_000);
    }
}
