package dev.berth.pricing;

import org.jspecify.annotations.Nullable;

/**
 * One line of a price. The label says it in English; the other fields are what a reader needs to say the same in another
 * language.
 *
 * @param amount minor units of the price's currency; the lines add up to the total
 * @param quantity how many of what the kind charges for, at least 1
 * @param unitAmount minor units for one of them
 * @param insteadOf of a cap: the minor units that what one of them covers would cost without it, for a month with days that
 *     follow it less what those days cost; null for others
 * @param name what the host calls the window or event, or its times; null for others
 * @param minutes of {@link Kind#SEGMENT}: of one increment, 0 for a flat price; null for others
 * @param tax minor units of tax in this line or, where prices are without tax, on it; null when the tariff says nothing of it
 * @param taxBasisPoints the rate of that tax; null without
 */
public record PriceLine(
        Kind kind,
        String label,
        long amount,
        int quantity,
        long unitAmount,
        @Nullable Long insteadOf,
        @Nullable String name,
        @Nullable Integer minutes,
        @Nullable Long tax,
        @Nullable Integer taxBasisPoints) {
    /** What a line charges for. */
    public enum Kind {
        /** Started hours that no cap covers. */
        HOURS,
        /** Increments of a segment; their sum may be less than a minor unit above what they cost exactly. */
        SEGMENT,
        /** Started hours on days of the weekend's table. */
        WEEKEND_HOURS,
        /** Started hours on public holidays. */
        HOLIDAY_HOURS,
        /** Started hours of an event. */
        EVENT_HOURS,
        /** An event at its maximum. */
        EVENT_CAP,
        /** A segment at its maximum. */
        SEGMENT_CAP,
        /** Nights at their maximum: a window that crosses midnight. */
        NIGHT_CAP,
        /** Early birds' days at their maximum: a window for those who arrive in time. */
        EARLY_BIRD_CAP,
        /** Other windows at their maximum. */
        WINDOW_CAP,
        /** Days whose hours would cost more than the day's cap. */
        DAY_CAP,
        /** Up to seven days in a row that would cost more than the week's cap. */
        WEEK_CAP,
        /** Days that would cost more than the month's cap. */
        MONTH_CAP,
        /** Days after a whole month, each at its part of the next one. */
        MONTH_DAYS,
        EV_SURCHARGE,
        OVERSIZE_SURCHARGE,
        /** The tax on all lines, where the prices are without. */
        TAX
    }

    /** A line without a name of its own, of a tariff that says nothing of taxes. */
    public PriceLine(Kind kind, String label, long amount, int quantity, long unitAmount, @Nullable Long insteadOf) {
        this(kind, label, amount, quantity, unitAmount, insteadOf, null, null, null, null);
    }

    PriceLine withTax(long taxOfLine, int basisPoints) {
        return new PriceLine(
                kind, label, amount, quantity, unitAmount, insteadOf, name, minutes, taxOfLine, basisPoints);
    }
}
