package dev.berth.listings;

/** Who is told where a listing is (RULES 38). */
public enum AddressPrivacy {
    /** Everybody. */
    PUBLIC,

    /** Everybody is told of a point and a street near it; who has a confirmed booking is told where it is. */
    AFTER_CONFIRMATION;

    /** What counts for a new listing whose owner does not say: where people live is not for everybody. */
    public static AddressPrivacy of(ListingType type) {
        return type == ListingType.DRIVEWAY ? AFTER_CONFIRMATION : PUBLIC;
    }
}
