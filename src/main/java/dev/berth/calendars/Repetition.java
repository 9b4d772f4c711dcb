package dev.berth.calendars;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.fortuna.ical4j.model.Recur;
import org.jspecify.annotations.Nullable;

/**
 * A recurrence rule that somebody else has written, with an end to what it can cost: no steps shorter than a day, no lists
 * that name the same twice, a limit to the steps from its beginning and to the times of a day. iCal4j finds the times, on the
 * clock of the event's own zone.
 */
final class Repetition {
    private static final int RULE_MAX = 300;
    private static final int STEPS_MAX = 15_000;
    private static final int TIMES_OF_A_DAY_MAX = 24;
    private static final int INTERVAL_MAX = 10_000;

    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "DAILY", ChronoUnit.DAYS,
            "WEEKLY", ChronoUnit.WEEKS,
            "MONTHLY", ChronoUnit.MONTHS,
            "YEARLY", ChronoUnit.YEARS);

    private static final Set<String> LISTS = Set.of(
            "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS");

    private final Recur<LocalDateTime> rule;
    private final LocalDateTime first;
    private final LocalDateTime last;
    private final ChronoUnit unit;
    private final int interval;

    private Repetition(
            Recur<LocalDateTime> rule, LocalDateTime first, LocalDateTime last, ChronoUnit unit, int interval) {
        this.rule = rule;
        this.first = first;
        this.last = last;
        this.unit = unit;
        this.interval = interval;
    }

    /** Null when it is not one that can be followed. */
    static @Nullable Repetition of(String text, LocalDateTime first, ZoneId zone, LocalDateTime horizon) {
        if (text.length() > RULE_MAX) {
            return null;
        }
        Map<String, String> parts = new TreeMap<>();
        for (String part : text.toUpperCase(Locale.ROOT).split(";")) {
            String[] sides = part.split("=", 2);
            if (sides.length == 2) {
                parts.put(sides[0].strip(), sides[1].strip());
            }
        }
        ChronoUnit unit = UNITS.get(parts.getOrDefault("FREQ", ""));
        if (unit == null || !isModest(parts)) {
            return null;
        }
        try {
            int interval = Integer.parseInt(parts.getOrDefault("INTERVAL", "1"));
            LocalDateTime last = until(parts.remove("UNTIL"), zone);
            if (interval < 1 || interval > INTERVAL_MAX || unit.between(first, horizon) / interval > STEPS_MAX) {
                return null;
            }
            parts.keySet()
                    .removeIf(name -> !LISTS.contains(name)
                            && !Set.of("FREQ", "INTERVAL", "COUNT", "WKST").contains(name));
            List<String> kept = new ArrayList<>();
            parts.forEach((name, value) -> kept.add(name + "=" + value));
            return new Repetition(new Recur<>(String.join(";", kept)), first, last, unit, interval);
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            return null;
        }
    }

    private static boolean isModest(Map<String, String> parts) {
        long timesOfADay = 1;
        for (String list : LISTS) {
            String value = parts.get(list);
            if (value == null) {
                continue;
            }
            List<String> items = Arrays.asList(value.split(",", -1));
            if (Set.copyOf(new java.util.HashSet<>(items)).size() != items.size()) {
                return false;
            }
            if (Set.of("BYSECOND", "BYMINUTE", "BYHOUR").contains(list)) {
                timesOfADay *= items.size();
            }
        }
        return timesOfADay <= TIMES_OF_A_DAY_MAX;
    }

    private static LocalDateTime until(@Nullable String text, ZoneId zone) {
        if (text == null) {
            return LocalDateTime.MAX;
        }
        if (text.length() == 8) {
            return LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE).atTime(23, 59, 59);
        }
        DateTimeFormatter format = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss", Locale.ROOT);
        if (text.endsWith("Z")) {
            Instant end = LocalDateTime.parse(text.substring(0, text.length() - 1), format)
                    .toInstant(ZoneOffset.UTC);
            return LocalDateTime.ofInstant(end, zone);
        }
        return LocalDateTime.parse(text, format);
    }

    /** Beginnings from {@code from} to before {@code to}, at most so many. */
    List<LocalDateTime> between(LocalDateTime from, LocalDateTime to, int most) {
        LocalDateTime end = last.isBefore(to) ? last.plusNanos(1) : to;
        if (!first.isBefore(end)) {
            return List.of();
        }
        // A step of a week, month or year may lie on both sides of the beginning: the library looks at whole steps
        // only.
        LocalDateTime begin = from.minus(2L * interval, unit);
        return rule.getDates(first, begin.isBefore(first) ? first : begin, end).stream()
                .filter(each -> !each.isBefore(from) && each.isBefore(end))
                .limit(most)
                .toList();
    }
}
