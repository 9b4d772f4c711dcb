package dev.berth.payments;

import static java.util.Objects.requireNonNull;

import dev.berth.ledger.ServiceFee;
import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.Gateway.Intent;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentRow.Capture;
import dev.berth.payments.PaymentRow.Purpose;
import dev.berth.payments.PaymentRow.Reason;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.PaymentId;
import dev.berth.values.SubscriptionId;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Charging, so that a payment is charged once at most and nothing is forgotten, whatever fails.
 *
 * <p>Each attempt is written down before the provider hears of it. The provider's intent is made first and confirmed
 * after its id has been written too: when a node dies or an answer is lost, the intent can be asked what became of it,
 * and asking charges nobody. One intent per payment succeeds at most once, however many attempts confirm it. What becomes of
 * attempts is told by {@link Outcomes}.
 */
final class Charges {
    private static final Logger LOG = LoggerFactory.getLogger(Charges.class);

    /** Decline codes of our own, beside the provider's. */
    static final String WALLET_SHORT = "wallet_insufficient";

    static final String POINTS_SHORT = "points_insufficient";

    private final PaymentSql sql;
    private final Outbox outbox;
    private final Gateway gateway;
    private final PaymentConfig config;
    private final Purse purse;
    private final Holds holds;
    private final Outcomes outcomes;

    Charges(
            PaymentSql sql,
            Outbox outbox,
            Gateway gateway,
            PaymentConfig config,
            Purse purse,
            Holds holds,
            Outcomes outcomes) {
        this.sql = sql;
        this.outbox = outbox;
        this.gateway = gateway;
        this.config = config;
        this.purse = purse;
        this.holds = holds;
        this.outcomes = outcomes;
    }

    /**
     * @param mine whether this ask has begun an attempt, which {@link #attempt} carries out
     * @param authorised whether the money is set aside already, so that it need only be collected
     * @param changed whether it has become something else without an attempt
     */
    record Begun(PaymentRow row, boolean mine, boolean authorised, boolean changed) {
        private static Begun nothing(PaymentRow row) {
            return new Begun(row, false, false, false);
        }

        private static Begun done(PaymentRow row) {
            return new Begun(row, false, false, true);
        }
    }

    Begun begin(Charge charge) {
        return begin(charge, List.of());
    }

    /** @param shares what the payment consists of; empty when it is one booking's */
    Begun begin(Charge charge, List<Share> shares) {
        return begin(charge, shares, Capture.AT_ONCE, Reason.BOOKING);
    }

    /** As {@link #begin(Charge, List)}, for a monthly pass. */
    Begun beginPass(Charge charge, List<Share> shares, SubscriptionId pass) {
        return begin(charge, shares, Capture.AT_ONCE, new Reason(Purpose.PASS, pass));
    }

    /** As {@link #begin(Charge)}, but a success only sets the money aside, for a charge that comes later. */
    Begun authorise(Charge charge) {
        return begin(charge, List.of(), Capture.LATER, Reason.BOOKING);
    }

    /** Charges a card for the driver's own wallet. */
    Begun beginTopUp(Charge charge) {
        return begin(charge, List.of(), Capture.AT_ONCE, Reason.TOP_UP);
    }

