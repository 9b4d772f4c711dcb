package dev.berth.access;

import dev.berth.platform.bus.Event;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import java.time.Instant;

/** What gates have seen of the holders of bookings. */
public sealed interface AccessEvent extends Event {
    String ADDRESS = "access.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    BookingId booking();

    ListingId listing();

    Instant at();

    @Override
    default String key() {
        return booking().toString();
    }

    /** @param source {@code QR}, {@code PIN} or {@code PLATE} */
    record VehicleEntered(BookingId booking, ListingId listing, Instant at, String source) implements AccessEvent {}

    /**
     * For good: one who may come back has left when the right is over.
     *
     * @param source {@code QR}, {@code PIN}, {@code PLATE}, or {@code GATE} for one who has not come back
     */
    record VehicleLeft(BookingId booking, ListingId listing, Instant at, String source) implements AccessEvent {}
}
