package dev.berth.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A collector of traces, as far as a test wants one: takes OTLP over HTTP, in its binary form, and keeps the spans. */
public final class SpanSink implements AutoCloseable {
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /**
     * @param parent the id of the span above, empty at the top
     * @param kind as OTLP numbers them: 2 server, 3 client, 4 producer, 5 consumer
     * @param attributes those that are texts
     */
    public record Span(String trace, String id, String parent, String name, int kind, Map<String, String> attributes) {
        public static final int SERVER = 2;
        public static final int CLIENT = 3;
        public static final int PRODUCER = 4;
        public static final int CONSUMER = 5;

        public Span {
            attributes = new TreeMap<>(attributes);
        }
    }

    public SpanSink() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    /** The spans of one trace that have come by now. */
    public List<Span> of(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            ByteBuffer request = ByteBuffer.wrap(exchange.getRequestBody().readAllBytes());
            // ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans, ScopeSpans.spans
            within(request, 1, resource -> within(resource, 2, scope -> within(scope, 2, this::span)));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void span(ByteBuffer message) {
        Map<Integer, byte[]> parts = new TreeMap<>();
        Map<String, String> attributes = new TreeMap<>();
        int[] kind = {0};
        fields(message, (field, value) -> {
            if (field == 6) {
                kind[0] = (int) value.getLong(0);
            } else if (field == 9) {
                attribute(value, attributes);
            } else {
                parts.put(field, bytes(value));
            }
        });
        HexFormat hex = HexFormat.of();
        spans.add(new Span(
                hex.formatHex(parts.getOrDefault(1, new byte[0])),
                hex.formatHex(parts.getOrDefault(2, new byte[0])),
                hex.formatHex(parts.getOrDefault(4, new byte[0])),
                new String(parts.getOrDefault(5, new byte[0]), StandardCharsets.UTF_8),
                kind[0],
                attributes));
    }

    private static void attribute(ByteBuffer message, Map<String, String> attributes) {
        List<String> keyAndValue = new ArrayList<>();
        fields(message, (field, value) -> {
            if (field == 1) {
                keyAndValue.add(new String(bytes(value), StandardCharsets.UTF_8));
            } else if (field == 2) {
                // AnyValue.string_value
                within(value, 1, text -> keyAndValue.add(new String(bytes(text), StandardCharsets.UTF_8)));
            }
        });
        if (keyAndValue.size() == 2) {
            attributes.put(keyAndValue.get(0), keyAndValue.get(1));
        }
    }

    private static void within(ByteBuffer message, int wanted, Consumer<ByteBuffer> part) {
        fields(message, (field, value) -> {
            if (field == wanted) {
                part.accept(value);
            }
        });
    }

    /** Reads a message of protocol buffers: numbers come as eight bytes, everything else as its own. */
    private static void fields(ByteBuffer message, BiConsumer<Integer, ByteBuffer> each) {
        while (message.hasRemaining()) {
            long tag = varint(message);
            int type = (int) (tag & 7);
            ByteBuffer value = switch (type) {
                case 0 -> ByteBuffer.allocate(8).putLong(0, varint(message));
                case 1 -> part(message, 8);
                case 2 -> part(message, (int) varint(message));
                case 5 -> part(message, 4);
                default -> throw new IllegalArgumentException("wire type " + type);
            };
            each.accept((int) (tag >>> 3), value);
        }
    }

    private static ByteBuffer part(ByteBuffer message, int length) {
        ByteBuffer part = message.slice(message.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        message.position(message.position() + length);
        return part;
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = message.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static byte[] bytes(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }
}
