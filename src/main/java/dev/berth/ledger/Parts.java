package dev.berth.ledger;

import dev.berth.values.Money;

/**
 * What pays a price: points, then the wallet, then the card (RULES 32). What goes back goes back in reverse.
 *
 * @param points what they are worth
 */
public record Parts(Money points, Money wallet, Money card) {
    public Parts {
        if (points.amount() < 0 || wallet.amount() < 0 || card.amount() < 0) {
            throw new IllegalArgumentException("nothing pays less than nothing");
        }
    }

    /** All of it by card. */
    public static Parts card(Money price) {
        return new Parts(Money.zero(price.currency()), Money.zero(price.currency()), price);
    }

    /** All of it by the wallet. */
    public static Parts wallet(Money price) {
        return new Parts(Money.zero(price.currency()), price, Money.zero(price.currency()));
    }

    /**
     * As much as points have, then as much as the wallet has; the card the rest.
     *
     * @param cardLeast what a card is charged with at least, in minor units, unless the price is less: the others pay less then
     */
    public static Parts of(Money price, long points, long wallet, long cardLeast) {
        long fromPoints = Math.min(points, price.amount());
        long fromWallet = Math.min(wallet, price.amount() - fromPoints);
        long rest = price.amount() - fromPoints - fromWallet;
        if (rest > 0 && rest < cardLeast) {
            long more = Math.min(cardLeast, price.amount()) - rest;
            long lessWallet = Math.min(more, fromWallet);
            fromWallet -= lessWallet;
            fromPoints -= more - lessWallet;
        }
        String currency = price.currency();
        return new Parts(
                new Money(fromPoints, currency),
                new Money(fromWallet, currency),
                new Money(price.amount() - fromPoints - fromWallet, currency));
    }

    public Money price() {
        return points.plus(wallet).plus(card);
    }

    public Parts plus(Parts other) {
        return new Parts(points.plus(other.points), wallet.plus(other.wallet), card.plus(other.card));
    }

    /** What moves inside Berth. */
    public Money inside() {
        return points.plus(wallet);
    }

    /**
     * What goes back now: first to the card, then into the wallet, then as points.
     *
     * @param before what of the price had gone back before
     * @param amount what goes back now
     */
    public Parts back(Money before, Money amount) {
        Parts now = kept(price().minus(before));
        Parts then = kept(price().minus(before).minus(amount));
        return new Parts(now.points.minus(then.points), now.wallet.minus(then.wallet), now.card.minus(then.card));
    }

    /** Who has paid so much of the price when the rest is back. */
    private Parts kept(Money left) {
        return of(left, points.amount(), wallet.amount(), 0);
    }
}
