package dev.berth.listings;

/** How much comes back when a driver cancels (RULES 29). */
public enum CancellationPolicy {
    FLEXIBLE,
    MODERATE,
    STRICT
}
