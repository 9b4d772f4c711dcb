package dev.berth.bookings;

import dev.berth.availability.Timetable;
import dev.berth.bookings.BookingCommand.FreeBusy;
import dev.berth.bookings.BookingCommand.FreeBusyStep;
import dev.berth.bookings.BookingCommand.GetFreeBusy;
import dev.berth.listings.Slot;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listing's calendar as anybody may see it: how much is free, and why not, but not who has booked. */
final class FreeBusyTimes {
    private final ListingCache listings;
    private final FreeBusySql sql;

    FreeBusyTimes(ListingCache listings, FreeBusySql sql) {
        this.listings = listings;
        this.sql = sql;
    }

    FreeBusy get(GetFreeBusy command) {
        ListingCache.Known known = listings.get(command.listing());
        int count = steps(command);
        List<SlotId> slots = known.listing().slots().stream().map(Slot::id).toList();
        int[] taken = new int[count + 1];
        int[] booked = new int[count + 1];
        sql.read(
                command.listing(),
                new TimeRange(command.from(), command.to()),
                command.stepMinutes(),
                slots,
                (isBooked, step, change) -> (isBooked ? booked : taken)[Math.min(step, count)] += change);
        boolean[] closed = closed(command, known.timetable(), count);
        List<FreeBusyStep> steps = new ArrayList<>(count);
        int capacity = slots.size();
        int takenNow = 0;
        int bookedNow = 0;
        for (int i = 0; i < count; i++) {
            takenNow += taken[i];
            bookedNow += booked[i];
            int free = closed[i] ? 0 : capacity - takenNow;
            int blocked = takenNow - bookedNow;
            steps.add(new FreeBusyStep(
                    begin(command, i),
                    begin(command, i + 1),
                    free,
                    bookedNow,
                    blocked,
                    closed[i],
                    reason(free, closed[i], blocked, capacity)));
        }
        return new FreeBusy(command.listing(), known.listing().timeZone(), capacity, steps);
    }

    private static @Nullable String reason(int free, boolean closed, int blocked, int capacity) {
        if (free > 0) {
            return null;
        } else if (closed) {
            return "CLOSED";
        }
        return blocked == capacity ? "BLOCKED" : "BOOKED";
    }

    private static int steps(GetFreeBusy command) {
        if (!command.from().isBefore(command.to())) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "must be after from", "/query/to");
        }
        long seconds = Duration.between(command.from(), command.to()).toSeconds();
        long steps =
                Math.ceilDiv(seconds, Duration.ofMinutes(command.stepMinutes()).toSeconds());
        if (steps > GetFreeBusy.MAX_STEPS) {
            String detail = "must be at most %d steps after from".formatted(GetFreeBusy.MAX_STEPS);
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/query/to");
        }
        return Math.toIntExact(Math.max(1, steps));
    }

    private static Instant begin(GetFreeBusy command, int step) {
        Instant begin = command.from().plus(Duration.ofMinutes((long) step * command.stepMinutes()));
        return begin.isAfter(command.to()) ? command.to() : begin;
    }

    private static boolean[] closed(GetFreeBusy command, Timetable timetable, int count) {
        boolean[] closed = new boolean[count];
        if (timetable.isAlwaysOpen()) {
            return closed;
        }
        List<TimeRange> open = timetable.open(new TimeRange(command.from(), command.to()));
        int next = 0;
        for (int i = 0; i < count; i++) {
            while (next < open.size() && !open.get(next).to().isAfter(begin(command, i))) {
                next++;
            }
            closed[i] = next == open.size() || !open.get(next).from().isBefore(begin(command, i + 1));
        }
        return closed;
    }
}
