package dev.berth.search.text;

import dev.berth.platform.config.Bytes;
import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How words are found.
 *
 * @param refreshInterval how long changes are collected before they can be found
 * @param batchMax listings that are read into the index at once
 * @param pendingMax listings that wait for it; beyond it all are loaded anew once it has caught up
 * @param retryInterval after a failure
 * @param settleTimeout how long a start waits for the words; a node with very many listings goes on without
 * @param buffer memory for what is being written
 * @param workers threads that answer
 * @param descriptionMax characters of a description that can be found
 * @param termsMax words of a question that count
 * @param termLengthMax characters of a word that count
 * @param expansionsMax words that a misspelt one may stand for
 * @param candidatesMax listings that a question leaves for the filters, the most relevant
 * @param queryTimeout after which a question is refused
 * @param suggestionsMax suggestions in one answer
 */
public record TextConfig(
        @Default("50ms") Duration refreshInterval,
        @Default("2000") int batchMax,
        @Default("20000") int pendingMax,
        @Default("1s") Duration retryInterval,
        @Default("10s") Duration settleTimeout,
        @Default("16MiB") Bytes buffer,
        @Default("2") int workers,
        @Default("2000") int descriptionMax,
        @Default("8") int termsMax,
        @Default("40") int termLengthMax,
        @Default("50") int expansionsMax,
        @Default("5000") int candidatesMax,
        @Default("2s") Duration queryTimeout,
        @Default("10") int suggestionsMax) {
    private static final int MAX_EXPANSIONS = 1_000;
    private static final int MAX_CANDIDATES = 100_000;
    private static final int MIN_BUFFER = 1 << 20;

    public TextConfig {
        if (!refreshInterval.isPositive()
                || !retryInterval.isPositive()
                || !settleTimeout.isPositive()
                || !queryTimeout.isPositive()) {
            throw new IllegalArgumentException("intervals are positive");
        }
        if (batchMax < 1
                || pendingMax < batchMax
                || workers < 1
                || descriptionMax < 0
                || termsMax < 1
                || termLengthMax < 1
                || suggestionsMax < 1) {
            throw new IllegalArgumentException("limits start at 1, and pendingMax at batchMax");
        }
        if (expansionsMax < 1 || expansionsMax > MAX_EXPANSIONS) {
            throw new IllegalArgumentException("expansionsMax is between 1 and " + MAX_EXPANSIONS);
        }
        if (candidatesMax < 1 || candidatesMax > MAX_CANDIDATES) {
            throw new IllegalArgumentException("candidatesMax is between 1 and " + MAX_CANDIDATES);
        }
        if (buffer.value() < MIN_BUFFER) {
            throw new IllegalArgumentException("buffer is 1MiB or more");
        }
    }
}
