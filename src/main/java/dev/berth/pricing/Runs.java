package dev.berth.pricing;

import dev.berth.pricing.Run.Rate;
import dev.berth.pricing.TariffRules.DayRate;
import dev.berth.pricing.TariffRules.Event;
import dev.berth.pricing.TariffRules.Holiday;
import dev.berth.pricing.TariffRules.Segment;
import dev.berth.pricing.TariffRules.Unit;
import dev.berth.pricing.TariffRules.Weekend;
import dev.berth.pricing.TariffRules.Window;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a stay step by step, many steps at a stride: from one instant at which something may change to the next.
 * Those are the beginnings of days, the edges of windows and events, and the ends of segments.
 *
 * <p>Time is elapsed nanoseconds since the stay began; only the edges know of clocks and zones.
 */
final class Runs {
    private static final long NANOS_PER_MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int MINUTES_PER_HOUR = 60;
    private static final long NEVER = Long.MAX_VALUE;

    private final Tariff tariff;
    private final TariffRules rules;
    private final Instant from;
    private final ZoneId zone;
    private final LocalTime dayStart;
    private final long length;
    private final List<Span> windows = new ArrayList<>();
    private final List<Span> events = new ArrayList<>();
    /** How many steps of each segment have been counted. */
    private final long[] counted;

    private final List<Run> runs = new ArrayList<>();

    /** {@code [begin, end)} of a window on a date, or of an event. */
    private record Span(int part, long date, long begin, long end) {}

    private Runs(Tariff tariff, TimeRange stay, ZoneId zone) {
        this.tariff = tariff;
        this.rules = tariff.rules() == null ? TariffRules.NONE : tariff.rules();
        this.from = stay.from();
        this.zone = zone;
        this.dayStart = Objects.requireNonNullElse(rules.dayStart(), LocalTime.MIDNIGHT);
        this.length = stay.duration().toNanos();
        this.counted = new long[rules.segments().size()];
    }

    /** In order of time, at least one. */
    static List<Run> of(Tariff tariff, TimeRange stay, ZoneId zone) {
        Runs walk = new Runs(tariff, stay, zone);
        walk.layOutSpans();
        walk.walk();
        return walk.runs;
    }

    private void layOutSpans() {
        List<Event> all = rules.events();
        for (int i = 0; i < all.size(); i++) {
            addSpan(events, i, 0, all.get(i).from(), all.get(i).to());
        }
        if (rules.windows().isEmpty()) {
            return;
        }
        LocalDate first = from.atZone(zone).toLocalDate().minusDays(1);
        LocalDate last = from.plusNanos(length).atZone(zone).toLocalDate();
        for (int i = 0; i < rules.windows().size(); i++) {
            Window window = rules.windows().get(i);
            for (LocalDate date = first; !date.isAfter(last); date = date.plusDays(1)) {
                if (window.days().isEmpty() || window.days().contains(date.getDayOfWeek())) {
                    layOut(i, window, date);
                }
            }
        }
    }

    /** A local time that clocks skip is as much later as they skip; of one that comes twice it is the first. */
    private void layOut(int part, Window window, LocalDate date) {
        Instant begin = instant(date, window.from());
        LocalTime latest = window.arriveBy();
        if (latest != null) {
            LocalDate day = latest.isBefore(window.from()) ? date.plusDays(1) : date;
            if (from.isAfter(instant(day, latest))) {
                return;
            }
        }
        Instant end = instant(window.crossesMidnight() ? date.plusDays(1) : date, window.to());
        addSpan(windows, part, date.toEpochDay(), begin, end);
    }

    private Instant instant(LocalDate date, LocalTime time) {
        return ZonedDateTime.of(date, time, zone).toInstant();
    }

    private void addSpan(List<Span> spans, int part, long date, Instant begin, Instant end) {
        long beginNanos = elapsed(begin);
        long endNanos = elapsed(end);
        if (beginNanos < length && endNanos > 0 && beginNanos < endNanos) {
            spans.add(new Span(part, date, beginNanos, endNanos));
        }
    }

    /** Far instants are cut to where they make no difference. */
    private long elapsed(Instant instant) {
        Duration since = Duration.between(from, instant);
        if (since.isNegative()) {
            return -1;
        }
        return since.compareTo(Pricing.MAX_STAY) > 0 ? Pricing.MAX_STAY.toNanos() + 1 : since.toNanos();
    }

    private void walk() {
        long at = 0;
        long day = Long.MIN_VALUE;
        long nextDay = 0;
        while (at < length) {
            if (at >= nextDay) {
                // Clocks that go back over the beginning of a day do not bring the day before back.
                day = Math.max(day, dayAt(at));
                nextDay = endOfDay(day, at);
            }
            long edge = Math.min(Math.min(length, nextDay), nextEdge(at));
            at = step(at, edge, day);
        }
    }

