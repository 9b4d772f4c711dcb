package dev.berth.bookings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.platform.bus.Event;
import dev.berth.values.BlockId;
import dev.berth.values.ListingId;
import java.util.List;

/**
 * What has happened in the calendars. Each event carries the listing's {@link #calendarVersion}, which counts its changes
 * without a gap.
 */
public sealed interface BookingEvent extends Event {
    String ADDRESS = "bookings.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    @JsonIgnore
    ListingId listingId();

    /** The number of changes that the calendar of the listing has seen, this one included. */
    long calendarVersion();

    /** What it means for the slots. */
    @JsonIgnore
    List<Occupancy> occupancies();

    @Override
    default String key() {
        return listingId().toString();
    }

    /** A driver has taken a slot and has until {@link Booking#holdExpiresAt} to pay. */
    record BookingPlaced(Booking booking, long calendarVersion) implements OfBooking {}

    /** A driver has asked the host, who has until {@link Booking#holdExpiresAt} to answer. It keeps no slot. */
    record BookingRequested(Booking booking, long calendarVersion) implements OfBooking {}

    /** The host does not want it, or has given the last slot to somebody else. */
    record BookingDeclined(Booking booking, long calendarVersion) implements OfBooking {}

    /** It is paid. */
    record BookingConfirmed(Booking booking, long calendarVersion) implements OfBooking {}

    /** Called off; {@link Booking#status} says by whom. */
    record BookingCancelled(Booking booking, long calendarVersion) implements OfBooking {}

    /** The hold ended unpaid, the payment was declined, or the host has not answered in time. */
    record BookingExpired(Booking booking, long calendarVersion) implements OfBooking {}

    /** The driver has come. */
    record BookingStarted(Booking booking, long calendarVersion) implements OfBooking {}

    /** The driver has gone, or the stay is over. The slot is free, even when it was booked for longer. */
    record BookingCompleted(Booking booking, long calendarVersion) implements OfBooking {
        @Override
        public List<Occupancy> occupancies() {
            return List.of(occupancy().as(Occupancy.Kind.USED));
        }
    }

    /**
     * It has another time, slot or price.
     *
     * @param left what it occupied before: no longer live
     */
    record BookingChanged(Booking booking, Occupancy left, long calendarVersion) implements OfBooking {
        @Override
        public List<Occupancy> occupancies() {
            return List.of(left, occupancy());
        }
    }

    /** An event about one booking. */
    sealed interface OfBooking extends BookingEvent
            permits BookingPlaced,
                    BookingRequested,
                    BookingDeclined,
                    BookingConfirmed,
                    BookingCancelled,
                    BookingExpired,
                    BookingStarted,
                    BookingCompleted,
                    BookingChanged {
        Booking booking();

        @Override
        default ListingId listingId() {
            return booking().listing();
        }

        @Override
        default List<Occupancy> occupancies() {
            return List.of(occupancy());
        }

        /** The booking's own, as it is now. */
        @JsonIgnore
        default Occupancy occupancy() {
            Booking booking = booking();
            return new Occupancy(
                    booking.id().value(),
                    booking.slot(),
                    booking.stay(),
                    booking.status().live());
        }
    }

    /** Slots are kept from drivers for a while (LI9). */
    record BlockAdded(BlockId block, ListingId listing, List<Occupancy> slots, long calendarVersion)
            implements OfBlock {}

    record BlockRemoved(BlockId block, ListingId listing, List<Occupancy> slots, long calendarVersion)
            implements OfBlock {}

    /** An event about a block. */
    sealed interface OfBlock extends BookingEvent permits BlockAdded, BlockRemoved {
        ListingId listing();

        List<Occupancy> slots();

        @Override
        default ListingId listingId() {
            return listing();
        }

        @Override
        default List<Occupancy> occupancies() {
            return slots().stream().map(slot -> slot.as(Occupancy.Kind.BLOCK)).toList();
        }
    }
}
