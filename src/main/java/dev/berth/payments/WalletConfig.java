package dev.berth.payments;

import dev.berth.platform.config.Default;

/**
 * The drivers' money with us.
 *
 * @param topUpMin the least that is brought in at once, in minor units of the currency
 * @param topUpMax the most
 */
public record WalletConfig(@Default("500") long topUpMin, @Default("50000") long topUpMax) {
    public WalletConfig {
        if (topUpMin < 1 || topUpMax < topUpMin) {
            throw new IllegalArgumentException("topUpMin is positive and not above topUpMax");
        }
    }
}
