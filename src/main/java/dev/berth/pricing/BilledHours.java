package dev.berth.pricing;

import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

/**
 * The started hours of a stay, by the local calendar day in which each begins (RULES 2): all that a tariff needs to know
 * of a stay. It depends on the stay and the zone alone, so that one serves to price any number of listings.
 *
 * <p>Hours are elapsed time: a stay from 01:00 to 04:00 has two in the night when clocks go forward and four when they go
 * back. Days are those of the place's calendar, however long they are.
 *
 * @param days in order of time, each with at least one hour
 */
public record BilledHours(List<Day> days) {
    /** The longest stay that can be priced: 720 hours, so that counting them one by one stays cheap. */
    public static final Duration MAX_STAY = Duration.ofDays(30);

    private static final long HOUR_SECONDS = 3_600;
    private static final long DAY_SECONDS = 86_400;

    public BilledHours {
        days = List.copyOf(days);
    }

    /** @param hours that begin on this date, at least 1 */
    public record Day(LocalDate date, int hours) {}

    /** @throws IllegalArgumentException when the stay is longer than {@link #MAX_STAY} */
    public static BilledHours of(TimeRange stay, ZoneId zone) {
        if (stay.duration().compareTo(MAX_STAY) > 0) {
            throw new IllegalArgumentException("a stay is at most %d days long".formatted(MAX_STAY.toDays()));
        }
        ZoneRules rules = zone.getRules();
        List<Day> days = new ArrayList<>();
        long day = Long.MIN_VALUE;
        int hours = 0;
        for (Instant begin = stay.from(); begin.isBefore(stay.to()); begin = begin.plusSeconds(HOUR_SECONDS)) {
            ZoneOffset offset = rules.getOffset(begin);
            long today = Math.floorDiv(begin.getEpochSecond() + offset.getTotalSeconds(), DAY_SECONDS);
            if (today != day && hours > 0) {
                days.add(new Day(LocalDate.ofEpochDay(day), hours));
                hours = 0;
            }
            day = today;
            hours++;
        }
        days.add(new Day(LocalDate.ofEpochDay(day), hours));
        return new BilledHours(days);
    }

    /** All hours of the stay. */
    public int total() {
        int total = 0;
        for (Day day : days) {
            total += day.hours();
        }
        return total;
    }
}
