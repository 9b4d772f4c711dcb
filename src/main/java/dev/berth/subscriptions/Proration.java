package dev.berth.subscriptions;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * The price of a part of a month (RULES 5, 34). It is counted in days by the clocks of the place: the day on which the part
 * begins counts, and the one on which the month ends does not, whatever the hour. Pure.
 *
 * <p>The rule of rounding is called <em>in the driver's favour</em>: what is charged for a part is rounded down to a minor unit,
 * what is credited for one is rounded up.
 *
 * @param days of the part, 0 to {@code of}
 * @param of the whole month, at least 1
 */
record Proration(int days, int of) {
    Proration {
        if (days < 0 || of < 1 || days > of) {
            throw new IllegalArgumentException("%d days of %d".formatted(days, of));
        }
    }

    /**
     * What is left of a month.
     *
     * @param at where the part begins; before the month, all of it is left
     * @param begins the month, and of one of the calendar a first part of it
     */
    static Proration left(MonthKind kind, Instant at, Instant begins, Instant ends, ZoneId zone) {
        Instant from = at.isBefore(begins) ? begins : at;
        LocalDate first = kind == MonthKind.CALENDAR
                ? PassMonths.firstDay(begins, zone)
                : begins.atZone(zone).toLocalDate();
        LocalDate last = ends.atZone(zone).toLocalDate();
        int of = Math.toIntExact(ChronoUnit.DAYS.between(first, last));
        int left = Math.toIntExact(ChronoUnit.DAYS.between(from.atZone(zone).toLocalDate(), last));
        return new Proration(Math.max(0, left), of);
    }

    /** @param month the price of a whole one, not negative */
    long charged(long month) {
        return Math.floorDiv(Math.multiplyExact(month, (long) days), of);
    }

    /** @param month the price of a whole one, not negative */
    long credited(long month) {
        return Math.ceilDiv(Math.multiplyExact(month, (long) days), of);
    }
}
