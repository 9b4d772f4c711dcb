package dev.berth.platform.observability;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How late event loops are: on each of them a tick that is due every now and then, and by how much it was missed. What a
 * request waits for before anybody looks at it is at least that.
 */
public final class EventLoopLag {
    private static final Duration TICK = Duration.ofMillis(100);

    private static final Duration[] STEPS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final EventExecutor loop;
    private final Timer lag;

    private EventLoopLag(EventExecutor loop, Timer lag) {
        this.loop = loop;
        this.lag = lag;
    }

    /** Measures every event loop until Vert.x ends. */
    public static void measure(Vertx vertx, MeterRegistry meters) {
        int number = 0;
        for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
            Timer lag = Timer.builder("berth.eventloop.lag")
                    .description("How late an event loop gets to what is due")
                    .tag("loop", Integer.toString(number))
                    .serviceLevelObjectives(STEPS)
                    .register(meters);
            new EventLoopLag(loop, lag).next();
            number++;
        }
    }

    private void next() {
        long due = System.nanoTime() + TICK.toNanos();
        var _ = loop.schedule(() -> tick(due), TICK.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tick(long dueNanos) {
        lag.record(Math.max(0, System.nanoTime() - dueNanos), TimeUnit.NANOSECONDS);
        if (!loop.isShuttingDown()) {
            next();
        }
    }
}
