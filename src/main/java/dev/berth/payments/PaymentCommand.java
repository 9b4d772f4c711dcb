package dev.berth.payments;

import dev.berth.ledger.AccountSum;
import dev.berth.ledger.ServiceFee;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What other capabilities may ask of payments. Payments asks nobody back: it tells what happened by its events. */
public sealed interface PaymentCommand<R extends Message> extends Command<R>
        permits PaymentCommand.Charge,
                PaymentCommand.Authorise,
                PaymentCommand.ChargeTogether,
                PaymentCommand.ChargePass,
                PaymentCommand.Refund,
                PaymentCommand.Abandon,
                PaymentCommand.GetPayment,
                PaymentCommand.Reassign,
                PaymentCommand.ReceiveWebhook,
                PaymentCommand.ListTransactions,
                PaymentCommand.FindCharged,
                PaymentCommand.GetTrialBalance {
    String ADDRESS = "payments.commands";

    /** What points are called where a payment method is to be named. */
    String POINTS = "points";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Charges a card for a booking. Repeatable: the same payment is charged once, whatever the number of asks. A declined
     * payment may be charged again with another method as long as the booking is held.
     *
     * <p>What cannot be decided soon is answered with PROCESSING; an event tells the outcome. Refused with
     * PAYMENT_PROVIDER_UNAVAILABLE when certainly nothing has been charged, with CONFLICT when the payment is known with
     * another booking, driver or price.
     *
     * <p>Where points or the wallet pay a part, that is reserved until the card has paid the rest, and what each pays stays so
     * from the first attempt with a card on.
     *
     * @param method the provider's token of a payment method, such as {@code pm_card_visa}, a card as {@link CardMethod} names
     *     it (NOT_FOUND when the driver has not saved it), or {@link WalletCommand#METHOD}: the wallet pays all (that {@code
     *     inside} leaves) or declines, or {@link #POINTS}: they do; null for the one that the booking was last paid with:
     *     UNPROCESSABLE when there is none, or its card was removed
     * @param price what the driver pays
     * @param commissionBasisPoints the platform's share of it, of 10,000 (RULES 27)
     * @param returnUrl where the provider sends the driver after a 3-D Secure step; empty when the driver is not there: a bank
     *     that would want to see them declines
     * @param inside what pays before the method does; null when nothing does
     * @param fee what of the price is the platform's service fee (RULES 27), of which the host gets nothing; null when nothing is
     */
    record Charge(
            PaymentId payment,
            BookingId booking,
            UserId driver,
            UserId host,
            Money price,
            int commissionBasisPoints,
            @Nullable String method,
            String description,
            String returnUrl,
            @Nullable Inside inside,
            @Nullable ServiceFee fee)
            implements PaymentCommand<Payment> {
        /** The method pays all of it. */
        public Charge(
                PaymentId payment,
                BookingId booking,
                UserId driver,
                UserId host,
                Money price,
                int commissionBasisPoints,
                @Nullable String method,
                String description,
                String returnUrl) {
            this(payment, booking, driver, host, price, commissionBasisPoints, method, description, returnUrl, null);
        }

        /** Without a service fee. */
        public Charge(
                PaymentId payment,
                BookingId booking,
                UserId driver,
                UserId host,
                Money price,
                int commissionBasisPoints,
                @Nullable String method,
                String description,
                String returnUrl,
                @Nullable Inside inside) {
            this(
                    payment,
                    booking,
                    driver,
                    host,
                    price,
                    commissionBasisPoints,
                    method,
                    description,
                    returnUrl,
                    inside,
                    null);
        }
    }

    /** What is to pay as much as it can, in this order. */
    record Inside(boolean points, boolean wallet) {}

    /**
     * Sets the money of a charge aside without collecting it. As {@link Charge} otherwise, which collects it when it is
     * asked for the same payment, or a part of it when its price is less then, once: the rest is released, the card's first, then
     * the wallet's, then the points. {@link Abandon} gives it up. The provider keeps it for some days, 7 as a rule; what is still
     * needed then is set aside anew before, of which the driver is told when the bank does not want to (RULES 28). What the
     * provider has let go is CANCELLED with the code {@code hold_expired}.
     *
     * @param charge with a method
     */
    record Authorise(Charge charge) implements PaymentCommand<Payment> {}

    /**
     * Charges a card once for several bookings of a listing. As {@link Charge} otherwise; its events name {@code payment} both
     * as the payment and as the booking.
     *
     * <p>Once it has succeeded, each booking has a payment of its share, with the booking's id, which is given back, reassigned
     * and told of like any other. Before that a share is not charged or called off by itself.
     *
     * @param payment of no booking
     * @param shares at least one; their sum is what the driver pays
     */
    record ChargeTogether(
            PaymentId payment,
            List<Share> shares,
            UserId driver,
            UserId host,
            int commissionBasisPoints,
            String method,
            String description,
            String returnUrl)
            implements PaymentCommand<Payment> {
        public ChargeTogether {
            shares = List.copyOf(shares);
        }

        /** What the card is charged with. */
        Charge whole() {
            Money sum = shares.stream().map(Share::price).reduce(Money::plus).orElseThrow();
            return new Charge(
                    payment,
                    new BookingId(payment.value()),
                    driver,
                    host,
                    sum,
                    commissionBasisPoints,
                    method,
                    description,
                    returnUrl);
        }
    }

    /** @param fee what of the price is the platform's service fee; null when nothing is */
    record Share(BookingId booking, Money price, @Nullable ServiceFee fee) {
        /** Without a service fee. */
        public Share(BookingId booking, Money price) {
            this(booking, price, null);
        }
    }

    /**
     * Charges for a monthly pass: as {@link ChargeTogether}, but its parts are no bookings, and its events are those of
     * {@link PaymentEvent.OfPass}.
     *
     * @param pass whose payment it is: transactions tell it
     */
    record ChargePass(SubscriptionId pass, ChargeTogether charge) implements PaymentCommand<Payment> {}

    /**
     * Gives back what was charged, all or a part. Repeatable: what counts is how much has to be back in the end, so that
     * the same ask gives back no more. It is answered with SUCCEEDED as long as the provider has not given all of the
     * price back; what is to be given back is, without another ask, and told by PaymentRefunded, once unless the provider takes
     * its time for the card's part. The host and the platform share what is kept as they would have shared a price of that
     * amount; of a service fee nothing goes back before all of the parking does. Of what has not been charged
     * (yet) nothing can be given back: it is abandoned.
     *
     * @param total how much of the price has to be back, earlier refunds included; null for all of it. More than the
     *     price counts as the price, less than is back already changes nothing
     */
    record Refund(
            PaymentId payment, String reason, @Nullable Money total) implements PaymentCommand<Payment> {
        /** All of it. */
        public Refund(PaymentId payment, String reason) {
            this(payment, reason, null);
        }
    }

    /** Calls off a payment that has not succeeded, so that it cannot succeed later; one that has is left as it is. */
    record Abandon(PaymentId payment) implements PaymentCommand<Payment> {}

    /**
     * What was paid for a booking is another host's from now on: their share of it, and what their own share would be at
     * another place's price if that is more, which the platform adds. The driver neither pays nor gets anything. Repeatable:
     * what is theirs already stays so.
     *
     * @param worth what the stay costs with that host
     */
    record Reassign(BookingId booking, UserId host, Money worth) implements PaymentCommand<Done> {}

    /** The payment, or one that REQUIRES_PAYMENT_METHOD when nothing has been tried yet. */
    record GetPayment(PaymentId payment) implements PaymentCommand<Payment> {}

    /**
     * Takes in what the provider tells. Refused with INVALID_REQUEST when the signature is not the provider's or is too
     * old, with PAYMENT_PROVIDER_UNAVAILABLE when it should be sent again.
     *
     * @param payload the body, byte for byte
     * @param signature the {@code Stripe-Signature} header
     */
    record ReceiveWebhook(String payload, String signature) implements PaymentCommand<Done> {}

    /**
     * What the driver has paid and been given back, the latest first.
     *
     * @param kind null for both
     * @param from posted at that time or later; null for any
     * @param to posted before; null for any
     * @param before the last transaction of the page before, null for the first
     * @param limit 1 to 1,000
     */
    record ListTransactions(
            UserId driver,
            @Nullable TransactionKind kind,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable UUID before,
            int limit)
            implements PaymentCommand<TransactionPage> {
        /** All of them. */
        public ListTransactions(UserId driver, @Nullable UUID before, int limit) {
            this(driver, null, null, null, before, limit);
        }
    }

    /**
     * What has been charged with a payment: the payment itself or, of one for several bookings, its shares. Nothing is checked:
     * whoever asks shows it to nobody but the driver, the host and administrators.
     */
    record FindCharged(PaymentId payment) implements PaymentCommand<Charged> {}

    /** @param parts empty while nothing has been charged */
    record Charged(List<ChargedPart> parts) implements Message {
        public Charged {
            parts = List.copyOf(parts);
        }
    }

    /**
     * @param host whose it is now
     * @param price what the driver has paid, whatever has gone back since
     * @param fee what of that is the platform's service fee; null when nothing is
     */
    record ChargedPart(
            PaymentId payment,
            BookingId booking,
            UserId driver,
            UserId host,
            Money price,
            @Nullable ServiceFee fee) {
        /** Without a service fee. */
        public ChargedPart(PaymentId payment, BookingId booking, UserId driver, UserId host, Money price) {
            this(payment, booking, driver, host, price, null);
        }
    }

    /**
     * The sums of all accounts; for administrators.
     *
     * @param day in UTC: what was posted on it, and the balances at its end; null for all until now
     */
    record GetTrialBalance(Principal actor, @Nullable LocalDate day) implements PaymentCommand<TrialBalance> {
        /** All until now. */
        public GetTrialBalance(Principal actor) {
            this(actor, null);
        }
    }

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

    /**
     * @param bookingId null when it was no booking's
     * @param subscriptionId of the monthly pass that it was for; null when it was none's
     * @param amount what was paid or given back; never negative
     * @param serviceFee what of that is the platform's service fee, with its tax; null when nothing is
     */
    record Transaction(
            UUID id,
            TransactionKind kind,
            PaymentId paymentId,
            @Nullable BookingId bookingId,
            @Nullable SubscriptionId subscriptionId,
            Money amount,
            String description,
            Instant createdAt,
            @Nullable Money serviceFee) {}

    enum TransactionKind {
        CHARGE,
        REFUND
    }

    /** @param next where the next page begins, null at the end */
    record TransactionPage(
            List<Transaction> items, @Nullable UUID next) implements Message {
        public TransactionPage {
            items = List.copyOf(items);
        }
    }

    /** @param balanced whether debits equal credits in every currency */
    record TrialBalance(Instant asOf, List<AccountSum> accounts, boolean balanced) implements Message {
        public TrialBalance {
            accounts = List.copyOf(accounts);
        }
    }
}
