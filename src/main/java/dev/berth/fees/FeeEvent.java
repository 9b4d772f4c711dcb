package dev.berth.fees;

import dev.berth.platform.bus.Event;

/** What has happened to fee policies. */
public sealed interface FeeEvent extends Event {
    String ADDRESS = "fees.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** There is another version of a place's tax. */
    record TaxAdded(TaxVersion tax) implements FeeEvent {
        @Override
        public String key() {
            return tax.place();
        }
    }

    /** There is another version. */
    record PolicyAdded(FeePolicy policy) implements FeeEvent {
        @Override
        public String key() {
            return policy.host() == null ? "platform" : policy.host().toString();
        }
    }
}
