package dev.berth.notifications;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How people are told.
 *
 * @param retention how long an inbox keeps its entries
 */
public record NotificationConfig(@Default("365d") Duration retention) {
    public NotificationConfig {
        if (!retention.isPositive()) {
            throw new IllegalArgumentException("retention is positive");
        }
    }
}
