package dev.berth.platform.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests that this node is answering just now: for each of them somebody waits. */
public final class UnderWay {
    private final AtomicInteger requests = new AtomicInteger();

    public UnderWay(MeterRegistry meters) {
        Gauge.builder("berth.http.underway", requests, AtomicInteger::get)
                .description("Requests that this node is answering")
                .register(meters);
    }

    /** Counts from here on what goes below the contract's base path. */
    public void mount(Router router) {
        router.route(ContractRouter.BASE_PATH + "/*").handler(context -> {
            requests.incrementAndGet();
            // Also of a client that has gone.
            context.addEndHandler(ended -> requests.decrementAndGet());
            context.next();
        });
    }

    /** On any thread. */
    public int requests() {
        return requests.get();
    }
}
