package dev.berth.listings;

import dev.berth.platform.config.Default;
import dev.berth.pricing.Pricing;
import java.time.Duration;

/**
 * What hosts may ask for (RULES 7). What counts where they ask for nothing is said for bookings.
 *
 * @param maxLead how long before its start a stay may have to be booked
 * @param maxHorizon how far ahead a stay may be allowed to begin
 * @param leastMinStay the least that the shortest stay may be
 * @param mostMaxStay the most that the longest stay may be
 * @param maxBuffer how long a slot may have to stay empty between two bookings
 */
public record ListingConfig(
        @Default("24h") Duration maxLead,
        @Default("365d") Duration maxHorizon,
        @Default("15m") Duration leastMinStay,
        @Default("30d") Duration mostMaxStay,
        @Default("60m") Duration maxBuffer) {
    /** The defaults. */
    public static final ListingConfig STANDARD = new ListingConfig(
            Duration.ofHours(24),
            Duration.ofDays(365),
            Duration.ofMinutes(15),
            Duration.ofDays(30),
            Duration.ofMinutes(60));

    public ListingConfig {
        if (maxLead.isNegative() || maxBuffer.isNegative() || maxHorizon.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("maxLead and maxBuffer are not negative, maxHorizon is at least a day");
        }
        if (leastMinStay.compareTo(Duration.ofMinutes(1)) < 0
                || mostMaxStay.compareTo(leastMinStay) < 0
                || mostMaxStay.compareTo(Pricing.MAX_STAY) > 0) {
            throw new IllegalArgumentException(
                    "needs 1 minute <= leastMinStay <= mostMaxStay <= %d days".formatted(Pricing.MAX_STAY.toDays()));
        }
    }
}
