package dev.berth.realtime;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Bus;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The sockets of one event loop and what they hear. Only that event loop touches it, so that nothing is locked; each
 * loop that serves HTTP has its own.
 *
 * <p>Whatever many sockets hear costs the event bus one local consumer per address: no entry in the cluster, and the
 * first message after a registration is not missed, because a local consumer hears from the moment it is made.
 */
final class Hub {
    private static final long SWEEP_MILLIS = 500;
    /** Maps that move leave tiles and come back; and a consumer that ends while it is told something complains. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ContextInternal context;
    private final Vertx vertx;
    private final Bus bus;
    private final RealtimeConfig config;
    private final TokenCheck tokens;
    private final Clock clock;
    private final JsonMapper json;
    private final RealtimeMetrics metrics;
    private final Flusher flusher;
    private final Map<String, Audience> audiences = new HashMap<>();
    private final Set<Peer> peers = new LinkedHashSet<>();
    private final long sweepTimer;
    private boolean isDraining;

    /** Makes the hub of the event loop that calls. */
    Hub(
            ContextInternal context,
            Vertx vertx,
            Bus bus,
            RealtimeConfig config,
            TokenCheck tokens,
            Clock clock,
            JsonMapper json,
            RealtimeMetrics metrics) {
        this.context = context;
        this.vertx = vertx;
        this.bus = bus;
        this.config = config;
        this.tokens = tokens;
        this.clock = clock;
        this.json = json;
        this.metrics = metrics;
        this.flusher = new Flusher(context.nettyEventLoop());
        this.sweepTimer = vertx.setPeriodic(SWEEP_MILLIS, ignored -> sweep());
    }

    /** @return whether there was room for it */
    boolean open(ServerWebSocket socket, Channel channel, boolean isSockJs) {
        WebSocketLink link = WebSocketLink.open(socket, channel, isSockJs, flusher, config);
        if (!admit()) {
            link.close(Link.Closing.RESTARTING);
            return false;
        }
        link.start(peer(link), config, json);
        return true;
    }

    void open(SockJSSocket socket) {
        if (!admit()) {
            socket.close();
            return;
        }
        XhrLink link = new XhrLink(socket, context.nettyEventLoop(), config);
        link.start(peer(link));
    }

    private boolean admit() {
        if (isDraining) {
            return false;
        }
        if (metrics.sockets.incrementAndGet() > config.socketsMax()) {
            metrics.sockets.decrementAndGet();
            return false;
        }
        return true;
    }

    private Peer peer(Link link) {
        Peer peer = new Peer(this, link);
        peers.add(peer);
        return peer;
    }

    void gone(Peer peer) {
        if (peers.remove(peer)) {
            metrics.sockets.decrementAndGet();
        }
    }

    /** Those who hear what this node publishes locally on an address. */
    Audience publicAudience(String address) {
        Audience known = audiences.get(address);
        if (known != null) {
            return known;
        }
        // Neither the context of the request nor its correlation id belongs to what others will hear; and at once,
        // because the page's next message asks for a snapshot, after which nothing may be missed.
        ContextInternal caller = context.beginDispatch();
        try {
            MessageConsumer<Buffer> consumer = vertx.eventBus().localConsumer(address);
            Audience made = new Audience(address, this, consumer::unregister);
            consumer.handler(message -> run(() -> made.tell(message.body().getBytes())));
            audiences.put(address, made);
            return made;
        } finally {
            context.endDispatch(caller);
        }
    }

    /** Those who hear what is told to a user. */
    Audience privateAudience(String address) {
        return audiences.computeIfAbsent(address, key -> new Audience(key, this, () -> {}));
    }

    void tell(String address, byte[] body) {
        Audience audience = audiences.get(address);
        if (audience != null) {
            audience.tell(body);
        }
    }

    private void sweep() {
        long nowNanos = System.nanoTime();
        long nowMillis = clock.millis();
        List.copyOf(peers).forEach(peer -> peer.sweep(nowNanos, nowMillis));
        audiences.values().removeIf(audience -> {
            boolean isAbandoned = audience.isAbandoned(nowNanos, LINGER_NANOS);
            if (isAbandoned) {
                audience.release();
            }
            return isAbandoned;
        });
    }

    /** Sends every page to another node, and takes none any more. */
    void drain() {
        isDraining = true;
        vertx.cancelTimer(sweepTimer);
        List.copyOf(peers).forEach(peer -> peer.close(Link.Closing.RESTARTING));
    }

    /** Runs a task on the hub's event loop, at once when this is it. */
    void run(Runnable task) {
        EventLoop loop = context.nettyEventLoop();
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    Frame frame(byte[] json) {
        return new Frame(ByteBufAllocator.DEFAULT, json);
    }

    long nowMillis() {
        return clock.millis();
    }

    Bus bus() {
        return bus;
    }

    RealtimeConfig config() {
        return config;
    }

    TokenCheck tokens() {
        return tokens;
    }

    JsonMapper json() {
        return json;
    }

    RealtimeMetrics metrics() {
        return metrics;
    }
}
