package dev.berth.availability;

import java.time.Duration;

/**
 * What counts where a host says nothing (RULES 7).
 *
 * @param minStay the shortest stay
 * @param maxStay the longest stay
 * @param horizon how far ahead a stay may begin
 */
public record StayDefaults(Duration minStay, Duration maxStay, Duration horizon) {
    /** Those of the rule. */
    public static final StayDefaults STANDARD =
            new StayDefaults(Duration.ofMinutes(30), Duration.ofDays(30), Duration.ofDays(180));
}