    private Begun begin(Charge charge, List<Share> shares, Capture capture, Reason reason) {
        if (charge.price().amount() < 0) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a price is never negative");
        }
        Begun begun = outbox.inTransaction(changes -> {
            sql.exclude(changes.connection(), charge.payment());
            sql.insert(changes.connection(), charge, !shares.isEmpty(), capture, reason);
            PaymentRow row = sql.lock(changes.connection(), charge.payment()).orElseThrow();
            if (capture == Capture.AT_ONCE && isLess(row, charge)) {
                row = lower(changes.connection(), row, charge);
            }
            if (row.shared() == shares.isEmpty()
                    || row.purpose() != reason.purpose()
                    || row.shareOf() != null
                    || !row.booking().equals(charge.booking())
                    || !row.driver().equals(charge.driver())
                    || !row.price().equals(charge.price())) {
                throw new Rejection(ProblemType.CONFLICT, "the payment is for something else");
            }
            if (!shares.isEmpty()
                    && sql.insertShares(changes.connection(), row.id(), shares)
                            != row.price().amount()) {
                throw new Rejection(ProblemType.CONFLICT, "the payment consists of something else");
            }
            boolean collects = capture == Capture.AT_ONCE;
            if (collects && row.capture() == Capture.LATER) {
                // An attempt that is under way, or a step at the bank, goes on to it.
                row = sql.captureDue(changes.connection(), row.id());
            }
            String method = charge.method() == null
                    ? sql.lastMethod(changes.connection(), row.driver(), row.booking())
                            .orElseThrow(() -> new Rejection(
                                    ProblemType.UNPROCESSABLE,
                                    "the booking was not paid with a card: name one",
                                    "/paymentMethod"))
                    : charge.method();
            if (!canBegin(row, method, collects)) {
                return Begun.nothing(row);
            }
            if (row.price().isZero()) {
                return Begun.done(outcomes.succeed(changes, row).orElseThrow());
            }
            return begin(changes, row, method, charge, collects);
        });
        if (begun.changed()) {
            outcomes.tell(begun.row());
            if (begun.row().intent() != null) {
                // Perhaps the card is not needed any more.
                holds.cancelLeftOver();
            }
        }
        return begun;
    }

    private static ServiceFee fee(Charge charge) {
        ServiceFee fee = charge.fee();
        return fee == null ? ServiceFee.none(charge.price().currency()) : fee;
    }

    /** Whether less is wanted than is set aside, or as much with another fee in it: until it is collected, which happens once. */
    private static boolean isLess(PaymentRow row, Charge charge) {
        return row.status() == PaymentStatus.AUTHORISED
                && row.capture() == Capture.LATER
                && !row.abandoned()
                && row.price().currency().equals(charge.price().currency())
                && (charge.price().amount() < row.price().amount()
                        || (charge.price().equals(row.price()) && !fee(charge).equals(row.fee())));
    }

    /**
     * The rest is released in the reverse order of spending (RULES 32): of the card, by collecting less, then of the wallet, then
     * of the points. Written before the provider hears of it.
     */
    private PaymentRow lower(SqlConnection connection, PaymentRow row, Charge charge) {
        PaymentRow lowered = purse.lower(connection, row, charge.price(), fee(charge));
        if (lowered.parts().card().isZero()) {
            holds.letGo(connection, row);
        }
        return lowered;
    }

    private Begun begin(Outbox.Changes changes, PaymentRow row, String method, Charge charge, boolean collects) {
        boolean byCard = Purse.isCard(method);
        if (!byCard && row.purpose() == Purpose.TOP_UP) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a wallet does not fill itself", "/paymentMethod");
        } else if (!byCard && row.intent() != null) {
            // The card might still be charged: its holder may be at the bank.
            throw new Rejection(ProblemType.ILLEGAL_STATE, "a card was tried for this: pay with a card, or book again");
        } else if (row.status() == PaymentStatus.AUTHORISED && row.isInside()) {
            return Begun.done(outcomes.succeed(changes, row).orElseGet(() -> tooLittle(changes, row, method)));
        } else if (row.status() == PaymentStatus.AUTHORISED) {
            return new Begun(claim(changes, row, method, charge), true, true, false);
        }
        Optional<PaymentRow> decided = purse.decide(changes.connection(), row, method, charge.inside());
        if (decided.isEmpty()) {
            return Begun.done(tooLittle(changes, row, method));
        }
        PaymentRow paying = decided.get();
        if (paying.isInside() && collects) {
            return Begun.done(outcomes.succeed(changes, paying).orElseThrow());
        }
        if (paying.drawsInside()) {
            paying = purse.reserve(changes.connection(), paying);
        }
        return paying.isInside()
                ? Begun.done(outcomes.setAside(changes, paying, null).row())
                : new Begun(claim(changes, paying, method, charge), true, false, false);
    }

    private PaymentRow claim(Outbox.Changes changes, PaymentRow row, String method, Charge charge) {
        return sql.claimAttempt(changes.connection(), row.id(), method, charge.returnUrl(), config.resolveAfter());
    }

    private PaymentRow tooLittle(Outbox.Changes changes, PaymentRow row, String method) {
        return method.equals(WalletCommand.METHOD)
                ? outcomes.decline(changes, row, WALLET_SHORT, "There is not enough money in the wallet.")
                : outcomes.decline(changes, row, POINTS_SHORT, "Points and wallet have too little for their part.");
    }

    private static boolean canBegin(PaymentRow row, String method, boolean collects) {
        return !row.abandoned()
                && switch (row.status()) {
                    case REQUIRES_PAYMENT_METHOD, DECLINED -> true;
                    // The same ask again gets the same way out; another method is another attempt.
                    case REQUIRES_ACTION -> !method.equals(row.method());
                    case AUTHORISED -> collects;
                    case PROCESSING, SUCCEEDED, CANCELLED, REFUNDED -> false;
                };
    }

    /** Carries out what has been begun. */
    Payment attempt(Begun begun, Charge charge) {
        PaymentRow row = begun.row();
        if (begun.authorised()) {
            return outcomes.collect(row);
        }
        try {
            if (row.intent() == null) {
                Intent intent = gateway.createIntent(
                                row.id(),
                                row.booking(),
                                row.parts().card(),
                                customer(row),
                                row.description(),
                                row.capture() != Capture.AT_ONCE,
                                row.purpose() != Purpose.TOP_UP)
                        .await();
                Optional<PaymentRow> remembered = sql.rememberIntent(row, intent.id(), config.resolveAfter());
                if (remembered.isEmpty()) {
                    return outcomes.current(row.id());
                }
                row = remembered.get();
            }
        } catch (GatewayException failure) {
            // Whatever became of it: an intent that is not confirmed charges nobody.
            LOG.warn("payment {}: {}", row.id(), failure.getMessage());
            outcomes.giveUp(row);
            throw new Rejection(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE, "the card was not charged; try again");
        }
        String intent = Outcomes.intentOf(row);
        if (row.abandoned()) {
            return outcomes.cancel(row, intent);
        }
        try {
            Intent answer = gateway.confirm(
                            intent, row.id(), row.attempt(), requireNonNull(row.method()), charge.returnUrl())
                    .await();
            return outcomes.apply(row, answer, true);
        } catch (GatewayException failure) {
            LOG.warn("payment {}: {}", row.id(), failure.getMessage());
            if (failure.unknown()) {
                return outcomes.current(row.id());
            }
            outcomes.giveUp(row);
            throw new Rejection(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE, "the card was not charged; try again");
        }
    }

    private String customer(PaymentRow row) {
        return sql.customer(row.driver()).orElseGet(() -> {
            sql.rememberCustomer(
                    row.driver(), gateway.createCustomer(row.driver()).await());
            // Another payment of the same driver may have been faster.
            return sql.customer(row.driver()).orElseThrow();
        });
    }

    Payment abandon(Abandon command) {
        return calledOff(command.payment())
                .map(row -> {
                    String intent = row.intent();
                    if (row.charged()
                            || row.status() == PaymentStatus.CANCELLED
                            || row.shareOf() != null
                            || intent == null) {
                        return row.payment();
                    }
                    try {
                        return outcomes.cancel(row, intent);
                    } catch (GatewayException failure) {
                        LOG.warn("payment {} is to be cancelled later: {}", row.id(), failure.getMessage());
                        return row.payment();
                    }
                })
                .orElseGet(() -> new Payment(command.payment(), PaymentStatus.CANCELLED, null, null, null));
    }

    /** Empty when nothing has been tried, and nothing will be from now on. */
    private Optional<PaymentRow> calledOff(PaymentId payment) {
        return outbox.inTransaction(changes -> {
            sql.exclude(changes.connection(), payment);
            Optional<PaymentRow> found = sql.lock(changes.connection(), payment);
            if (found.isEmpty()) {
                sql.neverCharge(changes.connection(), payment);
                return found;
            }
            PaymentRow row = found.get();
            // The others of a share are not its business.
            if (row.charged() || row.status() == PaymentStatus.CANCELLED || row.shareOf() != null) {
                return found;
            }
            boolean nothingThere = row.intent() == null && !row.underWay();
            if (nothingThere) {
                purse.release(changes.connection(), row);
            }
            return Optional.of(sql.abandon(changes.connection(), payment, nothingThere));
        });
    }
}
