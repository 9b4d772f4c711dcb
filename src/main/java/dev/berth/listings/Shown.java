package dev.berth.listings;

import dev.berth.values.GeoPoint;

/** What everybody is told of where a listing is. */
record Shown(AddressPrivacy privacy, GeoPoint location, String address) {
    static Shown of(Listing listing) {
        return new Shown(listing.addressPrivacy(), listing.location(), listing.address());
    }
}
