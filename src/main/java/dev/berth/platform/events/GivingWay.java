package dev.berth.platform.events;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** When a consumer that nobody waits for takes its events in: as long as the node is busy, a few now and then. */
final class GivingWay {
    private static final Duration LOOK = Duration.ofMillis(20);

    /** Some hundreds of events. */
    private static final int FETCH_BYTES = 256 * 1_024;

    private final BackgroundConfig config;
    private final BooleanSupplier busy;

    /** @param busy whether this node is, asked on any thread */
    GivingWay(BackgroundConfig config, BooleanSupplier busy) {
        this.config = config;
        this.busy = busy;
    }

    /** @param many of a node that is not busy: what has waited is made up for as fast as it can be */
    int lanes(int many) {
        return busy.getAsBoolean() ? config.lanes() : many;
    }

    /** What its client is to be told, beyond what all consumers' are. */
    Map<String, String> settings() {
        return Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(config.batch()),
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG, Integer.toString(FETCH_BYTES),
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        Long.toString(config.fetchWait().toMillis()));
    }

    /** Waits on a virtual thread: not at all on a node that is not busy, and never longer than is configured. */
    void pause(Vertx vertx, BooleanSupplier running) {
        long untilNanos = System.nanoTime() + config.patience().toNanos();
        while (busy.getAsBoolean() && running.getAsBoolean() && System.nanoTime() < untilNanos) {
            vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS).await();
        }
    }
}
