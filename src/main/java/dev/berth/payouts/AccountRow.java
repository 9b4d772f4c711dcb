package dev.berth.payouts;

import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.values.UserId;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * A host who is paid, or will be.
 *
 * @param account at the provider; null when there is none
 * @param now the database's time when it was read
 * @param checkedAt when the provider last told its state; null for never
 */
record AccountRow(
        UserId host,
        @Nullable String account,
        AccountState state,
        ZoneId zone,
        Instant nextRunAt,
        Instant now,
        @Nullable Instant checkedAt) {}
