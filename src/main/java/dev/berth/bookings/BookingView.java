package dev.berth.bookings;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.BookingPayment;
import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.OverstayStatus;
import dev.berth.bookings.BookingCommand.Overstaying;
import dev.berth.bookings.BookingCommand.Pass;
import dev.berth.bookings.BookingCommand.PaymentPart;
import dev.berth.bookings.BookingCommand.PendingChange;
import dev.berth.bookings.BookingCommand.ServiceFeeLine;
import dev.berth.listings.Arrival;
import dev.berth.listings.CancellationPolicy;
import dev.berth.payments.PaymentStatus;
import dev.berth.promotions.BookedDiscount;
import dev.berth.values.BookingId;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SeriesId;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A booking in the shape of the public API. */
record BookingView(
        BookingId id,
        long version,
        BookingStatus status,
        @Nullable ListingView listing,
        @Nullable ArrivalView arrival,
        SlotView slot,
        Instant from,
        Instant to,
        Money price,
        @Nullable ServiceFeeLine serviceFee,
        @Nullable CancellationPolicy policy,
        UserId driverId,
        UserId hostId,
        @Nullable VehicleId vehicleId,
        @Nullable Instant holdExpiresAt,
        Instant createdAt,
        @Nullable PaymentView payment,
        @Nullable Instant enteredAt,
        @Nullable Instant leftAt,
        @Nullable PassView pass,
        @Nullable List<BookingAction> actions,
        @Nullable Money refund,
        @Nullable ChangeView change,
        @Nullable OverstayView overstay,
        @Nullable SeriesId seriesId,
        @Nullable SeriesPartView series,
        @Nullable DiscountView discount,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<HistoryEntry> history) {
    /** What a code has taken off; the price is less already. */
    record DiscountView(String code, @Nullable Integer percent, Money price, Money amount) {
        static @Nullable DiscountView of(@Nullable BookedDiscount discount) {
            return discount == null
                    ? null
                    : new DiscountView(discount.code(), discount.percent(), discount.price(), discount.amount());
        }
    }

    /** Which of how many it is. */
    record SeriesPartView(int number, int size) {
        static @Nullable SeriesPartView of(Booking.@Nullable Part part) {
            return part == null ? null : new SeriesPartView(part.number(), part.size());
        }
    }

    /** The listing as everybody was told of it when it was booked. */
    record ListingView(ListingId id, String title, String address, GeoPoint location, String timeZone) {}

    /** Where it is, and how to get in, for those who may know. */
    record ArrivalView(
            GeoPoint location, String address, @Nullable String accessNotes) {
        static @Nullable ArrivalView of(@Nullable Arrival arrival) {
            return arrival == null
                    ? null
                    : new ArrivalView(arrival.location(), arrival.address(), arrival.accessNotes());
        }
    }

    record SlotView(SlotId id, String name) {}

    record PaymentView(
            PaymentId intentId,
            PaymentStatus status,
            @Nullable String clientSecret,
            @Nullable NextAction nextAction,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PaymentPart> parts,
            @Nullable Money setAside) {
        static PaymentView of(BookingPayment payment) {
            String url = payment.actionUrl();
            return new PaymentView(
                    payment.id(),
                    payment.status(),
                    payment.clientSecret(),
                    url == null ? null : new NextAction(url),
                    payment.parts(),
                    payment.setAside());
        }
    }

    record NextAction(String url) {}

    /** A change that waits for its money. */
    record ChangeView(
            Instant from,
            Instant to,
            String slotName,
            Money price,
            Money due,
            Instant expiresAt,
            @Nullable NextAction nextAction) {
        static @Nullable ChangeView of(@Nullable PendingChange change) {
            if (change == null) {
                return null;
            }
            String url = change.actionUrl();
            return new ChangeView(
                    change.stay().from(),
                    change.stay().to(),
                    change.slotName(),
                    change.price(),
                    change.due(),
                    change.expiresAt(),
                    url == null ? null : new NextAction(url));
        }
    }

    /** What staying too long would cost, or has cost. */
    record OverstayView(
            OverstayStatus status,
            Instant since,
            Money perHour,
            Money fee,
            long hours,
            Money amount,
            @Nullable String waivedReason,
            @Nullable PaymentId paymentId,
            @Nullable NextAction nextAction,
            @Nullable Money refund) {
        static @Nullable OverstayView of(@Nullable Overstaying overstay) {
            if (overstay == null) {
                return null;
            }
            String url = overstay.actionUrl();
            return new OverstayView(
                    overstay.status(),
                    overstay.since(),
                    overstay.perHour(),
                    overstay.fee(),
                    overstay.hours(),
                    overstay.amount(),
                    overstay.waivedReason(),
                    overstay.payment(),
                    url == null ? null : new NextAction(url),
                    overstay.refund().isZero() ? null : overstay.refund());
        }
    }

    /** Opens from {@code notBefore} to {@code notAfter}. */
    record PassView(String qr, String pin, Instant notBefore, Instant notAfter) {
        static PassView of(Pass pass) {
            return new PassView(pass.qr(), pass.pin(), pass.notBefore(), pass.notAfter());
        }
    }

    static BookingView of(BookingDetails details) {
        Pass pass = details.pass();
        Booking booking = details.booking();
        return new BookingView(
                booking.id(),
                booking.version(),
                booking.status(),
                new ListingView(
                        booking.listing(),
                        booking.title(),
                        booking.locationText(),
                        details.location(),
                        booking.timeZone()),
                ArrivalView.of(details.arrival()),
                new SlotView(booking.slot(), booking.slotName()),
                booking.stay().from(),
                booking.stay().to(),
                booking.price(),
                ServiceFeeLine.of(booking.fee()),
                details.policy(),
                booking.driver(),
                booking.host(),
                booking.vehicle(),
                booking.holdExpiresAt(),
                booking.createdAt(),
                PaymentView.of(details.payment()),
                details.enteredAt(),
                details.leftAt(),
                pass == null ? null : PassView.of(pass),
                details.actions(),
                details.refund().isZero() ? null : details.refund(),
                ChangeView.of(details.change()),
                OverstayView.of(details.overstay()),
                seriesOf(booking),
                SeriesPartView.of(booking.series()),
                DiscountView.of(details.discount()),
                details.history());
    }

    /** What changes may be told to driver and host alike: no secrets, and nothing that a page has already. */
    static BookingView brief(Booking booking) {
        return new BookingView(
                booking.id(),
                booking.version(),
                booking.status(),
                null,
                null,
                new SlotView(booking.slot(), booking.slotName()),
                booking.stay().from(),
                booking.stay().to(),
                booking.price(),
                ServiceFeeLine.of(booking.fee()),
                null,
                booking.driver(),
                booking.host(),
                booking.vehicle(),
                booking.holdExpiresAt(),
                booking.createdAt(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                seriesOf(booking),
                SeriesPartView.of(booking.series()),
                null,
                List.of());
    }

    private static @Nullable SeriesId seriesOf(Booking booking) {
        Booking.Part part = booking.series();
        return part == null ? null : part.id();
    }
}
