package dev.berth.calendars;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.platform.bus.Message;
import dev.berth.values.FeedId;
import dev.berth.values.ListingId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A calendar that can be subscribed to by whoever knows its secret (BK13).
 *
 * @param listing whose bookings and blocks it has; null for the bookings of its owner as a driver
 * @param readAt when it was last read, within an hour; null for never
 */
public record Feed(
        FeedId id,

        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable ListingId listing,

        Instant createdAt,

        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant readAt)
        implements Message {}
