package dev.berth.payments;

import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.Gateway.ProviderRefund;
import dev.berth.payments.Gateway.RefundState;
import dev.berth.payments.WithdrawalCommand.Withdrawal;
import dev.berth.payments.WithdrawalEvent.WalletPaidOut;
import dev.berth.payments.WithdrawalEvent.WalletPayoutReturned;
import dev.berth.platform.events.Outbox;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of money on its way from a wallet to a card. It is set aside in the ledger before the provider hears of it, by a
 * transfer with the refund's id that is posted or called off with the provider's answer.
 */
final class WithdrawalBooks {
    private static final Logger LOG = LoggerFactory.getLogger(WithdrawalBooks.class);

    /** Money on its way is never free again by itself, however late the provider says what has become of it. */
    private static final Duration SET_ASIDE = Duration.ofDays(36_500);

    private final WithdrawalSql sql;
    private final PaymentSql refunds;
    private final LedgerSql ledger;
    private final PaymentMetrics metrics;

    WithdrawalBooks(WithdrawalSql sql, PaymentSql refunds, LedgerSql ledger, PaymentMetrics metrics) {
        this.sql = sql;
        this.refunds = refunds;
        this.ledger = ledger;
        this.metrics = metrics;
    }

    void setAside(SqlConnection connection, UserId driver, RefundRow refund) {
        ledger.hold(connection, transfer(refund.id(), TransferKind.WALLET_PAID_OUT, driver, refund), SET_ASIDE);
    }

    /** Makes true what the provider has said of a refund that is locked. */
    void settle(Outbox.Changes changes, RefundRow refund, UUID withdrawal, UserId driver, ProviderRefund told) {
        if (refund.state() == told.state() && refund.state() != RefundState.PENDING) {
            return;
        } else if (refund.state() == RefundState.FAILED) {
            metrics.contradictions.increment();
            LOG.error("refund {} has failed here and is {} at the provider", refund.id(), told.state());
            return;
        }
        sql.lock(changes.connection(), withdrawal);
        switch (told.state()) {
            case PENDING -> {
                if (refund.state() == RefundState.SUCCEEDED) {
                    return;
                }
            }
            case SUCCEEDED -> post(changes.connection(), refund);
            case FAILED -> {
                LOG.warn("refund {} of a wallet has failed: {}", refund.id(), told.failureReason());
                metrics.withdrawalsFailed.increment();
                if (refund.state() == RefundState.SUCCEEDED) {
                    takeBack(changes, refund, withdrawal, driver);
                } else {
                    ledger.callOff(changes.connection(), refund.id());
                }
            }
        }
        refunds.settleRefund(changes.connection(), refund.id(), told);
        sql.end(changes.connection(), withdrawal).ifPresent(ended -> {
            Withdrawal now = ended.withdrawal();
            changes.record(new WalletPaidOut(withdrawal, driver, now.amount(), now.paid()));
        });
    }

    private void post(SqlConnection connection, RefundRow refund) {
        LedgerSql.Phase phase = ledger.confirm(connection, refund.id());
        if (phase != LedgerSql.Phase.POSTED) {
            throw new IllegalStateException("refund " + refund.id() + " was set aside, and is " + phase);
        }
        metrics.withdrawn(refund.amount());
    }

    /** The money that had gone is the driver's again. */
    private void takeBack(Outbox.Changes changes, RefundRow refund, UUID withdrawal, UserId driver) {
        UUID id = Ids.next();
        ledger.post(changes.connection(), transfer(id, TransferKind.WALLET_PAYOUT_RETURNED, driver, refund));
        sql.returned(changes.connection(), refund.id(), id);
        changes.record(new WalletPayoutReturned(withdrawal, driver, refund.amount()));
    }

    private static Transfer transfer(UUID id, TransferKind kind, UserId driver, RefundRow refund) {
        Money amount = refund.amount();
        boolean out = kind == TransferKind.WALLET_PAID_OUT;
        return new Transfer(
                id, kind, refund.payment(), null, null, Postings.topUp(driver, out ? amount.negated() : amount));
    }

    /** What is in a wallet, and not kept for anything. */
    Money available(UserId driver, String currency) {
        return ledger.held(Account.WALLET, driver).stream()
                .map(LedgerSql.Held::available)
                .filter(held -> held.currency().equals(currency))
                .findFirst()
                .orElse(Money.zero(currency));
    }

    /** The same; nobody else takes of it until the transaction has ended. */
    Money available(SqlConnection connection, UserId driver, String currency) {
        return ledger.lockAvailable(connection, Account.WALLET, driver, currency);
    }
}
