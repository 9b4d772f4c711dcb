package dev.berth.waitlist;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.platform.bus.Message;
import dev.berth.values.ListingId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.WaitId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A driver who waits for a slot (SM10).
 *
 * @param title the listing's when they began to wait
 * @param timeZone the place's, IANA name
 * @param toldAt when they were told that a slot is free, which ends the waiting; null while they wait
 */
public record Wait(
        WaitId id,
        UserId driver,
        ListingId listing,
        String title,
        String timeZone,
        TimeRange stay,
        Instant createdAt,

        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant toldAt)
        implements Message {}
