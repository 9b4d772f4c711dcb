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
 * @param withdrawalAge how old a top-up may be to be paid out again: providers and banks take refunds for some time only
 * @param withdrawalCharges the most top-ups that one withdrawal gives back
 * @param withdrawalsPerDay how often a driver can have money paid out in a day
 */
public record WalletConfig(
        @Default("500") long topUpMin,
        @Default("50000") long topUpMax,
        @Default("7d") Duration reserveFor,
        @Default("50") long cardMinimum,
        @Default("180d") Duration withdrawalAge,
        @Default("20") int withdrawalCharges,
        @Default("5") int withdrawalsPerDay) {
    public WalletConfig {
        if (topUpMin < 1 || topUpMax < topUpMin || cardMinimum < 0) {
            throw new IllegalArgumentException("topUpMin is positive and not above topUpMax, cardMinimum not negative");
        }
        if (!withdrawalAge.isPositive() || withdrawalCharges < 1 || withdrawalsPerDay < 1) {
            throw new IllegalArgumentException("withdrawalAge, withdrawalCharges and withdrawalsPerDay are positive");
        }
    }
}
