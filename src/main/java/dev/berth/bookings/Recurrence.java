package dev.berth.bookings;

import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dmfs.rfc5545.DateTime;
import org.dmfs.rfc5545.recur.Freq;
import org.dmfs.rfc5545.recur.InvalidRecurrenceRuleException;
import org.dmfs.rfc5545.recur.RecurrenceRule;
import org.dmfs.rfc5545.recur.RecurrenceRule.Part;
import org.dmfs.rfc5545.recur.RecurrenceRule.RfcMode;
import org.dmfs.rfc5545.recur.RecurrenceRuleIterator;
import org.jspecify.annotations.Nullable;

/**
 * The stays that a rule of RFC 5545 stands for, by the clock of the place: the same times on every day, however long the day is
 * (RULES 1). What a clock does not show, or shows twice, is said and never guessed (RULES 2). Without any I/O.
 */
final class Recurrence {
    private static final String POINTER = "/rrule";

    private static final Set<Freq> FREQUENCIES = EnumSet.of(Freq.DAILY, Freq.WEEKLY, Freq.MONTHLY, Freq.YEARLY);

    /** A year of days; more than that is far beyond all horizons. */
    private static final int MOST_INTERVAL = 366;

    private static final int LAST_HOUR = 23;
    private static final int LAST_MINUTE = 59;

    private Recurrence() {}

    /**
     * One stay of a series.
     *
     * @param begins by the place's clock
     * @param stay null when the clock does not show one of its times exactly once, which {@code problem} says
     */
    record Occurrence(
            LocalDateTime begins,
            LocalDateTime ends,
            @Nullable TimeRange stay,
            @Nullable Problem problem) {
        LocalDate day() {
            return begins.toLocalDate();
        }
    }

    /**
     * All of them, in the order of time.
     *
     * @param text an RRULE, with or without that name before it
     * @param first what is repeated: the rule counts from its begin on
     * @param except local days on which none begins
     * @param limit how many there may be
     * @throws Rejection RRULE_INVALID when the text is none, goes on for ever or yields nothing; SERIES_TOO_LONG when there are
     *     more than {@code limit}
     */
    static List<Occurrence> occurrences(String text, TimeRange first, ZoneId zone, Set<LocalDate> except, int limit) {
        LocalDateTime begins = LocalDateTime.ofInstant(first.from(), zone);
        LocalDateTime ends = LocalDateTime.ofInstant(first.to(), zone);
        long days = ends.toLocalDate().toEpochDay() - begins.toLocalDate().toEpochDay();
        RecurrenceRule rule = parse(text, zone);
        List<Occurrence> occurrences = new ArrayList<>();
        try {
            // Floating: days of a calendar, on which no clock is ever changed.
            RecurrenceRuleIterator iterator = rule.iterator(dateTime(begins));
            while (iterator.hasNext()) {
                DateTime next = iterator.nextDateTime();
                LocalDate day = LocalDate.of(next.getYear(), next.getMonth() + 1, next.getDayOfMonth());
                if (except.contains(day)) {
                    continue;
                }
                if (occurrences.size() == limit) {
                    throw new Rejection(
                            ProblemType.SERIES_TOO_LONG, "a series has at most %d stays".formatted(limit), POINTER);
                }
                occurrences.add(occurrence(
                        day.atTime(begins.toLocalTime()), day.plusDays(days).atTime(ends.toLocalTime()), first, zone));
            }
        } catch (IllegalArgumentException e) {
            throw invalid("the rule names no day that there is");
        }
        if (occurrences.isEmpty()) {
            throw invalid("the rule has no occurrence");
        }
        return List.copyOf(occurrences);
    }

    private static Occurrence occurrence(LocalDateTime begins, LocalDateTime ends, TimeRange first, ZoneId zone) {
        if (begins.equals(LocalDateTime.ofInstant(first.from(), zone))) {
            // Written with offsets, which say which instants are meant.
            return new Occurrence(begins, ends, first, null);
        }
        Problem problem = doubt(begins, zone, "/from");
        if (problem == null) {
            problem = doubt(ends, zone, "/to");
        }
        if (problem != null) {
            return new Occurrence(begins, ends, null, problem);
        }
        Instant from = begins.atZone(zone).toInstant();
        Instant to = ends.atZone(zone).toInstant();
        return new Occurrence(begins, ends, new TimeRange(from, to), null);
    }

    private static @Nullable Problem doubt(LocalDateTime local, ZoneId zone, String pointer) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        if (change == null) {
            return null;
        }
        ProblemType type = change.isGap() ? ProblemType.NONEXISTENT_LOCAL_TIME : ProblemType.AMBIGUOUS_LOCAL_TIME;
        String detail = "the clocks in %s go from %s to %s"
                .formatted(zone, change.getDateTimeBefore(), change.getDateTimeAfter());
        return new Rejection(type, detail, pointer).problem();
    }

    private static RecurrenceRule parse(String text, ZoneId zone) {
        String written = text.strip();
        String rule =
                written.toUpperCase(Locale.ROOT).startsWith("RRULE:") ? written.substring("RRULE:".length()) : written;
        RecurrenceRule parsed;
        try {
            parsed = new RecurrenceRule(rule.toUpperCase(Locale.ROOT), RfcMode.RFC5545_STRICT);
        } catch (InvalidRecurrenceRuleException | IllegalArgumentException e) {
            String why = e.getMessage();
            throw invalid(why == null ? "it is no RRULE of RFC 5545" : why);
        }
        if (!FREQUENCIES.contains(parsed.getFreq())) {
            throw invalid("stays recur by days, weeks, months or years, not " + parsed.getFreq());
        }
        // What would move a stay to another time of the day than the first one's, or is for other calendars. Named here
        // and not in
        // a constant: the library's parts cannot be loaded before its rules.
        for (Part part : List.of(Part.BYHOUR, Part.BYMINUTE, Part.BYSECOND, Part.RSCALE, Part.SKIP)) {
            if (parsed.hasPart(part)) {
                throw invalid(part + " is not for stays, which begin at the same time of the day");
            }
        }
        if (parsed.getInterval() > MOST_INTERVAL) {
            throw invalid("INTERVAL is at most " + MOST_INTERVAL);
        }
        if (parsed.isInfinite()) {
            throw invalid("say when it ends, with UNTIL or COUNT");
        }
        DateTime until = parsed.getUntil();
        if (until != null) {
            parsed.setUntil(dateTime(local(until, zone)));
        }
        return parsed;
    }

    /** The last moment by the place's clock: a day counts until its end. */
    private static LocalDateTime local(DateTime until, ZoneId zone) {
        if (until.isAllDay()) {
            return LocalDate.of(until.getYear(), until.getMonth() + 1, until.getDayOfMonth())
                    .atTime(LAST_HOUR, LAST_MINUTE);
        }
        LocalDateTime written = LocalDateTime.of(
                until.getYear(),
                until.getMonth() + 1,
                until.getDayOfMonth(),
                until.getHours(),
                until.getMinutes(),
                until.getSeconds());
        return until.isFloating() ? written : LocalDateTime.ofInstant(written.toInstant(ZoneOffset.UTC), zone);
    }

    private static DateTime dateTime(LocalDateTime local) {
        return new DateTime(
                local.getYear(),
                local.getMonthValue() - 1,
                local.getDayOfMonth(),
                local.getHour(),
                local.getMinute(),
                local.getSecond());
    }

    private static Rejection invalid(String detail) {
        return new Rejection(ProblemType.RRULE_INVALID, detail, POINTER);
    }
}
