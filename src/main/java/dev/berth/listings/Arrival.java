package dev.berth.listings;

import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing is, exactly, and how to get in: for its owner, for drivers whose booking of it is confirmed, and for
 * admins (RULES 38). Never part of an event, nor of anything else that others see or that is kept.
 *
 * @param accessNotes what the host says of getting in; null when nothing
 */
public record Arrival(
        ListingId listing,
        GeoPoint location,
        String address,
        @Nullable String accessNotes) {
    /** Without what it tells: a log is read by others. */
    @Override
    public String toString() {
        return "Arrival[" + listing + "]";
    }
}
