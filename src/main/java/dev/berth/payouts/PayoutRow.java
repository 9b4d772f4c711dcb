package dev.berth.payouts;

import dev.berth.values.Money;
import dev.berth.values.PayoutId;
import dev.berth.values.UserId;

/**
 * A payout and what is needed to ask the provider for it.
 *
 * @param account the host's at the provider
 * @param checks how often the provider was asked what has become of it
 */
record PayoutRow(Payout payout, String account, int checks) {
    PayoutId id() {
        return payout.id();
    }

    UserId host() {
        return payout.host();
    }

    Money amount() {
        return payout.amount();
    }
}
