package dev.berth.availability;

import dev.berth.pricing.PublicHolidays;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which minutes of which local days are open.
 *
 * <p>Rules apply one after the other. On the days that it is about, an open rule replaces what those before it have opened,
 * or adds to it when a comma stands before it; a rule that says {@code off} without times closes the whole calendar day, with
 * times only these. A span that ends after midnight belongs to the day on which it begins: the next day's open rules leave it
 * alone, and what closes the next day closes its rest too.
 */
final class OpeningHours {
    static final int DAY_MINUTES = 1_440;
    private static final int HOUR_MINUTES = 60;

    /** At any time. */
    static final OpeningHours ALWAYS = new OpeningHours(List.of(Rule.ALWAYS));

    static final OpeningHours NEVER = new OpeningHours(List.of());

    private final List<Rule> rules;

    OpeningHours(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * @param start minutes since the midnight that its day begins with
     * @param end as {@code start}; up to that of the day after the next
     */
    record Span(int start, int end) {}

    /** A kind of days of the year. */
    sealed interface Dates {
        boolean contains(LocalDate date);

        /** Of every year; over the new year when the last day is before the first. */
        record Yearly(MonthDay first, MonthDay last) implements Dates {
            @Override
            public boolean contains(LocalDate date) {
                MonthDay day = MonthDay.from(date);
                boolean sinceFirst = !day.isBefore(first);
                boolean untilLast = !day.isAfter(last);
                return first.isAfter(last) ? sinceFirst || untilLast : sinceFirst && untilLast;
            }
        }

        record Once(LocalDate first, LocalDate last) implements Dates {
            @Override
            public boolean contains(LocalDate date) {
                return !date.isBefore(first) && !date.isAfter(last);
            }
        }
    }

    /** What a rule says of public holidays. */
    enum Holidays {
        NOTHING,
        /** They count as one more kind of weekday. */
        TOO,
        /** It is about holidays alone. */
        ONLY
    }

    /**
     * @param dates empty for all
     * @param weekdays a bit for each, Monday first; 0 for all, or none when it is about {@link Holidays#TOO}
     * @param spans empty for the whole day
     * @param isAdded whether it adds to what the rules before it have opened
     */
    record Rule(List<Dates> dates, int weekdays, Holidays holidays, List<Span> spans, boolean isOpen, boolean isAdded) {
        static final Rule ALWAYS = new Rule(List.of(), 0, Holidays.NOTHING, List.of(), true, false);

        Rule {
            dates = List.copyOf(dates);
            spans = List.copyOf(spans);
        }

        private boolean isAbout(LocalDate date, @Nullable String region) {
            if (!dates.isEmpty() && dates.stream().noneMatch(each -> each.contains(date))) {
                return false;
            }
            boolean weekday = (weekdays & bit(date.getDayOfWeek())) != 0;
            return switch (holidays) {
                case NOTHING -> weekdays == 0 || weekday;
                case TOO -> weekday || isHoliday(date, region);
                case ONLY -> (weekdays == 0 || weekday) && isHoliday(date, region);
            };
        }

        private static boolean isHoliday(LocalDate date, @Nullable String region) {
            return region != null && PublicHolidays.contains(region, date);
        }
    }

    static int bit(DayOfWeek day) {
        return 1 << (day.getValue() - 1);
    }

    List<Rule> rules() {
        return rules;
    }

    boolean isAlways() {
        return rules.equals(ALWAYS.rules);
    }

    /** As it was read. */
    List<HoursRule> described() {
        return rules.stream()
                .map(rule -> new HoursRule(
                        rule.dates().stream().map(OpeningHours::text).toList(),
                        IntStream.rangeClosed(1, DayOfWeek.values().length)
                                .filter(day -> (rule.weekdays() & bit(DayOfWeek.of(day))) != 0)
                                .boxed()
                                .toList(),
                        rule.holidays().name(),
                        rule.spans().stream()
                                .map(span -> time(span.start()) + "-" + time(span.end()))
                                .toList(),
                        rule.isOpen(),
                        rule.isAdded()))
                .toList();
    }

    private static String text(Dates dates) {
        return switch (dates) {
            case Dates.Yearly(MonthDay first, MonthDay last) -> first + "/" + last;
            case Dates.Once(LocalDate first, LocalDate last) -> first + "/" + last;
        };
    }

    /** Hours may go beyond 24. */
    static String time(int minute) {
        return String.format(Locale.ROOT, "%02d:%02d", minute / HOUR_MINUTES, minute % HOUR_MINUTES);
    }

    boolean asksForHolidays() {
        return rules.stream().anyMatch(rule -> rule.holidays() != Holidays.NOTHING);
    }

    OpeningHours with(List<Rule> more) {
        List<Rule> all = new ArrayList<>(rules);
        all.addAll(more);
        return new OpeningHours(all);
    }

    /** The open minutes of a calendar day: from and to by turns, in order and apart from each other. */
    int[] minutesOf(LocalDate date, @Nullable String region) {
        if (isAlways()) {
            return new int[] {0, DAY_MINUTES};
        }
        Minutes open = new Minutes();
        // The rest of what began the day before.
        open.addAll(begunOn(date.minusDays(1), region, null), -DAY_MINUTES);
        Minutes closed = new Minutes();
        Minutes begun = begunOn(date, region, closed);
        open.removeAll(closed);
        open.addAll(begun, 0);
        return open.within(0, DAY_MINUTES);
    }

    /**
     * What is open of the spans that begin on a day; they may reach into the next.
     *
     * @param closed takes in what closes the calendar day by the last word on it
     */
    private Minutes begunOn(LocalDate date, @Nullable String region, @Nullable Minutes closed) {
        Minutes open = new Minutes();
        LocalDate before = date.minusDays(1);
        for (Rule rule : rules) {
            boolean isAbout = rule.isAbout(date, region);
            if (rule.isOpen() && isAbout) {
                if (!rule.isAdded()) {
                    open.clear();
                    if (closed != null) {
                        closed.clear();
                    }
                }
                if (rule.spans().isEmpty()) {
                    open.add(0, DAY_MINUTES);
                }
                rule.spans().forEach(span -> open.add(span.start(), span.end()));
            } else if (!rule.isOpen()) {
                if (isAbout && rule.spans().isEmpty()) {
                    open.clear();
                    close(closed, 0, DAY_MINUTES);
                }
                for (Span span : rule.spans()) {
                    if (isAbout) {
                        open.remove(span.start(), span.end());
                        close(closed, span.start(), Math.min(span.end(), DAY_MINUTES));
                    }
                    // A closure that began the day before and goes on after midnight.
                    if (span.end() > DAY_MINUTES && rule.isAbout(before, region)) {
                        open.remove(0, span.end() - DAY_MINUTES);
                        close(closed, 0, span.end() - DAY_MINUTES);
                    }
                }
            }
        }
        return open;
    }

    private static void close(@Nullable Minutes closed, int from, int to) {
        if (closed != null) {
            closed.add(from, to);
        }
    }
}
