package dev.berth.points;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Points that were given and are gone, by their worth, counted by the node that wrote it down: each once in the cluster. */
final class PointsMetrics {
    final Counter earned;
    final Counter takenBack;
    final Counter expired;

    PointsMetrics(MeterRegistry meters) {
        earned = counter(meters, "berth.points.earned", "Worth of points given for completed stays, in minor units");
        takenBack = counter(meters, "berth.points.taken.back", "Worth of points taken back, in minor units");
        expired =
                counter(meters, "berth.points.expired", "Worth of points that were not spent in time, in minor units");
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }
}
