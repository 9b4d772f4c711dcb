package dev.berth.payments;

import static java.util.Objects.requireNonNull;

import dev.berth.ledger.Line;
import dev.berth.ledger.Postings;
import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.Gateway.Intent;
import dev.berth.payments.Gateway.IntentState;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Reassign;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.payments.PaymentEvent.PaymentAuthorised;
import dev.berth.payments.PaymentRow.Capture;
import dev.berth.payments.PaymentRow.Purpose;
import dev.berth.platform.bus.Done;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Charging, so that a payment is charged once at most and nothing is forgotten, whatever fails.
 *
 * <p>Each attempt is written down before the provider hears of it. The provider's intent is made first and confirmed
 * after its id has been written too: when a node dies or an answer is lost, the intent can be asked what became of it,
 * and asking charges nobody. One intent per payment succeeds at most once, however many attempts confirm it.
 *
 * <p>What attempts, look-ups and webhooks find out comes together in {@link #apply}, in one transaction with the ledger
 * and the outbox: a success counts always and once, anything else only when nothing has happened since it was asked for.
 *
 * <p>Longer than other files, because each way that a payment can go stands beside the others that lead to the same states.
 */
final class Charges {
    private static final Logger LOG = LoggerFactory.getLogger(Charges.class);

    /** What a payment that was broken off before it was tried is declined with: it may be tried again. */
    private static final String BROKEN_OFF = "processing_error";

    /** A decline code of our own, beside the provider's. */
    static final String WALLET_SHORT = "wallet_insufficient";

    private final PaymentSql sql;
    private final Outbox outbox;
    private final Gateway gateway;
    private final PaymentConfig config;
    private final WalletConfig walletConfig;
    private final Teller teller;
    private final PaymentMetrics metrics;

    Charges(
            PaymentSql sql,
            Outbox outbox,
            Gateway gateway,
            PaymentConfig config,
            WalletConfig walletConfig,
            Teller teller,
            PaymentMetrics metrics) {
        this.sql = sql;
        this.outbox = outbox;
        this.gateway = gateway;
        this.config = config;
        this.walletConfig = walletConfig;
        this.teller = teller;
        this.metrics = metrics;
    }

    /**
     * @param mine whether this ask has begun an attempt, which {@link #attempt} carries out
     * @param authorised whether the money is set aside already, so that it need only be collected
     */
    record Begun(PaymentRow row, boolean mine, boolean authorised) {
        private static Begun nothing(PaymentRow row) {
            return new Begun(row, false, false);
        }
    }

    Begun begin(Charge charge) {
        return begin(charge, List.of());
    }

    /** @param shares what the payment consists of; empty when it is one booking's */
    Begun begin(Charge charge, List<Share> shares) {
        return begin(charge, shares, Capture.AT_ONCE, Purpose.BOOKING);
    }

    /** As {@link #begin(Charge, List)}, for a monthly pass. */
    Begun beginPass(Charge charge, List<Share> shares) {
        return begin(charge, shares, Capture.AT_ONCE, Purpose.PASS);
    }

    /** As {@link #begin(Charge)}, but a success only sets the money aside, for a charge that comes later. */
    Begun authorise(Charge charge) {
        return begin(charge, List.of(), Capture.LATER, Purpose.BOOKING);
    }

    /** Charges a card for the driver's own wallet. */
    Begun beginTopUp(Charge charge) {
        return begin(charge, List.of(), Capture.AT_ONCE, Purpose.TOP_UP);
    }

    private Begun begin(Charge charge, List<Share> shares, Capture capture, Purpose purpose) {
        if (charge.price().amount() < 0) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a price is never negative");
        }
        return outbox.inTransaction(changes -> {
            sql.exclude(changes.connection(), charge.payment());
            sql.insert(changes.connection(), charge, !shares.isEmpty(), capture, purpose);
            PaymentRow row = sql.lock(changes.connection(), charge.payment()).orElseThrow();
            if (row.shared() == shares.isEmpty()
                    || row.purpose() != purpose
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
                return Begun.nothing(succeed(changes, row));
            }
            if (method.equals(WalletCommand.METHOD) || row.byWallet()) {
                return Begun.nothing(payFromWallet(changes, row, collects));
            }
            PaymentRow claimed =
                    sql.claimAttempt(changes.connection(), row.id(), method, charge.returnUrl(), config.resolveAfter());
            return new Begun(claimed, true, row.status() == PaymentStatus.AUTHORISED);
        });
    }

    /** All of it or nothing, in this transaction; set aside only when it is to be collected later. */
    private PaymentRow payFromWallet(Outbox.Changes changes, PaymentRow row, boolean collects) {
        if (row.purpose() == Purpose.TOP_UP) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a wallet does not fill itself", "/paymentMethod");
        } else if (row.intent() != null) {
            // The card might still be charged: its holder may be at the bank.
            throw new Rejection(ProblemType.ILLEGAL_STATE, "a card was tried for this: pay with a card, or book again");
        } else if (row.status() == PaymentStatus.AUTHORISED && sql.chargeHeld(changes.connection(), row)) {
            return succeed(changes, row);
        }
        Money available =
                sql.lockWallet(changes.connection(), row.driver(), row.price().currency());
        if (available.amount() < row.price().amount()) {
            sql.takeFromWallet(changes.connection(), row.id(), false);
            return decline(changes, row, WALLET_SHORT, "There is not enough money in the wallet.");
        }
        PaymentRow paid = sql.takeFromWallet(changes.connection(), row.id(), true);
        if (collects) {
            return succeed(changes, paid);
        }
        sql.holdWallet(changes.connection(), paid, walletConfig.reserveFor());
        return setAside(changes, paid).row();
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
            return collect(row);
        }
        try {
            if (row.intent() == null) {
                Intent intent = gateway.createIntent(
                                row.id(),
                                row.booking(),
                                row.price(),
                                customer(row),
                                row.description(),
                                row.capture() != Capture.AT_ONCE)
                        .await();
                Optional<PaymentRow> remembered = sql.rememberIntent(row, intent.id(), config.resolveAfter());
                if (remembered.isEmpty()) {
                    return current(row.id());
                }
                row = remembered.get();
            }
        } catch (GatewayException failure) {
            // Whatever became of it: an intent that is not confirmed charges nobody.
            LOG.warn("payment {}: {}", row.id(), failure.getMessage());
            sql.giveUpAttempt(row);
            throw new Rejection(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE, "the card was not charged; try again");
        }
        String intent = intentOf(row);
        if (row.abandoned()) {
            return cancel(row, intent);
        }
        try {
            Intent answer = gateway.confirm(
                            intent, row.id(), row.attempt(), requireNonNull(row.method()), charge.returnUrl())
                    .await();
            return apply(row, answer, true);
        } catch (GatewayException failure) {
            LOG.warn("payment {}: {}", row.id(), failure.getMessage());
            if (failure.unknown()) {
                return current(row.id());
            }
            sql.giveUpAttempt(row);
            throw new Rejection(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE, "the card was not charged; try again");
        }
    }

    /** Collects what is set aside. When it is not known whether that has worked, the provider is asked later. */
    private Payment collect(PaymentRow claimed) {
        try {
            Intent answer = gateway.capture(intentOf(claimed), claimed.id()).await();
            if (answer.state() == IntentState.AUTHORISED) {
                throw new GatewayException("what is set aside has not been collected", false, null);
            }
            return apply(claimed, answer, true);
        } catch (GatewayException failure) {
            LOG.warn("payment {} is collected later: {}", claimed.id(), failure.getMessage());
            return current(claimed.id());
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
                        return cancel(row, intent);
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
            if (row.byWallet() && row.status() == PaymentStatus.AUTHORISED) {
                sql.releaseWallet(changes.connection(), row);
            }
            boolean nothingThere = row.intent() == null && !row.underWay();
            return Optional.of(sql.abandon(changes.connection(), payment, nothingThere));
        });
    }

    /** All of a booking's charges become another host's. What is theirs already stays so: that makes it repeatable. */
    void reassign(Reassign command) {
        outbox.inTransaction(changes -> {
            List<PaymentRow> rows = sql.lockCharged(changes.connection(), command.booking()).stream()
                    .filter(row -> !row.host().equals(command.host()))
                    .toList();
            Money currency = Money.zero(command.worth().currency());
            Map<PaymentId, Money> left = new HashMap<>();
            rows.forEach(row -> left.put(row.id(), row.price().minus(sql.givenBack(changes.connection(), row))));
            Money all = left.values().stream().reduce(currency, Money::plus);
            boolean first = true;
            for (PaymentRow row : rows) {
                // What the price of all of it falls short of: once, with the first.
                Money added = first ? missing(all, command.worth(), row.commissionBasisPoints()) : currency;
                first = false;
                List<Line> lines = Postings.reassign(
                        row.host(),
                        command.host(),
                        left.getOrDefault(row.id(), currency),
                        row.commissionBasisPoints(),
                        added);
                if (!lines.isEmpty()) {
                    sql.postReassignment(changes.connection(), Ids.next(), row, lines);
                }
                sql.setHost(changes.connection(), row.id(), command.host());
            }
            return Done.DONE;
        });
    }

    private static Money missing(Money left, Money worth, int commissionBasisPoints) {
        if (worth.amount() <= left.amount()) {
            return Money.zero(left.currency());
        }
        return Postings.split(worth, commissionBasisPoints)
                .host()
                .minus(Postings.split(left, commissionBasisPoints).host());
    }

    /** Asks the provider how a payment stands that was due to be looked up. */
    void lookUp(PaymentRow row) {
        String intent = row.intent();
        if (intent == null) {
            // It was broken off before its intent was written: never confirmed, so never charged.
            brokenOff(row);
        } else if (row.abandoned()) {
            cancel(row, intent);
        } else {
            apply(row, gateway.retrieve(intent).await(), true);
        }
    }

    /** As {@link #lookUp}, because the provider has told that something has happened. */
    void lookUpTold(PaymentRow row) {
        if (!row.charged()) {
            apply(row, gateway.retrieve(intentOf(row)).await(), !row.underWay());
        }
    }

    Payment current(PaymentId payment) {
        return sql.find(payment)
                .map(PaymentRow::payment)
                .orElseGet(() -> new Payment(payment, PaymentStatus.REQUIRES_PAYMENT_METHOD, null, null, null));
    }

    private Payment cancel(PaymentRow row, String intent) {
        return apply(row, gateway.cancel(intent).await(), false);
    }

    private void brokenOff(PaymentRow row) {
        apply(row, new Intent("", IntentState.OPEN, 0, row.price().currency(), null, null, null), true);
    }

    /**
     * Makes true what the provider has said.
     *
     * @param asked the payment as it was when the provider was asked
     * @param conclusive whether no attempt is under way that will tell better than this
     */
    private Payment apply(PaymentRow asked, Intent intent, boolean conclusive) {
        Applied applied = outbox.inTransaction(changes -> {
            PaymentRow row = sql.lock(changes.connection(), asked.id()).orElseThrow();
            return switch (intent.state()) {
                case SUCCEEDED ->
                    row.charged() || !paidInFull(row, intent) ? same(row) : changed(succeed(changes, row));
                case CANCELLED ->
                    row.charged() || row.status() == PaymentStatus.CANCELLED
                            ? same(row)
                            : changed(cancelled(changes, row));
                case DECLINED, REQUIRES_ACTION, OPEN, PROCESSING, AUTHORISED ->
                    conclusive && row.version() == asked.version() && !row.charged()
                            ? undecided(changes, row, intent)
                            : same(row);
            };
        });
        if (applied.collect()) {
            return collect(applied.row());
        }
        if (applied.changed()) {
            count(applied.row());
            teller.tell(applied.row());
        }
        return applied.row().payment();
    }

    private void count(PaymentRow changed) {
        switch (changed.status()) {
            case SUCCEEDED -> metrics.charged(changed.price());
            case DECLINED -> metrics.declined.increment();
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, AUTHORISED, PROCESSING, CANCELLED, REFUNDED -> {
                // No money has moved.
            }
        }
    }

    /** @param collect whether what is set aside is to be collected next */
    private record Applied(PaymentRow row, boolean changed, boolean collect) {}

    private static Applied same(PaymentRow row) {
        return new Applied(row, false, false);
    }

    private static Applied changed(PaymentRow row) {
        return new Applied(row, true, false);
    }

    private Applied undecided(Outbox.Changes changes, PaymentRow row, Intent intent) {
        return switch (intent.state()) {
            case DECLINED -> changed(decline(changes, row, intent.declineCode(), intent.declineMessage()));
            case REQUIRES_ACTION ->
                row.status() == PaymentStatus.REQUIRES_ACTION
                        ? same(row)
                        : changed(sql.setStatus(
                                changes.connection(),
                                row.id(),
                                PaymentStatus.REQUIRES_ACTION,
                                intent.actionUrl(),
                                null,
                                null,
                                config.resolveBackoff()));
            case OPEN ->
                row.status() == PaymentStatus.PROCESSING || row.status() == PaymentStatus.REQUIRES_ACTION
                        ? changed(decline(changes, row, BROKEN_OFF, "The payment was broken off. Try again."))
                        : same(row);
            case AUTHORISED -> setAside(changes, row);
            case PROCESSING, SUCCEEDED, CANCELLED -> same(row);
        };
    }

    private Applied setAside(Outbox.Changes changes, PaymentRow row) {
        if (row.capture() == Capture.DUE && !row.abandoned()) {
            return new Applied(row, false, true);
        } else if (row.status() == PaymentStatus.AUTHORISED) {
            return same(row);
        }
        changes.record(new PaymentAuthorised(row.id(), row.booking(), row.driver(), row.price()));
        // What nobody waits for is given up next.
        Duration nextCheck = row.abandoned() ? Duration.ZERO : null;
        return changed(
                sql.setStatus(changes.connection(), row.id(), PaymentStatus.AUTHORISED, null, null, null, nextCheck));
    }

    private PaymentRow succeed(Outbox.Changes changes, PaymentRow row) {
        if (row.purpose() == Purpose.TOP_UP) {
            sql.postTopUp(changes.connection(), row);
            return sql.setStatus(changes.connection(), row.id(), PaymentStatus.SUCCEEDED, null, null, null, null);
        }
        List<PaymentRow> charged = row.shared() ? sql.succeedShares(changes.connection(), row) : List.of(row);
        for (PaymentRow each : charged) {
            if (!each.price().isZero()) {
                sql.post(
                        changes.connection(),
                        each.id().value(),
                        TransactionKind.CHARGE,
                        each,
                        null,
                        Postings.charge(
                                each.driver(), each.host(), each.price(), each.commissionBasisPoints(), each.wallet()));
            }
        }
        changes.record(row.succeeded());
        return sql.setStatus(changes.connection(), row.id(), PaymentStatus.SUCCEEDED, null, null, null, null);
    }

    private PaymentRow decline(
            Outbox.Changes changes, PaymentRow row, @Nullable String code, @Nullable String message) {
        if (row.purpose() != Purpose.TOP_UP) {
            changes.record(row.failed(code == null ? "card_declined" : code));
        }
        // What nobody waits for is cancelled next.
        Duration nextCheck = row.abandoned() ? Duration.ZERO : null;
        return sql.setStatus(changes.connection(), row.id(), PaymentStatus.DECLINED, null, code, message, nextCheck);
    }

    private PaymentRow cancelled(Outbox.Changes changes, PaymentRow row) {
        if (!row.abandoned() && row.purpose() != Purpose.TOP_UP) {
            changes.record(row.failed("canceled"));
        }
        return sql.setStatus(changes.connection(), row.id(), PaymentStatus.CANCELLED, null, null, null, null);
    }

    private boolean paidInFull(PaymentRow row, Intent intent) {
        boolean full = intent.received() == row.price().amount()
                && intent.currency().equals(row.price().currency());
        if (!full) {
            metrics.contradictions.increment();
            LOG.error("payment {}: the provider has collected another amount than the price", row.id());
        }
        return full;
    }

    private static String intentOf(PaymentRow row) {
        String intent = row.intent();
        if (intent == null) {
            throw new IllegalStateException("payment " + row.id() + " has no intent");
        }
        return intent;
    }
}
