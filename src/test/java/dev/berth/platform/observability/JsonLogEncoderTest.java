package dev.berth.platform.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class JsonLogEncoderTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void aLine_carriesTheTraceThatIsWorkedOn() throws IOException {
        assertThat(line().has("trace")).isFalse();
        try (Scope scope = Span.wrap(
                        SpanContext.create(TRACE, "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault()))
                .makeCurrent()) {
            assertThat(scope).isNotNull();
            assertThat(line().path("trace").asText()).isEqualTo(TRACE);
            assertThat(TraceLink.correlation()).isEqualTo(TRACE + "-b7ad6b7169203331");
        }
        try (Scope scope = Span.wrap(
                        SpanContext.create(TRACE, "b7ad6b7169203331", TraceFlags.getDefault(), TraceState.getDefault()))
                .makeCurrent()) {
            assertThat(scope).isNotNull();
            assertThat(line().has("trace")).as("one that nobody keeps").isFalse();
        }
    }

    private static JsonNode line() throws IOException {
        Logger logger = new LoggerContext().getLogger("dev.berth.test");
        LoggingEvent event = new LoggingEvent("", logger, Level.INFO, "hello", null, null);
        return new ObjectMapper().readTree(new JsonLogEncoder().encode(event));
    }
}
