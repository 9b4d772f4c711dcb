package dev.berth.availability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** The evaluator against {@link HoursModel}, minute by minute, on days when clocks change too. */
@Tag("rule-6")
@Tag("rule-1")
@Tag("LI10")
class OpeningHoursPropertiesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private record Where(ZoneId zone, LocalDate day) {
        static Where of(String zone, String day) {
            return new Where(ZoneId.of(zone), LocalDate.parse(day));
        }
    }

    /** Nights when clocks change, by an hour or by half of one, a holiday, the turn of a year, an ordinary day. */
    private static final List<Where> PLACES = List.of(
            Where.of("Europe/Berlin", "2026-03-29"),
            Where.of("Europe/Berlin", "2026-10-25"),
            Where.of("America/New_York", "2026-11-01"),
            Where.of("America/New_York", "2026-03-08"),
            Where.of("Australia/Lord_Howe", "2026-04-05"),
            Where.of("Australia/Lord_Howe", "2026-10-04"),
            Where.of("Africa/Casablanca", "2026-02-15"),
            Where.of("Europe/Berlin", "2026-12-25"),
            Where.of("Asia/Kolkata", "2026-12-31"),
            Where.of("UTC", "2026-06-10"));

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void hours_areThoseOfTheModel(@ForAll long seed) {
        Where place = PLACES.get(Math.floorMod(seed, PLACES.size()));
        HoursModel model = HoursModel.random(seed, place.day());
        Timetable timetable = timetable(model, place.zone());
        Instant from = place.day().minusDays(1).atStartOfDay(place.zone()).toInstant();
        Instant to = place.day().plusDays(2).atStartOfDay(place.zone()).toInstant();

        List<TimeRange> expected = new ArrayList<>();
        for (Instant at = from; at.isBefore(to); at = at.plus(MINUTE)) {
            boolean open = model.isOpen(at, place.zone());
            assertThat(timetable.isOpen(at))
                    .as("%s at %s in %s", model.text(), at, place.zone())
                    .isEqualTo(open);
            if (open) {
                boolean goesOn = !expected.isEmpty() && expected.getLast().to().equals(at);
                expected.add(new TimeRange(goesOn ? expected.removeLast().from() : at, at.plus(MINUTE)));
            }
        }
        assertThat(timetable.open(new TimeRange(from, to))).as(model.text()).isEqualTo(expected);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void nextOpeningAndLastExit_areThoseOfTheModel(@ForAll long seed) {
        Where place = PLACES.get(Math.floorMod(seed, PLACES.size()));
        HoursModel model = HoursModel.random(seed, place.day());
        Timetable timetable = timetable(model, place.zone());
        Instant from = place.day().atStartOfDay(place.zone()).toInstant().plusSeconds(Math.floorMod(seed, 1_440L) * 60);
        Instant to = from.plus(Duration.ofHours(40));

        Instant opens = null;
        Instant exit = model.isOpen(to, place.zone()) ? to : null;
        for (Instant at = from; at.isBefore(to); at = at.plus(MINUTE)) {
            if (model.isOpen(at, place.zone())) {
                opens = opens == null ? at : opens;
                exit = exit != null && exit.equals(to) ? exit : at.plus(MINUTE);
            }
        }
        TimeRange next = timetable.nextOpen(from);
        if (opens != null) {
            assertThat(requireNonNull(next, model.text()).from())
                    .as(model.text())
                    .isEqualTo(opens);
        } else if (next != null) {
            assertThat(next.from()).as(model.text()).isAfterOrEqualTo(to);
        }
        assertThat(timetable.lastExit(from, to)).as(model.text()).isEqualTo(exit);
    }

    private static Timetable timetable(HoursModel model, ZoneId zone) {
        return Timetable.of(
                new Availability(model.text(), "DE-BW", null, List.of(), null, null, null, null, null, null),
                zone,
                StayDefaults.STANDARD);
    }
}
