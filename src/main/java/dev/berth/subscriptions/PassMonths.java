package dev.berth.subscriptions;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * The months of passes, by the clocks of the place. Pure.
 *
 * <p>Rolling calendar months (RULES 34) begin each on the day of the month on which the first one did, or on the last day of a
 * month that is too short: 31 January, 28 February, 31 March. Months of the calendar end with the last day of each.
 */
final class PassMonths {
    private PassMonths() {}

    /** As the other, of rolling months. */
    static Instant end(Instant start, ZoneId zone, int number) {
        return end(MonthKind.ROLLING, start, zone, number);
    }

    /**
     * When the month after the {@code number}th begins, which is when that one ends. Always counted from the start, so that a
     * short month does not shorten those after it. Should the clocks skip the time, as much later as they skip; should they
     * show it twice, the first time.
     *
     * @param number 0 for the start itself
     */
    static Instant end(MonthKind kind, Instant start, ZoneId zone, int number) {
        if (number == 0) {
            return start;
        }
        return switch (kind) {
            case ROLLING ->
                start.atZone(zone)
                        .toLocalDateTime()
                        .plusMonths(number)
                        .atZone(zone)
                        .toInstant();
            case CALENDAR ->
                firstDay(start, zone).plusMonths(number).atStartOfDay(zone).toInstant();
        };
    }

    /** Of the month of the calendar. */
    static LocalDate firstDay(Instant at, ZoneId zone) {
        return at.atZone(zone).toLocalDate().withDayOfMonth(1);
    }
}
