package dev.berth.platform.observability;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node should be given work. Parts register a check that answers at once, from what they know; a node is
 * ready when it has started, does not drain, and nothing that it cannot do without is wrong.
 */
public final class Readiness {
    private final ConcurrentMap<String, Check> checks = new ConcurrentHashMap<>();
    private volatile State state = State.STARTING;

    private enum State {
        STARTING,
        STARTED,
        DRAINING
    }

    private record Check(boolean required, Supplier<@Nullable String> problem) {}

    /**
     * @param name of a part, such as {@code search}
     * @param problem what is wrong in a few words without secrets, or null; must not block
     */
    public void require(String name, Supplier<@Nullable String> problem) {
        checks.put(name, new Check(true, problem));
    }

    /** As {@link #require}, of a part that is reported but that the node can go on without. */
    public void report(String name, Supplier<@Nullable String> problem) {
        checks.put(name, new Check(false, problem));
    }

    /** Makes what is asked for here a metric, with the checks that there are by now. */
    public void measure(MeterRegistry meters) {
        Gauge.builder("berth.ready", this, self -> self.report().ready() ? 1 : 0)
                .description("Whether this node takes requests")
                .register(meters);
        checks.forEach((name, check) -> Gauge.builder(
                        "berth.part.up", check, known -> known.problem.get() == null ? 1 : 0)
                .description("Whether a part of this node is well")
                .tag("part", name)
                // The registry holds what it watches weakly, and here nobody else might.
                .strongReference(true)
                .register(meters));
    }

    /** From now on the checks decide. */
    public void started() {
        if (state == State.STARTING) {
            state = State.STARTED;
        }
    }

    /** From now on, and for good, no more work is wanted. */
    public void drain() {
        state = State.DRAINING;
    }

    public boolean isDraining() {
        return state == State.DRAINING;
    }

    /** What there is to say now. */
    public Report report() {
        Map<String, String> parts = new LinkedHashMap<>();
        boolean ready = state == State.STARTED;
        for (Map.Entry<String, Check> entry : new TreeMap<>(checks).entrySet()) {
            String problem = entry.getValue().problem.get();
            parts.put(entry.getKey(), problem == null ? "up" : problem);
            ready &= problem == null || !entry.getValue().required;
        }
        return new Report(ready, state.name().toLowerCase(Locale.ROOT), parts);
    }

    /**
     * @param state {@code starting}, {@code started} or {@code draining}
     * @param parts {@code up}, or what is wrong
     */
    public record Report(boolean ready, String state, Map<String, String> parts) {
        public Report {
            parts = new LinkedHashMap<>(parts);
        }

        /** The parts that are not up, for a log line. */
        public String problems() {
            return parts.entrySet().stream()
                    .filter(part -> !part.getValue().equals("up"))
                    .map(part -> part.getKey() + ": " + part.getValue())
                    .collect(Collectors.joining(", "));
        }
    }
}
