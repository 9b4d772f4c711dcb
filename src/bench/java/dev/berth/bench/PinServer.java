package dev.berth.bench;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.realtime.PinCommand;
import dev.berth.realtime.RealtimeBridge;
import dev.berth.realtime.RealtimeConfig;
import dev.berth.realtime.RealtimeEvent;
import dev.berth.realtime.RealtimeVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The bridge alone, in a process of its own, for the cases that compare it with Socket.IO. Whatever a client sends to
 * {@code /publish}, as a tile's name, a line feed and a body, is published to those who hear the tile, which is what
 * the search of a node does.
 */
public final class PinServer extends VerticleBase {
    private final Bus bus;
    private final RealtimeBridge bridge;

    private final MeterRegistry meters;

    private PinServer(Bus bus, RealtimeBridge bridge, MeterRegistry meters) {
        this.bus = bus;
        this.bridge = bridge;
        this.meters = meters;
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        bridge.mount(router);
        router.route("/publish")
                .handler(routing -> routing.request().toWebSocket().onSuccess(this::publish));
        router.get("/memory").handler(routing -> {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            routing.end(Long.toString(runtime.totalMemory() - runtime.freeMemory()));
        });
        router.get("/counts").handler(routing -> routing.end(counts()));
        HttpServerOptions options = new HttpServerOptions()
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setAcceptBacklog(4_096);
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .onSuccess(server -> System.out.println("LISTENING " + server.actualPort()));
    }

    /** Sockets, those closed because they were slow, messages dropped for them, and bytes of the heap in use. */
    private String counts() {
        Runtime runtime = Runtime.getRuntime();
        return String.format(
                Locale.ROOT,
                "%.0f %.0f %.0f %d",
                meters.get("berth.realtime.sockets").gauge().value(),
                meters.get("berth.realtime.slow.closed").functionCounter().count(),
                meters.get("berth.realtime.dropped").functionCounter().count(),
                runtime.totalMemory() - runtime.freeMemory());
    }

    private void publish(ServerWebSocket socket) {
        socket.textMessageHandler(text -> {
            int end = text.indexOf('\n');
            bus.publishLocal("pins." + text.substring(0, end), Buffer.buffer(text.substring(end + 1)));
        });
        // As SockJS says that it is open.
        socket.writeTextMessage("o").onFailure(failure -> socket.close());
    }

    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx();
        Bus bus = Bus.install(vertx, MessageCatalog.of(List.of(PinCommand.class, RealtimeEvent.class)), Json.mapper());
        MeterRegistry meters = new SimpleMeterRegistry();
        RealtimeBridge bridge = new RealtimeBridge(
                vertx,
                bus,
                ConfigLoader.load(RealtimeConfig.class, Path.of("none"), Map.of()),
                token -> Future.failedFuture(new Rejection(ProblemType.UNAUTHENTICATED, "nobody is known here")),
                Clock.systemUTC(),
                Json.mapper(),
                meters);
        vertx.deployVerticle(new RealtimeVerticle(bus, bridge))
                .compose(ignored -> vertx.deployVerticle(new PinServer(bus, bridge, meters)))
                .onFailure(fault -> {
                    fault.printStackTrace();
                    System.exit(1);
                });
    }
}
