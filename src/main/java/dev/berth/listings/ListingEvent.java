package dev.berth.listings;

import dev.berth.platform.bus.Event;
import dev.berth.values.ListingId;

/** What has happened to listings. */
public sealed interface ListingEvent extends Event {
    String ADDRESS = "listings.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    ListingId listingId();

    @Override
    default String key() {
        return listingId().toString();
    }

    /** A listing is there, or has changed: the whole of it, so that a reader needs nothing before. */
    record ListingChanged(Listing listing) implements ListingEvent {
        @Override
        public ListingId listingId() {
            return listing.id();
        }
    }

    /** @param version one more than the last version of the listing */
    record ListingDeleted(ListingId listingId, long version) implements ListingEvent {}
}
