package dev.berth.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Many sockets on one event loop, each of which hears 10 of 200 tiles, and a publisher beside them, so that there is one
 * clock. A message carries its tile, its number in the tile and its number in all: whoever misses one is found out.
 */
final class PinClients implements AutoCloseable {
    static final int TILES = 200;
    static final int TILES_EACH = 10;

    private static final int STEP = 7;
    private static final int CONNECTING_AT_ONCE = 50;
    private static final long PING_MILLIS = 5_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long SETTLE_MILLIS = 1_000;
    /** So that a message is about as long as one of Socket.IO's examples. */
    static final int PADDING = 78;

    private static final int TILE_DIGITS = 3;
    private static final int SEQUENCE_DIGITS = 8;
    private static final int NUMBER_DIGITS = 10;
    /** Messages that somebody has not heard yet. */
    private static final int UNDER_WAY_MAX = 5_000;

    /** How a server is spoken to. */
    enum Protocol {
        /** SockJS over WebSocket and the event-bus bridge, as the published client of Vert.x does. */
        SOCKJS {
            @Override
            String path() {
                return "/eventbus/000/bench" + Long.toHexString(System.nanoTime()) + "/websocket";
            }

            @Override
            void join(WebSocket socket, Set<Integer> tiles, Context context) {
                tiles.forEach(tile -> send(
                        socket,
                        "[\"{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"pins." + tileName(tile) + "\\\"}\"]"));
            }

            @Override
            void ping(WebSocket socket) {
                send(socket, "[\"{\\\"type\\\":\\\"ping\\\"}\"]");
            }

            @Override
            boolean heard(WebSocket socket, Buffer frame) {
                return frame.getByte(0) == 'o';
            }

            @Override
            String publisherPath() {
                return "/publish";
            }

            @Override
            String publication(int tile, String body) {
                return tileName(tile) + "\n" + body;
            }
        },
        /** Engine.IO 4 and Socket.IO 5 over WebSocket. */
        SOCKET_IO {
            @Override
            String path() {
                return "/socket.io/?EIO=4&transport=websocket";
            }

            @Override
            void join(WebSocket socket, Set<Integer> tiles, Context context) {
                StringBuilder rooms = new StringBuilder();
                tiles.forEach(tile -> rooms.append(rooms.isEmpty() ? "" : ",")
                        .append('"')
                        .append(tileName(tile))
                        .append('"'));
                send(socket, "42[\"join\",[" + rooms + "]]");
            }

            @Override
            void ping(WebSocket socket) {}

            @Override
            boolean heard(WebSocket socket, Buffer frame) {
                if (frame.getByte(0) == '0') {
                    send(socket, "40");
                } else if (frame.getByte(0) == '2') {
                    send(socket, "3");
                }
                return frame.length() > 1 && frame.getByte(0) == '4' && frame.getByte(1) == '0';
            }

            @Override
            String publisherPath() {
                return path();
            }

            @Override
            String publication(int tile, String body) {
                return "42[\"publish\",\"" + tileName(tile) + "\"," + body + "]";
            }
        };

        abstract String path();

        abstract void join(WebSocket socket, Set<Integer> tiles, Context context);

        abstract void ping(WebSocket socket);

        /** Takes part in what the protocol says beside pins. Gives whether the socket is open with this frame. */
        abstract boolean heard(WebSocket socket, Buffer frame);

        abstract String publisherPath();

        abstract String publication(int tile, String body);

        static String tileName(int tile) {
            return "14.8000." + (5_000 + tile);
        }

        static void send(WebSocket socket, String text) {
            // A socket that is lost is found by what it misses.
            socket.writeTextMessage(text).onFailure(failure -> socket.close());
        }
    }

    private final Vertx vertx;
    private final Context context;
    private final Protocol protocol;
    private final int port;
    private final int padding;
    private final WebSocketClient client;
    private final List<WebSocket> sockets = new ArrayList<>();
    private final List<Set<Integer>> tilesOf = new ArrayList<>();
    private final int[] members = new int[TILES];
    private final int[] sequences = new int[TILES];
    private final List<int[]> lastHeard = new ArrayList<>();
    private final java.util.Map<Integer, Message> underWay = new java.util.HashMap<>();
    private Samples samples = new Samples();
    private long fromNanos = Long.MAX_VALUE;
    private long untilNanos = Long.MIN_VALUE;
    private long delivered;
    private int gaps;
    private int number;
    private Runnable refill = () -> {};

    private static final class Message {
        private final long dueNanos;
        private int left;

        Message(long dueNanos, int left) {
            this.dueNanos = dueNanos;
            this.left = left;
        }
    }

    /**
     * What a round has seen.
     *
     * @param deliveriesPerSecond within its time
     * @param gaps messages of which a socket heard a later one first
     * @param owed deliveries that never came
     */
    record Round(Samples samples, double deliveriesPerSecond, int gaps, int owed) {}

    PinClients(Vertx vertx, Protocol protocol, int port, int count) {
        this(vertx, protocol, port, count, PADDING);
    }

