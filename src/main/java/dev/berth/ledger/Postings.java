package dev.berth.ledger;

import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is posted when money moves, without any I/O.
 *
 * <p>A charge is two steps in one transfer: the driver owes the price, of which the host gets a share of the parking and the platform
 * the rest, less the tax of its service fee; and the driver's debt is settled by points, the wallet and the processor. A refund leaves the accounts as a charge
 * of what is kept would have left them: when all is given back, as they were before. A payment that becomes another host's
 * moves what the first one was to get; what is added for a dearer place is the platform's expense, and stays with the host.
 */
public final class Postings {
    public static final int BASIS_POINTS = 10_000;

    private Postings() {}

    /**
     * The parts of a price.
     *
     * @param tax of the driver's service fee; that of the parking is in the host's part and ours
     */
    public record Split(Money host, Money platform, Money tax) {}

    /**
     * The host gets the floor of its share; the remainder of less than one minor unit goes to the platform (RULES 27).
     *
     * @throws ArithmeticException when the price is too large to be multiplied
     */
    public static Split split(Money price, int commissionBasisPoints) {
        return split(price, commissionBasisPoints, ServiceFee.none(price.currency()));
    }

    /**
     * As the other, of a price that has a service fee in it, of which the host gets nothing. Of less than the whole price the fee
     * is kept first.
     */
    public static Split split(Money price, int commissionBasisPoints, ServiceFee fee) {
        ServiceFee kept = fee.kept(price);
        long parking = price.minus(kept.amount()).amount();
        long host =
                Math.floorDiv(Math.multiplyExact(parking, (long) BASIS_POINTS - commissionBasisPoints), BASIS_POINTS);
        Money hostShare = new Money(host, price.currency());
        return new Split(hostShare, price.minus(hostShare).minus(kept.tax()), kept.tax());
    }

    /** As the other, of a price that the card pays. */
    public static List<Line> charge(UserId driver, UserId host, Money price, int commissionBasisPoints) {
        return charge(driver, host, commissionBasisPoints, Parts.card(price));
    }

    /** @param wallet what of the price the driver's wallet pays; the card pays the rest */
    public static List<Line> charge(UserId driver, UserId host, Money price, int commissionBasisPoints, Money wallet) {
        return charge(
                driver,
                host,
                commissionBasisPoints,
                new Parts(Money.zero(price.currency()), wallet, price.minus(wallet)));
    }

    /** As the other, of a price without a service fee. */
    public static List<Line> charge(UserId driver, UserId host, int commissionBasisPoints, Parts parts) {
        return charge(
                driver,
                host,
                commissionBasisPoints,
                ServiceFee.none(parts.price().currency()),
                parts);
    }

    /**
     * @param fee what of the price is the platform's service fee
     * @param parts what pays
     */
    public static List<Line> charge(
            UserId driver, UserId host, int commissionBasisPoints, ServiceFee fee, Parts parts) {
        Money price = parts.price();
        Split split = split(price, commissionBasisPoints, fee);
        List<Line> lines = new ArrayList<>();
        add(lines, Account.DRIVER_RECEIVABLE, driver, price);
        add(lines, Account.HOST_PAYABLE, host, split.host().negated());
        add(lines, Account.PLATFORM_REVENUE, null, split.platform().negated());
        add(lines, Account.TAX_PAYABLE, null, split.tax().negated());
        add(lines, Account.POINTS_LIABILITY, driver, parts.points());
        add(lines, Account.WALLET, driver, parts.wallet());
        add(lines, Account.PROCESSOR_CLEARING, null, parts.card());
        add(lines, Account.DRIVER_RECEIVABLE, driver, price.negated());
        return List.copyOf(lines);
    }

    /** What a driver has paid as a deposit is neither the host's nor ours: it is kept for the driver (RULES 33). */
    public static List<Line> deposit(UserId driver, UserId host, Money deposit, int commissionBasisPoints) {
        Split split = split(deposit, commissionBasisPoints);
        List<Line> lines = new ArrayList<>();
        add(lines, Account.HOST_PAYABLE, host, split.host());
        add(lines, Account.PLATFORM_REVENUE, null, split.platform());
        add(lines, Account.DEPOSIT, driver, deposit.negated());
        return List.copyOf(lines);
    }

