package dev.berth.pricing;

import dev.berth.pricing.TariffRules.Event;
import dev.berth.pricing.TariffRules.Segment;
import dev.berth.pricing.TariffRules.Unit;
import dev.berth.pricing.TariffRules.Window;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a stay costs, slowly: one step after the other asks the clock what counts, and then the driver buys from the first
 * step that is not paid for whatever leaves the least to pay for the rest.
 */
final class TariffModel {
    private final Tariff tariff;
    private final TariffRules rules;
    private final TimeRange stay;
    private final ZoneId zone;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Integer, Long> least = new HashMap<>();

    private record Step(
            Instant begin, LocalDate day, @Nullable String event, int segment, long cost) {}

    private TariffModel(Tariff tariff, TimeRange stay, ZoneId zone) {
        this.tariff = tariff;
        this.rules = tariff.rules() == null ? TariffRules.NONE : tariff.rules();
        this.stay = stay;
        this.zone = zone;
    }

    /** Without taxes that are not in the prices. */
    static long total(Tariff tariff, TimeRange stay, ZoneId zone, VehicleTraits vehicle) {
        TariffModel model = new TariffModel(tariff, stay, zone);
        model.walk();
        long total = model.events();
        model.steps.removeIf(step -> step.event() != null);
        total += model.from(0);
        TariffRules.Surcharges surcharges = model.rules.surcharges();
        if (surcharges != null && surcharges.ev() != null && vehicle.ev()) {
            total += surcharges.ev();
        }
        if (surcharges != null
                && surcharges.oversizeAboveCentimetres() != null
                && surcharges.oversize() != null
                && vehicle.heightCentimetres() > surcharges.oversizeAboveCentimetres()) {
            total += surcharges.oversize();
        }
        return total;
    }

    /** Without any cap. */
    static long metered(Tariff tariff, TimeRange stay, ZoneId zone) {
        TariffModel model = new TariffModel(tariff, stay, zone);
        model.walk();
        return model.steps.stream().mapToLong(Step::cost).sum();
    }

    private void walk() {
        long[] steps = new long[rules.segments().size()];
        LocalDate day = LocalDate.MIN;
        Instant now = stay.from();
        while (now.isBefore(stay.to())) {
            LocalTime dayStart = rules.dayStart() == null ? LocalTime.MIDNIGHT : rules.dayStart();
            LocalDate today = now.atZone(zone).toLocalDate();
            if (now.atZone(zone).toLocalTime().isBefore(dayStart)) {
                today = today.minusDays(1);
            }
            day = today.isAfter(day) ? today : day;
            now = step(now, day, steps);
        }
    }

    private Instant step(Instant now, LocalDate day, long[] counted) {
        for (Event event : rules.events()) {
            if (!now.isBefore(event.from()) && now.isBefore(event.to())) {
                steps.add(new Step(now, day, event.name(), -1, event.hour()));
                return now.plus(Duration.ofHours(1));
            }
        }
        Long hour = dayTable(day, TariffRules.DayRate::hour);
        if (hour != null) {
            steps.add(new Step(now, day, null, -1, hour));
            return now.plus(Duration.ofHours(1));
        }
        Duration since = Duration.between(stay.from(), now);
        for (int i = 0; i < rules.segments().size(); i++) {
            Segment segment = rules.segments().get(i);
            Integer end = segment.end();
            boolean begun = since.compareTo(Duration.ofMinutes(segment.start())) >= 0;
            if (begun && (end == null || since.compareTo(Duration.ofMinutes(end)) < 0)) {
                if (segment.unit() == Unit.FLAT) {
                    if (counted[i]++ == 0) {
                        steps.add(new Step(now, day, null, i, segment.amount()));
                    }
                    return now.plus(Duration.ofSeconds(1));
                }
                int minutes = segment.increment() == null ? minutes(segment.unit()) : segment.increment();
                long before = roundedUp(segment.amount() * counted[i] * minutes, minutes(segment.unit()));
                counted[i]++;
                long after = roundedUp(segment.amount() * counted[i] * minutes, minutes(segment.unit()));
                steps.add(new Step(now, day, null, i, after - before));
                return now.plus(Duration.ofMinutes(minutes));
            }
        }
        steps.add(new Step(now, day, null, -1, tariff.hour()));
        return now.plus(Duration.ofHours(1));
    }

    private static int minutes(Unit unit) {
        return switch (unit) {
            case MINUTE -> 1;
            case HOUR -> 60;
            case DAY -> 1_440;
            case FLAT -> throw new IllegalArgumentException();
        };
    }

