package dev.berth.platform.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests that this node is answering just now: for each of them somebody waits. */
public final class UnderWay {
    private final AtomicInteger requests = new AtomicInteger();
    private final int many;
    private final long calmNanos;
    /** When there were many the last time; one rush that is not seen for a race of two is seen with the next request. */
    private volatile long manyAtNanos;

    /**
     * @param many from so many on it is busy
     * @param calm for how long there are fewer when it is busy no more: a moment says little
     */
    public UnderWay(int many, Duration calm, MeterRegistry meters) {
        this.many = many;
        this.calmNanos = calm.toNanos();
        this.manyAtNanos = System.nanoTime() - calmNanos;
        Gauge.builder("berth.http.underway", requests, AtomicInteger::get)
                .description("Requests that this node is answering")
                .register(meters);
    }

    /** Counts from here on what goes below the contract's base path. */
    public void mount(Router router) {
        router.route(ContractRouter.BASE_PATH + "/*").handler(context -> {
            begin();
            // Also of a client that has gone.
            context.addEndHandler(ended -> requests.decrementAndGet());
            context.next();
        });
    }

    private void begin() {
        if (requests.incrementAndGet() >= many) {
            manyAtNanos = System.nanoTime();
        }
    }

    /** On any thread. */
    public boolean isBusy() {
        return requests.get() >= many || System.nanoTime() - manyAtNanos < calmNanos;
    }
}
