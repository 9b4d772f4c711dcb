package dev.berth.payments;

import dev.berth.ledger.Parts;
import dev.berth.ledger.Postings;
import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.Gateway.ProviderRefund;
import dev.berth.payments.Gateway.RefundState;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.payments.PaymentSql.GivenBack;
import dev.berth.payments.RefundRow.Source;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Giving back. A refund is written down before the provider is asked for it, and asked for until the provider has
 * decided, always with the same idempotency key: once wanted, it happens, and once.
 */
final class Refunds {
    private static final Logger LOG = LoggerFactory.getLogger(Refunds.class);

    private final PaymentSql sql;
    private final Outbox outbox;
    private final Gateway gateway;
    private final PaymentConfig config;
    private final Charges charges;
    private final Outcomes outcomes;
    private final WithdrawalBooks withdrawals;
    private final Teller teller;
    private final PaymentMetrics metrics;

    Refunds(
            PaymentSql sql,
            Outbox outbox,
            Gateway gateway,
            PaymentConfig config,
            Charges charges,
            Outcomes outcomes,
            WithdrawalBooks withdrawals,
            Teller teller,
            PaymentMetrics metrics) {
        this.sql = sql;
        this.outbox = outbox;
        this.gateway = gateway;
        this.config = config;
        this.charges = charges;
        this.outcomes = outcomes;
        this.withdrawals = withdrawals;
        this.teller = teller;
        this.metrics = metrics;
    }

    Payment refund(Refund command) {
        List<RefundRow> wanted = new ArrayList<>();
        Optional<Given> given = outbox.inTransaction(changes -> {
            PaymentRow row = sql.lock(changes.connection(), command.payment()).orElse(null);
            if (row == null || row.status() != PaymentStatus.SUCCEEDED) {
                return Optional.empty();
            }
            if (row.shared()) {
                throw new Rejection(ProblemType.CONFLICT, "it goes back by its shares");
            } else if (row.purpose() == PaymentRow.Purpose.TOP_UP) {
                throw new Rejection(ProblemType.CONFLICT, "it goes back out of the wallet");
            }
            if (row.price().isZero()) {
                changes.record(row.refunded(row.price(), row.parts()));
                sql.setStatus(changes.connection(), row.id(), PaymentStatus.REFUNDED, null, null, null, null);
                return Optional.empty();
            }
            wanted.addAll(sql.insertRefunds(
                    changes.connection(), command.payment(), command.reason(), command.total(), config.resolveAfter()));
            // Of what was paid inside the provider has nothing; it goes back with what the card gets, to be told of
            // together.
            return wanted.stream().anyMatch(refund -> refund.source() == Source.CARD)
                    ? Optional.empty()
                    : give(changes, row, List.of());
        });
        given.ifPresent(this::tell);
        for (RefundRow refund : wanted) {
            if (refund.source() == Source.CARD && !ask(refund)) {
                // A provider that does not answer keeps nothing else waiting.
                outbox.inTransaction(changes -> give(
                                changes,
                                sql.lock(changes.connection(), command.payment())
                                        .orElseThrow(),
                                List.of()))
                        .ifPresent(this::tell);
            }
        }
        if (wanted.isEmpty()
                && !sql.find(command.payment()).map(PaymentRow::charged).orElse(false)) {
            return charges.abandon(new Abandon(command.payment()));
        }
        return outcomes.current(command.payment());
    }

    /** Asks the provider for a refund that is written down; whether it has answered. When it has not, it is asked later. */
    boolean ask(RefundRow refund) {
        try {
            settle(refund, request(refund, intentOf(refund)));
            return true;
        } catch (GatewayException failure) {
            LOG.warn("refund {} is asked for again later: {}", refund.id(), failure.getMessage());
            return false;
        }
    }

    /**
     * Finds out how a refund stands that was asked for, and asks for it again when the provider has none. The idempotency key
     * stays the same, so that an ask which is still on its way has no second effect. Only when the provider keeps a fault of its
     * own as the answer to that key, and lists no such refund, the next attempt has a key of its own.
     */
    void lookUp(RefundRow refund) {
        String known = refund.providerRefund();
        if (known != null) {
            settle(refund, gateway.retrieveRefund(known).await());
            return;
        }
        String intent = intentOf(refund);
        Optional<ProviderRefund> made = gateway.findRefund(refund.id(), intent).await();
        settle(refund, made.isPresent() ? made.get() : again(refund, intent));
    }

    private ProviderRefund again(RefundRow refund, String intent) {
        try {
            return request(refund, intent);
        } catch (GatewayException failure) {
            if (!failure.unknown() || !failure.kept()) {
                throw failure;
            }
            Optional<ProviderRefund> made =
                    gateway.findRefund(refund.id(), intent).await();
            if (made.isPresent()) {
                return made.get();
            }
            RefundRow next = sql.nextAttempt(refund).orElseThrow(() -> failure);
            LOG.warn("refund {} is asked for anew, attempt {}: {}", next.id(), next.attempt(), failure.getMessage());
            return request(next, intent);
        }
    }

