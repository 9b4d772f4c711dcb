package dev.berth.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** A thousand clients that want one slot at the same moment, over connections that are open already. */
final class HotSlotCase {
    private static final int CLIENTS = 1_000;
    private static final int CONNECTING_AT_ONCE = 100;
    private static final double P99_MILLIS_MAX = 250;
    private static final int STATUS_FROM = 9;
    private static final int STATUS_TO = 12;

    private HotSlotCase() {}

    static void run(Vertx vertx, Load load, Platform platform, Api api, Options options, Report report) {
        api.register();
        Quotes quotes = new Quotes(api);
        Samples samples = Rounds.median(
                options.rounds(),
                () -> round(vertx, load, platform.url(), api, quotes.contended(CLIENTS)),
                round -> round.millis(99));
        boolean isRight = samples.answers("201") == 1 && samples.answers("409") == CLIENTS - 1;
        report.row(
                "one slot, " + CLIENTS + " clients at once",
                samples,
                platform.memory(),
                "",
                Report.bar("1 × 201, 999 × 409, p99 ≤ 250 ms", isRight && samples.millis(99) <= P99_MILLIS_MAX));
    }

    private static Samples round(Vertx vertx, Load load, URI url, Api api, Deque<String> bookings) {
        NetClient client = vertx.createNetClient();
        try {
            List<NetSocket> sockets = new ArrayList<>();
            while (sockets.size() < CLIENTS) {
                List<Future<NetSocket>> batch = new ArrayList<>();
                for (int i = 0; i < CONNECTING_AT_ONCE; i++) {
                    batch.add(client.connect(url.getPort(), url.getHost()));
                }
                batch.forEach(socket -> sockets.add(Wait.on(socket)));
            }
            List<Buffer> requests = bookings.stream()
                    .map(body -> request(url, api.token(), body))
                    .toList();
            return load.run(done -> send(sockets, requests, done));
        } finally {
            Wait.on(client.close());
        }
    }

    private static Buffer request(URI url, String token, String body) {
        return Buffer.buffer("""
                POST %s/bookings HTTP/1.1\r
                Host: %s:%d\r
                Content-Type: application/json\r
                Authorization: Bearer %s\r
                Idempotency-Key: %s\r
                Content-Length: %d\r
                \r
                %s""".formatted(
                        Api.BASE,
                        url.getHost(),
                        url.getPort(),
                        token,
                        UUID.randomUUID(),
                        body.getBytes(StandardCharsets.UTF_8).length,
                        body));
    }

    private static void send(List<NetSocket> sockets, List<Buffer> requests, Promise<Samples> done) {
        Samples samples = new Samples();
        long start = System.nanoTime();
        int[] open = {sockets.size()};
        for (int i = 0; i < sockets.size(); i++) {
            NetSocket socket = sockets.get(i);
            boolean[] isAnswered = {false};
            socket.handler(bytes -> {
                if (!isAnswered[0]) {
                    isAnswered[0] = true;
                    answered(samples, bytes.getString(STATUS_FROM, STATUS_TO), start, open, done);
                }
            });
            socket.closeHandler(ignored -> {
                if (!isAnswered[0]) {
                    isAnswered[0] = true;
                    answered(samples, "closed", start, open, done);
                }
            });
            socket.write(requests.get(i)).onFailure(failure -> socket.close());
        }
    }

    private static void answered(Samples samples, String answer, long start, int[] open, Promise<Samples> done) {
        // The sockets may live on several event loops.
        synchronized (samples) {
            samples.add(answer, start, System.nanoTime());
            if (--open[0] == 0) {
                done.complete(samples);
            }
        }
    }
}
