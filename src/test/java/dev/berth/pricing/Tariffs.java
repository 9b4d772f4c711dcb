package dev.berth.pricing;

import dev.berth.pricing.TariffRules.DayRate;
import dev.berth.pricing.TariffRules.Event;
import dev.berth.pricing.TariffRules.Holiday;
import dev.berth.pricing.TariffRules.Segment;
import dev.berth.pricing.TariffRules.Surcharges;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.pricing.TariffRules.Unit;
import dev.berth.pricing.TariffRules.Weekend;
import dev.berth.pricing.TariffRules.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tariffs of any kind, from a seed: the same seed makes the same one. */
public final class Tariffs {
    private static final List<Unit> UNITS = List.of(Unit.values());
    private static final List<String> REGIONS = List.of("DE", "DE-BW", "DE-BY", "US", "US-NY", "AU", "MA", "FR");
    private static final List<LocalTime> TIMES = List.of(
            LocalTime.of(0, 0),
            LocalTime.of(2, 0),
            LocalTime.of(2, 30),
            LocalTime.of(5, 0),
            LocalTime.of(9, 0),
            LocalTime.of(18, 0),
            LocalTime.of(22, 15));

    private final Random random;

    private Tariffs(Random random) {
        this.random = random;
    }

    /**
     * @param about when events are
     * @param segments whether it may have some
     */
    public static Tariff random(long seed, Instant about, boolean segments) {
        return new Tariffs(new Random(seed)).tariff(about, segments);
    }

    private Tariff tariff(Instant about, boolean segments) {
        long hour = random.nextInt(500);
        Long day = sometimes() ? hour + random.nextInt(3_000) : null;
        Weekend weekend = sometimes() ? new Weekend(days(), rate()) : null;
        Holiday holidays = rarely() ? new Holiday(REGIONS.get(random.nextInt(REGIONS.size())), rate()) : null;
        long most = Math.max(hour, day == null ? 0 : day);
        most = Math.max(most, weekend == null ? 0 : weekend.rate().most());
        most = Math.max(most, holidays == null ? 0 : holidays.rate().most());
        Long week = sometimes() ? most + random.nextInt(8_000) : null;
        most = week == null ? most : week;
        Long month = sometimes() ? most + random.nextInt(20_000) : null;
        return new Tariff(
                "EUR",
                hour,
                day,
                new TariffRules(
                        week,
                        month,
                        month != null && sometimes() ? 28 : null,
                        sometimes() ? null : TIMES.get(random.nextInt(TIMES.size())),
                        segments && sometimes() ? segments() : List.of(),
                        weekend,
                        holidays,
                        windows(),
                        rarely() ? events(about) : List.of(),
                        rarely() ? new Tax(random.nextInt(2_500), true) : null,
                        rarely() ? new Surcharges(100L, 250L, 210) : null));
    }

    private boolean sometimes() {
        return random.nextBoolean();
    }

    private boolean rarely() {
        return random.nextInt(4) == 0;
    }

    private DayRate rate() {
        long hour = random.nextInt(800);
        return new DayRate(hour, sometimes() ? hour + random.nextInt(4_000) : null);
    }

    private Set<DayOfWeek> days() {
        Set<DayOfWeek> days = EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)));
        if (sometimes()) {
            days.addAll(EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY));
        }
        return days;
    }

    private List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        int start = sometimes() ? 0 : random.nextInt(200);
        for (int i = random.nextInt(4); i >= 0; i--) {
            Integer end = i == 0 && sometimes() ? null : start + 1 + random.nextInt(600);
            Segment segment = segment(start, end);
            if (end == null && segment.unit() == Unit.FLAT) {
                // The model walks through these by the second.
                end = start + 600;
                segment = new Segment(start, end, Unit.FLAT, segment.amount(), null, null);
            }
            segments.add(segment);
            if (end == null) {
                break;
            }
            start = end + (sometimes() ? 0 : random.nextInt(100));
        }
        return segments;
    }

    private Segment segment(int start, @Nullable Integer end) {
        Unit unit = UNITS.get(random.nextInt(UNITS.size()));
        if (unit == Unit.FLAT) {
            return new Segment(start, end, unit, random.nextInt(1_000), null, null);
        }
        // Dear by the minute and cheap by the day would say little.
        long amount = random.nextInt(unit == Unit.MINUTE ? 12 : unit == Unit.HOUR ? 600 : 2_000);
        Integer increment = switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> 15;
            case 2 -> 30;
            default -> 5 + random.nextInt(90);
        };
        return new Segment(start, end, unit, amount, increment, rarely() ? (long) random.nextInt(2_000) : null);
    }

    private List<Window> windows() {
        List<Window> windows = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            LocalTime from = TIMES.get(random.nextInt(TIMES.size()));
            LocalTime to = TIMES.get(random.nextInt(TIMES.size()));
            if (!from.equals(to)) {
                LocalTime arriveBy = rarely() ? from.plusMinutes(15) : null;
                windows.add(new Window(null, from, to, rarely() ? days() : Set.of(), random.nextInt(1_500), arriveBy));
            }
        }
        return windows;
    }

    private List<Event> events(Instant about) {
        List<Event> events = new ArrayList<>();
        Instant from = about.plusSeconds(random.nextInt(100_000) - 40_000L);
        for (int i = random.nextInt(3); i >= 0; i--) {
            Instant to = from.plusSeconds(600L + random.nextInt(50_000));
            long hour = random.nextInt(1_000);
            events.add(new Event("event " + i, from, to, hour, sometimes() ? hour + random.nextInt(3_000) : null));
            from = to.plusSeconds(sometimes() ? 0 : random.nextInt(50_000));
        }
        return events;
    }
}