    /** @param padding characters that a message has beside its marks */
    PinClients(Vertx vertx, Protocol protocol, int port, int count, int padding) {
        this.padding = padding;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.protocol = protocol;
        this.port = port;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(count + 1));
        for (int i = 0; i < count; i++) {
            Set<Integer> tiles = tilesOf(i);
            tilesOf.add(tiles);
            tiles.forEach(tile -> members[tile]++);
            lastHeard.add(new int[TILES]);
        }
        for (int i = 0; i < count; i += CONNECTING_AT_ONCE) {
            List<Future<WebSocket>> batch = new ArrayList<>();
            for (int k = i; k < Math.min(count, i + CONNECTING_AT_ONCE); k++) {
                int index = k;
                batch.add(connect(protocol.path(), frame -> received(index, frame)));
            }
            batch.forEach(socket -> sockets.add(Wait.on(socket)));
        }
        context.runOnContext(ignored -> {
            for (int i = 0; i < count; i++) {
                protocol.join(sockets.get(i), tilesOf.get(i), context);
            }
            vertx.setPeriodic(PING_MILLIS, timer -> sockets.forEach(protocol::ping));
        });
        Wait.on(vertx.timer(SETTLE_MILLIS, TimeUnit.MILLISECONDS));
    }

    /** What a socket hears. */
    static Set<Integer> tilesOf(int socket) {
        Set<Integer> tiles = new LinkedHashSet<>();
        for (int k = 0; k < TILES_EACH; k++) {
            tiles.add((socket * TILES_EACH + k * STEP) % TILES);
        }
        return tiles;
    }

    static String address(int tile) {
        return "pins." + Protocol.tileName(tile);
    }

    int count() {
        return sockets.size();
    }

    private Future<WebSocket> connect(String path, java.util.function.Consumer<Buffer> heard) {
        Promise<WebSocket> connected = Promise.promise();
        context.runOnContext(ignored -> {
            ClientWebSocket socket = client.webSocket();
            socket.handler(frame -> {
                if (protocol.heard(socket, frame)) {
                    connected.tryComplete(socket);
                }
                heard.accept(frame);
            });
            socket.connect(new WebSocketConnectOptions()
                            .setHost("127.0.0.1")
                            .setPort(port)
                            .setURI(path))
                    .onFailure(connected::tryFail);
        });
        return connected.future();
    }

    /** The mark is {@code @tile:sequence:number} in fixed digits, wherever it stands in the frame. */
    private void received(int socket, Buffer frame) {
        int at = 0;
        int length = frame.length();
        while (at < length && frame.getByte(at) != '@') {
            at++;
        }
        if (at == length) {
            return;
        }
        long now = System.nanoTime();
        int tile = digits(frame, at + 1, TILE_DIGITS);
        int sequence = digits(frame, at + 2 + TILE_DIGITS, SEQUENCE_DIGITS);
        int[] last = lastHeard.get(socket);
        if (sequence != last[tile] + 1) {
            gaps++;
        }
        last[tile] = sequence;
        int id = digits(frame, at + 3 + TILE_DIGITS + SEQUENCE_DIGITS, NUMBER_DIGITS);
        Message message = underWay.get(id);
        if (message == null) {
            return;
        }
        if (message.dueNanos >= fromNanos && message.dueNanos < untilNanos) {
            samples.time(message.dueNanos, now);
        }
        if (now >= fromNanos && now < untilNanos) {
            delivered++;
        }
        if (--message.left == 0) {
            underWay.remove(id);
            refill.run();
        }
    }

    private static int digits(Buffer frame, int at, int count) {
        int value = 0;
        for (int i = at; i < at + count; i++) {
            value = value * 10 + (frame.getByte(i) - '0');
        }
        return value;
    }

    /**
     * Publishes for a while.
     *
     * @param perSecond messages, whatever the server does; 0 to keep {@code window} under way instead
     */
    Round run(Load load, double perSecond, int window, long warmUpNanos, long timeNanos) {
        WebSocket publisher = Wait.on(connect(protocol.publisherPath(), frame -> {}));
        Wait.on(vertx.timer(SETTLE_MILLIS, TimeUnit.MILLISECONDS));
        Promise<Round> done = Promise.promise();
        context.runOnContext(ignored -> {
            long start = System.nanoTime();
            samples = new Samples();
            delivered = 0;
            gaps = 0;
            fromNanos = start + warmUpNanos;
            untilNanos = fromNanos + timeNanos;
            refill = () -> {};
            if (perSecond == 0) {
                refill = () -> {
                    long now = System.nanoTime();
                    if (now < untilNanos) {
                        publish(publisher, now);
                    }
                };
                for (int i = 0; i < window; i++) {
                    publish(publisher, start);
                }
            }
            int[] sent = {0};
            vertx.setPeriodic(1, timer -> {
                long now = System.nanoTime();
                while (perSecond > 0) {
                    long due = start + (long) (sent[0] * (TimeUnit.SECONDS.toNanos(1) / perSecond));
                    // What waits here is memory: a machine that cannot follow is late, not dead.
                    if (due > now || due >= untilNanos || underWay.size() >= UNDER_WAY_MAX) {
                        break;
                    }
                    sent[0]++;
                    publish(publisher, due);
                }
                if (now < untilNanos || (!underWay.isEmpty() && now < untilNanos + PATIENCE_NANOS)) {
                    return;
                }
                vertx.cancelTimer(timer);
                int owed = underWay.values().stream()
                        .mapToInt(message -> message.left)
                        .sum();
                underWay.clear();
                done.complete(
                        new Round(samples, delivered * (double) TimeUnit.SECONDS.toNanos(1) / timeNanos, gaps, owed));
            });
        });
        try {
            return Wait.on(done.future());
        } finally {
            Wait.on(publisher.close());
        }
    }

    private void publish(WebSocket publisher, long due) {
        int id = number++;
        int tile = id % TILES;
        underWay.put(id, new Message(due, members[tile]));
        String body = "{\"epoch\":1,\"seq\":%d,\"pins\":[{\"id\":\"@%03d:%08d:%010d\",\"title\":\"%s\"}]}"
                .formatted(id, tile, ++sequences[tile], id, "x".repeat(padding));
        Protocol.send(publisher, protocol.publication(tile, body));
    }

    @Override
    public void close() {
        Wait.on(client.close());
    }
}
