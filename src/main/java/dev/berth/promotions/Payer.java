package dev.berth.promotions;

/** Who bears what is off a price. The name is public. */
public enum Payer {
    /** The platform: the host gets the share of the full price. */
    PLATFORM,
    /** The host: host and platform share the reduced price. */
    HOST,
    /** A merchant whose customer parks: as {@link #PLATFORM}, and the merchant owes it (RULES 36). */
    MERCHANT
}
