package dev.berth.platform.events;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** When a consumer that nobody waits for takes its events in: as long as the node is busy, a few now and then. */
final class GivingWay {
    private static final Duration LOOK = Duration.ofMillis(20);

    private final BackgroundConfig config;
    private final BooleanSupplier busy;

    /** @param busy whether this node is, asked on any thread */
    GivingWay(BackgroundConfig config, BooleanSupplier busy) {
        this.config = config;
        this.busy = busy;
    }

    int batch() {
        return config.batch();
    }

    /** Waits on a virtual thread: not at all on a node that is not busy, and never longer than is configured. */
    void pause(Vertx vertx, BooleanSupplier running) {
        long untilNanos = System.nanoTime() + config.patience().toNanos();
        while (busy.getAsBoolean() && running.getAsBoolean() && System.nanoTime() < untilNanos) {
            vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS).await();
        }
    }
}
