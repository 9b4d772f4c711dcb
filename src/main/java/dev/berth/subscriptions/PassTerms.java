package dev.berth.subscriptions;

import dev.berth.bookings.PassSlotCommand;
import dev.berth.values.Money;
import org.jspecify.annotations.Nullable;

/**
 * What is offered or was sold. What was sold stays as it was, whatever becomes of the plan.
 *
 * @param title in the owner's words, 1 to 100 characters
 * @param price of a calendar month; nothing for a permit
 * @param deposit paid with the first month and given back at the end (RULES 33), in the same currency; may be nothing
 * @param concurrency how many vehicles may be inside at once, and how many slots are kept for that; of a plan with a price for
 *     each of them the most that are sold
 * @param months rolling when it is not said
 * @param per of what was sold, the price is that of all its vehicles nevertheless; of the whole pass when it is not said
 */
public record PassTerms(
        String title,
        PlanKind kind,
        Money price,
        Money deposit,
        int concurrency,
        AccessHours hours,
        MonthKind months,
        PricePer per) {
    static final int MAX_TITLE = 100;
    /** Of a price or a deposit, in minor units: what no month costs is a mistake. */
    static final long MAX_AMOUNT = 100_000_000;

    /** @throws IllegalArgumentException when they make no sense, in words for whoever has written them */
    public PassTerms {
        // What was written down before there were others says nothing of it.
        months = months == null ? MonthKind.ROLLING : months;
        per = per == null ? PricePer.PASS : per;
        title = title.strip();
        if (title.isEmpty() || title.length() > MAX_TITLE) {
            throw new IllegalArgumentException("a title has 1 to %d characters".formatted(MAX_TITLE));
        }
        if (price.amount() < 0
                || deposit.amount() < 0
                || price.amount() > MAX_AMOUNT
                || deposit.amount() > MAX_AMOUNT
                || !price.currency().equals(deposit.currency())) {
            throw new IllegalArgumentException("price and deposit are of one currency, and neither negative nor huge");
        }
        if ((kind == PlanKind.PASS) != (price.amount() > 0)) {
            throw new IllegalArgumentException("a pass has a price, and a permit has none");
        }
        if (kind == PlanKind.PERMIT && !deposit.isZero()) {
            throw new IllegalArgumentException("a permit has no deposit");
        }
        if (concurrency < 1 || concurrency > PassSlotCommand.MAX_SLOTS) {
            throw new IllegalArgumentException("1 to %d vehicles at once".formatted(PassSlotCommand.MAX_SLOTS));
        }
    }

    /** Of rolling months, with a price for the whole pass. */
    public PassTerms(String title, PlanKind kind, Money price, Money deposit, int concurrency, AccessHours hours) {
        this(title, kind, price, deposit, concurrency, hours, MonthKind.ROLLING, PricePer.PASS);
    }

    /**
     * What is sold when a plan offers this.
     *
     * @param vehicles how many are to be inside at once; null for what the plan says, or for one where each has its price
     * @throws IllegalArgumentException when the plan does not sell so many, in words for whoever buys
     */
    PassTerms sold(@Nullable Integer vehicles) {
        if (per == PricePer.PASS) {
            if (vehicles != null && vehicles != concurrency) {
                throw new IllegalArgumentException("this plan is for %d vehicles at once".formatted(concurrency));
            }
            return this;
        }
        int count = vehicles == null ? 1 : vehicles;
        if (count < 1 || count > concurrency) {
            throw new IllegalArgumentException("this plan is for 1 to %d vehicles at once".formatted(concurrency));
        }
        return new PassTerms(title, kind, times(price, count), times(deposit, count), count, hours, months, per);
    }

    private static Money times(Money each, int count) {
        return new Money(Math.multiplyExact(each.amount(), (long) count), each.currency());
    }

    /** The same with what was left as a deposit before, which a change leaves as it is. */
    PassTerms withDeposit(Money left) {
        return new PassTerms(title, kind, price, left, concurrency, hours, months, per);
    }
}
