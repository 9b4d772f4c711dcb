package dev.berth.bookings;

import dev.berth.pricing.Tariff;
import dev.berth.values.Money;
import java.time.Duration;
import java.time.Instant;

/**
 * What staying too long costs (RULES 18), as it is settled when the driver comes: nothing in the grace, then each started
 * hour, and a fee once. What it comes to in the end is reckoned by the statement that records the check-out; this says the
 * same beforehand.
 *
 * @param perHour for each started hour after the grace
 * @param fee once
 */
record OverstayTerms(Money perHour, Money fee) {
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    /** The listing's hour times the platform's factor, rounded down: a fraction of a cent is the driver's. */
    static OverstayTerms of(Tariff tariff, StayConfig config) {
        long perHour = Math.floorDiv(
                Math.multiplyExact(tariff.hour(), config.overstayFactorBasisPoints()), StayConfig.WHOLE_BASIS_POINTS);
        return new OverstayTerms(
                new Money(perHour, tariff.currency()), new Money(config.fee(tariff.currency()), tariff.currency()));
    }

    /** @param since the end of the grace */
    static long startedHours(Instant since, Instant until, Duration most) {
        long millis = Math.clamp(Duration.between(since, until).toMillis(), 0, most.toMillis());
        return Math.ceilDiv(millis, HOUR_MILLIS);
    }

    Money due(Instant since, Instant until, Duration most) {
        long hours = startedHours(since, until, most);
        return hours == 0
                ? Money.zero(fee.currency())
                : new Money(Math.multiplyExact(perHour.amount(), hours), perHour.currency()).plus(fee);
    }
}
