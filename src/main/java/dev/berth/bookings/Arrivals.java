package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.listings.Arrival;
import dev.berth.listings.ListingCommand.GetArrivals;
import dev.berth.platform.bus.Bus;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells where a place is, exactly, and how to get in: to the host, to admins, and to the driver from the confirmation on, as
 * long as nothing has come to an end without a stay (RULES 38). Asked of the listings each time, so that bookings, their
 * events and quotes never have it.
 */
final class Arrivals {
    private final Bus bus;

    Arrivals(Bus bus) {
        this.bus = bus;
    }

    /** Of one page: they are asked for at once. */
    List<BookingDetails> add(List<BookingDetails> bookings, Principal reader) {
        List<ListingId> wanted = bookings.stream()
                .filter(details -> mayKnow(details, reader))
                .map(details -> details.booking().listing())
                .distinct()
                .toList();
        if (wanted.isEmpty()) {
            return bookings;
        }
        Map<ListingId, Arrival> found = bus.ask(new GetArrivals(wanted)).await().arrivals().stream()
                .collect(Collectors.toMap(Arrival::listing, Function.identity()));
        return bookings.stream()
                .map(details -> mayKnow(details, reader)
                        ? details.with(found.get(details.booking().listing()), details.history())
                        : details)
                .toList();
    }

    private static boolean mayKnow(BookingDetails details, Principal reader) {
        Booking booking = details.booking();
        if (reader.isAdmin() || booking.host().equals(reader.user())) {
            return true;
        }
        return booking.driver().equals(reader.user())
                && switch (booking.status()) {
                    case CONFIRMED, ACTIVE, COMPLETED -> true;
                    // Who is late may still come, where the slot is kept: then there is a pass.
                    case NO_SHOW -> details.pass() != null;
                    case HELD, PENDING_HOST, EXPIRED, DECLINED, CANCELLED_BY_DRIVER, CANCELLED_BY_HOST -> false;
                };
    }
}
