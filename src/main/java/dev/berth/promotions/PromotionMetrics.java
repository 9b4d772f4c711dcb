package dev.berth.promotions;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted. */
final class PromotionMetrics {
    /** Codes that took nothing off. Many of them: somebody is guessing. */
    final Counter refused;

    final Counter made;

    PromotionMetrics(MeterRegistry meters) {
        this.refused = Counter.builder("berth.promotions.refused")
                .description("Promo codes that were refused for a quote")
                .register(meters);
        this.made = Counter.builder("berth.promotions.codes")
                .description("Single-use codes that were made")
                .register(meters);
    }
}
