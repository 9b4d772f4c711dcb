package dev.berth.calendars;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.Occupancy;
import dev.berth.calendars.BusyTimes.Busy;
import dev.berth.calendars.ImportPlan.Kept;
import dev.berth.values.BlockId;
import dev.berth.values.Ids;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Plans against a model of calendars by the hour: whatever changes, the blocks become what the calendar says. */
@Tag("LI9")
class ImportPlanPropertiesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final int HOURS = 12;
    private static final List<SlotId> SLOTS = List.of(SlotId.next(), SlotId.next(), SlotId.next());
    private static final List<SlotId> MEANT = SLOTS.subList(0, 2);

    /** From one hour of the model to another; slot 2 is not meant by the import. */
    record Stretch(int slot, int from, int to) {
        TimeRange time() {
            return new TimeRange(at(from), at(to));
        }
    }

    private static Instant at(int hour) {
        return NOW.plusSeconds(3_600L * hour);
    }

    @Provide
    Arbitrary<Stretch> stretches() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(-3, HOURS - 1),
                        Arbitraries.integers().between(1, 6))
                .as((slot, from, length) -> new Stretch(slot, from, Math.min(HOURS, from + length)))
                .filter(stretch -> stretch.from < stretch.to);
    }

    @Provide
    Arbitrary<List<Stretch>> some() {
        return stretches().list().ofMaxSize(5);
    }

    /** What the plans have made so far. */
    private static final class Model {
        private final List<Occupancy> bookings = new ArrayList<>();
        private final List<Occupancy> blocks = new ArrayList<>();
        private final List<Kept> kept = new ArrayList<>();

        void book(Stretch stretch) {
            boolean isFree = taken().stream()
                    .noneMatch(each -> each.slot().equals(SLOTS.get(stretch.slot))
                            && each.stay().overlaps(stretch.time()));
            if (isFree && stretch.to > 0) {
                bookings.add(new Occupancy(Ids.next(), SLOTS.get(stretch.slot), stretch.time(), true));
            }
        }

        List<Occupancy> taken() {
            List<Occupancy> taken = new ArrayList<>(bookings);
            taken.addAll(blocks);
            return taken;
        }

        ImportPlan plan(List<Stretch> events) {
            List<Busy> busy = new ArrayList<>();
            for (int i = 0; i < events.size(); i++) {
                if (events.get(i).to > 0) {
                    busy.add(new Busy("event " + i, events.get(i).time(), ""));
                }
            }
            return ImportPlan.of(NOW, MEANT, busy, kept, taken(), 10);
        }

        void carryOut(ImportPlan plan) {
            for (Kept each : plan.remove()) {
                kept.remove(each);
                blocks.removeIf(block ->
                        each.slots().contains(block.slot()) && block.stay().equals(each.time()));
            }
            plan.add().forEach(each -> {
                kept.add(new Kept(BlockId.next(), each.key(), each.slots(), each.time()));
                for (SlotId slot : each.slots()) {
                    assertThat(taken())
                            .noneMatch(other ->
                                    other.slot().equals(slot) && other.stay().overlaps(each.time()));
                    blocks.add(new Occupancy(Ids.next(), slot, each.time(), true, Occupancy.Kind.BLOCK));
                }
            });
        }

        private static TreeSet<Integer> hours(List<Occupancy> of, SlotId slot) {
            TreeSet<Integer> hours = new TreeSet<>();
            for (int hour = 0; hour < HOURS; hour++) {
                TimeRange one = new TimeRange(at(hour), at(hour + 1));
                if (of.stream()
                        .anyMatch(
                                each -> each.slot().equals(slot) && each.stay().overlaps(one))) {
                    hours.add(hour);
                }
            }
            return hours;
        }
    }

    @Property(tries = 500)
    void blocksBecomeWhatTheCalendarSays_andNothingIsDoneTwice(
            @ForAll("some") List<Stretch> bookings,
            @ForAll("some") List<Stretch> first,
            @ForAll("some") List<Stretch> later,
            @ForAll("some") List<Stretch> last) {
        Model model = new Model();
        bookings.forEach(model::book);
        for (List<Stretch> events : List.of(first, later, last)) {
            model.carryOut(model.plan(events));
            ImportPlan again = model.plan(events);
            assertThat(again.remove()).isEmpty();
            assertThat(again.add()).isEmpty();
            for (SlotId slot : SLOTS) {
                TreeSet<Integer> wanted = new TreeSet<>();
                if (MEANT.contains(slot)) {
                    events.forEach(event -> {
                        for (int hour = Math.max(0, event.from); hour < event.to; hour++) {
                            wanted.add(hour);
                        }
                    });
                    wanted.removeAll(Model.hours(model.bookings, slot));
                }
                assertThat(Model.hours(model.blocks, slot)).isEqualTo(wanted);
            }
            later.forEach(model::book);
        }
    }

    @Property(tries = 100)
    void whatIsTheSame_isNotTouched(@ForAll("some") List<Stretch> events, @ForAll("stretches") Stretch another) {
        Model model = new Model();
        model.carryOut(model.plan(events));
        List<Kept> before = List.copyOf(model.kept);
        List<Stretch> more = new ArrayList<>(events);
        more.add(another);
        ImportPlan plan = model.plan(more);
        assertThat(plan.remove()).isEmpty();
        model.carryOut(plan);
        assertThat(model.kept).containsAll(before);
    }
}
