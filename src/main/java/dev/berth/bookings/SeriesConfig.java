package dev.berth.bookings;

import dev.berth.platform.config.Default;

/**
 * Bookings that are made together by a rule (BK10).
 *
 * @param maxOccurrences how many stays one series may have
 * @param slotsTried how many slots of a listing are looked at for all of them
 */
public record SeriesConfig(
        @Default("60") int maxOccurrences, @Default("100") int slotsTried) {
    /** A day of each for a year. */
    static final int MOST_OCCURRENCES = 366;

    public SeriesConfig {
        if (maxOccurrences < 1 || maxOccurrences > MOST_OCCURRENCES) {
            throw new IllegalArgumentException("maxOccurrences is between 1 and " + MOST_OCCURRENCES);
        }
        if (slotsTried < 1) {
            throw new IllegalArgumentException("slotsTried is positive");
        }
    }
}
