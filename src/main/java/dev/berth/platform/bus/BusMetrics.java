package dev.berth.platform.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What a node asks over the bus, by the capability that is asked and the type of command: types are few and known, where
 * addresses (of nodes, of tiles) are not.
 */
final class BusMetrics {
    private final MeterRegistry meters;
    private final ConcurrentMap<Class<?>, Asks> asks = new ConcurrentHashMap<>();

    BusMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    /**
     * The meters of one type of command.
     *
     * @param answered with an answer or a refusal, and how long that took
     * @param refused the refusals among them
     * @param unanswered failed: nobody there, or not in time
     */
    record Asks(Timer answered, Counter refused, Counter unanswered) {}

    Asks of(Command<?> command) {
        Class<?> type = command.getClass();
        Asks known = asks.get(type);
        return known != null ? known : asks.computeIfAbsent(type, this::register);
    }

    private Asks register(Class<?> type) {
        String place = type.getPackageName();
        String[] tags = {"capability", place.substring(place.lastIndexOf('.') + 1), "type", type.getSimpleName()};
        return new Asks(
                Timer.builder("berth.bus.asks")
                        .description("Asks of this node that were answered, and how long that took")
                        .tags(tags)
                        .register(meters),
                Counter.builder("berth.bus.refused")
                        .description("Asks that were answered with a refusal")
                        .tags(tags)
                        .register(meters),
                Counter.builder("berth.bus.unanswered")
                        .description("Asks that nobody answered in time")
                        .tags(tags)
                        .register(meters));
    }
}
