package dev.berth.subscriptions;

import dev.berth.platform.bus.Message;
import dev.berth.values.ListingId;
import dev.berth.values.PlanId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pass that was bought, or a permit that was given.
 *
 * @param version +1 with each event about it
 * @param driver whose it is; of a permit the owner of the place
 * @param holder of a permit: whom it is for, in the owner's words
 * @param title of the place
 * @param slotNames of the slots that are kept for it
 * @param startsAt months are counted from here
 * @param paidUntil the end of the last paid month; null before the first, and for a permit
 * @param endsAt when it ends without being renewed; null while it goes on
 * @param graceUntil of a renewal that has failed: how long gates still open
 * @param keepUntil of one that is suspended: how long its slots are kept, and it can still be paid
 * @param endReason a code; null until it is over
 */
public record Subscription(
        SubscriptionId id,
        long version,
        PlanId plan,
        ListingId listing,
        UserId driver,
        UserId host,
        SubscriptionStatus status,
        PassTerms terms,
        @Nullable String holder,
        String title,
        String locationText,
        String timeZone,
        String slotNames,
        Instant startsAt,
        @Nullable Instant paidUntil,
        @Nullable Instant endsAt,
        @Nullable Instant graceUntil,
        @Nullable Instant keepUntil,
        @Nullable String endReason,
        Instant createdAt,
        @Nullable Instant endedAt)
        implements Message {}
