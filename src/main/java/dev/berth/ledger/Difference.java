package dev.berth.ledger;

import dev.berth.values.UserId;
import org.jspecify.annotations.Nullable;

/**
 * An account that is not what it should be.
 *
 * @param owner null for the platform's own
 * @param running what is kept as its balance, debits less credits, in minor units
 * @param entries what its entries add up to
 * @param reserved what is kept as reserved
 * @param pending what pending transfers are going to take
 */
public record Difference(
        String kind,
        @Nullable UserId owner,
        String currency,
        long running,
        long entries,
        long reserved,
        long pending) {}
