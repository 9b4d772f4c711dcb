package dev.berth.subscriptions;

import dev.berth.platform.bus.Message;
import dev.berth.values.ListingId;
import dev.berth.values.PlanId;
import dev.berth.values.UserId;
import java.time.Instant;

/**
 * What the owner of a place offers.
 *
 * @param places how many may be held at the same time
 * @param left how many of those nobody has now; whether the place has slots for them is another matter
 * @param version +1 with each change; its ETag
 */
public record Plan(
        PlanId id,
        ListingId listing,
        UserId owner,
        PassTerms terms,
        int places,
        int left,
        long version,
        Instant createdAt)
        implements Message {}
