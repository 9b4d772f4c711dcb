package dev.berth.payments;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import org.jspecify.annotations.Nullable;

/** What other capabilities may ask of payments. Payments asks nobody back: it tells what happened by its events. */
public sealed interface PaymentCommand<R extends Message> extends Command<R>
        permits PaymentCommand.Charge, PaymentCommand.Refund, PaymentCommand.Abandon, PaymentCommand.GetPayment {
    String ADDRESS = "payments.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Charges a card for a booking. Repeatable: the same payment is charged once, whatever the number of asks. A declined
     * payment may be charged again with another method as long as the booking is held.
     *
     * @param method the provider's token of a payment method, such as {@code pm_card_visa}
     * @param price what the driver pays
     * @param commissionBasisPoints the platform's share of it, of 10,000 (RULES 27)
     * @param returnUrl where the provider sends the driver after a 3-D Secure step
     */
    record Charge(
            PaymentId payment,
            BookingId booking,
            UserId driver,
            UserId host,
            Money price,
            int commissionBasisPoints,
            String method,
            String description,
            String returnUrl)
            implements PaymentCommand<Payment> {}

    /** Gives back all that was charged. Repeatable. */
    record Refund(PaymentId payment, String reason) implements PaymentCommand<Payment> {}

    /** Calls off a payment that has not succeeded, so that it cannot succeed later; one that has is left as it is. */
    record Abandon(PaymentId payment) implements PaymentCommand<Payment> {}

    /** The payment, or one that REQUIRES_PAYMENT_METHOD when nothing has been tried yet. */
    record GetPayment(PaymentId payment) implements PaymentCommand<Payment> {}

    /**
     * @param actionUrl where the driver must go when the status is REQUIRES_ACTION
     * @param declineCode the provider's reason when DECLINED, such as {@code insufficient_funds}
     * @param declineMessage the provider's words for the driver
     */
    record Payment(
            PaymentId id,
            PaymentStatus status,
            @Nullable String actionUrl,
            @Nullable String declineCode,
            @Nullable String declineMessage)
            implements Message {}
}
