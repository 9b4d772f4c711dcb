package dev.berth.payments;

import dev.berth.ledger.Parts;
import dev.berth.ledger.ServiceFee;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payment as it is stored.
 *
 * @param fee what of the price is the platform's service fee; of a payment for several bookings their shares say it
 * @param version fences attempts and look-ups
 * @param attempt how often a method has been tried
 * @param intent the provider's, once there is one; of a share that of the whole
 * @param abandoned whether it is to be cancelled
 * @param shared whether its money is posted, and given back, as that of its shares
 * @param shareOf the payment that brings the money; null when this one does
 * @param purpose what it is for
 * @param parts what pays the price; all of it the card, until something else is decided
 * @param reservation what is reserved of points and wallet: a transfer that is pending, or has been
 * @param capture when the money is collected
 * @param underWay whether an attempt or a look-up is running now, by the database's clock
 */
record PaymentRow(
        PaymentId id,
        BookingId booking,
        UserId driver,
        UserId host,
        Money price,
        int commissionBasisPoints,
        ServiceFee fee,
        String description,
        PaymentStatus status,
        long version,
        int attempt,
        @Nullable String method,
        @Nullable String returnUrl,
        @Nullable String intent,
        @Nullable String actionUrl,
        @Nullable String declineCode,
        @Nullable String declineMessage,
        boolean abandoned,
        boolean shared,
        @Nullable PaymentId shareOf,
        Purpose purpose,
        Parts parts,
        @Nullable UUID reservation,
        Capture capture,
        boolean underWay) {

    enum Purpose {
        BOOKING,
        /** Money for the driver's own wallet: of no booking, and nobody else's. */
        TOP_UP,
        /** A monthly pass: of no booking. */
        PASS
    }

    /**
     * What a payment is made for.
     *
     * @param pass whose it is, when it is a monthly pass
     */
    record Reason(Purpose purpose, @Nullable SubscriptionId pass) {
        static final Reason BOOKING = new Reason(Purpose.BOOKING, null);
        static final Reason TOP_UP = new Reason(Purpose.TOP_UP, null);
    }

    /** When the money of a payment is collected. */
    enum Capture {
        AT_ONCE,
        /** It is set aside until somebody asks for it. */
        LATER,
        /** It was to be set aside, and somebody has asked for it since. */
        DUE
    }

    /** What is told when the money has come. */
    PaymentEvent succeeded() {
        return purpose == Purpose.PASS
                ? new PaymentEvent.PassPaid(id, booking, driver, price)
                : new PaymentEvent.PaymentSucceeded(id, booking, driver, price);
    }

    /** What is told when it has not. */
    PaymentEvent failed(String code) {
        return purpose == Purpose.PASS
                ? new PaymentEvent.PassUnpaid(id, booking, driver, code)
                : new PaymentEvent.PaymentFailed(id, booking, driver, code);
    }

    /** What is told when some of it has gone back. */
    PaymentEvent refunded(Money amount, Parts parts) {
        return purpose == Purpose.PASS
                ? new PaymentEvent.PassRefunded(id, booking, driver, amount)
                : new PaymentEvent.PaymentRefunded(id, booking, driver, amount, parts);
    }

    Payment payment() {
        return new Payment(id, status, actionUrl, declineCode, declineMessage);
    }

    /** Whether the money has come at some time. */
    boolean charged() {
        return status == PaymentStatus.SUCCEEDED || status == PaymentStatus.REFUNDED;
    }

    /** Whether all of it moves inside Berth, without the provider. */
    boolean isInside() {
        return !price.isZero() && parts.card().isZero();
    }

    /** Whether points or the wallet pay some of it, or all. */
    boolean drawsInside() {
        return !parts.inside().isZero();
    }
}
