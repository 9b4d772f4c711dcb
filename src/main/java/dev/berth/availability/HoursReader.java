package dev.berth.availability;

import ch.poole.openinghoursparser.DateRange;
import ch.poole.openinghoursparser.DateWithOffset;
import ch.poole.openinghoursparser.Holiday;
import ch.poole.openinghoursparser.Month;
import ch.poole.openinghoursparser.OpeningHoursParseException;
import ch.poole.openinghoursparser.OpeningHoursParser;
import ch.poole.openinghoursparser.RuleModifier;
import ch.poole.openinghoursparser.RuleModifier.Modifier;
import ch.poole.openinghoursparser.TimeSpan;
import ch.poole.openinghoursparser.Token;
import ch.poole.openinghoursparser.WeekDay;
import ch.poole.openinghoursparser.WeekDayRange;
import ch.poole.openinghoursparser.YearRange;
import dev.berth.availability.Availability.DatedHours;
import dev.berth.availability.OpeningHours.Dates;
import dev.berth.availability.OpeningHours.Holidays;
import dev.berth.availability.OpeningHours.Rule;
import dev.berth.availability.OpeningHours.Span;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads opening hours as OpenStreetMap writes them. The grammar is a library's; what it can say and {@link OpeningHours}
 * cannot evaluate is refused here, when it is written: never guessed at when it is read (RULES 6).
 */
final class HoursReader {
    private static final String HOURS = "/openingHours";

    /** A leap year, so that 29 February is a day. */
    private static final int ANY_YEAR = 2_000;

    /** Words and signs of the syntax that are not known here, and what to say of them. */
    private static final Map<Pattern, String> UNKNOWN = unknown();

    private HoursReader() {}

    private static Map<Pattern, String> unknown() {
        Map<Pattern, String> unknown = new LinkedHashMap<>();
        unknown.put(word("SH"), "school holidays are not known here");
        unknown.put(word("sunrise|sunset|dawn|dusk"), "times by the sun are not known here");
        unknown.put(word("easter"), "moving feasts are not known here: name the date, or use PH");
        unknown.put(word("week"), "weeks of the year are not known here: name the dates");
        unknown.put(word("days?"), "days before or after others are not known here");
        unknown.put(word("unknown"), "it must be open or closed");
        unknown.put(Pattern.compile("\""), "comments are not known here");
        unknown.put(Pattern.compile("\\|\\|"), "fallback rules are not known here");
        unknown.put(Pattern.compile("\\["), "counting weekdays of a month is not known here");
        unknown.put(Pattern.compile("\\+"), "an open end is not known here: say until when");
        unknown.put(Pattern.compile("(?<!24)/|/(?!7)"), "intervals are not known here");
        return unknown;
    }

    private static Pattern word(String words) {
        return Pattern.compile("\\b(" + words + ")\\b", Pattern.CASE_INSENSITIVE);
    }

    /** @throws InvalidAvailability with the position of what is not understood */
    static OpeningHours read(@Nullable String text) {
        if (text == null) {
            return OpeningHours.ALWAYS;
        }
        List<Rule> rules = new ArrayList<>();
        for (ch.poole.openinghoursparser.Rule rule : parse(text, HOURS)) {
            rules.add(rule(rule, text));
        }
        return new OpeningHours(rules);
    }

    /** What an exception says, as one more rule. @throws InvalidAvailability within the exception */
    static Rule read(DatedHours dated) {
        Dates.Once dates = new Dates.Once(dated.firstDay(), dated.last());
        String hours = dated.hours();
        if (hours == null) {
            return new Rule(List.of(dates), 0, Holidays.NOTHING, List.of(), false, false);
        }
        List<ch.poole.openinghoursparser.Rule> rules = parse(hours, "/hours");
        ch.poole.openinghoursparser.Rule rule = rules.getFirst();
        boolean isOnlyTimes = rules.size() == 1
                && rule.getTimes() != null
                && rule.getDates() == null
                && rule.getDays() == null
                && rule.getHolidays() == null
                && rule.getYears() == null
                && rule.getModifier() == null;
        if (!isOnlyTimes) {
            throw new InvalidAvailability("/hours", "must be times alone, such as 10:00-14:00", 1);
        }
        return new Rule(List.of(dates), 0, Holidays.NOTHING, spans(rule, hours, "/hours"), true, false);
    }

