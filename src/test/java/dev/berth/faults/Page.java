package dev.berth.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open map: what it shows by what it has heard. It connects again whenever it is cut off or hears nothing, to the node
 * that a load balancer would choose then, and holds the stream to its promise: within a connection each tile's numbers
 * follow one another.
 */
final class Page implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PING_INTERVAL = Duration.ofMillis(700);
    /** A server that leaves so many pings without an answer is given up. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(4);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final Supplier<String> choice;
    private final List<String> tiles;
    private final String user;
    private final String token;
    private final String stranger;
    private final Thread keeper;
    private final Map<String, JsonNode> pins = new ConcurrentHashMap<>();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrongs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger reloads = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Connection current;

    /**
     * @param choice of the node to connect to, its URL
     * @param user whose page it is
     * @param stranger somebody whose messages are none of its business
     */
    Page(Supplier<String> choice, List<String> tiles, String user, String token, String stranger) {
        this.choice = choice;
        this.tiles = List.copyOf(tiles);
        this.user = user;
        this.token = token;
        this.stranger = stranger;
        this.keeper = Thread.ofVirtual().name("page " + user).start(this::keep);
    }

    /** The pin of a listing as it is shown now, or null. */
    @Nullable
    JsonNode pin(String listing) {
        return pins.get(listing);
    }

    /** Whether its user was told something that names this. */
    boolean wasTold(String name) {
        return told.stream().anyMatch(message -> message.contains(name));
    }

    /** What must not have happened. */
    List<String> wrongs() {
        return List.copyOf(wrongs);
    }

    /** How often it was told to take, or had to take, all anew without losing its connection. */
    int reloads() {
        return reloads.get();
    }

    /** Whether it is connected, has a snapshot of all tiles, and was refused what is not its own. */
    boolean isUp() {
        Connection connection = current;
        return connection != null && connection.isComplete() && refusals.get() >= connections.get();
    }

    /** Whether it is connected to this node. */
    boolean isAt(String url) {
        Connection connection = current;
        return connection != null && connection.url.equals(url);
    }

    /** Loses its connection, and makes a new one to where it is sent then. */
    void cut() {
        Connection connection = current;
        if (connection != null) {
            connection.abort();
        }
    }

    @Override
    public void close() {
        closed = true;
        Connection connection = current;
        if (connection != null) {
            connection.abort();
        }
        keeper.interrupt();
    }

    private void keep() {
        while (!closed) {
            Connection connection = new Connection(choice.get());
            try {
                connection.open();
                current = connection;
                while (!closed && connection.isAlive()) {
                    connection.ping();
                    LockSupport.parkNanos(PING_INTERVAL.toNanos());
                }
            } catch (Exception e) {
                // The node is not there: again, in a moment.
            }
            current = null;
            connection.abort();
            LockSupport.parkNanos(PING_INTERVAL.toNanos());
        }
    }

    private final class Connection implements WebSocket.Listener {
        private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
        private final String url;
        private final Map<String, Long> epochs = new HashMap<>();
        private final Map<String, Long> numbers = new HashMap<>();
        private final Set<String> complete = ConcurrentHashMap.newKeySet();
        private @Nullable WebSocket socket;
        private volatile long heardAt = System.nanoTime();
        private volatile boolean ended;

        Connection(String url) {
            this.url = url;
        }

        void open() throws Exception {
            URI address = URI.create(url.replaceFirst("^http", "ws") + "/eventbus/websocket");
            WebSocket opened = http.newWebSocketBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .buildAsync(address, this)
                    .get(CONNECT_TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS);
            socket = opened;
            heardAt = System.nanoTime();
            connections.incrementAndGet();
            for (String tile : tiles) {
                say("{\"type\":\"register\",\"address\":\"pins.%s\",\"headers\":{}}".formatted(tile));
            }
            for (String who : List.of(user, stranger)) {
                say("{\"type\":\"register\",\"address\":\"user.%s\",\"headers\":{\"Authorization\":\"Bearer %s\"}}"
                        .formatted(who, token));
            }
            snapshot();
        }

        private void snapshot() throws Exception {
            say(
                    "{\"type\":\"send\",\"address\":\"pins.snapshot\",\"replyAddress\":\"s\",\"headers\":{},\"body\":{\"tiles\":[\"%s\"]}}"
                            .formatted(String.join("\",\"", tiles)));
        }

        private void say(String message) throws Exception {
            WebSocket open = socket;
            if (open != null) {
                synchronized (this) {
                    open.sendText(message, true).get(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }

        void ping() throws Exception {
            say("{\"type\":\"ping\"}");
        }

        boolean isAlive() {
            return !ended && System.nanoTime() - heardAt < SILENCE_MAX.toNanos();
        }

        boolean isComplete() {
            return complete.containsAll(tiles);
        }

        void abort() {
            ended = true;
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            partial.writeBytes(bytes);
            if (last) {
                String message = partial.toString(StandardCharsets.UTF_8);
                partial.reset();
                hear(message);
            }
            webSocket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            return onBinary(webSocket, StandardCharsets.UTF_8.encode(data.toString()), last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            ended = true;
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            ended = true;
        }

        private void hear(String text) {
            heardAt = System.nanoTime();
            if (ended) {
                return;
            }
            try {
                JsonNode message = JSON.readTree(text);
                String to = message.path("address").asText();
                JsonNode body = message.path("body");
                if (message.path("type").asText().equals("err")) {
                    refused(to, message);
                } else if (to.equals("s")) {
                    body.path("tiles").forEach(this::show);
                } else if (to.startsWith("pins.")) {
                    change(to.substring("pins.".length()), body);
                } else if (to.equals("user." + user)) {
                    told.add(body.toString());
                } else if (message.path("type").asText().equals("rec")) {
                    wrongs.add("hears " + to);
                }
            } catch (JsonProcessingException e) {
                wrongs.add("no JSON: " + text);
            }
        }

        private void refused(String to, JsonNode message) {
            if (to.equals("user." + stranger)) {
                refusals.incrementAndGet();
            } else if (message.path("failureCode").asInt() == 503) {
                // The node's search is not there now: again with a new connection.
                abort();
            } else {
                wrongs.add("refused: " + message);
            }
        }

        private void show(JsonNode snapshot) {
            String tile = snapshot.path("tile").asText();
            long epoch = snapshot.path("epoch").asLong();
            long number = snapshot.path("seq").asLong();
            Long before = epochs.get(tile);
            // What came after it was made may have been heard already.
            if (before == null || before != epoch || numbers.getOrDefault(tile, 0L) < number) {
                epochs.put(tile, epoch);
                numbers.put(tile, number);
            }
            Set<String> gone = new HashSet<>();
            pins.forEach((id, pin) -> {
                if (tile.equals(pin.path("tile").asText())) {
                    gone.add(id);
                }
            });
            snapshot.path("pins").forEach(pin -> {
                put(tile, pin);
                gone.remove(pin.path("id").asText());
            });
            gone.forEach(pins::remove);
            complete.add(tile);
        }

        private void put(String tile, JsonNode pin) {
            ((com.fasterxml.jackson.databind.node.ObjectNode) pin).put("tile", tile);
            pins.merge(
                    pin.path("id").asText(),
                    pin,
                    (old, now) ->
                            old.path("v").asLong() > now.path("v").asLong() && complete.contains(tile) ? old : now);
        }

        private void change(String tile, JsonNode body) {
            if (body.path("reload").asBoolean()) {
                again(tile);
                return;
            }
            long epoch = body.path("epoch").asLong();
            long number = body.path("seq").asLong();
            Long known = epochs.get(tile);
            long last = numbers.getOrDefault(tile, 0L);
            if (known != null && known == epoch && number > last + 1) {
                wrongs.add("tile " + tile + " of epoch " + epoch + " goes on from " + last + " with " + number);
            }
            if (known != null && known != epoch) {
                again(tile);
            }
            if (known == null || known != epoch || number > last) {
                epochs.put(tile, epoch);
                numbers.put(tile, number);
            }
            body.path("pins").forEach(pin -> put(tile, pin));
            body.path("gone").forEach(id -> pins.remove(id.asText()));
        }

        private void again(String tile) {
            reloads.incrementAndGet();
            complete.remove(tile);
            Thread.ofVirtual().start(() -> {
                try {
                    snapshot();
                } catch (Exception e) {
                    abort();
                }
            });
        }
    }
}
