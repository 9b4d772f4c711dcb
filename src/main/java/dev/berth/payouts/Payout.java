package dev.berth.payouts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.platform.bus.Message;
import dev.berth.values.Money;
import dev.berth.values.PayoutId;
import dev.berth.values.UserId;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Money that goes to a host.
 *
 * @param reversed what the provider has taken back of it; zero unless SENT or REVERSED
 * @param week the Monday of its run, in the host's zone; null when the host has asked for it
 * @param failure a code of the provider; null unless FAILED
 * @param settledAt when the provider has answered; null while PENDING
 */
public record Payout(
        PayoutId id,
        UserId host,
        Money amount,
        PayoutStatus status,
        Money reversed,

        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable LocalDate week,

        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String failure,

        Instant createdAt,

        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Instant settledAt)
        implements Message {}
