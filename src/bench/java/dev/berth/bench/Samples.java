package dev.berth.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What one round of load has seen. Used by one thread. */
final class Samples {
    private static final int DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1_000;

    private final Histogram micros = new Histogram(DIGITS);
    private final Map<String, Integer> answers = new TreeMap<>();
    private long counted;
    private long beganNanos = Long.MAX_VALUE;
    private long endedNanos = Long.MIN_VALUE;

    /** @param intendedNanos when it was meant to be sent: what the sender was late counts as latency */
    void add(String answer, long intendedNanos, long nowNanos) {
        answers.merge(answer, 1, Integer::sum);
        time(intendedNanos, nowNanos);
    }

    void time(long intendedNanos, long nowNanos) {
        micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(nowNanos - intendedNanos)));
        counted++;
        beganNanos = Math.min(beganNanos, intendedNanos);
        endedNanos = Math.max(endedNanos, nowNanos);
    }

    /** Adds what another round has seen. */
    void addAll(Samples other) {
        micros.add(other.micros);
        other.answers.forEach((answer, times) -> answers.merge(answer, times, Integer::sum));
        counted += other.counted;
        beganNanos = Math.min(beganNanos, other.beganNanos);
        endedNanos = Math.max(endedNanos, other.endedNanos);
    }

    /** Whether all have the one answer, and all of them within a time at the 99th percentile. */
    boolean isAll(String answer, double p99Millis) {
        return counted > 0 && answers.equals(Map.of(answer, Math.toIntExact(counted))) && millis(99) <= p99Millis;
    }

    /** Something that never came. */
    void missing(String what, int times) {
        if (times > 0) {
            answers.merge(what, times, Integer::sum);
        }
    }

    /** Per second, from the first intended sending to the last answer. */
    double rate() {
        return counted == 0 ? 0 : counted * (double) TimeUnit.SECONDS.toNanos(1) / (endedNanos - beganNanos);
    }

    double millis(double percentile) {
        return micros.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    double maxMillis() {
        return micros.getMaxValue() / MICROS_PER_MILLI;
    }

    long count() {
        return counted;
    }

    int answers(String answer) {
        return answers.getOrDefault(answer, 0);
    }

    /** Such as {@code 201: 4000, 409: 3}. */
    String answers() {
        StringBuilder all = new StringBuilder();
        answers.forEach((answer, times) -> all.append(all.isEmpty() ? "" : ", ")
                .append(answer)
                .append(": ")
                .append(times));
        return all.toString();
    }
}
