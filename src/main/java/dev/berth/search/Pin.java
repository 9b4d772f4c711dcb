package dev.berth.search;

import dev.berth.listings.ListingType;
import dev.berth.values.GeoPoint;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A listing as maps show it.
 *
 * @param version grows with every change of the listing or its bookings
 * @param free slots that are free now
 * @param busy as {@link BusySteps} tells it
 * @param hour minor units of the currency for each started hour; null when the tariff has rules that a pin does not tell
 * @param accessibleOnly whether all slots are for people with disabilities
 * @param limited whether its host says when it can be booked, which only a search tells
 * @param day what the hours of a local day never exceed, or null
 */
@SuppressWarnings("ArrayRecordComponent") // made to be written out at once, never compared
record Pin(
        UUID id,
        GeoPoint location,
        long version,
        ListingType type,
        String title,
        int capacity,
        int free,
        int[] busy,
        String currency,
        @Nullable Integer hour,
        @Nullable Integer day,
        String timeZone,
        boolean instantBook,
        boolean accessibleOnly,
        boolean demo,
        boolean limited) {}
