package dev.berth.waitlist;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import dev.berth.values.WaitId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of waitlists (SM10): each driver about their own places on them. */
public sealed interface WaitlistCommand<R extends Message> extends Command<R> {
    String ADDRESS = "waitlist.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Begins to wait for any slot of a listing. Repeatable: who waits for the same already goes on waiting. CONFLICT when a
     * slot is free now; UNPROCESSABLE for a stay that has begun or is too far ahead, or for who waits for too much.
     */
    record BeginToWait(Principal actor, ListingId listing, TimeRange stay) implements WaitlistCommand<Wait> {}

    /**
     * What the actor waits for or was told of, of stays that are not over, the latest first.
     *
     * @param before the last one of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListWaits(Principal actor, @Nullable WaitId before, int limit) implements WaitlistCommand<WaitPage> {}

    /** NOT_FOUND when it is not the actor's. */
    record StopWaiting(Principal actor, WaitId id) implements WaitlistCommand<Done> {}

    /** @param next where the next page begins, null at the end */
    record WaitPage(
            List<Wait> items,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            WaitId next) implements Message {
        public WaitPage {
            items = List.copyOf(items);
        }
    }
}
