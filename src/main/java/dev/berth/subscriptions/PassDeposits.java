package dev.berth.subscriptions;

import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.platform.events.Outbox;
import dev.berth.subscriptions.SubscriptionSql.Month;
import dev.berth.subscriptions.SubscriptionSql.Stored;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.util.List;

/**
 * The way of a deposit. As soon as the payment that it is a part of is settled it is taken out of what is the host's and ours,
 * and stands on an account of its own; at the end it is put back there, to be given back to where it came from like any other
 * money. Months without one are left alone.
 */
final class PassDeposits {
    private final SubscriptionSql sql;
    private final LedgerSql ledger;
    private final PassPayments payments;

    PassDeposits(SubscriptionSql sql, LedgerSql ledger, PassPayments payments) {
        this.sql = sql;
        this.ledger = ledger;
        this.payments = payments;
    }

    /** It stands on its own account. */
    void take(Outbox.Changes changes, Stored stored, Month month) {
        BookingId part = month.depositCharge();
        if (part != null) {
            Subscription pass = stored.subscription();
            Money deposit = SubscriptionSql.price(pass, month.deposit());
            List<Line> lines = Postings.deposit(pass.driver(), pass.host(), deposit, stored.commission());
            post(changes, TransferKind.DEPOSIT_TAKEN, part, lines);
        }
    }

    /** What there still is of it is where it came from: of what the driver's bank has taken back, nothing is given back once more. */
    void putBack(Outbox.Changes changes, Stored stored, Month month) {
        BookingId part = month.depositCharge();
        if (part == null) {
            return;
        }
        Subscription pass = stored.subscription();
        UserId driver = pass.driver();
        Money deposit = SubscriptionSql.price(pass, month.deposit());
        Money left = ledger.lockStanding(changes.connection(), Account.DEPOSIT, driver, deposit.currency(), part);
        sql.returnDeposit(changes.connection(), month, left.amount());
        if (!left.isZero()) {
            List<Line> lines = Postings.depositBack(driver, pass.host(), deposit, left, stored.commission());
            post(changes, TransferKind.DEPOSIT_RETURNED, part, lines);
        }
    }

    private void post(Outbox.Changes changes, TransferKind kind, BookingId part, List<Line> lines) {
        ledger.post(changes.connection(), Transfer.of(Ids.next(), kind, new PaymentId(part.value()), part, lines));
    }

    /** What was put back goes to the driver. Repeatable. */
    void giveBack(Stored over, Month month, String reason) {
        BookingId part = month.depositCharge();
        Long returned = month.depositReturned();
        if (part != null && (returned == null || returned > 0)) {
            // Null for one that had ended before it was written down, with all of it to be given back.
            payments.giveBack(
                    part, reason, returned == null ? null : SubscriptionSql.price(over.subscription(), returned));
        }
    }
}
