package dev.berth.calendars;

import dev.berth.bookings.Occupancy;
import dev.berth.calendars.BusyTimes.Busy;
import dev.berth.calendars.CalendarImport.Conflict;
import dev.berth.values.BlockId;
import dev.berth.values.BookingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What has to be done so that the blocks of an import are what its calendar says: only what differs.
 *
 * <p>A block stays while its event still covers it. Of each event's time in each slot, what nothing keeps yet is blocked; so
 * bookings and other blocks stand as they are, events may overlap each other, and a longer event gets only its new part.
 *
 * @param remove blocks that no event stands behind any more
 * @param conflicts events in whose time somebody has booked
 */
record ImportPlan(List<Kept> remove, List<Addition> add, List<Conflict> conflicts) {
    ImportPlan {
        remove = List.copyOf(remove);
        add = List.copyOf(add);
        conflicts = List.copyOf(conflicts);
    }

    /** A block of this import. */
    record Kept(BlockId block, String key, List<SlotId> slots, TimeRange time) {}

    record Addition(String key, List<SlotId> slots, TimeRange time) {}

    /** A stretch of one slot's calendar, for finding it again. */
    private record Stretch(SlotId slot, TimeRange time) {}

    /**
     * @param slots that the import is for
     * @param kept its blocks as far as known
     * @param taken what keeps slots of the listing now
     */
    static ImportPlan of(
            Instant now,
            List<SlotId> slots,
            List<Busy> busy,
            List<Kept> kept,
            List<Occupancy> taken,
            int conflictsMax) {
        Map<String, TimeRange> wanted = new HashMap<>();
        busy.forEach(each -> wanted.put(each.key(), each.time()));
        Set<Stretch> blocked = new HashSet<>();
        taken.stream()
                .filter(each -> each.kind() == Occupancy.Kind.BLOCK)
                .forEach(each -> blocked.add(new Stretch(each.slot(), each.stay())));

        List<Kept> remove = new ArrayList<>();
        Set<Stretch> going = new HashSet<>();
        for (Kept each : kept) {
            TimeRange time = wanted.get(each.key());
            boolean isCovered = time != null
                    && !each.time().from().isBefore(time.from())
                    && !each.time().to().isAfter(time.to());
            boolean isThere = each.slots().stream().anyMatch(slot -> blocked.contains(new Stretch(slot, each.time())));
            boolean isOver = !each.time().to().isAfter(now);
            if (!isCovered || !isThere || isOver) {
                remove.add(each);
                each.slots().forEach(slot -> going.add(new Stretch(slot, each.time())));
            }
        }

        Map<SlotId, List<TimeRange>> keptOut = new HashMap<>();
        for (Occupancy each : taken) {
            if (each.live()
                    && !(each.kind() == Occupancy.Kind.BLOCK
                            && going.contains(new Stretch(each.slot(), each.stay())))) {
                keptOut.computeIfAbsent(each.slot(), first -> new ArrayList<>()).add(each.stay());
            }
        }
        List<Addition> add = new ArrayList<>();
        for (Busy each : busy) {
            if (!each.time().to().isAfter(now)) {
                continue;
            }
            TimeRange rest = each.time().from().isBefore(now)
                    ? new TimeRange(now, each.time().to())
                    : each.time();
            Map<TimeRange, List<SlotId>> missing = new LinkedHashMap<>();
            for (SlotId slot : slots) {
                List<TimeRange> others = keptOut.computeIfAbsent(slot, first -> new ArrayList<>());
                List<TimeRange> parts = without(rest, others);
                parts.forEach(part -> missing.computeIfAbsent(part, first -> new ArrayList<>())
                        .add(slot));
                others.addAll(parts);
            }
            missing.forEach((time, of) -> add.add(new Addition(each.key(), List.copyOf(of), time)));
        }
        return new ImportPlan(remove, add, conflicts(slots, busy, taken, conflictsMax));
    }

    /** What is left of a time when others are taken out of it. */
    static List<TimeRange> without(TimeRange time, List<TimeRange> others) {
        List<TimeRange> overlapping = others.stream()
                .filter(time::overlaps)
                .sorted(Comparator.comparing(TimeRange::from))
                .toList();
        List<TimeRange> left = new ArrayList<>();
        Instant from = time.from();
        for (TimeRange other : overlapping) {
            if (from.isBefore(other.from())) {
                left.add(new TimeRange(from, other.from()));
            }
            from = other.to().isAfter(from) ? other.to() : from;
        }
        if (from.isBefore(time.to())) {
            left.add(new TimeRange(from, time.to()));
        }
        return left;
    }

    private static List<Conflict> conflicts(List<SlotId> slots, List<Busy> busy, List<Occupancy> taken, int most) {
        Set<SlotId> meant = new HashSet<>(slots);
        List<Occupancy> bookings = taken.stream()
                .filter(each -> each.kind() == Occupancy.Kind.BOOKING && each.live() && meant.contains(each.slot()))
                .toList();
        List<Conflict> conflicts = new ArrayList<>();
        for (Busy each : busy) {
            List<BookingId> overlapping = bookings.stream()
                    .filter(booking -> booking.stay().overlaps(each.time()))
                    .map(booking -> new BookingId(booking.id()))
                    .limit(most)
                    .toList();
            if (!overlapping.isEmpty() && conflicts.size() < most) {
                conflicts.add(new Conflict(each.time().from(), each.time().to(), each.summary(), overlapping));
            }
        }
        return conflicts;
    }
}
