package dev.berth.listings;

/** What kind of place a listing is (LI5). */
public enum ListingType {
    DRIVEWAY,
    GARAGE,
    SURFACE_LOT,
    MULTI_STOREY,
    UNDERGROUND,
    ON_STREET,
    COVERED
}
