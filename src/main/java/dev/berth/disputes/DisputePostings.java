package dev.berth.disputes;

import dev.berth.disputes.DisputeGateway.Movement;
import dev.berth.ledger.Account;
import dev.berth.ledger.Line;
import dev.berth.ledger.Postings;
import dev.berth.ledger.ServiceFee;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is posted for disputes, without any I/O. */
final class DisputePostings {
    private DisputePostings() {}

    /** What the provider takes waits in {@code disputed}, where it comes back from when we win; its fee is our expense. */
    static List<Line> moved(Movement movement) {
        List<Line> lines = new ArrayList<>();
        add(lines, Account.DISPUTED, null, movement.amount().negated());
        add(lines, Account.PROVIDER_FEES, null, movement.fee());
        add(lines, Account.PROCESSOR_CLEARING, null, movement.amount().minus(movement.fee()));
        return List.copyOf(lines);
    }

    /**
     * The rule of lost disputes, <em>as if refunded</em>: what is lost is borne as a refund of that amount would be. The host
     * gives back their share of it and we ours; the fee stays ours.
     *
     * @param fee what of the whole price was the platform's service fee
     * @param left of the price, before this
     * @param lost at most what is left
     */
    static List<Line> lost(UserId host, Money left, int commissionBasisPoints, ServiceFee fee, Money lost) {
        Postings.Split now = Postings.split(left, commissionBasisPoints, fee);
        Postings.Split then = Postings.split(left.minus(lost), commissionBasisPoints, fee);
        List<Line> lines = new ArrayList<>();
        add(lines, Account.HOST_PAYABLE, host, now.host().minus(then.host()));
        add(lines, Account.PLATFORM_REVENUE, null, now.platform().minus(then.platform()));
        add(lines, Account.TAX_PAYABLE, null, now.tax().minus(then.tax()));
        add(lines, Account.DISPUTED, null, lost.negated());
        return List.copyOf(lines);
    }

    /** Of a deposit that we keep for the driver: the bank has given it back, so that we owe it no more. */
    static List<Line> lostDeposit(UserId driver, Money lost) {
        return List.of(new Line(Account.DEPOSIT, driver, lost), new Line(Account.DISPUTED, null, lost.negated()));
    }

    /**
     * Of money that had come into a wallet: what is still there goes, the rest is our loss.
     *
     * @param there at most what is lost
     */
    static List<Line> lostTopUp(UserId driver, Money there, Money lost) {
        List<Line> lines = new ArrayList<>();
        add(lines, Account.WALLET, driver, there);
        add(lines, Account.DISPUTE_LOSSES, null, lost.minus(there));
        add(lines, Account.DISPUTED, null, lost.negated());
        return List.copyOf(lines);
    }

    /** What no payment of ours explains. */
    static List<Line> unexplained(Money lost) {
        return List.of(new Line(Account.DISPUTE_LOSSES, null, lost), new Line(Account.DISPUTED, null, lost.negated()));
    }

    private static void add(List<Line> lines, Account account, @Nullable UserId owner, Money amount) {
        if (!amount.isZero()) {
            lines.add(new Line(account, owner, amount));
        }
    }
}
