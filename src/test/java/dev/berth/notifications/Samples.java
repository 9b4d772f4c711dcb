package dev.berth.notifications;

import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingStatus;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Bookings to tell of. */
final class Samples {
    private Samples() {}

    static Booking booking(String title, String slotName) {
        return new Booking(
                BookingId.next(),
                2,
                BookingStatus.CONFIRMED,
                ListingId.next(),
                SlotId.next(),
                slotName,
                UserId.next(),
                UserId.next(),
                null,
                new TimeRange(Instant.parse("2026-10-03T12:00:00Z"), Instant.parse("2026-10-03T14:30:00Z")),
                new Money(350, "EUR"),
                1_200,
                PaymentId.next(),
                title,
                "Marktplatz 1, Karlsruhe",
                "Europe/Berlin",
                null,
                null,
                null,
                Instant.parse("2026-10-01T12:00:00Z"));
    }

    /** A booking whose driver has left an hour and a half after its end. */
    static Booking overstayed(String title, String slotName) {
        Booking booking = booking(title, slotName);
        Booking.Overstay overstay = new Booking.Overstay(
                Instant.parse("2026-10-03T14:40:00Z"),
                new Money(312, "EUR"),
                new Money(1_000, "EUR"),
                new Money(1_624, "EUR"));
        return with(booking, BookingStatus.COMPLETED, overstay);
    }

    static Booking next(Booking booking, BookingStatus status) {
        return with(booking, status, null);
    }

    static Booking with(Booking booking, BookingStatus status, Booking.@Nullable Overstay overstay) {
        return new Booking(
                booking.id(),
                booking.version() + 1,
                status,
                booking.listing(),
                booking.slot(),
                booking.slotName(),
                booking.driver(),
                booking.host(),
                booking.vehicle(),
                booking.stay(),
                booking.price(),
                booking.commissionBasisPoints(),
                booking.payment(),
                booking.title(),
                booking.locationText(),
                booking.timeZone(),
                null,
                overstay,
                booking.series(),
                booking.createdAt());
    }
}
