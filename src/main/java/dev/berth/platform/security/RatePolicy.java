package dev.berth.platform.security;

import java.time.Duration;

/** How many in which time; all of them may come at once, after that one by one as time passes. */
record RatePolicy(String name, long quota, Duration window) {
    RatePolicy {
        if (quota < 1 || window.toMillis() < 1) {
            throw new IllegalArgumentException(name + ": needs a quota and a window above 0");
        }
    }

    /** @param text {@code 10/1m}: ten in one minute; units ms, s, m, h */
    static RatePolicy parse(String name, String text) {
        int slash = text.indexOf('/');
        try {
            return new RatePolicy(
                    name,
                    Long.parseLong(text.substring(0, Math.max(slash, 0)).strip()),
                    Duration.parse(window(text.substring(slash + 1).strip())));
        } catch (NumberFormatException | java.time.DateTimeException e) {
            throw new IllegalArgumentException(name + ": is no rate such as 10/1m", e);
        }
    }

    private static String window(String text) {
        if (text.endsWith("ms")) {
            return "PT" + Long.parseLong(text.substring(0, text.length() - 2)) / 1_000.0 + "S";
        }
        return "PT" + text;
    }

    long windowMicros() {
        return window.toNanos() / 1_000;
    }

    /** The time that one costs. */
    long intervalMicros() {
        return Math.max(1, windowMicros() / quota);
    }

    /**
     * @param aheadMicros how far the subject's theoretical arrival time lies ahead of now, after this one if it was allowed
     */
    RateLimiter.Verdict verdict(boolean allowed, long aheadMicros) {
        long window = windowMicros();
        long interval = intervalMicros();
        long waitMicros = allowed ? 0 : aheadMicros + interval - window;
        return new RateLimiter.Verdict(
                allowed,
                name,
                quota,
                Math.max(1, window / 1_000_000),
                allowed ? Math.max(0, (window - aheadMicros) / interval) : 0,
                ceilSeconds(aheadMicros),
                allowed ? 0 : Math.max(1, ceilSeconds(waitMicros)));
    }

    private static long ceilSeconds(long micros) {
        return Math.ceilDiv(Math.max(0, micros), 1_000_000L);
    }
}
