package dev.berth.promotions;

import dev.berth.platform.bus.Message;
import dev.berth.values.Money;
import dev.berth.values.PromotionId;
import dev.berth.values.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Codes of one kind, and how often they are used.
 *
 * @param owner who has made it
 * @param terms what its codes are worth, and when
 * @param code the one that everybody shares, as it is printed; null when each has one of their own
 * @param codes how many there are
 * @param reserved how many bookings with it wait for their money
 * @param consumed how many are paid
 * @param given what was off their prices in all, as far as it has not come back
 * @param withdrawnAt since when it cannot be used; null while it can
 */
public record Promotion(
        PromotionId id,
        UserId owner,
        PromotionTerms terms,
        @Nullable String code,
        int codes,
        int reserved,
        int consumed,
        Money given,
        @Nullable Instant withdrawnAt,
        Instant createdAt)
        implements Message {}
