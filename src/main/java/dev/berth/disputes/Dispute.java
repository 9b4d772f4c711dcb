package dev.berth.disputes;

import dev.berth.platform.bus.Message;
import dev.berth.values.DisputeId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A charge that its card's holder contests.
 *
 * @param providerId the provider's id
 * @param amount what is contested
 * @param withdrawn what the provider has taken and not given back
 * @param fees what it has kept
 * @param borneByHost of a lost one, what the host has given back of their share
 * @param borneByUs of a lost one, what is ours: our share, and what nobody else could bear
 * @param reason the provider's code, such as {@code fraudulent}
 * @param dueBy until when evidence is taken; null when it is not told
 * @param evidence what was answered
 * @param evidenceSentAt when the provider had taken it; null while it is on its way
 */
public record Dispute(
        DisputeId id,
        String providerId,
        PaymentId payment,
        UserId driver,
        UserId host,
        Money amount,
        Money withdrawn,
        Money fees,
        Money borneByHost,
        Money borneByUs,
        String reason,
        DisputeStatus status,
        @Nullable Instant dueBy,
        Instant openedAt,
        @Nullable Instant closedAt,
        @Nullable String evidence,
        @Nullable Instant evidenceSentAt)
        implements Message {}
