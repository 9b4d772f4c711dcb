package dev.berth.promotions;

import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.promotions.DiscountPostings.Standing;
import dev.berth.values.Ids;
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
        Standing whole = DiscountPostings.standing(
                discount.payer(),
                discount.price(),
                discount.amount(),
                discount.reduced().isZero() ? discount.price() : discount.reduced(),
                commissionBasisPoints);
        String currency = discount.price().currency();
        List<Line> lines = DiscountPostings.lines(discount.payer(), account, host, Standing.nothing(currency), whole);
        LedgerSql.Columns columns = LedgerSql.Columns.of(lines);
        return new Reservation(
                discount.promotion().value(),
                discount.code(),
                host.value(),
                discount.payer(),
                account == null ? null : account.value(),
                currency,
                discount.price().amount(),
                discount.amount().amount(),
                commissionBasisPoints,
                Ids.next(),
                List.of(columns.kinds()),
                Arrays.asList(columns.owners()),
                List.of(columns.amounts()));
    }
}
