package dev.berth.payments;

import dev.berth.ledger.Parts;
import dev.berth.platform.bus.Event;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What has happened to payments. */
public sealed interface PaymentEvent extends Event {
    String ADDRESS = "payments.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    PaymentId payment();

    BookingId booking();

    @Override
    default String key() {
        return booking().toString();
    }

    /** The money is there. It may come after the hold has ended (RULES 9). */
    record PaymentSucceeded(PaymentId payment, BookingId booking, UserId driver, Money price) implements PaymentEvent {}

    /** The money is set aside, and is collected when that is asked for. */
    record PaymentAuthorised(PaymentId payment, BookingId booking, UserId driver, Money price)
            implements PaymentEvent {}

    /**
     * What is set aside ends, and the bank has declined to set it aside anew, or wants to see the driver for it.
     *
     * @param endsAt when the provider lets it go; null when it has not said so
     * @param code the provider's reason, such as {@code insufficient_funds} or {@code authentication_required}
     */
    record PaymentHoldEnding(
            PaymentId payment,
            BookingId booking,
            UserId driver,
            Money price,
            @Nullable Instant endsAt,
            String code) implements PaymentEvent {}

    record PaymentFailed(PaymentId payment, BookingId booking, UserId driver, String code) implements PaymentEvent {}

    /**
     * One refund, wherever it goes; only what the provider takes its time for is told later, by itself.
     *
     * @param amount what has come back this time: all of the price, or a part of it
     * @param parts where it has gone to; null when nobody has said
     */
    record PaymentRefunded(
            PaymentId payment,
            BookingId booking,
            UserId driver,
            Money amount,
            @Nullable Parts parts) implements PaymentEvent {}

    /** Of a monthly pass, and of no booking: what is called one is the part of the payment that the ledger knows it by. */
    sealed interface OfPass extends PaymentEvent permits PassPaid, PassUnpaid, PassRefunded {}

    /** As {@link PaymentSucceeded}; the payment is the whole one. */
    record PassPaid(PaymentId payment, BookingId booking, UserId driver, Money price) implements OfPass {}

    /** As {@link PaymentFailed}. */
    record PassUnpaid(PaymentId payment, BookingId booking, UserId driver, String code) implements OfPass {}

    /** As {@link PaymentRefunded}; the payment is one of the parts. */
    record PassRefunded(PaymentId payment, BookingId booking, UserId driver, Money amount) implements OfPass {}
}
