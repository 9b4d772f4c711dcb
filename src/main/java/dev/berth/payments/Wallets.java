package dev.berth.payments;

import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.StatementEntry;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.WalletCommand.ListWalletEntries;
import dev.berth.payments.WalletCommand.Position;
import dev.berth.payments.WalletCommand.TopUp;
import dev.berth.payments.WalletCommand.Wallet;
import dev.berth.payments.WalletCommand.WalletBalance;
import dev.berth.payments.WalletCommand.WalletEntry;
import dev.berth.payments.WalletCommand.WalletEntryKind;
import dev.berth.payments.WalletCommand.WalletPage;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.UserId;
import java.util.List;

/** The drivers' money with us. In the ledger it is a credit, here what somebody has is positive. */
final class Wallets {
    private final LedgerSql ledger;
    private final WalletConfig config;

    Wallets(LedgerSql ledger, WalletConfig config) {
        this.ledger = ledger;
        this.config = config;
    }

    /** What the card is charged with. */
    Charge order(TopUp command) {
        long amount = command.amount().amount();
        if (amount < config.topUpMin() || amount > config.topUpMax()) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "between %d and %d minor units at once".formatted(config.topUpMin(), config.topUpMax()),
                    "/amount/amount");
        }
        return new Charge(
                command.payment(),
                new BookingId(command.payment().value()),
                command.driver(),
                command.driver(),
                command.amount(),
                0,
                command.method(),
                "Wallet",
                command.returnUrl());
    }

    Wallet of(UserId driver) {
        return new Wallet(
                ledger.held(Account.WALLET, driver).stream()
                        .map(held -> new WalletBalance(held.available(), held.reserved()))
                        .toList(),
                config.cardMinimum());
    }

    WalletPage entries(ListWalletEntries command) {
        Position after = command.after();
        List<StatementEntry> found = ledger.statement(
                Account.WALLET,
                command.driver(),
                command.currency(),
                after == null ? null : new StatementEntry.End(after.entry(), after.balance()),
                command.limit() + 1);
        List<StatementEntry> page = found.subList(0, Math.min(found.size(), command.limit()));
        StatementEntry.End end = page.size() < found.size() ? page.getLast().end() : null;
        return new WalletPage(
                page.stream().map(Wallets::entry).toList(),
                end == null ? null : new Position(end.entry(), end.balance()));
    }

    private static WalletEntry entry(StatementEntry entry) {
        WalletEntryKind kind = switch (entry.kind()) {
            case TOP_UP -> WalletEntryKind.TOP_UP;
            case WALLET_PAID_OUT -> WalletEntryKind.PAID_OUT;
            case WALLET_PAYOUT_RETURNED -> WalletEntryKind.PAYOUT_RETURNED;
            case CHARGE -> WalletEntryKind.PAYMENT;
            case REFUND -> WalletEntryKind.REFUND;
            default -> WalletEntryKind.OTHER;
        };
        return new WalletEntry(
                entry.transfer(),
                kind,
                entry.booking(),
                entry.amount().negated(),
                entry.balance().negated(),
                entry.postedAt());
    }
}
