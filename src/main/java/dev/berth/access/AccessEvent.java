package dev.berth.access;

import dev.berth.platform.bus.Event;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import java.time.Instant;

/** What gates have seen of the holders of bookings, and what they see at all. */
public sealed interface AccessEvent extends Event {
    String ADDRESS = "access.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    ListingId listing();

    /** An event about the holder of a booking. */
    sealed interface OfBooking extends AccessEvent permits VehicleEntered, VehicleLeft {
        BookingId booking();

        Instant at();

        @Override
        default String key() {
            return booking().toString();
        }
    }

    /** @param source {@code QR}, {@code PIN} or {@code PLATE} */
    record VehicleEntered(BookingId booking, ListingId listing, Instant at, String source) implements OfBooking {}

    /**
     * For good: one who may come back has left when the right is over.
     *
     * @param source {@code QR}, {@code PIN}, {@code PLATE}, or {@code GATE} for one who has not come back
     */
    record VehicleLeft(BookingId booking, ListingId listing, Instant at, String source) implements OfBooking {}

    /**
     * The owner has said how a listing's gates behave.
     *
     * @param seesEntry whether nobody comes in unseen
     * @param seesExit whether nobody goes unseen
     * @param releaseNoShows whether the slot of a driver who has not come may be sold again
     * @param version of the settings
     */
    record GateChanged(ListingId listing, boolean seesEntry, boolean seesExit, boolean releaseNoShows, long version)
            implements AccessEvent {
        @Override
        public String key() {
            return listing.toString();
        }
    }
}
