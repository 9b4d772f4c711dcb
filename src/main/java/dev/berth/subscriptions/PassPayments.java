package dev.berth.subscriptions;

import dev.berth.payments.CardCommand.Card;
import dev.berth.payments.CardCommand.KeepCard;
import dev.berth.payments.CardCommand.Kept;
import dev.berth.payments.CardCommand.ListCards;
import dev.berth.payments.CardMethod;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.ChargePass;
import dev.berth.payments.PaymentCommand.ChargeTogether;
import dev.berth.payments.PaymentCommand.GetPayment;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentStatus;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.SubscriptionSql.Stored;
import dev.berth.values.BookingId;
import dev.berth.values.CardId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SubscriptionId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What passes ask of payments. A pass is paid again and again: so a card that pays for one is saved with the provider before it
 * is charged for the first time, and is known by its id from then on.
 */
final class PassPayments {
    /** Why a month is not paid: its card is saved no longer. */
    static final String CARD_REMOVED = "card_removed";

    private final Bus bus;
    private final String publicUrl;
    private final SubscriptionConfig config;

    PassPayments(Bus bus, String publicUrl, SubscriptionConfig config) {
        this.bus = bus;
        this.publicUrl = publicUrl;
        this.config = config;
    }

    /**
     * Charges once, however often it is asked for the same payment.
     *
     * @param present whether the driver is there, and can go to the bank
     */
    Payment charge(Stored stored, PaymentId payment, List<Share> shares, @Nullable String method, boolean present) {
        if (method == null) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "say what it is paid with", "/paymentMethod");
        }
        Subscription subscription = stored.subscription();
        ChargeTogether charge = new ChargeTogether(
                payment,
                shares,
                subscription.driver(),
                subscription.host(),
                stored.commission(),
                method,
                subscription.terms().title() + ", " + subscription.title(),
                present ? returnUrl(stored.id()) : "");
        return bus.ask(new ChargePass(stored.id(), charge), config.chargeTimeout())
                .await();
    }

    private String returnUrl(SubscriptionId id) {
        return publicUrl + config.returnPath().replace("{subscription}", id.toString());
    }

    Payment get(PaymentId payment) {
        return bus.ask(new GetPayment(payment)).await();
    }

    /** The payment cannot succeed from now on, unless it has, which is told. */
    PaymentStatus abandon(PaymentId payment) {
        return bus.ask(new Abandon(payment)).await().status();
    }

    /** @param total how much has to be back in the end; null for all of it */
    void giveBack(BookingId part, String reason, @Nullable Money total) {
        bus.ask(new Refund(new PaymentId(part.value()), reason, total)).await();
    }

    /** As payments know a card that is saved; a token's card is saved for that. Repeatable by the payment. */
    String kept(Stored stored, PaymentId payment, String method) {
        if (isWallet(method) || CardMethod.savedIn(method).isPresent()) {
            return method;
        }
        String token = CardMethod.keptIn(method).orElse(method);
        Principal driver = new Principal(stored.subscription().driver(), Set.of(Role.DRIVER));
        Kept kept = bus.ask(new KeepCard(driver, token, payment + "-" + token)).await();
        Card card = kept.card();
        if (card == null) {
            String code = kept.declineCode() == null ? "generic_decline" : kept.declineCode();
            throw Purchases.declined(stored.id(), code, kept.declineMessage());
        }
        return CardMethod.saved(card.id());
    }

    /** @throws Rejection unless it can pay when nobody is there: the wallet, or one of the driver's saved cards */
    void requireReusable(Principal driver, String method) {
        if (isWallet(method)) {
            return;
        }
        Optional<CardId> id = CardMethod.savedIn(method);
        if (id.isEmpty()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "save the card first, and choose it then", "/paymentMethod/token");
        }
        Card card = bus.ask(new ListCards(driver)).await().items().stream()
                .filter(each -> each.id().equals(id.get()))
                .findFirst()
                .orElseThrow(() -> new Rejection(ProblemType.NOT_FOUND, "you have no such card", "/paymentMethod/id"));
        if (card.expired()) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "this card has expired", "/paymentMethod/id");
        }
    }

    static boolean isWallet(@Nullable String method) {
        return WalletCommand.METHOD.equals(method);
    }

    static String code(Payment payment) {
        return payment.declineCode() == null ? "generic_decline" : payment.declineCode();
    }
}
