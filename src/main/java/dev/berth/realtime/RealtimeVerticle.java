package dev.berth.realtime;

import dev.berth.platform.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Carries what capabilities tell users to the sockets of this node, and sends the sockets elsewhere when it ends. */
public final class RealtimeVerticle extends VerticleBase {
    private final Bus bus;
    private final RealtimeBridge bridge;

    public RealtimeVerticle(Bus bus, RealtimeBridge bridge) {
        this.bus = bus;
        this.bridge = bridge;
    }

    @Override
    public Future<?> start() {
        return bus.subscribe(RealtimeEvent.ADDRESS, RealtimeEvent.class, bridge::tell);
    }

    @Override
    public Future<?> stop() {
        return bridge.drain();
    }
}
