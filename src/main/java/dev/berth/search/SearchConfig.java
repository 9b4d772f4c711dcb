package dev.berth.search;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Default;
import dev.berth.search.text.TextConfig;
import java.time.Duration;

/**
 * How a node keeps its index and what it searches for when nothing is said.
 *
 * @param defaultLead how far ahead a stay begins when the search does not say
 * @param defaultStay how long it is
 * @param pastTolerance how long ago a stay may begin: people's clocks differ
 * @param pinBatch how long changes of a tile are collected for one message
 * @param snapshotAge how long a tile's encoded snapshot may be sent again while nothing changes in it
 * @param snapshotCache what those take at most
 * @param gapPatience how long a change of a calendar waits for those before it; then the calendar is loaded anew
 * @param parkedMax changes that wait so in all; more load their calendars at once
 * @param reloadsMax calendars that are loaded at once
 * @param exportPage listings or calendars that are loaded with one request at the start
 * @param exportTimeout how long such a request may take
 * @param retryInterval after a failure to load
 * @param followInterval after a failure to reach Kafka; meanwhile the node hears events from the bus alone
 * @param forgetInterval how often a share of the slots drops what is over
 * @param forgetSlots that share
 * @param text how words are found
 * @param overview how maps are shown from afar
 */
public record SearchConfig(
        @Default("15m") Duration defaultLead,
        @Default("2h") Duration defaultStay,
        @Default("1m") Duration pastTolerance,
        @Default("5ms") Duration pinBatch,
        @Default("1s") Duration snapshotAge,
        @Default("8MiB") Bytes snapshotCache,
        @Default("100ms") Duration gapPatience,
        @Default("10000") int parkedMax,
        @Default("16") int reloadsMax,
        @Default("2000") int exportPage,
        @Default("30s") Duration exportTimeout,
        @Default("1s") Duration retryInterval,
        @Default("5s") Duration followInterval,
        @Default("1s") Duration forgetInterval,
        @Default("20000") int forgetSlots,
        TextConfig text,
        OverviewConfig overview) {
    private static final int MAX_EXPORT_PAGE = 2_000;

    /**
     * Heat maps and clusters.
     *
     * @param cellsMax cells of an answer: where there were more, they are larger
     * @param scanMax listings that are looked at one by one; where there are more, the free slots are a lower bound
     * @param sweepInterval how often it is seen which stays have begun or ended
     * @param sweepMax listings that are counted anew at once
     */
    public record OverviewConfig(
            @Default("2000") int cellsMax,
            @Default("20000") int scanMax,
            @Default("1s") Duration sweepInterval,
            @Default("2000") int sweepMax) {
        public OverviewConfig {
            if (cellsMax < 1 || scanMax < 0 || sweepMax < 1 || !sweepInterval.isPositive()) {
                throw new IllegalArgumentException("limits start at 1");
            }
        }
    }

    public SearchConfig {
        if (!pinBatch.isPositive()
                || !gapPatience.isPositive()
                || !retryInterval.isPositive()
                || !followInterval.isPositive()
                || !forgetInterval.isPositive()
                || !exportTimeout.isPositive()
                || !defaultStay.isPositive()
                || defaultLead.isNegative()
                || pastTolerance.isNegative()
                || snapshotAge.isNegative()) {
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
