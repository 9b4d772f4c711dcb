package dev.berth.promotions;

import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a promotion's codes are worth.
 *
 * @param name for its owner
 * @param percent 1 to 100 of the price; null when it is an amount
 * @param amount minor units; null when it is a percentage
 * @param currency of the prices that it is for, and of all amounts here
 * @param minimumPrice a price that is less is not reduced; 0 for none
 * @param cap the most that is off; null for no limit
 * @param validFrom when it can be used
 * @param validUntil until when
 * @param host whose places it is for; null for everybody's
 * @param uses in all; null for any number
 * @param usesPerDriver by one driver; null for any number
 */
public record PromotionTerms(
        String name,
        Payer payer,
        @Nullable Integer percent,
        @Nullable Long amount,
        String currency,
        long minimumPrice,
        @Nullable Long cap,
        Instant validFrom,
        Instant validUntil,
        @Nullable UserId host,
        @Nullable Integer uses,
        @Nullable Integer usesPerDriver) {
    private static final long PERCENT = 100;

    /** What is off a price: a percentage rounded down, and never more than the price; 0 when it is not for that price. */
    long off(Money price) {
        if (!price.currency().equals(currency) || price.amount() < minimumPrice) {
            return 0;
        }
        Integer part = percent;
        Long fixed = amount;
        long off = part != null
                ? Math.floorDiv(Math.multiplyExact(price.amount(), (long) part), PERCENT)
                : fixed == null ? 0 : fixed;
        Long most = cap;
        return Math.min(price.amount(), most == null ? off : Math.min(off, most));
    }

    /** The most that one use can take off; null when there is no limit. */
    @Nullable
    Long most() {
        Long fixed = amount;
        Long limit = cap;
        return fixed == null ? limit : Long.valueOf(limit == null ? fixed : Math.min(fixed, limit));
    }
}
