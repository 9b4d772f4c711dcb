package dev.berth.payouts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.platform.bus.Event;
import dev.berth.values.Money;

/** What has happened to payouts. */
public sealed interface PayoutEvent extends Event {
    String ADDRESS = "payouts.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    Payout payout();

    @Override
    @JsonIgnore
    default String key() {
        return payout().host().toString();
    }

    /** The money is in the host's account at the provider. */
    record PayoutSent(Payout payout) implements PayoutEvent {}

    /** The provider has refused it: the money is available again. */
    record PayoutFailed(Payout payout) implements PayoutEvent {}

    /**
     * The provider has taken back what was sent: it is available again.
     *
     * @param amount this time, which may be a part of the payout
     */
    record PayoutReversed(Payout payout, Money amount) implements PayoutEvent {}
}
