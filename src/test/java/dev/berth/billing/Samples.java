package dev.berth.billing;

import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingStatus;
import dev.berth.fees.BookedFee;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.time.Instant;

/** Bookings that are paid. */
final class Samples {
    private Samples() {}

    /** Two and a half hours, of which three are started. */
    static Booking booking(UserId driver, UserId host, long price) {
        BookingId id = BookingId.next();
        return new Booking(
                id,
                2,
                BookingStatus.CONFIRMED,
                ListingId.next(),
                SlotId.next(),
                "E2-17",
                driver,
                host,
                null,
                new TimeRange(Instant.parse("2026-10-03T12:00:00Z"), Instant.parse("2026-10-03T14:30:00Z")),
                new Money(price, "EUR"),
                1_200,
                new PaymentId(id.value()),
                "Garage <Süd>",
                "Kaiserstraße, Karlsruhe",
                "Europe/Berlin",
                null,
                null,
                null,
                Instant.parse("2026-10-01T12:00:00Z"));
    }

    /** The same with a service fee in its price. */
    static Booking withFee(Booking booking, BookedFee fee) {
        return new Booking(
                booking.id(),
                booking.version(),
                booking.status(),
                booking.listing(),
                booking.slot(),
                booking.slotName(),
                booking.driver(),
                booking.host(),
                null,
                booking.stay(),
                booking.price(),
                booking.commissionBasisPoints(),
                fee,
                booking.payment(),
                booking.title(),
                booking.locationText(),
                booking.timeZone(),
                null,
                null,
                null,
                booking.createdAt());
    }

    /** The same at another host's place. */
    static Booking at(Booking booking, UserId host) {
        return new Booking(
                booking.id(),
                booking.version() + 1,
                booking.status(),
                ListingId.next(),
                SlotId.next(),
                "7",
                booking.driver(),
                host,
                null,
                booking.stay(),
                booking.price(),
                booking.commissionBasisPoints(),
                booking.payment(),
                "Bahnhof",
                booking.locationText(),
                booking.timeZone(),
                null,
                null,
                null,
                booking.createdAt());
    }
}
