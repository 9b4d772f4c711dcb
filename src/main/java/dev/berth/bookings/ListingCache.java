package dev.berth.bookings;

import dev.berth.availability.StayDefaults;
import dev.berth.availability.Timetable;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingCommand.GetTariff;
import dev.berth.listings.ListingEvent;
import dev.berth.listings.Slot;
import dev.berth.platform.bus.Bus;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Listings that were asked for lately, so that a quote and its booking cost no read each. Changes come by the listings'
 * events; one that is lost is bounded by the time that an entry lives. A price that is a minute old is still one that
 * the host had set: quotes promise it for minutes anyway.
 *
 * <p>Belongs to one verticle: nothing here is safe for several threads, and nothing has to be.
 */
final class ListingCache {
    private final Bus bus;
    private final Map<ListingId, Known> known;
    private final Map<ListingId, Future<Listing>> asked = new HashMap<>();
    private final long lifetimeNanos;
    private final StayDefaults defaults;

    /** @param defaults what counts where a host does not say when a listing can be booked */
    ListingCache(Bus bus, Duration lifetime, int size, StayDefaults defaults) {
        this.bus = bus;
        this.defaults = defaults;
        this.lifetimeNanos = lifetime.toNanos();
        this.known = new Recent(size);
    }

    /**
     * A listing, its slots by their ids, and when it can be booked.
     *
     * @param limited whether some of its bays refuse vehicles of the right kind
     */
    record Known(Listing listing, Map<SlotId, Slot> slots, Timetable timetable, boolean limited, long untilNanos) {}

    private static final class Recent extends LinkedHashMap<ListingId, Known> {
        private static final long serialVersionUID = 1L;
        private static final int INITIAL_CAPACITY = 64;
        private static final float LOAD_FACTOR = 0.75f;

        private final int size;

        Recent(int size) {
            super(INITIAL_CAPACITY, LOAD_FACTOR, true);
            this.size = size;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<ListingId, Known> eldest) {
            return size() > size;
        }
    }

    /** @throws dev.berth.platform.problems.Rejection NOT_FOUND when there is no such listing */
    Known get(ListingId id) {
        Known entry = known.get(id);
        if (entry != null && entry.untilNanos() - System.nanoTime() > 0) {
            return entry;
        }
        // Many who come for one listing at once wait for one answer.
        Future<Listing> asking = asked.get(id);
        if (asking == null) {
            asking = entry == null ? bus.ask(new GetListing(id)) : confirmed(entry.listing());
            asked.put(id, asking);
            asking.onComplete(answered -> asked.remove(id));
        }
        return remember(asking.await());
    }

    /** The same listing when its version is still the present one, which is cheaper to tell than all of its slots. */
    private Future<Listing> confirmed(Listing listing) {
        return bus.ask(new GetTariff(listing.id()))
                .compose(now -> now.version() <= listing.version()
                        ? Future.succeededFuture(listing)
                        : bus.ask(new GetListing(listing.id())));
    }

    void hear(ListingEvent event) {
        switch (event) {
            case ListingEvent.ListingChanged(Listing listing) -> {
                Known entry = known.get(listing.id());
                if (entry != null && entry.listing().version() < listing.version()) {
                    if (listing.isWhole()) {
                        remember(listing);
                    } else {
                        known.remove(listing.id());
                    }
                }
            }
            case ListingEvent.ListingDeleted(ListingId id, long version) -> known.remove(id);
        }
    }

    private Known remember(Listing listing) {
        Timetable timetable = Timetable.ofStored(listing.availability(), ZoneId.of(listing.timeZone()), defaults);
        boolean limited =
                listing.slots().stream().anyMatch(slot -> slot.bayOrPlain().isLimited());
        Known fresh = new Known(listing, byId(listing.slots()), timetable, limited, System.nanoTime() + lifetimeNanos);
        @Nullable Known old = known.put(listing.id(), fresh);
        if (old != null && old.listing().version() > listing.version()) {
            // An event has overtaken the answer.
            known.put(listing.id(), old);
            return old;
        }
        return fresh;
    }

    private static Map<SlotId, Slot> byId(Collection<Slot> slots) {
        return slots.stream().collect(Collectors.toMap(Slot::id, Function.identity()));
    }
}
