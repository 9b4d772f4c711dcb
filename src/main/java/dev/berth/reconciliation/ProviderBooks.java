package dev.berth.reconciliation;

import dev.berth.values.Money;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the provider lists of our balance. Futures fail with {@link dev.berth.payments.StripeCalls.Failure}. */
interface ProviderBooks {
    /**
     * @param from the first moment
     * @param to the first moment after
     * @param after the last movement of the page before; null for the first
     */
    Future<Page> page(Instant from, Instant to, @Nullable String after, int size);

    /** @param last where the next page begins after; null at the end */
    record Page(List<Movement> movements, @Nullable String last) {
        public Page {
            movements = List.copyOf(movements);
        }
    }

    /**
     * @param id of the movement
     * @param subject what the ledger knows it by; null when it is nothing of the ledger's
     * @param amount what it has brought
     * @param banked what has gone to our own bank account, for us to post; negative when it has come back
     * @param fee what the provider has kept of it, for us to post; zero when somebody else posts it
     */
    record Movement(String id, @Nullable String subject, Money amount, Money fee, Money banked, Instant at) {}
}
