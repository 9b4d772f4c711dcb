package dev.berth.availability;

import dev.berth.pricing.PublicHolidays;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Opening hours told as rules and asked minute by minute, as plainly as possible: what the evaluator must say. Draws rules at
 * random and writes them down, so that they have to be read, too.
 */
final class HoursModel {
    private static final int DAY = 1_440;
    private static final String[] NAMES = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

    private record Rule(
            boolean added,
            LocalDate date,
            int days,
            Set<DayOfWeek> weekdays,
            boolean holidays,
            List<int[]> spans,
            boolean open) {
        boolean isAbout(LocalDate day) {
            boolean dated = days == 0 || (!day.isBefore(date) && day.isBefore(date.plusDays(days)));
            boolean usual = weekdays.isEmpty() && !holidays;
            return dated
                    && (usual
                            || weekdays.contains(day.getDayOfWeek())
                            || (holidays && PublicHolidays.contains("DE-BW", day)));
        }

        private boolean spans(int minute) {
            return spans.isEmpty()
                    ? minute < DAY
                    : spans.stream().anyMatch(span -> span[0] <= minute && minute < span[1]);
        }
    }

    private final List<Rule> rules = new ArrayList<>();

    static HoursModel random(long seed, LocalDate about) {
        Random random = new Random(seed);
        HoursModel model = new HoursModel();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            Set<DayOfWeek> weekdays = new TreeSet<>();
            boolean dated = i > 0 && random.nextInt(3) == 0;
            while (!dated && random.nextInt(3) > 0) {
                weekdays.add(DayOfWeek.of(1 + random.nextInt(7)));
            }
            boolean holidays = !dated && random.nextInt(5) == 0;
            // Times alone behind a comma are more times of the rule before.
            boolean named = dated || holidays || !weekdays.isEmpty();
            boolean open = i == 0 || random.nextInt(3) > 0;
            List<int[]> spans = new ArrayList<>();
            for (int n = random.nextInt(3); n > 0 || (open && spans.isEmpty()); n--) {
                int start = 30 * random.nextInt(48);
                spans.add(new int[] {start, start + 30 * (1 + random.nextInt(40))});
            }
            model.rules.add(new Rule(
                    i > 0 && open && named && random.nextInt(3) == 0,
                    about.plusDays(random.nextInt(4) - 2),
                    dated ? 1 + random.nextInt(3) : 0,
                    weekdays,
                    holidays,
                    spans,
                    open));
        }
        return model;
    }

    /** In the syntax of OpenStreetMap. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Rule rule : rules) {
            if (!text.isEmpty()) {
                text.append(rule.added() ? ", " : "; ");
            }
            List<String> parts = new ArrayList<>();
            if (rule.days() > 0) {
                LocalDate last = rule.date().plusDays(rule.days() - 1);
                parts.add(rule.days() == 1 ? date(rule.date()) : date(rule.date()) + "-" + date(last));
            }
            List<String> days = rule.weekdays().stream()
                    .map(day -> NAMES[day.getValue() - 1])
                    .collect(Collectors.toCollection(ArrayList::new));
            if (rule.holidays()) {
                days.addFirst("PH");
            }
            if (!days.isEmpty()) {
                parts.add(String.join(",", days));
            }
            if (!rule.spans().isEmpty()) {
                parts.add(rule.spans().stream()
                        .map(span -> time(span[0]) + "-"
                                + time(span[1] > DAY && span[1] - span[0] < DAY ? span[1] - DAY : span[1]))
                        .collect(Collectors.joining(",")));
            }
            if (!rule.open()) {
                parts.add("off");
            }
            text.append(String.join(" ", parts));
        }
        return text.toString();
    }

    private static String date(LocalDate date) {
        return "%d %s %02d"
                .formatted(
                        date.getYear(),
                        date.getMonth().name().charAt(0)
                                + date.getMonth().name().substring(1, 3).toLowerCase(java.util.Locale.ROOT),
                        date.getDayOfMonth());
    }

    private static String time(int minute) {
        return "%02d:%02d".formatted(minute / 60, minute % 60);
    }

    /** By what the clock of the place shows. */
    boolean isOpen(Instant at, ZoneId zone) {
        LocalDateTime local = LocalDateTime.ofInstant(at, zone);
        int minute = local.getHour() * 60 + local.getMinute();
        LocalDate today = local.toLocalDate();
        return isOpen(today, minute, today) || isOpen(today.minusDays(1), minute + DAY, today);
    }

    /** Whether a span that began on a day holds a minute, of the same day or of the next one. */
    private boolean isOpen(LocalDate begun, int minute, LocalDate today) {
        boolean open = false;
        for (Rule rule : rules) {
            if (rule.open() && rule.isAbout(begun)) {
                open = rule.spans(minute) || (rule.added() && open);
            } else if (!rule.open() && closes(rule, begun, minute)) {
                open = false;
            }
        }
        return open && (begun.equals(today) || !closedByToday(today, minute - DAY));
    }

    /** What closes a day closes also what began the day before, if no open rule about the day comes after it. */
    private boolean closedByToday(LocalDate today, int minute) {
        boolean closed = false;
        for (Rule rule : rules) {
            if (!rule.open() && closes(rule, today, minute)) {
                closed = true;
            } else if (rule.open() && !rule.added() && rule.isAbout(today)) {
                closed = false;
            }
        }
        return closed;
    }

    private static boolean closes(Rule rule, LocalDate day, int minute) {
        return (rule.isAbout(day) && (rule.spans().isEmpty() || rule.spans(minute)))
                || (!rule.spans().isEmpty() && rule.isAbout(day.minusDays(1)) && rule.spans(minute + DAY));
    }
}