    private static long roundedUp(long amount, long parts) {
        return (amount + parts - 1) / parts;
    }

    private @Nullable Long dayTable(
            LocalDate day, java.util.function.Function<TariffRules.DayRate, @Nullable Long> what) {
        if (rules.holidays() != null && PublicHolidays.contains(rules.holidays().region(), day)) {
            return what.apply(rules.holidays().rate());
        }
        if (rules.weekend() != null && rules.weekend().days().contains(day.getDayOfWeek())) {
            return what.apply(rules.weekend().rate());
        }
        return null;
    }

    private boolean hasDayTable(LocalDate day) {
        return dayTable(day, TariffRules.DayRate::hour) != null;
    }

    private long events() {
        long total = 0;
        for (Event event : rules.events()) {
            long metered = steps.stream()
                    .filter(step -> event.name().equals(step.event()))
                    .mapToLong(Step::cost)
                    .sum();
            total += event.maximum() == null ? metered : Math.min(metered, event.maximum());
        }
        return total;
    }

    /** The least that the steps from this one on can cost. */
    private long from(int first) {
        // From the end, so that a long stay needs no deep recursion.
        for (int i = steps.size(); i >= first; i--) {
            least.put(i, i == steps.size() ? 0 : cheapest(i));
        }
        return least(first);
    }

    private long least(int i) {
        return Objects.requireNonNull(least.get(i), "counted from the end");
    }

    private long cheapest(int i) {
        Step step = steps.get(i);
        long best = step.cost() + least(i + 1);
        LocalDate day = step.day();
        Long cap = hasDayTable(day) ? dayTable(day, TariffRules.DayRate::day) : tariff.day();
        if (cap != null) {
            best = Math.min(best, cap + afterAll(i, other -> other.day().equals(day)));
        }
        if (step.segment() >= 0) {
            Long fee = rules.segments().get(step.segment()).maximumFee();
            if (fee != null) {
                best = Math.min(best, fee + afterAll(i, other -> other.segment() == step.segment()));
            }
        }
        for (Window window : rules.windows()) {
            for (LocalDate date = day.minusDays(2); !date.isAfter(day.plusDays(2)); date = date.plusDays(1)) {
                LocalDate on = date;
                if (isIn(window, on, step.begin())) {
                    best = Math.min(best, window.maximum() + afterAll(i, other -> isIn(window, on, other.begin())));
                }
            }
        }
        if (rules.week() != null) {
            best = Math.min(
                    best, rules.week() + afterAll(i, other -> other.day().isBefore(day.plusDays(7))));
        }
        if (rules.month() != null) {
            LocalDate next = month(day);
            best = Math.min(
                    best, rules.month() + afterAll(i, other -> other.day().isBefore(next)));
            int length = (int) Duration.between(next.atStartOfDay(), month(next).atStartOfDay())
                    .toDays();
            for (int days = 1; days <= length && !steps.getLast().day().isBefore(next.plusDays(days - 1)); days++) {
                LocalDate end = next.plusDays(days);
                best = Math.min(
                        best,
                        rules.month()
                                + roundedUp(rules.month() * days, length)
                                + afterAll(i, other -> other.day().isBefore(end)));
            }
        }
        return best;
    }

    private LocalDate month(LocalDate day) {
        return rules.monthDays() == null ? day.plusMonths(1) : day.plusDays(rules.monthDays());
    }

    private long afterAll(int i, Predicate<Step> covered) {
        int next = i;
        while (next < steps.size() && covered.test(steps.get(next))) {
            next++;
        }
        return least(next);
    }

    private boolean isIn(Window window, LocalDate date, Instant instant) {
        if (!window.days().isEmpty() && !window.days().contains(date.getDayOfWeek())) {
            return false;
        }
        LocalTime arriveBy = window.arriveBy();
        if (arriveBy != null) {
            LocalDate on = arriveBy.isBefore(window.from()) ? date.plusDays(1) : date;
            if (stay.from().isAfter(ZonedDateTime.of(on, arriveBy, zone).toInstant())) {
                return false;
            }
        }
        LocalDate end = window.to().isBefore(window.from()) ? date.plusDays(1) : date;
        return !instant.isBefore(ZonedDateTime.of(date, window.from(), zone).toInstant())
                && instant.isBefore(ZonedDateTime.of(end, window.to(), zone).toInstant());
    }
}
