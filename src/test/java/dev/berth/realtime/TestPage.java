package dev.berth.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.json.Json;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A browser's end of a WebSocket on the bridge. */
final class TestPage implements AutoCloseable {
    static final int DEADLINE_SECONDS = 10;

    final WebSocket socket;
    final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final JsonMapper json = Json.mapper();
    private final WebSocketClient client;
    private final boolean isSockJs;

    private TestPage(WebSocketClient client, WebSocket socket, boolean isSockJs) {
        this.client = client;
        this.socket = socket;
        this.isSockJs = isSockJs;
        socket.textMessageHandler(received::add);
        socket.binaryMessageHandler(bytes -> received.add(bytes.toString()));
        socket.closeHandler(ignored -> closed.complete(Integer.valueOf(socket.closeStatusCode())));
    }

    static TestPage raw(TestBridge bridge) {
        return open(bridge, "/eventbus/websocket", false);
    }

    static TestPage sockJs(TestBridge bridge) {
        return open(bridge, "/eventbus/000/session1/websocket", true);
    }

    static TestPage open(TestBridge bridge, String path, boolean isSockJs) {
        WebSocketClient client =
                bridge.vertx.createWebSocketClient(new WebSocketClientOptions().setTryUsePerMessageCompression(true));
        // Hears before it connects: the server speaks first.
        ClientWebSocket socket = client.webSocket();
        TestPage page = new TestPage(client, socket, isSockJs);
        TestBridge.await(socket.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(bridge.port)
                .setURI(path)));
        return page;
    }

    TestPage send(String message) {
        String text = isSockJs ? json.createArrayNode().add(message).toString() : message;
        socket.writeTextMessage(text).onFailure(fault -> closed.completeExceptionally(fault));
        return this;
    }

    TestPage register(String address) {
        return send("{\"type\":\"register\",\"address\":\"" + address + "\",\"headers\":{}}");
    }

    TestPage register(String address, String token) {
        return send("{\"type\":\"register\",\"address\":\"%s\",\"headers\":{\"Authorization\":\"Bearer %s\"}}"
                .formatted(address, token));
    }

    TestPage ask(String tiles) {
        return send("{\"type\":\"send\",\"address\":\"pins.snapshot\",\"replyAddress\":\"reply-1\",\"headers\":{},"
                + "\"body\":{\"tiles\":" + tiles + "}}");
    }

    /** The next frame as it came. */
    String frame() {
        try {
            String frame = received.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(frame).as("a frame within %s s", DEADLINE_SECONDS).isNotNull();
            return frame;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The next message of the bridge. */
    JsonNode message() {
        try {
            String frame = frame();
            if (!isSockJs) {
                return json.readTree(frame);
            }
            assertThat(frame).startsWith("a[");
            return json.readTree(json.readTree(frame.substring(1)).get(0).textValue());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    int closeCode() {
        try {
            return closed.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        TestBridge.await(client.close());
    }
}
