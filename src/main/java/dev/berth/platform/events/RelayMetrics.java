package dev.berth.platform.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What the relay counts. How much waits is known by the node that leads; the others have no number for it. */
final class RelayMetrics {
    final Counter relayed;
    private final AtomicReference<Waiting> waiting = new AtomicReference<>(Waiting.UNKNOWN);

    /**
     * @param rows in the outbox
     * @param oldestMillis the age of the oldest of them
     * @param parked events that wait for an operator
     */
    record Waiting(double rows, double oldestMillis, double parked) {
        static final Waiting UNKNOWN = new Waiting(Double.NaN, Double.NaN, Double.NaN);
    }

    RelayMetrics(MeterRegistry meters) {
        relayed = Counter.builder("berth.outbox.relayed")
                .description("Events that this node has brought to Kafka")
                .register(meters);
        Gauge.builder("berth.outbox.leading", waiting, state -> state.get().equals(Waiting.UNKNOWN) ? 0 : 1)
                .description("Whether this node is the one that relays")
                .register(meters);
        Gauge.builder("berth.outbox.waiting", waiting, state -> state.get().rows())
                .description("Events that wait to be brought to Kafka, counted up to a limit")
                .register(meters);
        TimeGauge.builder(
                        "berth.outbox.oldest",
                        waiting,
                        TimeUnit.MILLISECONDS,
                        state -> state.get().oldestMillis())
                .description("How long the oldest of them has waited")
                .register(meters);
        Gauge.builder(
                        "berth.events.parked.waiting",
                        waiting,
                        state -> state.get().parked())
                .description("Parked events that wait for an operator, counted up to a limit")
                .register(meters);
    }

    /** Remembers what the leader has seen. */
    void seen(Waiting now) {
        waiting.set(now);
    }

    /** This node does not lead any more. */
    void follows() {
        waiting.set(Waiting.UNKNOWN);
    }
}
