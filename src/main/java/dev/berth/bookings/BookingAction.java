package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.OverstayStatus;
import dev.berth.bookings.BookingCommand.Overstaying;
import dev.berth.bookings.Transitions.Who;
import dev.berth.payments.PaymentStatus;
import dev.berth.values.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody can do with a booking, as the public API calls it. */
public enum BookingAction {
    PAY,
    CANCEL,
    MODIFY,
    EXTEND,
    CHECK_IN,
    CHECK_OUT,
    /** The host says yes to a request. */
    CONFIRM,
    /** The host says no to a request. */
    DECLINE,
    /** What staying too long has cost. */
    PAY_OVERSTAY,
    /** The fee of staying too long. */
    WAIVE_FEE;

    /** What the reader would be allowed to do now, as far as this node knows; the database decides when it is tried. */
    static List<BookingAction> possible(
            Booking booking,
            PaymentStatus payment,
            boolean kept,
            @Nullable Overstaying overstay,
            Principal reader,
            Instant now,
            BookingConfig config) {
        BookingStatus status = booking.status();
        boolean isDriver = booking.driver().equals(reader.user());
        boolean isHost = booking.host().equals(reader.user());
        boolean before = now.isBefore(booking.stay().from());
        List<BookingAction> actions = new ArrayList<>();
        boolean waits = status == BookingStatus.PENDING_HOST && payment == PaymentStatus.AUTHORISED;
        // What is held of a series is paid, and given up, as a whole.
        boolean heldTogether = status == BookingStatus.HELD && booking.series() != null;
        if (isDriver && status == BookingStatus.HELD && !heldTogether) {
            actions.add(PAY);
        }
        if (isDriver
                && Transitions.isLegal(status, BookingStatus.ACTIVE, Who.DRIVER)
                && (status != BookingStatus.NO_SHOW || kept)
                && !now.isBefore(booking.stay().from().minus(config.earlyEntry()))
                && now.isBefore(booking.stay().to())) {
            actions.add(CHECK_IN);
        }
        if (isDriver && status == BookingStatus.ACTIVE) {
            actions.add(CHECK_OUT);
        }
        if (isDriver && (status == BookingStatus.CONFIRMED || waits) && before) {
            actions.add(MODIFY);
        }
        Instant lastCall = status == BookingStatus.ACTIVE
                ? booking.stay().to().plus(config.lateExit())
                : booking.stay().to();
        if (isDriver
                && (status == BookingStatus.CONFIRMED || status == BookingStatus.ACTIVE)
                && now.isBefore(lastCall)) {
            actions.add(EXTEND);
        }
        if (isHost && status == BookingStatus.PENDING_HOST) {
            actions.add(CONFIRM);
            actions.add(DECLINE);
        }
        if (isDriver && overstay != null && overstay.status() == OverstayStatus.DUE) {
            actions.add(PAY_OVERSTAY);
        }
        if (isHost
                && overstay != null
                && overstay.status() != OverstayStatus.NOT_YET
                && !overstay.fee().isZero()) {
            actions.add(WAIVE_FEE);
        }
        boolean mayCancel = (isDriver && Transitions.isLegal(status, BookingStatus.CANCELLED_BY_DRIVER, Who.DRIVER))
                || (isHost && Transitions.isLegal(status, BookingStatus.CANCELLED_BY_HOST, Who.HOST));
        if (mayCancel && !heldTogether && (before || status == BookingStatus.HELD)) {
            actions.add(CANCEL);
        }
        return actions;
    }
}
