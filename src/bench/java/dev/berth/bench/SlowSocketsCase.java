package dev.berth.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Five hundred sockets that hear ten tiles each beside five hundred others that hear the same and never read: half of
 * those are silent, as a page that hangs is, half go on sending pings, as one behind a dead line's buffer would. What
 * do the others notice, what does the node keep, and when is it rid of them? The bridge alone, as in {@code pins}.
 */
final class SlowSocketsCase {
    private static final int SOCKETS = 500;
    private static final int DELIVERIES_PER_SECOND = 20_000;
    /** Pins of places with many bookings are as long; with what the kernel keeps, a queue is full in half a minute. */
    private static final int PADDING = 2_000;

    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration SLOW_TIME = Duration.ofSeconds(60);
    private static final double CLOSED_SECONDS_MAX = 30;
    private static final double WORSE_MAX = 2;
    private static final long POLL_MILLIS = 250;
    private static final long PING_MILLIS = 4_000;
    private static final int RECEIVE_BUFFER_BYTES = 4_096;
    private static final int MIB = 1 << 20;
    private static final int SHORT_FRAME = 126;

    private final Vertx vertx;
    private final int port;
    private final HttpClient http;
    private final NetClient net;
    private final List<NetSocket> pinging = new ArrayList<>();
    private long beganNanos;
    private long pingTimer = -1;
    private double closedSeconds = Double.NaN;
    private double silentClosedSeconds = Double.NaN;
    private double mostHeap;
    private Counts last = new Counts(0, 0, 0, 0);

