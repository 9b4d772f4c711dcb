package dev.berth.listings;

import dev.berth.values.SlotId;

/**
 * One bay.
 *
 * @param name what is painted on it, unique within the listing, 1 to 20 characters
 * @param position its order within the listing, from 0: lower is nearer to the entrance
 */
public record Slot(SlotId id, String name, SlotKind kind, int position) {}
