package dev.berth.calendars;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * Calendars to subscribe to, and calendars elsewhere.
 *
 * @param feedsMax that one user may have
 * @param eventsMax of one calendar; the latest bookings are in it
 * @param past how long a stay that is over remains in it
 * @param refresh how often calendar programs are asked to look
 * @param imports how calendars of others are read
 */
public record CalendarConfig(
        @Default("20") int feedsMax,
        @Default("500") int eventsMax,
        @Default("30d") Duration past,
        @Default("15m") Duration refresh,
        ImportConfig imports) {
    public CalendarConfig {
        if (feedsMax < 1 || eventsMax < 1 || past.isNegative() || !refresh.isPositive()) {
            throw new IllegalArgumentException("its limits are positive");
        }
    }

    public static CalendarConfig defaults() {
        return new CalendarConfig(20, 500, Duration.ofDays(30), Duration.ofMinutes(15), ImportConfig.defaults());
    }
}
