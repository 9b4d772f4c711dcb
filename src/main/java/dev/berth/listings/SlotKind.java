package dev.berth.listings;

/** The type of a bay (LI7, RULES 11). */
public enum SlotKind {
    STANDARD,
    ACCESSIBLE,
    EV,
    FAMILY,
    MOTORCYCLE,
    TRUCK,
    CAR_SHARE
}
