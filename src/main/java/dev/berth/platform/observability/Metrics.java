package dev.berth.platform.observability;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.DoubleStream;

/** The registry that everything counts into, and the meters of Vert.x and of the JVM in it. */
public final class Metrics {
    /** What is watched by percentiles, which no node can compute for all: by how much took how long. */
    private static final Set<String> HISTOGRAMS = Set.of("vertx.http.server.response.time", "berth.search.queries");

    private static final double[] STEPS_MILLIS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000};

    private Metrics() {}

    public static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().commonTags("application", "berth").meterFilter(new Histograms());
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return registry;
    }

    /** Vert.x counts HTTP, pools and sockets; not the bus by address, whose tiles would be labels without bound. */
    public static MicrometerMetricsFactory factory(PrometheusMeterRegistry registry, VertxOptions options) {
        options.setMetricsOptions(new MicrometerMetricsOptions()
                .setEnabled(true)
                .setLabels(EnumSet.of(
                        Label.HTTP_CODE,
                        Label.HTTP_METHOD,
                        // The public server and that for operators are told apart by where they listen.
                        Label.LOCAL,
                        Label.POOL_TYPE,
                        Label.POOL_NAME,
                        Label.NAMESPACE))
                .setDisabledMetricsCategories(Set.of(
                        MetricsDomain.EVENT_BUS.toCategory(),
                        MetricsDomain.NET_CLIENT.toCategory(),
                        MetricsDomain.NET_SERVER.toCategory())));
        return new MicrometerMetricsFactory(registry);
    }

    private static final class Histograms implements MeterFilter {
        private final DistributionStatisticConfig steps = DistributionStatisticConfig.builder()
                .serviceLevelObjectives(DoubleStream.of(STEPS_MILLIS)
                        .map(step -> step * Duration.ofMillis(1).toNanos())
                        .toArray())
                .build();

        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return HISTOGRAMS.contains(id.getName()) ? steps.merge(config) : config;
        }
    }
}
