package dev.berth.platform.db;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's clock, which decides what is over: the same for all nodes. What it last told is carried on by this machine's
 * monotonic clock, so that a wall clock that is wrong, or is set, makes no quote stale and no session end. Until it has
 * told the time once, and never after, the machine's own clock counts.
 */
public final class DatabaseClock extends Clock {
    /** An answer that took longer does not say well enough what time it is. */
    private static final Duration SLOWEST = Duration.ofSeconds(1);
    /** It is not set for less: times that are taken one after the other stay in order. */
    private static final Duration SLACK = Duration.ofMillis(50);

    private record Reading(Instant at, long nanos, boolean told) {}

    private final Clock own;
    private final LongSupplier nanos;
    private final ZoneId zone;
    private final AtomicReference<Reading> last;

    public DatabaseClock() {
        this(Clock.systemUTC(), System::nanoTime);
    }

    /**
     * @param own this machine's wall clock
     * @param nanos its monotonic clock
     */
    DatabaseClock(Clock own, LongSupplier nanos) {
        this(own, nanos, ZoneOffset.UTC, new AtomicReference<>(new Reading(own.instant(), nanos.getAsLong(), false)));
    }

    private DatabaseClock(Clock own, LongSupplier nanos, ZoneId zone, AtomicReference<Reading> last) {
        this.own = own;
        this.nanos = nanos;
        this.zone = zone;
        this.last = last;
    }

    /**
     * The database has told its time.
     *
     * @param askedNanos when it was asked, by the monotonic clock
     */
    void told(Instant time, long askedNanos) {
        long now = nanos.getAsLong();
        Duration took = Duration.ofNanos(now - askedNanos);
        if (took.compareTo(SLOWEST) > 0) {
            return;
        }
        // It was taken at some time between the question and the answer.
        Instant at = time.plus(took.dividedBy(2));
        boolean isRight = Duration.between(at, instant()).abs().compareTo(SLACK) <= 0;
        if (!isRight || !last.get().told()) {
            last.set(new Reading(at, now, true));
        }
    }

    @Override
    public Instant instant() {
        Reading reading = last.get();
        return reading.at().plusNanos(nanos.getAsLong() - reading.nanos());
    }

    /** How far this machine's wall clock is ahead of it. */
    public Duration offset() {
        return Duration.between(instant(), own.instant());
    }

    public void measure(MeterRegistry meters) {
        Gauge.builder("berth.clock.offset", this, clock -> clock.offset().toMillis() / 1_000.0)
                .description("How far the machine's clock is ahead of PostgreSQL's, which counts")
                .baseUnit("seconds")
                .register(meters);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new DatabaseClock(own, nanos, other, last);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DatabaseClock clock && last.equals(clock.last) && zone.equals(clock.zone);
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(last) + zone.hashCode();
    }
}
