package dev.berth.realtime;

import dev.berth.platform.bus.Event;
import dev.berth.values.UserId;

/** What capabilities tell browsers through the bridge; best effort, never in the outbox. */
public sealed interface RealtimeEvent extends Event {
    String ADDRESS = "realtime.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Something for one user, sent to every open page of theirs on {@code user.{id}}.
     *
     * @param body JSON, {@code {"kind": "notification" | "booking" | "payment", …}}
     */
    record UserTold(UserId user, String body) implements RealtimeEvent {
        @Override
        public String key() {
            return user.toString();
        }
    }
}
