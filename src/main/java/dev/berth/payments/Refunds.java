package dev.berth.payments;

import dev.berth.ledger.Postings;
import dev.berth.payments.Gateway.GatewayException;
import dev.berth.payments.Gateway.ProviderRefund;
import dev.berth.payments.Gateway.RefundState;
import dev.berth.payments.PaymentCommand.Abandon;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Ids;
import dev.berth.values.Money;
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
        Optional<RefundRow> wanted = outbox.inTransaction(changes -> {
            Optional<PaymentRow> row = sql.lock(changes.connection(), command.payment());
            if (row.isEmpty() || row.get().status() != PaymentStatus.SUCCEEDED) {
                return Optional.empty();
            }
            if (row.get().shared()) {
                throw new Rejection(ProblemType.CONFLICT, "it goes back by its shares");
            }
            if (row.get().price().isZero()) {
                changes.record(row.get().refunded(row.get().price()));
                sql.setStatus(changes.connection(), row.get().id(), PaymentStatus.REFUNDED, null, null, null, null);
                return Optional.empty();
            }
            Optional<RefundRow> back = sql.insertRefund(
                    changes.connection(),
                    Ids.next(),
                    command.payment(),
                    command.reason(),
                    command.total(),
                    config.resolveAfter());
            if (row.get().byWallet()) {
                // The provider has nothing of it.
                back.ifPresent(refund -> {
                    sql.settleRefund(changes.connection(), refund.id(), ProviderRefund.INSIDE);
                    give(changes, row.get(), refund);
                });
                return Optional.empty();
            }
            return back;
        });
        if (wanted.isPresent()) {
            try {
                lookUp(wanted.get());
            } catch (GatewayException failure) {
                LOG.warn("refund {} is asked for again later: {}", wanted.get().id(), failure.getMessage());
            }
        } else if (!sql.find(command.payment()).map(PaymentRow::charged).orElse(false)) {
            return charges.abandon(new Abandon(command.payment()));
        }
        return charges.current(command.payment());
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
        Money back = sql.givenBack(changes.connection(), payment);
        sql.post(
                changes.connection(),
                refund.id(),
                TransactionKind.REFUND,
                payment,
                sql.charge(changes.connection(), payment.id()),
                Postings.refund(
                        payment.driver(),
                        payment.host(),
                        payment.price(),
                        payment.commissionBasisPoints(),
                        payment.wallet(),
                        back.minus(refund.amount()),
                        refund.amount()));
        changes.record(payment.refunded(refund.amount()));
        return back.equals(payment.price())
                ? sql.setStatus(changes.connection(), payment.id(), PaymentStatus.REFUNDED, null, null, null, null)
                : payment;
    }
}