    private SlowSocketsCase(Vertx vertx, int port) {
        this.vertx = vertx;
        this.port = port;
        this.http = vertx.createHttpClient();
        this.net = vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(RECEIVE_BUFFER_BYTES));
    }

    private record Counts(double sockets, double slowClosed, double dropped, double heapBytes) {
        static Counts parse(String text) {
            String[] parts = text.split(" ");
            return new Counts(
                    Double.parseDouble(parts[0]),
                    Double.parseDouble(parts[1]),
                    Double.parseDouble(parts[2]),
                    Double.parseDouble(parts[3]));
        }
    }

    private record Round(
            PinClients.Round without,
            PinClients.Round with,
            double silentSeconds,
            double closedSeconds,
            double heapBytes,
            long residentBytes,
            double dropped) {
        double ratio() {
            return with.samples().millis(99) / without.samples().millis(99);
        }
    }

    static void run(Vertx vertx, Load load, Options options, Report report) {
        int count = options.pages().orElse(SOCKETS);
        Round round = Rounds.median(options.rounds(), () -> round(vertx, load, options, count), Round::ratio);
        report.row(
                "%d sockets, open %,d deliveries/s".formatted(count, DELIVERIES_PER_SECOND),
                round.without().samples(),
                note(round.without()),
                "",
                "");
        report.row(
                "the same beside %d that never read".formatted(count),
                round.with().samples(),
                note(round.with()),
                Report.ratio(round.ratio(), "without them"),
                Report.bar(
                        "p99 ≤ 2 ×, no gap",
                        round.ratio() <= WORSE_MAX
                                && round.with().gaps() == 0
                                && round.with().owed() == 0));
        report.note(
                "Those that never read: the silent half closed after %.1f s, all after %.1f s (NaN: not at all; %s); %,.0f messages dropped; heap at most %,.0f MB of 512, %,d MB resident"
                        .formatted(
                                round.silentSeconds(),
                                round.closedSeconds(),
                                Report.bar("≤ 30 s", round.closedSeconds() <= CLOSED_SECONDS_MAX),
                                round.dropped(),
                                round.heapBytes() / MIB,
                                round.residentBytes() / MIB));
    }

    private static String note(PinClients.Round round) {
        return "gaps %d, owed %d".formatted(round.gaps(), round.owed());
    }

    private static Round round(Vertx vertx, Load load, Options options, int count) {
        try (Child server = PinsCase.bridge()) {
            int port = PinsCase.port(server);
            try (PinClients clients = new PinClients(vertx, PinClients.Protocol.SOCKJS, port, count, PADDING)) {
                double perSecond = DELIVERIES_PER_SECOND * (double) PinClients.TILES / (count * PinClients.TILES_EACH);
                clients.run(load, perSecond, 0, 0, WARM_UP.toNanos());
                PinClients.Round without =
                        clients.run(load, perSecond, 0, 0, options.time().toNanos());
                SlowSocketsCase slow = new SlowSocketsCase(vertx, port);
                try {
                    slow.open(count);
                    long timer = vertx.setPeriodic(POLL_MILLIS, ignored -> slow.poll(count));
                    PinClients.Round with = clients.run(load, perSecond, 0, 0, SLOW_TIME.toNanos());
                    vertx.cancelTimer(timer);
                    return new Round(
                            without,
                            with,
                            slow.silentClosedSeconds,
                            slow.closedSeconds,
                            slow.mostHeap,
                            server.residentBytes(""),
                            slow.last.dropped());
                } finally {
                    vertx.cancelTimer(slow.pingTimer);
                    Wait.on(slow.net.close());
                    Wait.on(slow.http.close());
                }
            }
        }
    }

    private void open(int count) {
        for (int i = 0; i < count; i++) {
            NetSocket socket = Wait.on(connect());
            for (int tile : PinClients.tilesOf(i)) {
                send(socket, "{\"type\":\"register\",\"address\":\"" + PinClients.address(tile) + "\"}");
            }
            if (i % 2 == 0) {
                pinging.add(socket);
            }
        }
        beganNanos = System.nanoTime();
        pingTimer =
                vertx.setPeriodic(PING_MILLIS, timer -> pinging.forEach(socket -> send(socket, "{\"type\":\"ping\"}")));
    }

    /** Reads until it is upgraded, and never again. */
    private Future<NetSocket> connect() {
        Promise<NetSocket> upgraded = Promise.promise();
        net.connect(port, "127.0.0.1").onFailure(upgraded::tryFail).onSuccess(socket -> {
            socket.handler(bytes -> {
                socket.pause();
                if (bytes.toString(StandardCharsets.US_ASCII).startsWith("HTTP/1.1 101")) {
                    upgraded.tryComplete(socket);
                } else {
                    upgraded.tryFail("not upgraded");
                }
            });
            send(socket, Buffer.buffer("""
                    GET /eventbus/websocket HTTP/1.1\r
                    Host: 127.0.0.1\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                    Sec-WebSocket-Version: 13\r
                    \r
                    """));
        });
        return upgraded.future();
    }

    /** A short text frame, masked with zeros. */
    private static void send(NetSocket socket, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        if (payload.length >= SHORT_FRAME) {
            throw new IllegalArgumentException("too long for a short frame: " + text);
        }
        send(
                socket,
                Buffer.buffer()
                        .appendByte((byte) 0x81)
                        .appendByte((byte) (0x80 | payload.length))
                        .appendInt(0)
                        .appendBytes(payload));
    }

    private static void send(NetSocket socket, Buffer bytes) {
        // Once the server has closed it, that is what this case waits for.
        socket.write(bytes).onFailure(failure -> {});
    }

    private void poll(int others) {
        http.request(HttpMethod.GET, port, "127.0.0.1", "/counts")
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .map(body -> Counts.parse(body.toString()))
                .onSuccess(counts -> {
                    last = counts;
                    mostHeap = Math.max(mostHeap, counts.heapBytes());
                    double seconds = (System.nanoTime() - beganNanos) / (double) TimeUnit.SECONDS.toNanos(1);
                    double left = counts.sockets() - others;
                    if (Double.isNaN(silentClosedSeconds) && left + counts.slowClosed() <= pinging.size()) {
                        silentClosedSeconds = seconds;
                    }
                    if (Double.isNaN(closedSeconds) && left <= 0) {
                        closedSeconds = seconds;
                    }
                });
    }
}