    private static List<ch.poole.openinghoursparser.Rule> parse(String text, String pointer) {
        if (text.length() > Availability.MAX_HOURS_LENGTH) {
            throw new InvalidAvailability(
                    pointer,
                    "must be at most %d characters".formatted(Availability.MAX_HOURS_LENGTH),
                    Availability.MAX_HOURS_LENGTH + 1);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new InvalidAvailability(pointer, "must be one line without control characters", i + 1);
            }
        }
        List<ch.poole.openinghoursparser.Rule> rules;
        try {
            // Strictly as specified, but for 22:00-06:00, which the specification would have as 22:00-30:00.
            rules = new OpeningHoursParser(new StringReader(text)).rules(true, false);
        } catch (OpeningHoursParseException e) {
            throw refusal(e, text, pointer);
        }
        int first = Integer.MAX_VALUE;
        String detail = "";
        for (Map.Entry<Pattern, String> entry : UNKNOWN.entrySet()) {
            Matcher matcher = entry.getKey().matcher(text);
            if (matcher.find() && matcher.start() < first) {
                first = matcher.start();
                detail = entry.getValue();
            }
        }
        if (first < text.length()) {
            throw new InvalidAvailability(pointer, said(detail, first + 1, text), first + 1);
        }
        return rules;
    }

    private static InvalidAvailability refusal(OpeningHoursParseException failure, String text, String pointer) {
        OpeningHoursParseException first =
                failure.getExceptions() == null || failure.getExceptions().isEmpty()
                        ? failure
                        : failure.getExceptions().getFirst();
        Token last = first.currentToken;
        int column = last != null && last.next != null ? last.next.beginColumn : first.getColumn();
        int position = Math.clamp(column, 1, text.length() + 1);
        return new InvalidAvailability(pointer, said("this is not understood", position, text), position);
    }

    /** Where it is, for people who do not count characters. */
    private static String said(String detail, int position, String text) {
        if (position > text.length()) {
            return detail + ": something is missing at the end (character %d)".formatted(position);
        }
        String rest = text.substring(position - 1);
        int end = Math.min(rest.length(), 12);
        return "%s: \"%s%s\" (character %d)"
                .formatted(detail, rest.substring(0, end), end < rest.length() ? "…" : "", position);
    }

    private static Rule rule(ch.poole.openinghoursparser.Rule rule, String text) {
        if (rule.getWeeks() != null || rule.getComment() != null || rule.isFallBack()) {
            throw unsupported("this rule is not known here", rule, text);
        }
        List<Dates> dates = new ArrayList<>();
        if (rule.getDates() != null) {
            if (rule.getYears() != null) {
                throw unsupported("years beside dates are not known here", rule, text);
            }
            for (DateRange range : rule.getDates()) {
                dates.add(dates(range, rule, text));
            }
        } else if (rule.getYears() != null) {
            for (YearRange range : rule.getYears()) {
                dates.add(years(range, rule, text));
            }
        }
        int weekdays = 0;
        if (rule.getDays() != null) {
            for (WeekDayRange range : rule.getDays()) {
                weekdays |= weekdays(range, rule, text);
            }
        }
        List<Span> spans = rule.getTimes() == null ? List.of() : spans(rule, text, HOURS);
        return new Rule(dates, weekdays, holidays(rule, text), spans, isOpen(rule, text), rule.isAdditive());
    }

    private static Holidays holidays(ch.poole.openinghoursparser.Rule rule, String text) {
        if (rule.getHolidays() == null || rule.getHolidays().isEmpty()) {
            return Holidays.NOTHING;
        }
        boolean isWeekday = true;
        for (Holiday holiday : rule.getHolidays()) {
            if (holiday.getType() != Holiday.Type.PH || holiday.getOffset() != 0) {
                throw unsupported("these holidays are not known here", rule, text);
            }
            isWeekday &= holiday.getUseAsWeekDay();
        }
        return rule.getDays() != null && isWeekday ? Holidays.TOO : Holidays.ONLY;
    }

    private static boolean isOpen(ch.poole.openinghoursparser.Rule rule, String text) {
        RuleModifier modifier = rule.getModifier();
        if (modifier == null) {
            return true;
        }
        Modifier said = modifier.getModifier();
        if (said == null || modifier.getComment() != null) {
            throw unsupported("comments are not known here", rule, text);
        }
        return switch (said) {
            case OPEN -> true;
            case OFF, CLOSED -> false;
            case UNKNOWN -> throw unsupported("it must be open or closed", rule, text);
        };
    }

    private static int weekdays(WeekDayRange range, ch.poole.openinghoursparser.Rule rule, String text) {
        if ((range.getNths() != null && !range.getNths().isEmpty()) || range.getOffset() != 0) {
            throw unsupported("counting weekdays of a month is not known here", rule, text);
        }
        int first = day(range.getStartDay());
        int last = range.getEndDay() == null ? first : day(range.getEndDay());
        int days = 0;
        for (int day = first; ; day = (day + 1) % 7) {
            days |= 1 << day;
            if (day == last) {
                return days;
            }
        }
    }

    /** Monday is 0. */
    private static int day(WeekDay day) {
        return switch (day) {
            case MO -> 0;
            case TU -> 1;
            case WE -> 2;
            case TH -> 3;
            case FR -> 4;
            case SA -> 5;
            case SU -> 6;
        };
    }

    private static List<Span> spans(ch.poole.openinghoursparser.Rule rule, String text, String pointer) {
        List<Span> spans = new ArrayList<>();
        List<TimeSpan> times = rule.getTimes();
        for (TimeSpan span : times == null ? List.<TimeSpan>of() : times) {
            boolean isPlain = span.getStartEvent() == null
                    && span.getEndEvent() == null
                    && !span.isOpenEnded()
                    && span.getInterval() == 0
                    && span.getStart() >= 0
                    && span.getStart() < OpeningHours.DAY_MINUTES
                    && span.getEnd() > span.getStart()
                    && span.getEnd() <= 2 * OpeningHours.DAY_MINUTES;
            if (!isPlain) {
                InvalidAvailability refusal = unsupported("times are spans such as 08:00-18:00", rule, text);
                throw new InvalidAvailability(pointer, refusal.detail(), refusal.position());
            }
            spans.add(new Span(span.getStart(), span.getEnd()));
        }
        return spans;
    }

    private static Dates dates(DateRange range, ch.poole.openinghoursparser.Rule rule, String text) {
        DateWithOffset start = range.getStartDate();
        DateWithOffset end = range.getEndDate() == null ? start : range.getEndDate();
        if (range.getInterval() != 0 || !isPlain(start) || !isPlain(end)) {
            throw unsupported("dates are days or months, or spans of them", rule, text);
        }
        boolean hasDay = start.getDay() != DateWithOffset.UNDEFINED_MONTH_DAY;
        boolean hasLastDay = end.getDay() != DateWithOffset.UNDEFINED_MONTH_DAY;
        boolean hasYear = start.getYear() != YearRange.UNDEFINED_YEAR;
        int month = number(start.getMonth(), rule, text);
        // "Dec 24-26" names the month once, "2026 Dec 24-Dec 26" the year.
        int lastMonth = end.getMonth() == null ? month : number(end.getMonth(), rule, text);
        int lastYear = end.getYear() == YearRange.UNDEFINED_YEAR ? start.getYear() : end.getYear();
        if (!hasYear && end.getYear() != YearRange.UNDEFINED_YEAR) {
            throw unsupported("a span of dates has a year at both ends or at none", rule, text);
        }
        try {
            if (hasYear) {
                LocalDate first = LocalDate.of(start.getYear(), month, hasDay ? start.getDay() : 1);
                YearMonth lastOf = YearMonth.of(lastYear, lastMonth);
                LocalDate last = hasLastDay ? lastOf.atDay(end.getDay()) : lastOf.atEndOfMonth();
                if (last.isBefore(first)) {
                    throw unsupported("the last day lies before the first", rule, text);
                }
                return new Dates.Once(first, last);
            }
            MonthDay first = MonthDay.of(month, hasDay ? start.getDay() : 1);
            MonthDay last = MonthDay.of(
                    lastMonth,
                    hasLastDay
                            ? end.getDay()
                            : YearMonth.of(ANY_YEAR, lastMonth).lengthOfMonth());
            return new Dates.Yearly(first, last);
        } catch (DateTimeException e) {
            throw unsupported("there is no such day", rule, text);
        }
    }

    /** January is 1. */
    private static int number(@Nullable Month month, ch.poole.openinghoursparser.Rule rule, String text) {
        for (java.time.Month each : java.time.Month.values()) {
            if (month != null && each.name().startsWith(month.name())) {
                return each.getValue();
            }
        }
        throw unsupported("a date has a month", rule, text);
    }

    private static boolean isPlain(DateWithOffset date) {
        return !date.isOpenEnded()
                && date.getVarDate() == null
                && date.getNthWeekDay() == null
                && date.getWeekDayOffset() == null
                && date.getDayOffset() == 0;
    }

    private static Dates years(YearRange range, ch.poole.openinghoursparser.Rule rule, String text) {
        if (range.isOpenEnded() || range.getInterval() != 0) {
            throw unsupported("years are single ones or spans of them", rule, text);
        }
        int last = range.getEndYear() == YearRange.UNDEFINED_YEAR ? range.getStartYear() : range.getEndYear();
        if (last < range.getStartYear()) {
            throw unsupported("the last year lies before the first", rule, text);
        }
        return new Dates.Once(LocalDate.of(range.getStartYear(), 1, 1), LocalDate.of(last, 12, 31));
    }

    /** The library's rules do not say where they stand: it is found by what they say, else it is the beginning. */
    private static InvalidAvailability unsupported(String detail, ch.poole.openinghoursparser.Rule rule, String text) {
        int position = 1;
        int at = 0;
        for (String part : text.split(";", -1)) {
            if (sameText(part, rule.toString())) {
                position = at + 1 + (part.length() - part.stripLeading().length());
                break;
            }
            at += part.length() + 1;
        }
        return new InvalidAvailability(HOURS, said(detail, position, text), position);
    }

    private static boolean sameText(String one, String other) {
        return one.replaceAll("\\s", "").equalsIgnoreCase(other.replaceAll("\\s", ""));
    }
}
