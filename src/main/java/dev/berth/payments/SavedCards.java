package dev.berth.payments;

import dev.berth.payments.CardCommand.AddCard;
import dev.berth.payments.CardCommand.Card;
import dev.berth.payments.CardCommand.KeepCard;
import dev.berth.payments.CardCommand.Kept;
import dev.berth.payments.CardCommand.RemoveCard;
import dev.berth.payments.CardCommand.SetDefaultCard;
import dev.berth.payments.CardCommand.SetUp;
import dev.berth.payments.CardCommand.Setup;
import dev.berth.payments.CardCommand.SetupStatus;
import dev.berth.payments.CardGateway.Attached;
import dev.berth.payments.CardGateway.ProviderCard;
import dev.berth.payments.CardGateway.ProviderSetup;
import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.CardId;
import dev.berth.values.Principal;
import dev.berth.values.UserId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cards that drivers keep. The provider has them; here are their tokens. What becomes of a set-up is asked when the driver
 * comes back and when the provider tells that something has happened, whichever is first, and both end the same.
 */
final class SavedCards {
    private static final Logger LOG = LoggerFactory.getLogger(SavedCards.class);

    private final CardSql sql;
    private final PaymentSql payments;
    private final CardGateway cards;
    private final Gateway gateway;
    private final PaymentConfig config;

    SavedCards(CardSql sql, PaymentSql payments, CardGateway cards, Gateway gateway, PaymentConfig config) {
        this.sql = sql;
        this.payments = payments;
        this.cards = cards;
        this.gateway = gateway;
        this.config = config;
    }

    List<Card> list(Principal actor) {
        return sql.list(driver(actor));
    }

    Setup setUp(SetUp command) {
        UserId driver = driver(command.actor());
        requireRoom(driver);
        try {
            String customer = customer(driver);
            return answer(
                    driver,
                    cards.setUp(customer, command.token(), command.returnUrl(), driver + "-" + command.key())
                            .await());
        } catch (GatewayException failure) {
            throw unavailable(failure);
        }
    }

    Card add(AddCard command) {
        UserId driver = driver(command.actor());
        String customer = payments.customer(driver).orElseThrow(SavedCards::noSuchSetup);
        ProviderSetup setup;
        try {
            setup = cards.setup(command.setup())
                    .await()
                    .filter(found -> customer.equals(found.customer()))
                    .orElseThrow(SavedCards::noSuchSetup);
        } catch (GatewayException failure) {
            throw unavailable(failure);
        }
        Setup answer = answer(driver, setup);
        Card card = answer.card();
        if (answer.status() == SetupStatus.DECLINED) {
            throw declined(answer);
        } else if (card == null) {
            throw new Rejection(ProblemType.ILLEGAL_STATE, "the card is not set up: it is " + answer.status());
        }
        return card;
    }

    private Setup answer(UserId driver, ProviderSetup setup) {
        ProviderCard fresh = setup.card();
        return new Setup(
                setup.id(),
                setup.clientSecret(),
                setup.status(),
                setup.actionUrl(),
                setup.declineCode(),
                setup.declineMessage(),
                fresh == null ? null : sql.add(driver, fresh).orElse(null));
    }

    static Rejection declined(Setup setup) {
        String code = setup.declineCode() == null ? "generic_decline" : setup.declineCode();
        String words = setup.declineMessage() == null ? code : setup.declineMessage();
        return new Rejection(new Problem(ProblemType.PAYMENT_DECLINED, words).with("declineCode", code));
    }

    Card setDefault(SetDefaultCard command) {
        UserId driver = driver(command.actor());
        sql.setDefault(command.card(), driver);
        return sql.find(command.card(), driver).orElseThrow(SavedCards::noSuchCard);
    }

    void remove(RemoveCard command) {
        UserId driver = driver(command.actor());
        Optional<String> removed = sql.remove(command.card(), driver, config.resolveAfter());
        if (removed.isEmpty()) {
            throw sql.find(command.card(), driver).isPresent()
                    ? new Rejection(
                            ProblemType.ILLEGAL_STATE, "a payment with this card is under way: remove it afterwards")
                    : noSuchCard();
        }
        try {
            tellRemoved(removed.get());
        } catch (GatewayException failure) {
            LOG.warn("a removed card is detached later: {}", failure.getMessage());
        }
    }

    /** Tells the provider that a card was removed. Repeatable. */
    void tellRemoved(String method) {
        cards.detach(method).await();
        sql.gone(method);
    }

