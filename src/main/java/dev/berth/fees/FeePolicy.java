package dev.berth.fees;

import dev.berth.platform.bus.Message;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A version of what the platform takes. It is never changed: another one follows it.
 *
 * @param host whom it is for; null for everybody who has none of their own
 * @param commissionBasisPoints of a price, of 10,000; null when the platform's counts for the host again
 * @param serviceFee what drivers pay beside it; null when the platform's counts for the host's drivers, or the platform has none
 * @param validFrom when it begins to count, until a later one does
 * @param reason why, for those who read the history
 * @param createdBy the administrator
 */
public record FeePolicy(
        UUID id,
        @Nullable UserId host,
        @Nullable Integer commissionBasisPoints,
        @Nullable ServiceFeeRate serviceFee,
        Instant validFrom,
        String reason,
        UserId createdBy,
        Instant createdAt)
        implements Message {}
