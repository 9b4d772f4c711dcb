package dev.berth.fees;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How fee policies are looked up, and what they may say.
 *
 * @param cacheTime how long a node remembers what counts for a host; events bring changes at once, this bounds a lost one
 * @param cacheSize hosts that a node remembers
 * @param maxServiceFeeBasisPoints the most that drivers may be charged beside the parking, of 10,000 of its price
 * @param maxServiceFeeFixed the most that may be charged once for a booking, in minor units of any currency
 */
public record FeeConfig(
        @Default("1m") Duration cacheTime,
        @Default("10000") int cacheSize,
        @Default("3000") int maxServiceFeeBasisPoints,
        @Default("1000") long maxServiceFeeFixed) {
    private static final int WHOLE_BASIS_POINTS = 10_000;

    public FeeConfig {
        if (!cacheTime.isPositive() || cacheSize < 1) {
            throw new IllegalArgumentException("cacheTime and cacheSize are positive");
        }
        if (maxServiceFeeBasisPoints < 0 || maxServiceFeeBasisPoints > WHOLE_BASIS_POINTS || maxServiceFeeFixed < 0) {
            throw new IllegalArgumentException(
                    "maxServiceFeeBasisPoints is 0 to 10,000 and maxServiceFeeFixed not less than nothing");
        }
    }

    public static FeeConfig defaults() {
        return new FeeConfig(Duration.ofMinutes(1), 10_000, 3_000, 1_000);
    }
}
