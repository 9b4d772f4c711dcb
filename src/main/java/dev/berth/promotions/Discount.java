package dev.berth.promotions;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.platform.bus.Message;
import dev.berth.values.Money;
import dev.berth.values.PromotionId;
import dev.berth.values.UserId;
import org.jspecify.annotations.Nullable;

/**
 * What a code takes off a price, as a quote promises it.
 *
 * @param code as it is stored
 * @param shown as it is printed
 * @param account the host's or merchant's who pays; null for the platform
 * @param percent of the price; null when it is an amount
 * @param price before
 * @param amount what is off: at least one minor unit and not more than the price
 */
public record Discount(
        PromotionId promotion,
        String code,
        String shown,
        Payer payer,
        @Nullable UserId account,
        @Nullable Integer percent,
        Money price,
        Money amount)
        implements Message {
    public Discount {
        if (amount.amount() < 1 || price.minus(amount).amount() < 0) {
            throw new IllegalArgumentException("%s off %s".formatted(amount, price));
        }
    }

    /** What the driver pays. */
    @JsonIgnore
    public Money reduced() {
        return price.minus(amount);
    }
}
