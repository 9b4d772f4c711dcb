package dev.berth.platform.observability;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.AccessMode;
import io.vertx.core.spi.context.storage.ContextLocal;
import org.jspecify.annotations.Nullable;

/**
 * The id that follows one request over HTTP, bus, SQL comments, Kafka headers and log lines. It lives in the Vert.x
 * context of the request (each request and each bus message has its own), never in a thread: virtual threads are reused.
 */
public final class Correlation implements VertxServiceProvider {
    /** The header that carries it, in HTTP, on the bus and in Kafka. */
    public static final String HEADER = "x-correlation-id";

    private static final ContextLocal<String> LOCAL = ContextLocal.registerLocal(String.class);

    /** Called by Vert.x (as a service) before its first context is made: a local registered later has no room. */
    @Override
    public void init(VertxBootstrap builder) {
        // Loading this class has registered the local.
    }

    /** The id of what is being served now, or null outside of any request. */
    public static @Nullable String current() {
        Context context = Vertx.currentContext();
        return context == null ? null : LOCAL.get(context, AccessMode.CONCURRENT);
    }

    /** Sets the id for the rest of this request or message. */
    public static void set(@Nullable String id) {
        Context context = Vertx.currentContext();
        if (context != null && id != null) {
            LOCAL.put(context, AccessMode.CONCURRENT, id);
        }
    }
}
