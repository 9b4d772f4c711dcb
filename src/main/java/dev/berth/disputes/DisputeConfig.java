package dev.berth.disputes;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How disputes are looked after. How the provider is spoken to is said for payments.
 *
 * @param checkEvery how often the provider is asked how one stands that runs: what its events do not tell, this finds
 * @param lease after which an answer that is on its way counts as lost, and is sent again
 * @param backoffLimit the longest pause after failures
 * @param interval how often a node looks for what is due
 * @param batch how many it takes at once
 * @param evidenceMax how long an answer may be, in characters
 * @param bookingsMax of how many bookings of a charge the facts are told
 */
public record DisputeConfig(
        @Default("6h") Duration checkEvery,
        @Default("90s") Duration lease,
        @Default("1h") Duration backoffLimit,
        @Default("10s") Duration interval,
        @Default("20") int batch,
        @Default("8000") int evidenceMax,
        @Default("10") int bookingsMax) {
    public DisputeConfig {
        if (batch < 1 || evidenceMax < 1 || bookingsMax < 0 || !lease.isPositive() || !checkEvery.isPositive()) {
            throw new IllegalArgumentException("batch, evidenceMax, lease and checkEvery are positive");
        }
    }
}