    /**
     * The reverse, before the deposit is given back to where it came from.
     *
     * @param left what there still is of it; the refund of so much takes back exactly these lines
     */
    public static List<Line> depositBack(
            UserId driver, UserId host, Money deposit, Money left, int commissionBasisPoints) {
        Split all = split(deposit, commissionBasisPoints);
        Split rest = split(deposit.minus(left), commissionBasisPoints);
        List<Line> lines = new ArrayList<>();
        add(lines, Account.HOST_PAYABLE, host, rest.host().minus(all.host()));
        add(lines, Account.PLATFORM_REVENUE, null, rest.platform().minus(all.platform()));
        add(lines, Account.DEPOSIT, driver, left);
        return List.copyOf(lines);
    }

    /** As {@link #charge}, without what settles the driver's debt, which is not known yet; it does not sum to zero. */
    public static List<Line> owed(UserId driver, UserId host, Money price, int commissionBasisPoints, ServiceFee fee) {
        return charge(driver, host, commissionBasisPoints, fee, Parts.card(price)).stream()
                .filter(line -> line.account() != Account.PROCESSOR_CLEARING)
                .toList();
    }

    /** The card brings money into the driver's wallet, or gets it back when the amount is negative. */
    public static List<Line> topUp(UserId driver, Money amount) {
        return List.of(
                new Line(Account.PROCESSOR_CLEARING, null, amount), new Line(Account.WALLET, driver, amount.negated()));
    }

    /** As the other, of a price that the card has paid. */
    public static List<Line> refund(
            UserId driver, UserId host, Money price, int commissionBasisPoints, Money before, Money amount) {
        return refund(
                driver,
                host,
                commissionBasisPoints,
                ServiceFee.none(price.currency()),
                price.minus(before),
                Parts.card(price).back(before, amount));
    }

    /**
     * @param fee what of the whole price was the platform's service fee
     * @param left of the price, before this
     * @param back what goes back now, and where to
     */
    public static List<Line> refund(
            UserId driver, UserId host, int commissionBasisPoints, ServiceFee fee, Money left, Parts back) {
        Money amount = back.price();
        Split now = split(left, commissionBasisPoints, fee);
        Split then = split(left.minus(amount), commissionBasisPoints, fee);
        List<Line> lines = new ArrayList<>();
        add(lines, Account.DRIVER_RECEIVABLE, driver, amount.negated());
        add(lines, Account.HOST_PAYABLE, host, now.host().minus(then.host()));
        add(lines, Account.PLATFORM_REVENUE, null, now.platform().minus(then.platform()));
        add(lines, Account.TAX_PAYABLE, null, now.tax().minus(then.tax()));
        add(lines, Account.POINTS_LIABILITY, driver, back.points().negated());
        add(lines, Account.WALLET, driver, back.wallet().negated());
        add(lines, Account.PROCESSOR_CLEARING, null, back.card().negated());
        add(lines, Account.DRIVER_RECEIVABLE, driver, amount);
        return List.copyOf(lines);
    }

    /**
     * What is left of a price goes from one host to another; a service fee in it stays ours.
     *
     * @param fee what of the whole price was the platform's service fee
     * @param left of the price, after what was given back
     * @param added what the platform adds of its own
     */
    public static List<Line> reassign(
            UserId from, UserId to, Money left, int commissionBasisPoints, ServiceFee fee, Money added) {
        Money share = split(left, commissionBasisPoints, fee).host();
        List<Line> lines = new ArrayList<>();
        add(lines, Account.HOST_PAYABLE, from, share);
        add(lines, Account.HOST_PAYABLE, to, share.plus(added).negated());
        add(lines, Account.PLATFORM_REVENUE, null, added);
        return List.copyOf(lines);
    }

    private static void add(List<Line> lines, Account account, @Nullable UserId owner, Money amount) {
        if (!amount.isZero()) {
            lines.add(new Line(account, owner, amount));
        }
    }
}
