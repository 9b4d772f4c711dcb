package dev.berth.bookings;

import dev.berth.availability.StayDefaults;
import dev.berth.platform.config.Default;
import dev.berth.platform.config.Secret;
import dev.berth.pricing.Pricing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How bookings are made.
 *
 * @param passKey the private Ed25519 key that passes are signed with: its seed, 32 bytes in base64; the same on all nodes. Made up when
 *     absent: then passes end with the process, and other nodes make others
 * @param quoteLifetime how long a quoted price holds (RULES 8)
 * @param holdTime how long an unpaid booking keeps its slot (RULES 9)
 * @param answerTime how long a host has to answer a request, if half of the time to its start is not shorter (RULES 12)
 * @param minStay the shortest stay where the host says no other (RULES 7)
 * @param maxStay the longest stay where the host says no other (RULES 7)
 * @param horizon how far ahead a stay may begin where the host says nothing else (RULES 7)
 * @param pastTolerance how long ago a stay may begin: people's clocks differ
 * @param commissionBasisPoints the platform's share of a price, of 10,000 (RULES 27)
 * @param earlyEntry how long before its start a pass opens (RULES 16)
 * @param lateExit how long after its end a pass opens (RULES 17)
 * @param sweepInterval how often a node looks for expired holds
 * @param sweepBatch holds that one statement ends
 * @param chargeTimeout how long a payment may take; shorter than a client waits
 * @param returnPath of the page that a driver comes back to after a 3-D Secure step; {@code {booking}} stands for the id
 * @param listingCacheTime how long a listing is remembered; its events bring changes at once, this bounds a lost one
 * @param listingCacheSize listings that a node remembers
 * @param stays what happens around the start and the end of a stay
 * @param series bookings that are made together by a rule
 */
public record BookingConfig(
        @Nullable Secret passKey,
        @Default("5m") Duration quoteLifetime,
        @Default("10m") Duration holdTime,
        @Default("24h") Duration answerTime,
        @Default("30m") Duration minStay,
        @Default("30d") Duration maxStay,
        @Default("180d") Duration horizon,
        @Default("1m") Duration pastTolerance,
        @Default("1200") int commissionBasisPoints,
        @Default("15m") Duration earlyEntry,
        @Default("10m") Duration lateExit,
        @Default("1s") Duration sweepInterval,
        @Default("200") int sweepBatch,
        @Default("8s") Duration chargeTimeout,
        @Default("/bookings/{booking}") String returnPath,
        @Default("1m") Duration listingCacheTime,
        @Default("5000") int listingCacheSize,
        StayConfig stays,
        SeriesConfig series) {
    private static final int WHOLE_BASIS_POINTS = 10_000;

    /** What counts where a host says nothing. */
    public StayDefaults stayDefaults() {
        return new StayDefaults(minStay, maxStay, horizon);
    }

    public BookingConfig {
        if (maxStay.compareTo(Pricing.MAX_STAY) > 0 || minStay.compareTo(maxStay) > 0 || !minStay.isPositive()) {
            throw new IllegalArgumentException(
                    "needs 0 < minStay <= maxStay <= %d days".formatted(Pricing.MAX_STAY.toDays()));
        }
        if (commissionBasisPoints < 0 || commissionBasisPoints > WHOLE_BASIS_POINTS) {
            throw new IllegalArgumentException("commissionBasisPoints is between 0 and " + WHOLE_BASIS_POINTS);
        }
        if (!quoteLifetime.isPositive()
                || !holdTime.isPositive()
                || !answerTime.isPositive()
                || !sweepInterval.isPositive()
                || sweepBatch < 1) {
            throw new IllegalArgumentException(
                    "quoteLifetime, holdTime, answerTime, sweepInterval and sweepBatch are positive");
        }
    }
}
