package dev.berth.disputes;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counted by the node that wrote it down: each once in the cluster. */
final class DisputeMetrics {
    final Counter opened;
    final Counter won;
    final Counter lost;
    /** The one of payments: it pages somebody. */
    final Counter contradictions;

    DisputeMetrics(MeterRegistry meters) {
        opened = Counter.builder("berth.disputes.opened")
                .description("Charges that their card's holder contests")
                .register(meters);
        won = Counter.builder("berth.disputes.won")
                .description("Disputes that were decided for us")
                .register(meters);
        lost = Counter.builder("berth.disputes.lost")
                .description("Disputes that were decided against us")
                .register(meters);
        contradictions = Counter.builder("berth.payments.contradictions")
                .description("Times that the provider told another amount or outcome than the ledger has")
                .register(meters);
    }
}
