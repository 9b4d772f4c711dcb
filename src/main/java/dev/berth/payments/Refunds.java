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
    private final Teller teller;
    private final PaymentMetrics metrics;

    Refunds(
            PaymentSql sql,
            Outbox outbox,
            Gateway gateway,
            PaymentConfig config,
            Charges charges,
            Teller teller,
            PaymentMetrics metrics) {
        this.sql = sql;
        this.outbox = outbox;
        this.gateway = gateway;
        this.config = config;
        this.charges = charges;
        this.teller = teller;
        this.metrics = metrics;
    }

    Payment refund(Refund command) {
        List<RefundRow> wanted = new ArrayList<>();
        Optional<PaymentRow> given = outbox.inTransaction(changes -> {
            PaymentRow row = sql.lock(changes.connection(), command.payment()).orElse(null);
            if (row == null || row.status() != PaymentStatus.SUCCEEDED) {
                return Optional.empty();
            }
            if (row.shared()) {
                throw new Rejection(ProblemType.CONFLICT, "it goes back by its shares");
            }
            if (row.price().isZero()) {
                changes.record(row.refunded(row.price()));
                sql.setStatus(changes.connection(), row.id(), PaymentStatus.REFUNDED, null, null, null, null);
                return Optional.empty();
            }
            wanted.addAll(sql.insertRefunds(
                    changes.connection(), command.payment(), command.reason(), command.total(), config.resolveAfter()));
            // Of what was paid inside the provider has nothing.
            return wanted.stream()
                    .filter(refund -> refund.source() == Source.INSIDE)
                    .map(refund -> {
                        sql.settleRefund(changes.connection(), refund.id(), ProviderRefund.INSIDE);
                        return give(changes, row, refund);
                    })
                    .findFirst();
        });
        given.ifPresent(teller::tell);
        for (RefundRow refund : wanted) {
            if (refund.source() == Source.INSIDE) {
                metrics.refunded(refund.amount());
            } else {
                lookUpNow(refund);
            }
        }
        if (wanted.isEmpty()
                && !sql.find(command.payment()).map(PaymentRow::charged).orElse(false)) {
            return charges.abandon(new Abandon(command.payment()));
        }
        return charges.current(command.payment());
    }

    private void lookUpNow(RefundRow refund) {
        try {
            lookUp(refund);
        } catch (GatewayException failure) {
            LOG.warn("refund {} is asked for again later: {}", refund.id(), failure.getMessage());
        }
    }

    /** Asks the provider for a refund, or how it stands. */
    void lookUp(RefundRow refund) {
        PaymentRow payment = sql.find(refund.payment()).orElseThrow();
        String intent = payment.intent();
        if (intent == null) {
            throw new IllegalStateException("refund " + refund.id() + " of a payment without intent");
        }
        String known = refund.providerRefund();
        settle(
                refund,
                known == null
                        ? gateway.refund(refund.id(), intent, refund.amount()).await()
                        : gateway.retrieveRefund(known).await());
    }

    private void settle(RefundRow asked, ProviderRefund provider) {
        Optional<PaymentRow> changed = outbox.inTransaction(changes -> {
            PaymentRow payment = sql.lock(changes.connection(), asked.payment()).orElseThrow();
            RefundRow refund = sql.lockRefund(changes.connection(), asked.id());
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
                case PENDING -> Optional.empty();
                case FAILED -> {
                    metrics.refundsFailed.increment();
                    LOG.error("refund {} has failed: {}", refund.id(), provider.failureReason());
                    yield Optional.empty();
                }
                case SUCCEEDED -> {
                    yield Optional.of(give(changes, payment, refund));
                }
            };
        });
        changed.ifPresent(row -> {
            metrics.refunded(asked.amount());
            teller.tell(row);
        });
    }

    /** Posts what has gone back, which is settled. */
    private PaymentRow give(Outbox.Changes changes, PaymentRow payment, RefundRow refund) {
        // This one included, which has just been settled.
        GivenBack back = sql.givenBack(changes.connection(), payment);
        Money left = payment.price().minus(back.amount()).plus(refund.amount());
        sql.post(
                changes.connection(),
                refund.id(),
                TransactionKind.REFUND,
                payment,
                sql.charge(changes.connection(), payment.id()),
                Postings.refund(
                        payment.driver(),
                        payment.host(),
                        payment.commissionBasisPoints(),
                        payment.fee(),
                        left,
                        parts(payment, refund, back)));
        changes.record(payment.refunded(refund.amount()));
        return back.amount().equals(payment.price())
                ? sql.setStatus(changes.connection(), payment.id(), PaymentStatus.REFUNDED, null, null, null, null)
                : payment;
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
