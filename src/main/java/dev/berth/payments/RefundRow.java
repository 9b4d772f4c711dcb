package dev.berth.payments;

import dev.berth.payments.Gateway.RefundState;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A refund as it is stored.
 *
 * @param id also its transfer's id and its idempotency key at the provider
 * @param source where it goes to
 * @param providerRefund the provider's id, once it has answered
 */
record RefundRow(
        UUID id,
        PaymentId payment,
        Money amount,
        Source source,
        RefundState state,
        @Nullable String providerRefund) {
    enum Source {
        CARD,
        /** The wallet, then points. */
        INSIDE
    }
}
