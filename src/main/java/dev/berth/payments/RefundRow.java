package dev.berth.payments;

import dev.berth.payments.Gateway.RefundState;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A refund as it is stored.
 *
 * @param id also its transfer's id, and the beginning of its idempotency key at the provider
 * @param source where it goes to
 * @param providerRefund the provider's id, once it has answered
 * @param attempt how often it was asked for anew: part of the idempotency key
 * @param withdrawal what it is a part of; null when a payment is given back
 */
record RefundRow(
        UUID id,
        PaymentId payment,
        Money amount,
        Source source,
        RefundState state,
        @Nullable String providerRefund,
        int attempt,
        @Nullable UUID withdrawal) {
    enum Source {
        CARD,
        /** The wallet, then points. */
        INSIDE
    }
}
