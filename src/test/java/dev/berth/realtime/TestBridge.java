package dev.berth.realtime;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.realtime.PinCommand.SnapshotTiles;
import dev.berth.realtime.PinCommand.TileSnapshot;
import dev.berth.realtime.PinCommand.TileSnapshots;
import dev.berth.realtime.TokenCheck.Visitor;
import dev.berth.values.Tile;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The bridge on a real HTTP server of several event loops, before a search that knows nothing but sequences. */
final class TestBridge implements AutoCloseable {
    static final int EVENT_LOOPS = 2;
    private static final int EPOCH = 7;

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Bus bus;
    final RealtimeBridge bridge;
    final int port;
    private final Map<String, Visitor> visitors = new ConcurrentHashMap<>();
    private final Context search;
    /** Touched on the search's context only. */
    private final Map<Tile, Integer> sequences = new HashMap<>();

    /** @param limits environment variables of {@link RealtimeConfig} */
    TestBridge(Map<String, String> limits) {
        bus = Bus.install(vertx, MessageCatalog.of(List.of(PinCommand.class, RealtimeEvent.class)), Json.mapper());
        bridge = new RealtimeBridge(
                vertx,
                bus,
                ConfigLoader.load(RealtimeConfig.class, Path.of("no-such-file.yaml"), limits),
                this::check,
                Clock.systemUTC(),
                Json.mapper(),
                meters);
        search = vertx.getOrCreateContext();
        await(Future.future(promise -> search.runOnContext(
                ignored -> bus.<SnapshotTiles>serve(PinCommand.ADDRESS, SnapshotTiles.class, this::snapshot)
                        .onComplete(promise))));
        await(vertx.deployVerticle(new RealtimeVerticle(bus, bridge)));
        Listener listener = new Listener();
        await(vertx.deployVerticle(() -> listener.new Instance(), new DeploymentOptions().setInstances(EVENT_LOOPS)));
        port = listener.port;
    }

    private final class Listener {
        private volatile int port;

        private final class Instance extends VerticleBase {
            @Override
            public Future<?> start() {
                Router router = Router.router(vertx);
                bridge.mount(router);
                // A negative port is the same random one for all instances.
                return vertx.createHttpServer(new HttpServerOptions().setPerMessageWebSocketCompressionSupported(true))
                        .requestHandler(router)
                        .listen(-1, "127.0.0.1")
                        .map(HttpServer::actualPort)
                        .onSuccess(actual -> port = actual);
            }
        }
    }

    private Future<Visitor> check(String token) {
        Visitor visitor = visitors.get(token);
        return visitor == null
                ? Future.failedFuture(new Rejection(ProblemType.UNAUTHENTICATED, "no such token"))
                : Future.succeededFuture(visitor);
    }

    void logIn(String token, UserId user, Instant expiresAt) {
        visitors.put(token, new Visitor(user, expiresAt));
    }

    /** Tells beside what a snapshot tells which digest it was asked with. */
    private TileSnapshots snapshot(SnapshotTiles asked) {
        List<TileSnapshot> answered = new ArrayList<>();
        for (int i = 0; i < asked.tiles().size(); i++) {
            Tile tile = asked.tiles().get(i);
            answered.add(new TileSnapshot(
                    tile,
                    Buffer.buffer("{\"tile\":\"%s\",\"epoch\":%d,\"seq\":%d,\"pins\":[],\"asked\":\"%s\"}"
                            .formatted(
                                    tile,
                                    EPOCH,
                                    sequences.getOrDefault(tile, 0),
                                    asked.digests().get(i)))));
        }
        return new TileSnapshots(answered);
    }

    /** Publishes changes of a tile, in order, as the search does. */
    Future<Integer> change(Tile tile, int times, @Nullable String mark) {
        return Future.future(promise -> search.runOnContext(ignored -> {
            int seq = 0;
            for (int i = 0; i < times; i++) {
                seq = sequences.merge(tile, 1, Integer::sum);
                bus.publishLocal(
                        "pins." + tile,
                        Buffer.buffer(
                                "{\"epoch\":%d,\"seq\":%d,\"pins\":[{\"id\":\"p\",\"title\":\"Größe \\\"M\\\"\"}],\"gone\":[\"%s\"]}"
                                        .formatted(EPOCH, seq, mark == null ? "" : mark)));
            }
            promise.complete(seq);
        }));
    }

    double count(String name) {
        return meters.get(name).meter().measure().iterator().next().getValue();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
