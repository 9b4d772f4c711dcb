package dev.berth.subscriptions;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/**
 * When a pass lets its holder in, by the clocks of the place (RULES 34). Pure.
 *
 * @param windows none for always
 * @param entryGraceMinutes how long before a window its holder may come
 * @param exitGraceMinutes how long after a window its holder may still go without having stayed too long
 */
public record AccessHours(List<Window> windows, int entryGraceMinutes, int exitGraceMinutes) {
    public static final AccessHours ALWAYS = new AccessHours(List.of(), 0, 0);

    static final int MAX_WINDOWS = 14;
    static final int MAX_GRACE_MINUTES = 240;

    /** @throws IllegalArgumentException when a number is out of its range */
    public AccessHours {
        windows = List.copyOf(windows);
        if (windows.size() > MAX_WINDOWS) {
            throw new IllegalArgumentException("there are at most %d windows".formatted(MAX_WINDOWS));
        }
        if (entryGraceMinutes < 0
                || exitGraceMinutes < 0
                || entryGraceMinutes > MAX_GRACE_MINUTES
                || exitGraceMinutes > MAX_GRACE_MINUTES) {
            throw new IllegalArgumentException("a grace is 0 to %d minutes".formatted(MAX_GRACE_MINUTES));
        }
    }

    /**
     * A time of some days of the week.
     *
     * @param days on which it begins, at least one
     * @param to on the next day when it is not after {@code from}
     */
    public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
        /** @throws IllegalArgumentException when no day is named */
        public Window {
            days = Set.copyOf(days);
            if (days.isEmpty()) {
                throw new IllegalArgumentException("a window has a day");
            }
        }

        private boolean contains(Instant at, ZoneId zone, int minutesBefore, int minutesAfter) {
            LocalDate today = at.atZone(zone).toLocalDate();
            // One of yesterday may reach into today, and the grace of one of tomorrow too.
            for (LocalDate day = today.minusDays(2); !day.isAfter(today.plusDays(1)); day = day.plusDays(1)) {
                if (days.contains(day.getDayOfWeek())) {
                    LocalDate last = to.isAfter(from) ? day : day.plusDays(1);
                    Instant begins = day.atTime(from).atZone(zone).toInstant().minusSeconds(60L * minutesBefore);
                    Instant ends = last.atTime(to).atZone(zone).toInstant().plusSeconds(60L * minutesAfter);
                    if (!at.isBefore(begins) && at.isBefore(ends)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** Whether its holder may come in then. */
    boolean letIn(Instant at, ZoneId zone) {
        return windows.isEmpty()
                || windows.stream().anyMatch(window -> window.contains(at, zone, entryGraceMinutes, 0));
    }

    /** Whether its holder may be inside then without having stayed too long. */
    boolean bear(Instant at, ZoneId zone) {
        return windows.isEmpty()
                || windows.stream().anyMatch(window -> window.contains(at, zone, entryGraceMinutes, exitGraceMinutes));
    }
}
