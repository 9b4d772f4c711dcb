package dev.berth.search;

import dev.berth.bookings.NearbyPlaces;
import dev.berth.platform.bus.Bus;
import dev.berth.search.SearchCommand.Filters;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.SearchCommand.Sort;
import dev.berth.values.ListingId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** Tells bookings what the search of their own node knows of the places near one. */
public final class NodeNearbyPlaces implements NearbyPlaces {
    private final Bus bus;

    public NodeNearbyPlaces(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<List<ListingId>> find(Wish wish) {
        Filters filters = new Filters(null, Set.of(), Set.of(), true, wish.accessible(), wish.heightCentimetres());
        SearchListings search = new SearchListings(
                null, wish.around(), wish.radiusMetres(), wish.stay(), filters, Sort.DISTANCE, MAX_PLACES, null);
        return bus.ask(search)
                .map(found -> found.items().stream().map(SearchCommand.Item::id).toList());
    }
}
