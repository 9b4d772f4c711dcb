package dev.berth.bookings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.platform.bus.Event;
import dev.berth.values.BlockId;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /**
     * A driver wants to ask the host, and has until {@link Booking#holdExpiresAt} to have the price set aside. It keeps no slot,
     * and nobody has been asked yet.
     */
    record BookingBegun(Booking booking, long calendarVersion) implements OfBooking {}

    /** A driver has asked the host, who has until {@link Booking#holdExpiresAt} to answer. It keeps no slot. */
    record BookingRequested(Booking booking, long calendarVersion) implements OfBooking {}

    /**
     * The driver wants another time, for no more money, and the host has still to answer.
     *
     * @param before when it was asked for until then
     * @param priceBefore what it cost until then
     */
    record BookingRequestChanged(Booking booking, TimeRange before, Money priceBefore, long calendarVersion)
            implements OfBooking {}

    /** The host does not want it, or has given the last slot to somebody else. */
    record BookingDeclined(Booking booking, long calendarVersion) implements OfBooking {}

    /** It is paid. */
    record BookingConfirmed(Booking booking, long calendarVersion) implements OfBooking {}

    /** Called off; {@link Booking#status} says by whom. */
    record BookingCancelled(Booking booking, long calendarVersion) implements OfBooking {}

    /**
     * The hold ended unpaid, the payment was declined, or the host has not answered in time.
     *
     * @param reason the history's: HOLD_EXPIRED, NO_ANSWER, or PAYMENT_DECLINED with the provider's code after a colon; null in
     *     events of earlier releases
     */
    record BookingExpired(Booking booking, @Nullable String reason, long calendarVersion) implements OfBooking {}

    /** The driver has come. */
    record BookingStarted(Booking booking, long calendarVersion) implements OfBooking {}

    /**
     * The driver has gone, or the stay is over. The slot is free, even when it was booked for longer.
     *
     * @param moneyBack true when what was paid goes back, because the driver has gone at once (RULES 17)
     */
    record BookingCompleted(Booking booking, @Nullable Boolean moneyBack, long calendarVersion) implements OfBooking {
        @Override
        public List<Occupancy> occupancies() {
            return List.of(occupancy().as(Occupancy.Kind.USED));
        }
    }

    /** What a driver who is in is warned of. */
    enum Warning {
        ENDING_SOON,
        ENDED
    }

    /** The driver is in, and the stay ends soon or has ended (RULES 18). Nothing has changed. */
    record BookingWarned(Booking booking, Warning warning, long calendarVersion) implements OfBooking {}

    /**
     * The grace is over, and the driver is still in, as far as is known: {@link Booking#overstay}.
     *
     * @param seen whether the place would have seen them leave; if not, they are to be asked (RULES 20)
     */
    record BookingOverstayed(Booking booking, boolean seen, long calendarVersion) implements OfBooking {}

    /** The host has waived the fee of staying too long. */
    record BookingFeeWaived(Booking booking, long calendarVersion) implements OfBooking {}

    /**
     * The driver has not come (RULES 19).
     *
     * @param released whether the slot is free again; else it is kept for them until the end of the stay
     */
    record BookingMissed(Booking booking, boolean released, long calendarVersion) implements OfBooking {
        @Override
        public Occupancy occupancy() {
            return new Occupancy(booking.id().value(), booking.slot(), booking.stay(), !released);
        }
    }

    /**
     * Somebody was still in the slot, so that the booking has another one, here or elsewhere, at the same price (RULES 18).
     *
     * @param left what it occupied before: no longer live
     * @param origin where that was
     * @param worth what the stay costs at another place; null when it is the same
     */
    record BookingRescued(
            Booking booking,
            Occupancy left,
            Origin origin,
            @Nullable Money worth,
            long calendarVersion) implements OfBooking {
        @Override
        public List<Occupancy> occupancies() {
            return origin.listing().equals(booking.listing()) ? List.of(left, occupancy()) : List.of(occupancy());
        }
    }

    /** Where a booking was before. */
    record Origin(ListingId listing, UserId host, String title, String slotName) {}

    /** Somebody was still in the slot, and there was no other: called off by the platform, and all that was paid goes back. */
    record BookingDisplaced(Booking booking, long calendarVersion) implements OfBooking {}

    /** A booking has another place, and has left this listing's calendar. */
    record BookingWithdrawn(BookingId id, ListingId listing, Occupancy left, long calendarVersion)
            implements BookingEvent {
        @Override
        public ListingId listingId() {
            return listing;
        }

        @Override
        public List<Occupancy> occupancies() {
            return List.of(left);
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
                    BookingBegun,
                    BookingRequested,
                    BookingRequestChanged,
                    BookingDeclined,
                    BookingConfirmed,
                    BookingCancelled,
                    BookingExpired,
                    BookingStarted,
                    BookingCompleted,
                    BookingWarned,
                    BookingOverstayed,
                    BookingFeeWaived,
                    BookingMissed,
                    BookingRescued,
                    BookingDisplaced,
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
