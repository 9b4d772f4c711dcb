package dev.berth.bench;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting, for the main thread of the program. */
final class Wait {
    private static final int MINUTES = 10;

    private Wait() {}

    static <T> T on(Future<T> future) {
        try {
            return future.await(MINUTES, TimeUnit.MINUTES);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nothing within " + MINUTES + " minutes", e);
        }
    }
}
