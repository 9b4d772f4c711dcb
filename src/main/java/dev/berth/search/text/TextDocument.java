package dev.berth.search.text;

import dev.berth.listings.Listing;
import dev.berth.listings.ListingType;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import java.util.Set;

/** What of a listing can be found by words, and where it is. */
record TextDocument(
        ListingId id,
        String title,
        String description,
        String address,
        ListingType type,
        Set<String> amenities,
        GeoPoint location) {
    static TextDocument of(Listing listing, int descriptionMax) {
        String description = listing.description();
        return new TextDocument(
                listing.id(),
                listing.title(),
                description.length() > descriptionMax ? description.substring(0, descriptionMax) : description,
                listing.address(),
                listing.type(),
                listing.amenities(),
                listing.location());
    }
}
