package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.OverstayStatus;
import dev.berth.bookings.BookingCommand.Overstaying;
import dev.berth.bookings.BookingCommand.PayBooking;
import dev.berth.bookings.BookingCommand.WaiveOverstayFee;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.bookings.BookingSql.StoredOverstay;
import dev.berth.bookings.StaySql.Due;
import dev.berth.bookings.StaySql.Waived;
import dev.berth.payments.PaymentCommand.GetPayment;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The money of stays that were too long (RULES 18, 28): a second payment, written down by the statement that records the
 * check-out, charged to the card that the booking was paid with; where that does not go, the driver pays it in the app.
 */
final class Overstays {
    private static final Logger LOG = LoggerFactory.getLogger(Overstays.class);

    private final Bus bus;
    private final Bookings bookings;
    private final StaySql sql;
    private final Changes changes;
    private final Checkout checkout;
    private final Announcer announcer;

    Overstays(Bus bus, Bookings bookings, StaySql sql, Changes changes, Checkout checkout, Announcer announcer) {
        this.bus = bus;
        this.bookings = bookings;
        this.sql = sql;
        this.changes = changes;
        this.checkout = checkout;
        this.announcer = announcer;
    }

    /** What is known of it, as people are told. */
    static @Nullable Overstaying of(Stored stored, @Nullable String actionUrl, BookingConfig config) {
        StoredOverstay known = stored.life().overstay();
        Booking booking = stored.booking();
        if (known == null) {
            return null;
        }
        boolean isIn = booking.status() == BookingStatus.ACTIVE;
        Instant since = known.since();
        if (since == null) {
            since = booking.stay().to().plus(config.lateExit());
            if (!isIn) {
                return null;
            }
        }
        String currency = booking.price().currency();
        OverstayTerms terms = new OverstayTerms(new Money(known.perHour(), currency), new Money(known.fee(), currency));
        Instant until = isIn ? known.now() : since;
        PaymentId payment = known.payment();
        Integer hours = known.hours();
        Long amount = known.amount();
        Long refund = known.refund();
        OverstayStatus status = known.since() == null
                ? OverstayStatus.NOT_YET
                : isIn
                        ? OverstayStatus.RUNNING
                        : payment == null || Boolean.TRUE.equals(known.settled())
                                ? OverstayStatus.PAID
                                : OverstayStatus.DUE;
        return new Overstaying(
                status,
                since,
                terms.perHour(),
                terms.fee(),
                hours == null
                        ? OverstayTerms.startedHours(
                                since, until, config.stays().overstayMax())
                        : hours,
                amount == null ? terms.due(since, until, config.stays().overstayMax()) : new Money(amount, currency),
                known.waivedReason(),
                payment,
                status == OverstayStatus.DUE ? actionUrl : null,
                new Money(refund == null ? 0 : refund, currency));
    }

    /** Charges the card that the booking was paid with, once; what does not go so is left to the driver. */
    void collect(BookingId id) {
        Due due = sql.due(id).orElse(null);
        if (due == null
                || bus.ask(new GetPayment(due.payment())).await().status() != PaymentStatus.REQUIRES_PAYMENT_METHOD) {
            return;
        }
        Booking booking = bookings.reload(id).booking();
        try {
            changes.paidWithoutDriver(booking, due.payment(), amount(booking, due));
        } catch (Rejection rejection) {
            switch (rejection.problem().type()) {
                case UNAVAILABLE, PAYMENT_PROVIDER_UNAVAILABLE, INTERNAL, RATE_LIMITED -> throw rejection;
                default ->
                    LOG.info("the driver is to pay for staying too long, booking {}: {}", id, rejection.getMessage());
            }
        }
    }

    /** As {@link #collect}, right after the check-out: what fails now is done when the event comes. */
    void collectNow(BookingId id) {
        try {
            collect(id);
        } catch (Rejection rejection) {
            LOG.warn("booking {} is charged later for staying too long: {}", id, rejection.getMessage());
        }
    }

    /** The driver pays for it in the app. */
    BookingDetails pay(PayBooking command) {
        Stored stored = sql.bookingOf(command.payment())
                .flatMap(bookings::find)
                .filter(found -> found.booking().driver().equals(command.actor().user()))
                .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "there is no such payment"));
        Booking booking = stored.booking();
        Due due = sql.due(booking.id()).orElse(null);
        if (due != null && due.payment().equals(command.payment())) {
            return bookings.details(
                    changes.paid(booking, due.payment(), amount(booking, due), command.paymentMethod()),
                    command.actor());
        }
        StoredOverstay known = stored.life().overstay();
        if (known == null || !command.payment().equals(known.payment())) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "that payment has been replaced: look at the booking again");
        }
        return bookings.details(booking.id(), command.actor());
    }

    private static Money amount(Booking booking, Due due) {
        return new Money(due.amount(), booking.price().currency());
    }

    BookingDetails waive(WaiveOverstayFee command) {
        Stored stored = bookings.require(command.actor(), command.booking());
        Booking booking = stored.booking();
        if (!booking.host().equals(command.actor().user()) && !command.actor().isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "only the host may waive it");
        }
        Waived waived = sql.waive(booking.id(), command.actor().user(), command.reason());
        announcer.announce(waived.changed().events());
        BookingStatus status = Optional.ofNullable(waived.status()).orElse(booking.status());
        return switch (waived.changed().outcome()) {
            // What was paid of it goes back, and what was to be paid before is called off.
            case CHANGED, ALREADY ->
                bookings.details(checkout.returnMoneyNow(bookings.reload(booking.id())), command.actor());
            case ILLEGAL ->
                throw Transitions.refusal(
                        status, "the driver of a booking that is %s has not stayed too long".formatted(status));
            case UNKNOWN -> throw new Rejection(ProblemType.NOT_FOUND, "there is no such booking");
        };
    }
}
