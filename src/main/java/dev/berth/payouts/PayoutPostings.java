package dev.berth.payouts;

import dev.berth.ledger.Account;
import dev.berth.ledger.Line;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.util.List;

/**
 * The way of a host's money through the ledger, without any I/O: {@code host_payable} holds it, {@code host_available} is
 * what may be paid, {@code payouts_under_way} what the provider has been asked for, and {@code processor_clearing} has it no
 * more once it is sent. What does not reach the host goes back to {@code host_available}.
 */
final class PayoutPostings {
    private PayoutPostings() {}

    /** @param amount negative when more was given back to drivers than was held */
    static List<Line> release(UserId host, Money amount) {
        return move(Account.HOST_PAYABLE, host, Account.HOST_AVAILABLE, amount);
    }

    static List<Line> payout(UserId host, Money amount) {
        return move(Account.HOST_AVAILABLE, host, Account.PAYOUTS_UNDER_WAY, amount);
    }

    static List<Line> sent(UserId host, Money amount) {
        return List.of(
                new Line(Account.PAYOUTS_UNDER_WAY, host, amount),
                new Line(Account.PROCESSOR_CLEARING, null, amount.negated()));
    }

    static List<Line> failed(UserId host, Money amount) {
        return move(Account.PAYOUTS_UNDER_WAY, host, Account.HOST_AVAILABLE, amount);
    }

    static List<Line> reversed(UserId host, Money amount) {
        return List.of(
                new Line(Account.PROCESSOR_CLEARING, null, amount),
                new Line(Account.HOST_AVAILABLE, host, amount.negated()));
    }

    /** Both are credits: what is debited to one is owed by the other. */
    private static List<Line> move(Account from, UserId host, Account to, Money amount) {
        return List.of(new Line(from, host, amount), new Line(to, host, amount.negated()));
    }
}
