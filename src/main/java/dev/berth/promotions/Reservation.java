package dev.berth.promotions;

import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.promotions.DiscountPostings.Standing;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What {@code promotions.reserve} is told in the statement that books: the use that it keeps, and what is posted when it is
 * consumed. As JSON.
 *
 * @param account who pays; null for the platform
 * @param price before, in minor units
 * @param transfer the id of what is posted
 */
public record Reservation(
        UUID promotion,
        String code,
        UUID host,
        Payer payer,
        @Nullable UUID account,
        String currency,
        long price,
        long discount,
        int commission,
        UUID transfer,
        List<String> kinds,
        List<@Nullable UUID> owners,
        List<Long> amounts) {
    public static Reservation of(Discount discount, UserId host, int commissionBasisPoints) {
        UserId account = discount.account();
        return of(
                discount.promotion().value(),
                discount.code(),
                host,
                discount.payer(),
                account,
                discount.price(),
                discount.amount(),
                commissionBasisPoints,
                Ids.next());
    }

    /**
     * The same use, of a stay that costs something else before it is paid.
     *
     * @param to the price before, in the same currency
     * @param off what is off it then: at least one minor unit and not more than the price
     */
    public Reservation lowered(Money to, Money off) {
        return of(
                promotion,
                code,
                new UserId(host),
                payer,
                account == null ? null : new UserId(account),
                to,
                off,
                commission,
                transfer);
    }

    private static Reservation of(
            UUID promotion,
            String code,
            UserId host,
            Payer payer,
            @Nullable UserId account,
            Money price,
            Money off,
            int commissionBasisPoints,
            UUID transfer) {
        Money reduced = price.minus(off);
        Standing whole =
                DiscountPostings.standing(payer, price, off, reduced.isZero() ? price : reduced, commissionBasisPoints);
        String currency = price.currency();
        List<Line> lines = DiscountPostings.lines(payer, account, host, Standing.nothing(currency), whole);
        LedgerSql.Columns columns = LedgerSql.Columns.of(lines);
        return new Reservation(
                promotion,
                code,
                host.value(),
                payer,
                account == null ? null : account.value(),
                currency,
                price.amount(),
                off.amount(),
                commissionBasisPoints,
                transfer,
                List.of(columns.kinds()),
                Arrays.asList(columns.owners()),
                List.of(columns.amounts()));
    }
}
