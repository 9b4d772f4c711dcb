package dev.berth.platform.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** What a consumer of this node counts. */
final class EventMetrics {
    final Counter taken;
    final Counter retried;
    final Counter parked;
    /** Events that wait in the partitions that this node has of the group. */
    final AtomicLong lag = new AtomicLong();

    /** @param group of the consumer */
    EventMetrics(MeterRegistry meters, String group) {
        taken = Counter.builder("berth.events.taken")
                .description("Events that a consumer has taken in or passed over")
                .tag("group", group)
                .register(meters);
        retried = Counter.builder("berth.events.retried")
                .description("Tries to take in an event that failed")
                .tag("group", group)
                .register(meters);
        parked = Counter.builder("berth.events.parked")
                .description("Events that were parked after all their tries")
                .tag("group", group)
                .register(meters);
        Gauge.builder("berth.events.lag", lag, AtomicLong::get)
                .description("Events in Kafka that the group has not taken in, of the partitions that this node has")
                .tag("group", group)
                .register(meters);
    }
}
