package dev.berth.reconciliation;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How the provider's books are compared with the ledger. How the provider is spoken to is said for payments.
 *
 * @param dailyAt after midnight in UTC, when the day before is compared
 * @param margin how much later or earlier the one may have written down what the other has
 * @param settle how old something is before it is compared: what is under way is no difference
 * @param lease after which a run that is not done counts as broken off, and is begun anew
 * @param attempts after which it is given up
 * @param interval how often a node looks for runs to be carried out
 * @param pageSize transactions that the provider is asked for at once, 1 to 100
 * @param transactionsMax of one run, in memory
 * @param differencesMax that are written down of a run; all are counted
 */
public record ReconciliationConfig(
        @Default("4h") Duration dailyAt,
        @Default("1d") Duration margin,
        @Default("10m") Duration settle,
        @Default("10m") Duration lease,
        @Default("5") int attempts,
        @Default("30s") Duration interval,
        @Default("100") int pageSize,
        @Default("500000") int transactionsMax,
        @Default("1000") int differencesMax) {
    private static final int PAGE_MAX = 100;

    public ReconciliationConfig {
        if (pageSize < 1 || pageSize > PAGE_MAX || attempts < 1 || transactionsMax < 1 || differencesMax < 1) {
            throw new IllegalArgumentException("pageSize is 1 to 100; attempts and limits are positive");
        }
    }
}
