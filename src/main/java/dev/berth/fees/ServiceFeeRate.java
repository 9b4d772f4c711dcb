package dev.berth.fees;

import dev.berth.ledger.Postings;
import dev.berth.values.Money;
import org.jspecify.annotations.Nullable;

/**
 * What a driver pays to the platform for a booking, beside the parking (RULES 27).
 *
 * @param basisPoints of the parking price, 0 to 10,000; {@link FeeConfig} says how much is allowed
 * @param fixed once for a booking, where its price is in that currency; null for nothing
 */
public record ServiceFeeRate(int basisPoints, @Nullable Money fixed) {
    /** Nothing, for whoever would have to pay the platform's otherwise. */
    public static final ServiceFeeRate NOTHING = new ServiceFeeRate(0, null);

    public ServiceFeeRate {
        if (basisPoints < 0 || basisPoints > Postings.BASIS_POINTS || (fixed != null && fixed.amount() < 0)) {
            throw new IllegalArgumentException("a fee of %d basis points and %s".formatted(basisPoints, fixed));
        }
    }

    /**
     * The floor: a part of a minor unit is not charged. For parking that costs nothing there is no fee either.
     *
     * @param parking what is paid for it, after what a code has taken off
     */
    Money of(Money parking) {
        if (parking.amount() <= 0) {
            return Money.zero(parking.currency());
        }
        long part = Math.multiplyExact(parking.amount(), (long) basisPoints) / Postings.BASIS_POINTS;
        long once = fixed != null && fixed.currency().equals(parking.currency()) ? fixed.amount() : 0;
        return new Money(Math.addExact(part, once), parking.currency());
    }
}
