package dev.berth.payouts;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/** When hosts are paid: on Mondays at 09:00, by the clocks where they are (RULES 30). */
final class PayoutWeek {
    static final LocalTime TIME = LocalTime.of(9, 0);

    private PayoutWeek() {}

    /** The first run after an instant. */
    static Instant next(Instant after, ZoneId zone) {
        LocalDate monday = after.atZone(zone).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        Instant run = at(monday, zone);
        return run.isAfter(after) ? run : at(monday.plusWeeks(1), zone);
    }

    /** The Monday whose run is the last that was due, which names the week of a payout. */
    static LocalDate last(Instant now, ZoneId zone) {
        return next(now, zone).atZone(zone).toLocalDate().minusWeeks(1);
    }

    /** Should the clocks skip it, as much later as they skip; should they show it twice, the first time. */
    private static Instant at(LocalDate monday, ZoneId zone) {
        return monday.atTime(TIME).atZone(zone).toInstant();
    }
}
