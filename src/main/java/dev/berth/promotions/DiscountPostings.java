package dev.berth.promotions;

import dev.berth.ledger.Account;
import dev.berth.ledger.Line;
import dev.berth.ledger.Postings;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is posted for a discount, beside the charge of what the driver pays, without any I/O.
 *
 * <p>The payer bears the discount, and host and platform get of it what makes their shares those of the full price. When a part
 * of what the driver has paid goes back, the same part of the discount does: what stays is as if a booking of what is kept had
 * been sold with it. Where the host pays nothing is posted: the shares are those of the reduced price.
 */
public final class DiscountPostings {
    private DiscountPostings() {}

    /**
     * What stands of a discount.
     *
     * @param borne what the payer bears
     * @param host what of it the host has; the platform has the rest
     */
    public record Standing(Money borne, Money host) {
        static Standing nothing(String currency) {
            return new Standing(Money.zero(currency), Money.zero(currency));
        }
    }

    /**
     * What is to stand of a discount.
     *
     * @param price before the discount
     * @param kept what is kept of what the driver has paid, which was price less discount; of a stay that cost the driver nothing, what is
     *     kept of the price
     */
    public static Standing standing(Payer payer, Money price, Money discount, Money kept, int commissionBasisPoints) {
        if (payer == Payer.HOST) {
            return Standing.nothing(price.currency());
        }
        Money paid = price.minus(discount);
        Money whole = paid.isZero() ? price : paid;
        // Rounded down: half a minor unit is the payer's.
        Money borne = new Money(
                Math.floorDiv(Math.multiplyExact(discount.amount(), kept.amount()), whole.amount()), price.currency());
        Money left = paid.isZero() ? paid : kept;
        Money host = Postings.split(left.plus(borne), commissionBasisPoints)
                .host()
                .minus(Postings.split(left, commissionBasisPoints).host());
        return new Standing(borne, host);
    }

    /**
     * What makes one standing of another; empty when they are the same.
     *
     * @param account who bears it; null for the platform
     * @param host whose place it was booked at
     */
    public static List<Line> lines(
            Payer payer, @Nullable UserId account, UserId host, Standing before, Standing after) {
        Money borne = after.borne().minus(before.borne());
        Money share = after.host().minus(before.host());
        List<Line> lines = new ArrayList<>();
        add(lines, payer == Payer.MERCHANT ? Account.MERCHANT_VALIDATIONS : Account.PROMOTIONS, account, borne);
        add(lines, Account.HOST_PAYABLE, host, share.negated());
        add(lines, Account.PLATFORM_REVENUE, null, share.minus(borne));
        return List.copyOf(lines);
    }

    /** A merchant pays what it owes with its wallet. */
    static List<Line> settlement(UserId merchant, Money amount) {
        return List.of(
                new Line(Account.WALLET, merchant, amount),
                new Line(Account.MERCHANT_VALIDATIONS, merchant, amount.negated()));
    }

    private static void add(List<Line> lines, Account account, @Nullable UserId owner, Money amount) {
        if (!amount.isZero()) {
            lines.add(new Line(account, owner, amount));
        }
    }
}
