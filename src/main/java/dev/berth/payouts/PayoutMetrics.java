package dev.berth.payouts;

import dev.berth.values.Money;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Money that has gone to hosts, counted by the node that wrote it down: each payout once in the cluster. */
final class PayoutMetrics {
    final Counter failed;
    final Counter reversed;
    final Counter released;
    final Counter unreachable;
    /** The one of payments: it pages somebody. */
    final Counter contradictions;

    private final MeterRegistry meters;

    PayoutMetrics(MeterRegistry meters) {
        this.meters = meters;
        failed = Counter.builder("berth.payouts.failed")
                .description("Payouts that the provider has refused: the money is available again")
                .register(meters);
        reversed = Counter.builder("berth.payouts.reversed")
                .description("Times that the provider has taken back what was sent")
                .register(meters);
        released = Counter.builder("berth.payouts.released")
                .description("Stays whose money was moved from held to available")
                .register(meters);
        unreachable = Counter.builder("berth.payouts.provider.unreachable")
                .description("Calls of the provider that failed or were not answered in time")
                .register(meters);
        contradictions = Counter.builder("berth.payments.contradictions")
                .description("Times that the provider told another amount or outcome than the ledger has")
                .register(meters);
    }

    void sent(Money amount) {
        Counter.builder("berth.payouts.sent")
                .description("Money sent to hosts, in minor units")
                .tag("currency", amount.currency())
                .register(meters)
                .increment((double) amount.amount());
    }
}
