package dev.berth.platform.security;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Counts on this node alone, by the generic cell rate algorithm: of each subject only the time is kept until which its
 * allowance is used up, so that a decision is one look-up and forgetting is free.
 */
final class LocalRateLimiter {
    private final ConcurrentHashMap<String, Long> arrivals = new ConcurrentHashMap<>();
    private final int maxSubjects;
    private final LongSupplier clockMicros;

    LocalRateLimiter(int maxSubjects, LongSupplier clockMicros) {
        this.maxSubjects = maxSubjects;
        this.clockMicros = clockMicros;
    }

    RateLimiter.Verdict take(RatePolicy policy, String subject) {
        long now = clockMicros.getAsLong();
        long window = policy.windowMicros();
        long interval = policy.intervalMicros();
        boolean[] allowed = new boolean[1];
        Long arrival = arrivals.compute(policy.name() + '/' + subject, (key, before) -> {
            long base = before == null ? now : Math.max(before, now);
            allowed[0] = base + interval - now <= window;
            return allowed[0] ? base + interval : base;
        });
        if (arrivals.size() > maxSubjects) {
            forget(now);
        }
        return policy.verdict(allowed[0], (arrival == null ? now : arrival) - now);
    }

    /** Those whose whole allowance is there again need no memory; under a flood of subjects all are forgotten. */
    private void forget(long now) {
        arrivals.values().removeIf(arrival -> arrival <= now);
        if (arrivals.size() > maxSubjects) {
            arrivals.clear();
        }
    }
}
