package dev.berth.payments;

import dev.berth.platform.bus.Event;

/**
 * The provider has told of something that is another capability's: its webhook has one address and one signature. What has
 * become of it, the provider is to be asked.
 *
 * @param kind of the provider's object, such as {@code account} or {@code transfer}
 * @param id of the object
 */
public record ProviderTold(String kind, String id) implements Event {
    public static final String ADDRESS = "payments.provider";

    @Override
    public String address() {
        return ADDRESS;
    }

    @Override
    public String key() {
        return id;
    }
}
