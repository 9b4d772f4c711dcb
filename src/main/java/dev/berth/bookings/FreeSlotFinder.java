package dev.berth.bookings;

import dev.berth.listings.SlotKind;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.util.List;

/**
 * Who knows, without asking the database, which slots are likely to be free. It lives here because search, which knows,
 * is made of bookings' events already: the two must not know each other both ways.
 */
@FunctionalInterface
public interface FreeSlotFinder {
    /** The most slots that a booking tries. */
    int MAX_CANDIDATES = 32;

    /**
     * Slots that are free for the whole stay, best first. A hint: the database decides. It may fail, which means the same
     * as a listing that is not known.
     *
     * @param kinds of bays that count, the best first
     * @param limit how many are named at most
     */
    Future<FreeSlots> find(ListingId listing, TimeRange stay, List<SlotKind> kinds, int limit);

    /**
     * @param known whether the listing is known at all; one of a moment ago may be unknown yet
     * @param freeCount how many are free in all
     */
    record FreeSlots(boolean known, int freeCount, List<SlotId> slots) {
        public FreeSlots {
            slots = List.copyOf(slots);
        }
    }
}
