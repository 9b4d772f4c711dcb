package dev.berth.points;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * What points are given for, and for how long (RULES 32). A stay keeps the policy that it was completed under.
 *
 * @param earnBasisPoints what of the money paid for a completed stay is given as points' worth, of 10,000; 0 for no points
 * @param pointWorth what a point is worth, in minor units of the currency
 * @param lifetime how long points can be spent
 * @param keptAtLeast how long points that come back with a refund can be spent at least
 * @param interval how often a node looks for points whose time is over
 * @param batch drivers whose points it expires at once
 */
public record PointsConfig(
        @Default("100") int earnBasisPoints,
        @Default("1") long pointWorth,
        @Default("365d") Duration lifetime,
        @Default("30d") Duration keptAtLeast,
        @Default("1m") Duration interval,
        @Default("100") int batch) {
    public PointsConfig {
        if (earnBasisPoints < 0
                || earnBasisPoints > 10_000
                || pointWorth < 1
                || !lifetime.isPositive()
                || keptAtLeast.isNegative()
                || !interval.isPositive()
                || batch < 1) {
            throw new IllegalArgumentException(
                    "earnBasisPoints is within 0 and 10,000, keptAtLeast not negative, the others are positive");
        }
    }
}
