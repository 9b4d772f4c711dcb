package dev.berth.realtime;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the bridge counts, on all event loops together. */
final class RealtimeMetrics {
    final AtomicInteger sockets = new AtomicInteger();
    final LongAdder subscriptions = new LongAdder();
    final LongAdder deliveries = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder reloads = new LongAdder();
    final LongAdder slowClosed = new LongAdder();
    final LongAdder refused = new LongAdder();

    RealtimeMetrics(MeterRegistry meters) {
        Gauge.builder("berth.realtime.sockets", sockets, AtomicInteger::get)
                .description("Browsers on the bridge")
                .register(meters);
        Gauge.builder("berth.realtime.subscriptions", subscriptions, LongAdder::sum)
                .description("Addresses that browsers hear, summed over browsers")
                .register(meters);
        counter(meters, "berth.realtime.deliveries", "Messages sent to browsers that hear an address", deliveries);
        counter(meters, "berth.realtime.dropped", "Messages not sent because a browser's queue was full", dropped);
        counter(
                meters,
                "berth.realtime.reloads",
                "Browsers told to take a snapshot after messages were dropped",
                reloads);
        counter(meters, "berth.realtime.slow.closed", "Browsers closed because their queue stayed full", slowClosed);
        counter(meters, "berth.realtime.refused", "Registrations and messages of browsers that were refused", refused);
    }

    private static void counter(MeterRegistry meters, String name, String description, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .register(meters);
    }
}
