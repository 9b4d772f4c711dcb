package dev.berth.access;

import dev.berth.access.AccessCommand.AccessDecision;
import dev.berth.access.AccessCommand.Decision;
import dev.berth.access.AccessCommand.Direction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What gates of this node were answered, and what sensors have told it. */
final class AccessMetrics {
    final Counter withoutAsking;
    final Counter readings;
    final Counter dropped;
    final AtomicLong waiting = new AtomicLong();
    private final Map<Direction, Map<Decision, Counter>> attempts;

    AccessMetrics(MeterRegistry meters) {
        attempts = Stream.of(Direction.values())
                .collect(Collectors.toMap(
                        direction -> direction,
                        direction -> Stream.of(Decision.values())
                                .collect(Collectors.toMap(
                                        decision -> decision,
                                        decision -> Counter.builder("berth.access.attempts")
                                                .description("Attempts at gates")
                                                .tag("direction", direction.name())
                                                .tag("decision", decision.name())
                                                .register(meters)))));
        withoutAsking = Counter.builder("berth.access.without.asking")
                .description("Attempts among them that were answered by the gate's fail mode or by the pass alone")
                .register(meters);
        readings = Counter.builder("berth.access.observations")
                .description("Counts and plates of sensors that said something")
                .register(meters);
        dropped = Counter.builder("berth.access.observations.dropped")
                .description("Those that were stale, uncertain or of no use")
                .register(meters);
        Gauge.builder("berth.access.undecided", waiting, AtomicLong::get)
                .description("Answers by fail mode that are not written down yet")
                .register(meters);
    }

    void count(Direction direction, AccessDecision decision) {
        Map<Decision, Counter> of = attempts.getOrDefault(direction, Map.of());
        Counter counter = of.get(decision.decision());
        if (counter != null) {
            counter.increment();
        }
    }
}
