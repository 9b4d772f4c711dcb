package dev.berth.search;

import dev.berth.bookings.FreeSlotFinder;
import dev.berth.platform.bus.Bus;
import dev.berth.search.SearchCommand.FindFreeSlots;
import dev.berth.values.ListingId;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;

/** Tells bookings what the search of their own node knows. */
public final class NodeFreeSlots implements FreeSlotFinder {
    private final Bus bus;

    public NodeFreeSlots(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<FreeSlots> find(ListingId listing, TimeRange stay, int limit) {
        return bus.ask(new FindFreeSlots(listing, stay, limit))
                .map(found -> new FreeSlots(found.known(), found.freeCount(), found.slots()));
    }
}