    /** The provider tells of a set-up. */
    void setupTold(String setup) {
        cards.setup(setup).await().ifPresent(found -> {
            String customer = found.customer();
            ProviderCard card = found.card();
            if (customer != null && card != null) {
                sql.driverOf(customer).ifPresent(driver -> sql.add(driver, card));
            }
        });
    }

    /** The provider tells of a card: that it ends later, say, or that it is nobody's any more. */
    void cardTold(String method) {
        Optional<ProviderCard> found = cards.card(method).await();
        if (found.isEmpty() || found.get().customer() == null) {
            sql.gone(method);
        } else {
            sql.refresh(found.get());
        }
    }

    /** @param declined set when the card cannot be saved, and so was not charged */
    record Resolved(Charge charge, @Nullable Payment declined) {}

    /** A charge by the provider's token, whatever the card was called by. */
    Resolved resolve(Charge charge) {
        String method = charge.method();
        if (method == null) {
            return new Resolved(charge, null);
        }
        Optional<CardId> saved = CardMethod.savedIn(method);
        if (saved.isPresent()) {
            String token = sql.method(saved.get(), charge.driver()).orElseThrow(SavedCards::noSuchCard);
            return new Resolved(by(charge, token), null);
        }
        Optional<String> kept = CardMethod.keptIn(method);
        return kept.isEmpty() ? new Resolved(charge, null) : keep(charge, kept.get());
    }

    private Resolved keep(Charge charge, String token) {
        Optional<String> before = payments.find(charge.payment())
                .filter(row -> switch (row.status()) {
                    case REQUIRES_PAYMENT_METHOD, DECLINED -> false;
                    case REQUIRES_ACTION, PROCESSING, AUTHORISED, SUCCEEDED, CANCELLED, REFUNDED -> true;
                })
                .map(PaymentRow::method);
        if (before.isPresent()) {
            // The same ask again, which has got so far.
            return new Resolved(by(charge, before.get()), null);
        }
        Attached attached = attach(charge.driver(), token, charge.payment() + "-" + token);
        ProviderCard card = attached.card();
        if (card == null) {
            Payment declined = new Payment(
                    charge.payment(), PaymentStatus.DECLINED, null, attached.declineCode(), attached.declineMessage());
            return new Resolved(charge, declined);
        }
        sql.add(charge.driver(), card);
        return new Resolved(by(charge, card.method()), null);
    }

    Kept keep(KeepCard command) {
        UserId driver = driver(command.actor());
        Attached attached = attach(driver, command.token(), command.key());
        ProviderCard fresh = attached.card();
        return fresh == null
                ? new Kept(null, attached.declineCode(), attached.declineMessage())
                : new Kept(sql.add(driver, fresh).orElseThrow(SavedCards::noSuchCard), null, null);
    }

    private Attached attach(UserId driver, String token, String key) {
        requireRoom(driver);
        try {
            return cards.attach(token, customer(driver), key).await();
        } catch (GatewayException failure) {
            throw unavailable(failure);
        }
    }

    private static Charge by(Charge charge, String method) {
        return new Charge(
                charge.payment(),
                charge.booking(),
                charge.driver(),
                charge.host(),
                charge.price(),
                charge.commissionBasisPoints(),
                method,
                charge.description(),
                charge.returnUrl(),
                charge.inside(),
                charge.fee());
    }

    private String customer(UserId driver) {
        return payments.customer(driver).orElseGet(() -> {
            payments.rememberCustomer(driver, gateway.createCustomer(driver).await());
            return payments.customer(driver).orElseThrow();
        });
    }

    private void requireRoom(UserId driver) {
        if (sql.count(driver) >= config.cardsMax()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "no more than %d cards are kept".formatted(config.cardsMax()));
        }
    }

    private static UserId driver(Principal actor) {
        if (actor.isGuest()) {
            throw new Rejection(ProblemType.ACCOUNT_REQUIRED, "who keeps cards has an account");
        }
        return actor.user();
    }

    private static Rejection unavailable(GatewayException failure) {
        LOG.warn("a card is not saved: {}", failure.getMessage());
        return new Rejection(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE, "the card was not charged; try again");
    }

    private static Rejection noSuchCard() {
        return new Rejection(ProblemType.NOT_FOUND, "you have no such card", "/paymentMethod/id");
    }

    private static Rejection noSuchSetup() {
        return new Rejection(ProblemType.NOT_FOUND, "you have no such set-up", "/setupIntentId");
    }
}
