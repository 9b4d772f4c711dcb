package dev.berth.identity;

import dev.berth.platform.bus.Event;
import dev.berth.values.UserId;
import java.util.UUID;

/** What has happened to accounts and sessions. */
public sealed interface IdentityEvent extends Event {
    String ADDRESS = "identity.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    UserId user();

    @Override
    default String key() {
        return user().toString();
    }

    /** @param locale a language tag that Berth speaks */
    record UserRegistered(UserId user, String locale) implements IdentityEvent {}

    /** A session is over, by log-out or because a used refresh token was seen again; its access tokens end by themselves. */
    record SessionEnded(UserId user, UUID session) implements IdentityEvent {}
}
