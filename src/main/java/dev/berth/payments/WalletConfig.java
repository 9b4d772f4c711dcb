package dev.berth.payments;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * The drivers' money with us.
 *
 * @param topUpMin the least that is brought in at once, in minor units of the currency
 * @param topUpMax the most
 * @param reserveFor how long a price is kept for a host who is asked first: longer than they have to answer
 */
public record WalletConfig(
        @Default("500") long topUpMin,
        @Default("50000") long topUpMax,
        @Default("7d") Duration reserveFor) {
    public WalletConfig {
        if (topUpMin < 1 || topUpMax < topUpMin) {
            throw new IllegalArgumentException("topUpMin is positive and not above topUpMax");
        }
    }
}
