package dev.berth.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;

/** What a browser costs that only listens: heap after a collection, before and after so many have subscribed. */
final class IdleSocketsCase {
    private static final int SOCKETS = 5_000;
    private static final double HEAP_KILOBYTES_MAX = 40;
    private static final double KIB = 1_024;
    private static final long MIB = 1_024 * 1_024;

    private IdleSocketsCase() {}

    static void run(Vertx vertx, Report report) {
        try (Child server = PinsCase.bridge()) {
            int port = PinsCase.port(server);
            long before = heap(vertx, port);
            try (PinClients clients = new PinClients(vertx, PinClients.Protocol.SOCKJS, port, SOCKETS)) {
                double each = (heap(vertx, port) - before) / KIB / clients.count();
                report.note("%,d idle sockets of %d tiles: %.1f kB heap each, %s; %d MB resident in all"
                        .formatted(
                                clients.count(),
                                PinClients.TILES_EACH,
                                each,
                                Report.bar("≤ 40 kB", each <= HEAP_KILOBYTES_MAX),
                                server.residentBytes("") / MIB));
            }
        }
    }

    private static long heap(Vertx vertx, int port) {
        return Wait.on(vertx.createHttpClient()
                .request(HttpMethod.GET, port, "127.0.0.1", "/memory")
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .map(body -> Long.valueOf(body.toString())));
    }
}
