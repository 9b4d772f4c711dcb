package dev.berth.search;

import dev.berth.bookings.FreeSlotFinder;
import dev.berth.listings.SlotKind;
import dev.berth.platform.bus.Bus;
import dev.berth.search.SearchCommand.FindFreeSlots;
import dev.berth.values.ListingId;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.util.List;

/** Tells bookings what the search of their own node knows. */
public final class NodeFreeSlots implements FreeSlotFinder {
    private final Bus bus;

    public NodeFreeSlots(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<FreeSlots> find(ListingId listing, TimeRange stay, List<SlotKind> kinds, int limit) {
        return bus.ask(new FindFreeSlots(listing, stay, kinds, limit))
                .map(found -> new FreeSlots(found.known(), found.freeCount(), found.slots()));
    }
}
