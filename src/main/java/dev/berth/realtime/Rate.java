package dev.berth.realtime;

import java.util.concurrent.TimeUnit;

/** A token bucket: so many at once, so many per second. */
final class Rate {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private final int burst;
    private double left;
    private long atNanos;

    Rate(int perSecond, int burst, long nowNanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.left = burst;
        this.atNanos = nowNanos;
    }

    /** Whether one more is allowed; it is counted when it is. */
    boolean take(long nowNanos) {
        left = Math.min(burst, left + (nowNanos - atNanos) / NANOS_PER_SECOND * perSecond);
        atNanos = nowNanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
