package dev.berth.realtime;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bridge to browsers at {@value #PATH}: Vert.x's SockJS event-bus bridge protocol, so that its published client works
 * unchanged, over a registry of this node instead of a consumer in the cluster for each browser and address.
 *
 * <p>WebSockets are served here; SockJS's fallbacks (XHR, EventSource) are framed by Vert.x. The legacy transports that
 * need scripts from elsewhere are not offered.
 */
public final class RealtimeBridge {
    public static final String PATH = "/eventbus";

    private static final String RETRY_AFTER_SECONDS = "2";
    /** A POST of the fallbacks carries several messages, escaped. */
    private static final int MESSAGES_PER_POST = 8;

    private final Vertx vertx;
    private final Bus bus;
    private final RealtimeConfig config;
    private final TokenCheck tokens;
    private final Clock clock;
    private final JsonMapper json;
    private final RealtimeMetrics metrics;
    private final Map<EventLoop, Hub> hubs = new ConcurrentHashMap<>();
    private volatile boolean isDraining;

    public RealtimeBridge(
            Vertx vertx,
            Bus bus,
            RealtimeConfig config,
            TokenCheck tokens,
            Clock clock,
            JsonMapper json,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.bus = bus;
        this.config = config;
        this.tokens = tokens;
        this.clock = clock;
        this.json = json;
        this.metrics = new RealtimeMetrics(meters);
    }

    /** Adds the bridge's routes; each event loop that serves HTTP may have a router of its own. */
    public void mount(Router router) {
        router.route(PATH + "/*").handler(this::admit);
        router.get(PATH + "/websocket").handler(routing -> upgrade(routing, false));
        router.getWithRegex(PATH + "/[^/.]+/[^/.]+/websocket").handler(routing -> upgrade(routing, true));
        // The frame for browsers without CORS would need an inline script and a library from another host.
        router.getWithRegex(PATH + "/iframe.*").handler(routing -> refuse(routing, ProblemType.NOT_FOUND));
        router.post(PATH + "/*")
                .handler(BodyHandler.create(false)
                        .setBodyLimit(config.messageSizeMax().value() * MESSAGES_PER_POST));
        SockJSHandlerOptions options = new SockJSHandlerOptions()
                .setRegisterWriteHandler(false)
                .setInsertJSESSIONID(true)
                .setHeartbeatInterval(config.heartbeatInterval().toMillis())
                .setSessionTimeout(config.sessionTimeout().toMillis())
                .setMaxBytesStreaming(config.streamingSizeMax().intValue())
                .setLibraryURL(PATH + "/sockjs.js")
                .addDisabledTransport("HTML_FILE")
                .addDisabledTransport("JSON_P");
        router.route(PATH + "/*")
                .subRouter(SockJSHandler.create(vertx, options).socketHandler(socket -> hub().open(socket)));
    }

    private void admit(RoutingContext routing) {
        if (!isOriginAllowed(routing.request())) {
            refuse(routing, ProblemType.FORBIDDEN);
        } else if (isDraining) {
            routing.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
            refuse(routing, ProblemType.UNAVAILABLE);
        } else {
            routing.next();
        }
    }

    /** Programs send no origin; pages do, and cannot forge it. */
    private boolean isOriginAllowed(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || config.origins().contains(origin)) {
            return true;
        }
        String host = request.getHeader(HttpHeaders.HOST);
        return host != null && List.of("http://" + host, "https://" + host).contains(origin.toLowerCase(Locale.ROOT));
    }

    private void upgrade(RoutingContext routing, boolean isSockJs) {
        if (!routing.request().canUpgradeToWebSocket()) {
            routing.response().setStatusCode(400).end("Can \"Upgrade\" only to \"WebSocket\".");
        } else if (metrics.sockets.get() >= config.socketsMax()) {
            routing.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
            refuse(routing, ProblemType.UNAVAILABLE);
        } else {
            Hub hub = hub();
            Channel channel = ((HttpServerConnection) routing.request().connection())
                    .channelHandlerContext()
                    .channel();
            routing.request()
                    .toWebSocket()
                    .onSuccess(socket -> hub.open(socket, channel, isSockJs))
                    .onFailure(routing::fail);
        }
    }

    private void refuse(RoutingContext routing, ProblemType type) {
        routing.response()
                .setStatusCode(type.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .end(json.createObjectNode()
                        .put("type", "about:blank")
                        .put("title", type.title())
                        .put("status", type.status())
                        .put("code", type.name())
                        .toString());
    }

    /** The hub of the event loop that calls. */
    private Hub hub() {
        ContextInternal context = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        return hubs.computeIfAbsent(
                context.nettyEventLoop(),
                ignored -> new Hub(context, vertx, bus, config, tokens, clock, json, metrics));
    }

    void tell(RealtimeEvent event) {
        switch (event) {
            case RealtimeEvent.UserTold told -> {
                String address = "user." + told.user();
                byte[] body = told.body().getBytes(StandardCharsets.UTF_8);
                hubs.values().forEach(hub -> hub.run(() -> hub.tell(address, body)));
            }
        }
    }

    /** Sends every page of this node to another one and takes none any more. Done when the last is told. */
    public Future<Void> drain() {
        isDraining = true;
        return Future.join(hubs.values().stream()
                        .map(hub -> {
                            Promise<Void> told = Promise.promise();
                            hub.run(() -> {
                                hub.drain();
                                told.complete();
                            });
                            return told.future();
                        })
                        .toList())
                .mapEmpty();
    }
}
