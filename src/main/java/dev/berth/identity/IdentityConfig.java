package dev.berth.identity;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How sessions live.
 *
 * @param refreshLifetime how long a refresh token can be used; each use gives a new one
 * @param cleanInterval how often a node removes what has expired
 * @param cleanBatch rows that it removes at once
 * @param vehiclesMax that one account may have
 * @param guestLinkLifetime how long a link opens a guest's bookings after it was mailed
 * @param guestLinksMax links of one guest that work at once; a new one ends the oldest
 */
public record IdentityConfig(
        @Default("7d") Duration refreshLifetime,
        @Default("10m") Duration cleanInterval,
        @Default("1000") int cleanBatch,
        @Default("50") int vehiclesMax,
        @Default("90d") Duration guestLinkLifetime,
        @Default("50") int guestLinksMax) {
    public IdentityConfig {
        if (!refreshLifetime.isPositive()
                || !cleanInterval.isPositive()
                || cleanBatch < 1
                || vehiclesMax < 1
                || !guestLinkLifetime.isPositive()
                || guestLinksMax < 1) {
            throw new IllegalArgumentException("its times and numbers are positive");
        }
    }
}
