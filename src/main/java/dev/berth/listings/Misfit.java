package dev.berth.listings;

/** Why a vehicle may not stand in a bay (RULES 11, 25). The name is public. */
public enum Misfit {
    /** It is for people with a disabled person's permit. */
    PERMIT_NEEDED,
    /** It is for vehicles that charge there. */
    CHARGING_ONLY,
    MOTORCYCLES_ONLY,
    TRUCKS_ONLY,
    CAR_SHARE_ONLY,
    /** A truck, and the bay is none for trucks. */
    NOT_FOR_TRUCKS,
    TOO_HIGH,
    TOO_LONG,
    TOO_WIDE,
    TOO_HEAVY
}
