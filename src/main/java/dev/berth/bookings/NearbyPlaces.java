package dev.berth.bookings;

import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who knows, without asking the database, which other places near one are likely to be free. It lives here for the same
 * reason as {@link FreeSlotFinder}.
 */
@FunctionalInterface
public interface NearbyPlaces {
    /** The most places that are asked for. */
    int MAX_PLACES = 10;

    /**
     * Listings that can be booked at once and have a slot for the whole stay, the nearest first. A hint: the database decides.
     * It may fail, which means the same as none.
     */
    Future<List<ListingId>> find(Wish wish);

    /**
     * @param accessible whether it has to be a bay for people with disabilities
     * @param heightCentimetres of the vehicle; null when that is not known
     */
    record Wish(
            GeoPoint around,
            int radiusMetres,
            TimeRange stay,
            boolean accessible,
            @Nullable Integer heightCentimetres) {}
}
