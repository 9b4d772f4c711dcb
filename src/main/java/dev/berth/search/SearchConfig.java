package dev.berth.search;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How a node keeps its index and what it searches for when nothing is said.
 *
 * @param defaultLead how far ahead a stay begins when the search does not say
 * @param defaultStay how long it is
 * @param pastTolerance how long ago a stay may begin: people's clocks differ
 * @param pinBatch how long changes of a tile are collected for one message
 * @param gapPatience how long a change of a calendar waits for those before it; then the calendar is loaded anew
 * @param parkedMax changes that wait so in all; more load their calendars at once
 * @param reloadsMax calendars that are loaded at once
 * @param exportPage listings or calendars that are loaded with one request at the start
 * @param exportTimeout how long such a request may take
 * @param retryInterval after a failure to load
 * @param followInterval after a failure to reach Kafka; meanwhile the node hears events from the bus alone
 * @param forgetInterval how often a share of the slots drops what is over
 * @param forgetSlots that share
 */
public record SearchConfig(
        @Default("15m") Duration defaultLead,
        @Default("2h") Duration defaultStay,
        @Default("1m") Duration pastTolerance,
        @Default("5ms") Duration pinBatch,
        @Default("100ms") Duration gapPatience,
        @Default("10000") int parkedMax,
        @Default("16") int reloadsMax,
        @Default("2000") int exportPage,
        @Default("30s") Duration exportTimeout,
        @Default("1s") Duration retryInterval,
        @Default("5s") Duration followInterval,
        @Default("1s") Duration forgetInterval,
        @Default("20000") int forgetSlots) {
    private static final int MAX_EXPORT_PAGE = 2_000;

    public SearchConfig {
        if (!pinBatch.isPositive()
                || !gapPatience.isPositive()
                || !retryInterval.isPositive()
                || !followInterval.isPositive()
                || !forgetInterval.isPositive()
                || !exportTimeout.isPositive()
                || !defaultStay.isPositive()
                || defaultLead.isNegative()
                || pastTolerance.isNegative()) {
            throw new IllegalArgumentException("intervals are positive");
        }
        if (exportPage < 1 || exportPage > MAX_EXPORT_PAGE) {
            throw new IllegalArgumentException("exportPage is between 1 and " + MAX_EXPORT_PAGE);
        }
        if (parkedMax < 1 || reloadsMax < 1 || forgetSlots < 1) {
            throw new IllegalArgumentException("limits start at 1");
        }
    }
}
