package dev.berth.fees;

import dev.berth.ledger.Postings;
import dev.berth.values.Money;
import org.jspecify.annotations.Nullable;

/**
 * The tax of a place (RULES 31).
 *
 * @param place ISO 3166-1 country, or 3166-2 subdivision; null when only the rate is known
 * @param name what it is called there, such as VAT; null when only the rate is known
 * @param basisPoints 0 to 10,000: 1,900 for 19 %
 * @param inclusive whether it is in the prices; otherwise it is added to them
 */
public record PlaceTax(@Nullable String place, @Nullable String name, int basisPoints, boolean inclusive) {
    public PlaceTax {
        if (basisPoints < 0 || basisPoints > Postings.BASIS_POINTS) {
            throw new IllegalArgumentException("a tax of %d basis points".formatted(basisPoints));
        }
    }

    /** In an amount, or on it: rounded half up. */
    Money of(Money amount) {
        long parts = inclusive ? (long) Postings.BASIS_POINTS + basisPoints : Postings.BASIS_POINTS;
        long twice = Math.multiplyExact(amount.amount(), 2L * basisPoints);
        return new Money(Math.addExact(twice, parts) / (parts * 2), amount.currency());
    }
}
