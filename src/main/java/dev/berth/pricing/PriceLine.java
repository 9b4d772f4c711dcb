package dev.berth.pricing;

import org.jspecify.annotations.Nullable;

/**
 * One line of a price. The label says it in English; the other fields are what a reader needs to say the same in another
 * language.
 *
 * @param amount minor units of the price's currency; the lines add up to the total
 * @param quantity hours of {@link Kind#HOURS}, days of {@link Kind#DAY_CAP}
 * @param unitAmount minor units for one of them
 * @param insteadOf what {@link Kind#DAY_CAP} replaces: the minor units that one such day would cost by the hour; null
 *     for {@link Kind#HOURS}
 */
public record PriceLine(
        Kind kind,
        String label,
        long amount,
        int quantity,
        long unitAmount,
        @Nullable Long insteadOf) {
    /** What a line charges for. */
    public enum Kind {
        /** Started hours, none of them on a capped day. */
        HOURS,
        /** Days whose hours would cost more than the day's cap. */
        DAY_CAP
    }
}
