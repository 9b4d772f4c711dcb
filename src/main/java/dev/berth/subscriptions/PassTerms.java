package dev.berth.subscriptions;

import dev.berth.bookings.PassSlotCommand;
import dev.berth.values.Money;

/**
 * What is offered or was sold. What was sold stays as it was, whatever becomes of the plan.
 *
 * @param title in the owner's words, 1 to 100 characters
 * @param price of a calendar month; nothing for a permit
 * @param deposit paid with the first month and given back at the end (RULES 33), in the same currency; may be nothing
 * @param concurrency how many vehicles may be inside at once, and how many slots are kept for that
 */
public record PassTerms(String title, PlanKind kind, Money price, Money deposit, int concurrency, AccessHours hours) {
    static final int MAX_TITLE = 100;
    /** Of a price or a deposit, in minor units: what no month costs is a mistake. */
    static final long MAX_AMOUNT = 100_000_000;

    /** @throws IllegalArgumentException when they make no sense, in words for whoever has written them */
    public PassTerms {
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
}
