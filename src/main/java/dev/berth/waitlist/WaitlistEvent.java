package dev.berth.waitlist;

import dev.berth.platform.bus.Event;

/** What has happened on waitlists. */
public sealed interface WaitlistEvent extends Event {
    String ADDRESS = "waitlist.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** A slot is free for somebody who waits: once for each who waits, who then waits no longer. Nothing is kept for them. */
    record SlotFreed(Wait waited) implements WaitlistEvent {
        @Override
        public String key() {
            return waited.driver().toString();
        }
    }
}