    /** What a wallet cannot give back to its card stays in it; what a booking gives back has no other way. */
    private ProviderRefund request(RefundRow refund, String intent) {
        try {
            return gateway.refund(refund.id(), refund.attempt(), intent, refund.amount())
                    .await();
        } catch (GatewayException failure) {
            String refusal = failure.refusal();
            if (refusal == null || refund.withdrawal() == null) {
                throw failure;
            }
            return new ProviderRefund(null, RefundState.FAILED, refusal);
        }
    }

    private String intentOf(RefundRow refund) {
        return Outcomes.intentOf(sql.find(refund.payment()).orElseThrow());
    }

    private void settle(RefundRow asked, ProviderRefund provider) {
        Optional<Given> changed = outbox.inTransaction(changes -> {
            PaymentRow payment = sql.lock(changes.connection(), asked.payment()).orElseThrow();
            RefundRow refund = sql.lockRefund(changes.connection(), asked.id());
            UUID withdrawal = refund.withdrawal();
            if (withdrawal != null) {
                withdrawals.settle(changes, refund, withdrawal, payment.driver(), provider);
                return Optional.empty();
            }
            if (refund.state() != RefundState.PENDING) {
                if (refund.state() != provider.state()) {
                    metrics.contradictions.increment();
                    LOG.error(
                            "refund {} is {} here and {} at the provider: the ledger needs a correction by hand",
                            refund.id(),
                            refund.state(),
                            provider.state());
                }
                return Optional.empty();
            }
            sql.settleRefund(changes.connection(), refund.id(), provider);
            return switch (provider.state()) {
                case PENDING -> give(changes, payment, List.of());
                case FAILED -> {
                    metrics.refundsFailed.increment();
                    LOG.error("refund {} has failed: {}", refund.id(), provider.failureReason());
                    yield give(changes, payment, List.of());
                }
                case SUCCEEDED -> give(changes, payment, List.of(refund));
            };
        });
        changed.ifPresent(this::tell);
    }

    private record Given(PaymentRow payment, Money amount) {}

    private void tell(Given given) {
        metrics.refunded(given.amount());
        teller.tell(given.payment());
    }

    /**
     * Posts what has gone back to a card, which is settled, and settles and posts what goes back inside: one event says both.
     * Empty when it is nothing.
     */
    private Optional<Given> give(Outbox.Changes changes, PaymentRow payment, List<RefundRow> settled) {
        Parts given = new Parts(nothing(payment), nothing(payment), nothing(payment));
        for (RefundRow refund : settled) {
            given = given.plus(post(changes, payment, refund));
        }
        for (RefundRow refund : sql.openInside(changes.connection(), payment.id())) {
            sql.settleRefund(changes.connection(), refund.id(), ProviderRefund.INSIDE);
            given = given.plus(post(changes, payment, refund));
        }
        Money amount = given.price();
        if (amount.isZero()) {
            return Optional.empty();
        }
        changes.record(payment.refunded(amount, given));
        PaymentRow now = sql.givenBack(changes.connection(), payment).amount().equals(payment.price())
                ? sql.setStatus(changes.connection(), payment.id(), PaymentStatus.REFUNDED, null, null, null, null)
                : payment;
        return Optional.of(new Given(now, amount));
    }

    private static Money nothing(PaymentRow payment) {
        return Money.zero(payment.price().currency());
    }

    /** Posts one that is settled: where it has gone. */
    private Parts post(Outbox.Changes changes, PaymentRow payment, RefundRow refund) {
        // This one included, which has just been settled.
        GivenBack back = sql.givenBack(changes.connection(), payment);
        Money left = payment.price().minus(back.amount()).plus(refund.amount());
        Parts parts = parts(payment, refund, back);
        sql.post(
                changes.connection(),
                refund.id(),
                TransactionKind.REFUND,
                payment,
                sql.charge(changes.connection(), payment.id()),
                Postings.refund(
                        payment.driver(), payment.host(), payment.commissionBasisPoints(), payment.fee(), left, parts));
        return parts;
    }

    /** Inside, what the wallet has paid goes back before what points have. */
    private static Parts parts(PaymentRow payment, RefundRow refund, GivenBack back) {
        if (refund.source() == Source.CARD && !payment.isInside()) {
            return Parts.card(refund.amount());
        }
        Parts paid = payment.parts();
        Parts inside = new Parts(
                paid.points(), paid.wallet(), Money.zero(payment.price().currency()));
        return inside.back(back.inside().minus(refund.amount()), refund.amount());
    }
}
