package dev.berth.platform.observability;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.VertxBuilder;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Traces of requests over HTTP, bus, SQL and Kafka, sent to a collector by OTLP. Vert.x makes the spans; an event takes
 * its request's place in the trace along in its correlation id, see {@link TraceLink}.
 */
public final class Tracing implements AutoCloseable {
    private final OpenTelemetrySdk sdk;
    private final TracingConfig config;

    private Tracing(OpenTelemetrySdk sdk, TracingConfig config) {
        this.sdk = sdk;
        this.config = config;
    }

    /** Empty when no collector is configured: then there is nothing at all of tracing. */
    public static Optional<Tracing> open(TracingConfig config, String node) {
        URI endpoint = config.endpoint();
        if (endpoint == null) {
            return Optional.empty();
        }
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint.toString())
                .setTimeout(config.exportTimeout())
                .build();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                // By the trace's id alone: all nodes decide the same, and nobody outside decides for us.
                .setSampler(Sampler.traceIdRatioBased(config.sampleRatio()))
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(
                                AttributeKey.stringKey("service.name"),
                                config.serviceName(),
                                AttributeKey.stringKey("service.instance.id"),
                                node))))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setScheduleDelay(config.exportInterval())
                        .setExporterTimeout(config.exportTimeout())
                        .setMaxQueueSize(config.queueSize())
                        .setMaxExportBatchSize(Math.min(512, config.queueSize()))
                        .build())
                .build();
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(provider)
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
        return Optional.of(new Tracing(sdk, config));
    }

    /** Makes a Vert.x that is about to be built trace. */
    public void install(VertxBuilder builder) {
        builder.withTracer(new OpenTelemetryTracingFactory(sdk));
    }

    /** Sends what waits, for at most as long as sending may take. */
    @Override
    public void close() {
        sdk.shutdown().join(config.exportTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }
}
