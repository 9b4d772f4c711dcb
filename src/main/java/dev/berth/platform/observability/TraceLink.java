package dev.berth.platform.observability;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a trace goes on where nobody carries it: an event waits in a table before it is sent. The correlation id of a traced
 * request names its trace and span, so that whoever takes in the event, however late, can go on with the trace.
 */
public final class TraceLink {
    private static final Pattern TRACED = Pattern.compile("([0-9a-f]{32})-([0-9a-f]{16})");
    private static final String PARENT_HEADER = "traceparent";

    private TraceLink() {}

    /** The trace that is being worked on, as 32 hexadecimal digits, or null when there is none. */
    public static @Nullable String trace() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() && span.isSampled() ? span.getTraceId() : null;
    }

    /** A correlation id that leads to the span that is being worked on, or null when none is. */
    public static @Nullable String correlation() {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid() && span.isSampled() ? span.getTraceId() + "-" + span.getSpanId() : null;
    }

    /**
     * Works on an event within the trace of the request that made it true.
     *
     * @param name of the span
     * @param correlation that came with the event; one that leads to no trace is worked on without
     */
    public static void within(String name, @Nullable String correlation, Runnable work) {
        Matcher traced = TRACED.matcher(correlation == null ? "" : correlation);
        Context context = Vertx.currentContext();
        VertxTracer<?, ?> tracer = context instanceof ContextInternal internal ? internal.tracer() : null;
        if (context == null || tracer == null || !traced.matches()) {
            work.run();
            return;
        }
        String parent = "00-" + traced.group(1) + "-" + traced.group(2) + "-01";
        within(tracer, context, name, List.of(Map.entry(PARENT_HEADER, parent)), work);
    }

    private static <I> void within(
            VertxTracer<I, ?> tracer,
            Context context,
            String name,
            List<Map.Entry<String, String>> headers,
            Runnable work) {
        I span = tracer.receiveRequest(
                context, SpanKind.MESSAGING, TracingPolicy.PROPAGATE, name, name, headers, TagExtractor.empty());
        Throwable failure = null;
        try {
            work.run();
        } catch (RuntimeException thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            tracer.sendResponse(context, name, span, failure, TagExtractor.empty());
        }
    }
}
