package dev.berth.promotions;

import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.StatementEntry;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.promotions.PromotionCommand.AppointMerchant;
import dev.berth.promotions.PromotionCommand.ListMerchants;
import dev.berth.promotions.PromotionCommand.Merchant;
import dev.berth.promotions.PromotionCommand.MerchantEntry;
import dev.berth.promotions.PromotionCommand.MerchantEntryKind;
import dev.berth.promotions.PromotionCommand.MerchantPage;
import dev.berth.promotions.PromotionCommand.MerchantStatement;
import dev.berth.promotions.PromotionCommand.ReadMerchantStatement;
import dev.berth.promotions.PromotionCommand.SettleValidations;
import dev.berth.promotions.PromotionCommand.StatementEnd;
import dev.berth.promotions.PromotionSql.MerchantRow;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;

/** Merchants and what they owe (RULES 36). */
final class Merchants {
    private final PromotionSql sql;
    private final LedgerSql ledger;
    private final Outbox outbox;
    private final OnceSql once;

    Merchants(PromotionSql sql, LedgerSql ledger, Outbox outbox, OnceSql once) {
        this.sql = sql;
        this.ledger = ledger;
        this.outbox = outbox;
        this.once = once;
    }

    MerchantRow require(UserId account) {
        return sql.merchant(account).orElseThrow(Merchants::unknown);
    }

    private static Rejection unknown() {
        return new Rejection(ProblemType.NOT_FOUND, "you are no merchant: an administrator makes you one");
    }

    Merchant get(UserId account) {
        return withDebt(require(account));
    }

    private Merchant withDebt(MerchantRow row) {
        Money owed = ledger.balance(
                Account.MERCHANT_VALIDATIONS, row.account(), row.limit().currency());
        return new Merchant(row.account(), row.name(), row.limit(), owed, row.open());
    }

    Merchant appoint(AppointMerchant command) {
        requireAdmin(command.actor().isAdmin());
        if (!sql.appoint(command.account(), command.name(), command.limit())) {
            throw new Rejection(ProblemType.CONFLICT, "the merchant's currency stays", "/limit/currency");
        }
        return get(command.account());
    }

    MerchantPage list(ListMerchants command) {
        requireAdmin(command.actor().isAdmin());
        List<MerchantRow> found = sql.merchants(command.after(), command.limit() + 1);
        boolean more = found.size() > command.limit();
        List<MerchantRow> page = more ? found.subList(0, command.limit()) : found;
        return new MerchantPage(
                page.stream().map(this::withDebt).toList(),
                more ? page.getLast().account() : null);
    }

    private static void requireAdmin(boolean admin) {
        if (!admin) {
            throw new Rejection(ProblemType.FORBIDDEN, "for administrators");
        }
    }

    /** Whether it may come to owe so much more. The merchant is locked: nobody else makes codes for it meanwhile. */
    void requireRoom(SqlConnection connection, UserId account, long more) {
        MerchantRow row = sql.lockMerchant(connection, account).orElseThrow(Merchants::unknown);
        Money owed = ledger.balance(
                connection, Account.MERCHANT_VALIDATIONS, account, row.limit().currency());
        long room = Math.subtractExact(
                row.limit().amount(), Math.addExact(owed.amount(), row.open().amount()));
        if (more > room) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "these could come to more than the merchant's limit: %d minor units are left"
                            .formatted(Math.max(0, room)),
                    "/count");
        }
    }

    MerchantStatement statement(ReadMerchantStatement command) {
        MerchantRow row = require(command.actor().user());
        StatementEnd after = command.after();
        List<StatementEntry> found = ledger.statement(
                Account.MERCHANT_VALIDATIONS,
                row.account(),
                row.limit().currency(),
                after == null ? null : new StatementEntry.End(after.entry(), after.balance()),
                command.limit() + 1);
        List<StatementEntry> page = found.subList(0, Math.min(found.size(), command.limit()));
        StatementEntry.End end = page.size() < found.size() ? page.getLast().end() : null;
        return new MerchantStatement(
                page.stream().map(Merchants::entry).toList(),
                end == null ? null : new StatementEnd(end.entry(), end.balance()));
    }

    private static MerchantEntry entry(StatementEntry entry) {
        MerchantEntryKind kind = switch (entry.kind()) {
            case PROMOTION -> MerchantEntryKind.VALIDATION;
            case VALIDATIONS_PAID -> MerchantEntryKind.PAID;
            default -> MerchantEntryKind.RETURNED;
        };
        return new MerchantEntry(
                entry.transfer(), kind, entry.booking(), entry.amount(), entry.balance(), entry.postedAt());
    }

    Merchant settle(SettleValidations command) {
        UserId account = command.actor().user();
        outbox.inTransaction(changes -> once.once(
                changes.connection(), command.actor(), "settleValidations", command.once(), Merchant.class, () -> {
                    SqlConnection connection = changes.connection();
                    MerchantRow row = sql.lockMerchant(connection, account).orElseThrow(Merchants::unknown);
                    Money amount = command.amount();
                    String currency = row.limit().currency();
                    if (!amount.currency().equals(currency)) {
                        throw new Rejection(ProblemType.UNPROCESSABLE, "you owe " + currency, "/amount/currency");
                    }
                    Money owed = ledger.balance(connection, Account.MERCHANT_VALIDATIONS, account, currency);
                    if (amount.amount() < 1 || amount.amount() > owed.amount()) {
                        throw new Rejection(ProblemType.UNPROCESSABLE, "at most what is owed", "/amount/amount");
                    }
                    Money wallet = ledger.lockAvailable(connection, Account.WALLET, account, currency);
                    if (wallet.amount() < amount.amount()) {
                        throw new Rejection(
                                new Problem(ProblemType.PAYMENT_DECLINED, "There is not enough money in the wallet.")
                                        .with("declineCode", "wallet_insufficient"));
                    }
                    ledger.post(
                            connection,
                            Transfer.apart(
                                    Ids.next(),
                                    TransferKind.VALIDATIONS_PAID,
                                    DiscountPostings.settlement(account, amount)));
                    return new Merchant(row.account(), row.name(), row.limit(), owed.minus(amount), row.open());
                }));
        return get(account);
    }
}
