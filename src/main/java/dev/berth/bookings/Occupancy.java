package dev.berth.bookings;

import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.util.UUID;

/**
 * One stretch of a slot's calendar: a booking, or a slot's share of a block.
 *
 * @param id the booking's id, or an id of its own for each slot of a block
 * @param live whether it keeps others out; false removes it
 * @param kind what it is of
 */
public record Occupancy(UUID id, SlotId slot, TimeRange stay, boolean live, Kind kind) {
    /** What keeps a slot, which matters where it has to stay empty between two bookings (RULES 7). */
    public enum Kind {
        BOOKING,
        /** A booking that is over: its slot was used until then, or until it was told when that was sooner. */
        USED,
        /** Bookings may stand right beside it. */
        BLOCK
    }

    @SuppressWarnings("NullableProblems") // events do not tell it: their type says it
    public Occupancy {
        kind = kind == null ? Kind.BOOKING : kind;
    }

    /** Of a booking. */
    public Occupancy(UUID id, SlotId slot, TimeRange stay, boolean live) {
        this(id, slot, stay, live, Kind.BOOKING);
    }

    Occupancy as(Kind other) {
        return new Occupancy(id, slot, stay, live, other);
    }
}
