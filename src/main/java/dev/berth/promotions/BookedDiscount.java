package dev.berth.promotions;

import dev.berth.values.Money;
import org.jspecify.annotations.Nullable;

/**
 * What a code has taken off the price of a booking.
 *
 * @param code as it is printed
 * @param percent of the price; null when it was an amount
 * @param price before
 * @param amount what was off
 */
public record BookedDiscount(
        String code, Payer payer, @Nullable Integer percent, Money price, Money amount) {
    public static BookedDiscount of(Discount discount) {
        return new BookedDiscount(
                discount.shown(), discount.payer(), discount.percent(), discount.price(), discount.amount());
    }
}
