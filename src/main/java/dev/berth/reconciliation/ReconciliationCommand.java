package dev.berth.reconciliation;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.Principal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What administrators ask of the reconciliation: FORBIDDEN for everybody else. */
public sealed interface ReconciliationCommand<R extends Message> extends Command<R>
        permits ReconciliationCommand.Reconcile, ReconciliationCommand.ListRuns, ReconciliationCommand.GetRun {
    String ADDRESS = "reconciliation.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    Principal actor();

    /**
     * Begins to compare a day. UNPROCESSABLE when it has not begun.
     *
     * @param day in UTC; of today, what is old enough
     * @param run the same one is begun once
     */
    record Reconcile(Principal actor, LocalDate day, UUID run) implements ReconciliationCommand<Run> {}

    /**
     * The latest first.
     *
     * @param before the last one of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListRuns(Principal actor, @Nullable UUID before, int limit) implements ReconciliationCommand<RunPage> {}

    /** With its differences. NOT_FOUND when there is none. */
    record GetRun(Principal actor, UUID run) implements ReconciliationCommand<RunDetails> {}

    enum RunStatus {
        RUNNING,
        DONE,
        FAILED
    }

    /**
     * @param from the beginning of the period
     * @param to its end, which is no part of it
     * @param providerCount what the provider has listed of it
     * @param ledgerCount what stands in the ledger of it
     * @param differences how many there are
     * @param failure why there is no result
     */
    record Run(
            UUID id,
            Instant from,
            Instant to,
            RunStatus status,
            Instant startedAt,
            @Nullable Instant endedAt,
            int providerCount,
            int ledgerCount,
            int differences,
            @Nullable String failure)
            implements Message {}

    /** @param next where the next page begins, null at the end */
    record RunPage(List<Run> items, @Nullable UUID next) implements Message {
        public RunPage {
            items = List.copyOf(items);
        }
    }

    /** @param items at most as many as are written down */
    record RunDetails(Run run, List<Differing> items) implements Message {
        public RunDetails {
            items = List.copyOf(items);
        }
    }

    enum DifferenceKind {
        MISSING_HERE,
        MISSING_THERE,
        AMOUNT
    }

    /**
     * @param subject the provider's id of what has moved the money, or the ledger's transfer where it has none
     * @param here what it has brought by the ledger, in minor units; null when it is missing
     * @param there what it has brought by the provider; null when it is missing
     */
    record Differing(
            DifferenceKind kind,
            String subject,
            String currency,
            @Nullable Long here,
            @Nullable Long there,
            Instant at) {}
}
