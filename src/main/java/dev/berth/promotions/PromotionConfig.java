package dev.berth.promotions;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * What promotions allow.
 *
 * @param batchMax codes that are made at once
 * @param codesMax codes of one promotion
 * @param longest how long one can be valid
 */
public record PromotionConfig(
        @Default("1000") int batchMax,
        @Default("100000") int codesMax,
        @Default("1096d") Duration longest) {
    public PromotionConfig {
        if (batchMax < 1 || codesMax < batchMax || !longest.isPositive()) {
            throw new IllegalArgumentException("needs 1 <= batchMax <= codesMax, and a longest time above 0");
        }
    }

    public static PromotionConfig defaults() {
        return new PromotionConfig(1_000, 100_000, Duration.ofDays(1_096));
    }
}
