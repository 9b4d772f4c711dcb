package dev.berth.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.platform.json.Json;
import dev.berth.values.Tile;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Pages that read slowly or not at all: they are bounded, told or closed, and nobody else notices. */
class SlowClientIT {
    private static final Tile TILE = new Tile(14, 8_559, 5_641);
    private static final Tile QUIET_TILE = new Tile(14, 8_560, 5_641);
    private static final int RECEIVE_BUFFER_BYTES = 4_096;
    private static final int BATCH = 500;
    private static final int DEADLINE_SECONDS = 30;

    /** A page whose kernel buffers are small, so that the server soon feels that it does not read. */
    private static final class RawPage implements AutoCloseable {
        private final Socket socket = new Socket();

        RawPage(int port) throws IOException {
            socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            socket.getOutputStream().write("""
                    GET /eventbus/websocket HTTP/1.1\r
                    Host: 127.0.0.1\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                    Sec-WebSocket-Version: 13\r
                    \r
                    """.getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            assertThat(head).startsWith("HTTP/1.1 101");
        }

        /** Sends a short text frame, masked with zeros. */
        void send(String text) throws IOException {
            byte[] payload = text.getBytes(StandardCharsets.UTF_8);
            assertThat(payload.length).isLessThan(126);
            byte[] frame = new byte[6 + payload.length];
            frame[0] = (byte) 0x81;
            frame[1] = (byte) (0x80 | payload.length);
            System.arraycopy(payload, 0, frame, 6, payload.length);
            socket.getOutputStream().write(frame);
        }

        /** The next message, or an empty text when the server has closed. */
        String message() throws IOException {
            InputStream in = socket.getInputStream();
            int first = in.read();
            if (first < 0) {
                return "";
            }
            int length = in.read();
            if (length == 126) {
                length = in.read() << 8 | in.read();
            }
            return new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void publishUntil(TestBridge bridge, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
            TestBridge.await(bridge.change(TILE, BATCH, null));
        }
    }

    @Test
    void pageThatNeverReads_isBoundedAndClosed_whileOthersMissNothing() throws Exception {
        try (TestBridge bridge = new TestBridge(Map.of(
                        "BERTH_QUEUE_SIZE_MAX", "64KiB", "BERTH_SLOW_TIMEOUT", "1s", "BERTH_PING_TIMEOUT", "60s"));
                TestPage reader = TestPage.raw(bridge);
                RawPage sleeper = new RawPage(bridge.port)) {
            String register = "{\"type\":\"register\",\"address\":\"pins." + TILE + "\"}";
            reader.register("pins." + TILE);
            sleeper.send(register);
            eventuallySubscribed(bridge, 2);
            publishUntil(bridge, () -> bridge.count("berth.realtime.dropped") > 0);
            double droppedAtFirst = bridge.count("berth.realtime.dropped");
            publishUntil(bridge, () -> bridge.count("berth.realtime.slow.closed") == 1);
            assertThat(bridge.count("berth.realtime.dropped")).isGreaterThan(droppedAtFirst);
            eventually(() -> bridge.count("berth.realtime.sockets") == 1);
            int last = TestBridge.await(bridge.change(TILE, 1, null));
            for (int seq = 1; seq <= last; seq++) {
                assertThat(reader.message().at("/body/seq").asInt()).isEqualTo(seq);
            }
        }
    }

    @Test
    void pageThatReadsAgain_isToldToReloadWhatItMissed_andHearsOn() throws Exception {
        try (TestBridge bridge = new TestBridge(Map.of(
                        "BERTH_QUEUE_SIZE_MAX", "64KiB", "BERTH_SLOW_TIMEOUT", "60s", "BERTH_PING_TIMEOUT", "60s"));
                RawPage page = new RawPage(bridge.port)) {
            page.send("{\"type\":\"register\",\"address\":\"pins." + TILE + "\"}");
            page.send("{\"type\":\"register\",\"address\":\"pins." + QUIET_TILE + "\"}");
            eventuallySubscribed(bridge, 2);
            publishUntil(bridge, () -> bridge.count("berth.realtime.dropped") > 0);
            // Reads what waits: without gap up to where it was full, then the call to reload.
            int expected = 1;
            JsonNode message = Json.mapper().readTree(page.message());
            while (!message.at("/body/reload").asBoolean()) {
                assertThat(message.path("address").asText()).isEqualTo("pins." + TILE);
                assertThat(message.at("/body/seq").asInt()).isEqualTo(expected++);
                message = Json.mapper().readTree(page.message());
            }
            assertThat(message.path("address").asText()).isEqualTo("pins." + TILE);
            assertThat(bridge.count("berth.realtime.reloads")).isEqualTo(1);
            int next = TestBridge.await(bridge.change(TILE, 1, null));
            TestBridge.await(bridge.change(QUIET_TILE, 1, null));
            Set<String> heard = new HashSet<>();
            for (int i = 0; i < 2; i++) {
                JsonNode after = Json.mapper().readTree(page.message());
                heard.add(after.path("address").asText() + "#"
                        + after.at("/body/seq").asInt());
            }
            assertThat(heard).containsExactlyInAnyOrder("pins." + TILE + "#" + next, "pins." + QUIET_TILE + "#1");
        }
    }

    @Test
    void xhrSessionThatIsNotPolled_isBoundedAndClosed() {
        try (TestBridge bridge = new TestBridge(Map.of(
                "BERTH_QUEUE_SIZE_MAX",
                "64KiB",
                "BERTH_SLOW_TIMEOUT",
                "1s",
                "BERTH_PING_TIMEOUT",
                "60s",
                "BERTH_SESSION_TIMEOUT",
                "60s"))) {
            assertThat(post(bridge, "/eventbus/000/lazy/xhr", "")).isEqualTo("o\n");
            post(
                    bridge,
                    "/eventbus/000/lazy/xhr_send",
                    "[\"{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"pins." + TILE + "\\\"}\"]");
            eventuallySubscribed(bridge, 1);
            publishUntil(bridge, () -> bridge.count("berth.realtime.dropped") > 0);
            publishUntil(bridge, () -> bridge.count("berth.realtime.slow.closed") == 1);
            eventually(() -> bridge.count("berth.realtime.sockets") == 0);
            assertThat(post(bridge, "/eventbus/000/lazy/xhr", "")).startsWith("c[3000");
        }
    }

    private static String post(TestBridge bridge, String path, String body) {
        return TestBridge.await(bridge.vertx
                .createHttpClient()
                .request(HttpMethod.POST, bridge.port, "127.0.0.1", path)
                .compose(request -> request.send(body))
                .compose(response -> response.body())
                .map(Object::toString));
    }

    private static void eventuallySubscribed(TestBridge bridge, int count) {
        eventually(() -> bridge.count("berth.realtime.subscriptions") >= count);
    }

    /** What the server does after it has answered is seen a moment later. */
    private static void eventually(BooleanSupplier holds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
