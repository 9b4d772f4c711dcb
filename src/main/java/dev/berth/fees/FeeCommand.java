package dev.berth.fees;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.idempotency.Once;
import dev.berth.values.Principal;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be asked of fee policies (RULES 27). */
public sealed interface FeeCommand<R extends Message> extends Command<R>
        permits FeeCommand.GetCommission, FeeCommand.AddPolicy, FeeCommand.ListPolicies {
    String ADDRESS = "fees.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** What counts for a host now: their own policy, else the platform's, else what is configured. Nothing is checked. */
    record GetCommission(UserId host) implements FeeCommand<Commission> {}

    /** @param basisPoints the platform's share of a price, of 10,000 */
    record Commission(int basisPoints) implements Message {}

    /**
     * Adds a version; for administrators: FORBIDDEN otherwise. What was quoted or booked before keeps what it was promised.
     *
     * @param host whom it is for; null for everybody who has none of their own
     * @param commissionBasisPoints 0 to 10,000; null, for a host only, to have the platform's count again
     * @param validFrom not in the past; null for at once
     */
    record AddPolicy(
            Principal actor,
            @Nullable UserId host,
            @Nullable Integer commissionBasisPoints,
            @Nullable Instant validFrom,
            String reason,
            @Nullable Once once)
            implements FeeCommand<FeePolicy> {}

    /**
     * The history, the latest that was added first; for administrators: FORBIDDEN otherwise.
     *
     * @param host whose; null for all there are
     * @param before the last one of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListPolicies(
            Principal actor,
            @Nullable UserId host,
            @Nullable UUID before,
            int limit) implements FeeCommand<PolicyPage> {}

    /**
     * @param configuredBasisPoints what counts where there is no policy at all
     * @param next where the next page begins, null at the end
     */
    record PolicyPage(
            List<FeePolicy> items,
            int configuredBasisPoints,
            @Nullable UUID next) implements Message {
        public PolicyPage {
            items = List.copyOf(items);
        }
    }
}
