package dev.berth.payments;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * The drivers' money with us.
 *
 * @param topUpMin the least that is brought in at once, in minor units of the currency
 * @param topUpMax the most
 * @param reserveFor how long what points and the wallet pay is kept for a card that pays the rest, or for a host who is asked
 *     first: longer than they have to answer
 * @param cardMinimum the least that a card is charged with beside points and the wallet, in minor units: providers refuse less
 */
public record WalletConfig(
        @Default("500") long topUpMin,
        @Default("50000") long topUpMax,
        @Default("7d") Duration reserveFor,
        @Default("50") long cardMinimum) {
    public WalletConfig {
        if (topUpMin < 1 || topUpMax < topUpMin || cardMinimum < 0) {
            throw new IllegalArgumentException("topUpMin is positive and not above topUpMax, cardMinimum not negative");
        }
    }
}
