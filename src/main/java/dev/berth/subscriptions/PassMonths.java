package dev.berth.subscriptions;

import java.time.Instant;
import java.time.ZoneId;

/**
 * Rolling calendar months (RULES 34), by the clocks of the place: each begins on the day of the month on which the first one
 * did, or on the last day of a month that is too short: 31 January, 28 February, 31 March. Pure.
 */
final class PassMonths {
    private PassMonths() {}

    /**
     * When the month after the {@code number}th begins, which is when that one ends. Always counted from the start, so that a
     * short month does not shorten those after it. Should the clocks skip the time, as much later as they skip; should they
     * show it twice, the first time.
     *
     * @param number 0 for the start itself
     */
    static Instant end(Instant start, ZoneId zone, int number) {
        return number == 0
                ? start
                : start.atZone(zone)
                        .toLocalDateTime()
                        .plusMonths(number)
                        .atZone(zone)
                        .toInstant();
    }
}
