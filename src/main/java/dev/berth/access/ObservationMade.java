package dev.berth.access;

import dev.berth.access.AccessCommand.Direction;
import dev.berth.platform.bus.Event;
import dev.berth.values.ListingId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a camera or sensor writes to the topic {@value #ADDRESS}: this as JSON, with the headers {@code type:
 * access.ObservationMade} and {@code event-id}, a UUID of its own. Who may write there is trusted.
 *
 * @param source which camera or sensor, 1 to 64 characters
 * @param confidence 0 to 1; null for 1
 * @param free places counted free
 * @param occupied places counted taken
 * @param plate as it was read; with {@code direction}
 */
public record ObservationMade(
        ListingId listing,
        String source,
        Instant observedAt,
        @Nullable Double confidence,
        @Nullable Integer free,
        @Nullable Integer occupied,
        @Nullable String plate,
        @Nullable Direction direction)
        implements Event {
    public static final String ADDRESS = "access.observations";

    @Override
    public String address() {
        return ADDRESS;
    }

    @Override
    public String key() {
        return listing.toString();
    }
}
