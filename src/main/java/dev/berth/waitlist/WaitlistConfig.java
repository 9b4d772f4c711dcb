package dev.berth.waitlist;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * What waitlists allow.
 *
 * @param perDriver stays that one driver may wait for at once
 * @param horizon how far ahead such a stay may begin
 * @param longest such a stay
 * @param tellMax how many are told of one slot, those who have waited longest
 * @param retention how long an entry is kept after its stay is over
 */
public record WaitlistConfig(
        @Default("20") int perDriver,
        @Default("180d") Duration horizon,
        @Default("30d") Duration longest,
        @Default("50") int tellMax,
        @Default("30d") Duration retention) {
    public WaitlistConfig {
        if (perDriver < 1 || tellMax < 1 || !horizon.isPositive() || !longest.isPositive() || !retention.isPositive()) {
            throw new IllegalArgumentException("its limits are positive");
        }
    }

    public static WaitlistConfig defaults() {
        return new WaitlistConfig(20, Duration.ofDays(180), Duration.ofDays(30), 50, Duration.ofDays(30));
    }
}
