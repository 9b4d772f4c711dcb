package dev.berth.disputes;

import dev.berth.values.DisputeId;
import dev.berth.values.Money;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider's side of disputes. Futures fail with {@link dev.berth.payments.StripeCalls.Failure}. */
interface DisputeGateway {
    /** Empty when the provider does not know it. */
    Future<Optional<ProviderDispute>> dispute(String providerDispute);

    /** The same again has no further effect. */
    Future<ProviderDispute> submit(DisputeId dispute, String providerDispute, Evidence evidence);

    /**
     * @param text what is said, and what is known of the bookings
     * @param product what was sold
     */
    record Evidence(String text, String product) {}

    /**
     * @param intent of the charge
     * @param movements of our balance
     */
    record ProviderDispute(
            String id,
            @Nullable String intent,
            Money amount,
            String reason,
            DisputeStatus status,
            @Nullable Instant dueBy,
            Instant openedAt,
            List<Movement> movements) {
        public ProviderDispute {
            movements = List.copyOf(movements);
        }
    }

    /**
     * A transaction of our balance at the provider.
     *
     * @param amount what has come; negative when it was taken
     * @param fee what was kept besides; negative when it was given back
     */
    record Movement(String id, Money amount, Money fee) {}
}
