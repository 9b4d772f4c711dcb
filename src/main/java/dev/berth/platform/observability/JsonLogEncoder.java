package dev.berth.platform.observability;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.event.KeyValuePair;

/**
 * Log lines as JSON objects, one a line, with the correlation id of what was being served. Logback's own encoder reads
 * the id from a thread's diagnostic context, which virtual threads and event loops do not keep apart.
 */
public final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    private final JsonFactory json = new JsonFactory();

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator line = json.createGenerator(bytes)) {
            line.writeStartObject();
            line.writeStringField("time", event.getInstant().toString());
            line.writeStringField("level", event.getLevel().toString());
            line.writeStringField("logger", event.getLoggerName());
            line.writeStringField("message", event.getFormattedMessage());
            String correlation = Correlation.current();
            if (correlation != null) {
                line.writeStringField("correlation", correlation);
            }
            String trace = TraceLink.trace();
            if (trace != null) {
                line.writeStringField("trace", trace);
            }
            if (event.getKeyValuePairs() != null) {
                for (KeyValuePair pair : event.getKeyValuePairs()) {
                    line.writeStringField(pair.key, String.valueOf(pair.value));
                }
            }
            IThrowableProxy failure = event.getThrowableProxy();
            if (failure != null) {
                line.writeStringField("failure", ThrowableProxyUtil.asString(failure));
            }
            line.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.writeBytes(System.lineSeparator().getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
