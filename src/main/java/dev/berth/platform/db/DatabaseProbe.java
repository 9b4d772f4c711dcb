package dev.berth.platform.db;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether PostgreSQL answers: asks it for the time every now and then, tells that to the clock, and remembers when it
 * has last answered. A connection that hangs answers nothing and fails nothing, so what counts is the silence.
 */
public final class DatabaseProbe extends VerticleBase {
    private static final String ASK = "SELECT clock_timestamp()";

    /** Probes that may wait for an answer; a database that hangs is not asked for more. */
    private static final int UNDER_WAY_MAX = 8;

    private final Db db;
    private final DatabaseClock clock;
    private final Duration interval;
    private final Duration silenceMax;
    private final AtomicLong answeredNanos = new AtomicLong(System.nanoTime());
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean refused;

    /**
     * @param interval how often it is asked
     * @param silenceMax after which silence it counts as lost
     */
    public DatabaseProbe(Db db, DatabaseClock clock, Duration interval, Duration silenceMax) {
        this.db = db;
        this.clock = clock;
        this.interval = interval;
        this.silenceMax = silenceMax;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(0, interval.toMillis(), ignored -> ask());
        return Future.succeededFuture();
    }

    private void ask() {
        if (underWay.get() >= UNDER_WAY_MAX) {
            return;
        }
        underWay.incrementAndGet();
        long asked = System.nanoTime();
        db.send(ASK, Tuple.tuple()).onComplete(answer -> {
            underWay.decrementAndGet();
            if (answer.succeeded()) {
                clock.told(
                        answer.result().iterator().next().getOffsetDateTime(0).toInstant(), asked);
                answeredNanos.accumulateAndGet(System.nanoTime(), Math::max);
            }
            refused = answer.failed();
        });
    }

    /** What is wrong with the database, or null; answers at once. */
    public @Nullable String problem() {
        Duration silence = Duration.ofNanos(System.nanoTime() - answeredNanos.get());
        if (silence.compareTo(silenceMax) <= 0) {
            return null;
        }
        return (refused ? "cannot be used for " : "silent for ") + silence.toSeconds() + " s";
    }
}