    private long dayAt(long at) {
        LocalDateTime local = from.plusNanos(at).atZone(zone).toLocalDateTime();
        long day = local.toLocalDate().toEpochDay();
        return local.toLocalTime().isBefore(dayStart) ? day - 1 : day;
    }

    private long endOfDay(long day, long at) {
        LocalDateTime start = LocalDate.ofEpochDay(day + 1).atTime(dayStart);
        ZoneOffsetTransition change = zone.getRules().getTransition(start);
        if (change != null && change.isGap()) {
            // The clocks skip the beginning: once they have, the day is another.
            long skipped = elapsed(change.getInstant());
            return skipped <= at ? at + 1 : skipped;
        }
        ZonedDateTime next = start.atZone(zone);
        long begin = elapsed(next.toInstant());
        if (begin <= at) {
            // The clocks have gone back over it: it comes once more.
            begin = elapsed(next.withLaterOffsetAtOverlap().toInstant());
        }
        return begin <= at ? at + 1 : begin;
    }

    private long nextEdge(long at) {
        long next = NEVER;
        for (Span span : windows) {
            next = edge(span, at, next);
        }
        for (Span span : events) {
            next = edge(span, at, next);
        }
        return next;
    }

    private static long edge(Span span, long at, long next) {
        if (span.begin() > at) {
            return Math.min(next, span.begin());
        }
        return span.end() > at ? Math.min(next, span.end()) : next;
    }

    /** Adds the steps from here to an edge; answers where the next one begins. */
    private long step(long at, long edge, long day) {
        for (Span event : events) {
            if (event.begin() <= at && at < event.end()) {
                Event named = rules.events().get(event.part());
                return hours(Rate.EVENT, event.part(), named.hour(), at, edge, day);
            }
        }
        LocalDate date = LocalDate.ofEpochDay(day);
        Holiday holidays = rules.holidays();
        if (holidays != null && PublicHolidays.contains(holidays.region(), date)) {
            return hours(Rate.HOLIDAY, 0, holidays.rate().hour(), at, edge, day);
        }
        Weekend weekend = rules.weekend();
        if (weekend != null && weekend.days().contains(date.getDayOfWeek())) {
            return hours(Rate.WEEKEND, 0, weekend.rate().hour(), at, edge, day);
        }
        for (int i = 0; i < rules.segments().size(); i++) {
            Segment segment = rules.segments().get(i);
            long start = segment.start() * NANOS_PER_MINUTE;
            if (at < start) {
                return hours(Rate.HOUR, 0, tariff.hour(), at, Math.min(edge, start), day);
            }
            Integer end = segment.end();
            if (end == null || at < end * NANOS_PER_MINUTE) {
                return segment(i, segment, at, end == null ? edge : Math.min(edge, end * NANOS_PER_MINUTE), day);
            }
        }
        return hours(Rate.HOUR, 0, tariff.hour(), at, edge, day);
    }

    private long hours(Rate rate, int part, long amount, long at, long edge, long day) {
        int steps = steps(at, edge, MINUTES_PER_HOUR);
        add(rate, part, at, day, steps, MINUTES_PER_HOUR, amount, steps * amount);
        return at + (long) steps * MINUTES_PER_HOUR * NANOS_PER_MINUTE;
    }

    private long segment(int part, Segment segment, long at, long edge, long day) {
        long before = counted[part];
        if (segment.unit() == Unit.FLAT) {
            counted[part] = 1;
            int steps = before == 0 ? 1 : 0;
            add(Rate.SEGMENT, part, at, day, steps, 0, segment.amount(), steps * segment.amount());
            return edge;
        }
        int steps = steps(at, edge, segment.stepMinutes());
        counted[part] += steps;
        long cost = segment.fee(counted[part]) - segment.fee(before);
        add(Rate.SEGMENT, part, at, day, steps, segment.stepMinutes(), segment.amount(), cost);
        return at + (long) steps * segment.stepMinutes() * NANOS_PER_MINUTE;
    }

    /** How many begin before an edge. */
    private static int steps(long at, long edge, int minutes) {
        return Math.toIntExact(Math.ceilDiv(edge - at, minutes * NANOS_PER_MINUTE));
    }

    private void add(Rate rate, int part, long at, long day, int steps, int stepMinutes, long stepAmount, long cost) {
        long[] within = new long[rules.windows().size()];
        for (int i = 0; i < within.length; i++) {
            within[i] = Run.OUTSIDE;
        }
        for (Span window : windows) {
            if (window.begin() <= at && at < window.end()) {
                within[window.part()] = window.date();
            }
        }
        runs.add(new Run(rate, part, day, steps, stepMinutes, stepAmount, cost, within));
    }

    /** What a day costs that is not like the others; null when it is. */
    static @Nullable DayRate rateOf(TariffRules rules, Run run) {
        return switch (run.rate()) {
            case WEEKEND -> Objects.requireNonNull(rules.weekend()).rate();
            case HOLIDAY -> Objects.requireNonNull(rules.holidays()).rate();
            case HOUR, SEGMENT, EVENT -> null;
        };
    }
}
