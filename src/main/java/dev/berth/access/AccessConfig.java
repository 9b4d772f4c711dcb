package dev.berth.access;

import dev.berth.access.AccessCommand.FailMode;
import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How gates are answered.
 *
 * @param answerWithin after which a gate is answered by its fail mode
 * @param failEntry what a gate does at the entry while nobody can be asked, unless its owner has said (RULES 24)
 * @param failExit the same at the exit
 * @param reentry whether a right lets its holder in again after leaving, unless the owner has said (RULES 21)
 * @param pinTries wrong PINs that a device has in {@code pinWindow} (RULES 23)
 * @param pinWindow as it says
 * @param reportedLate how long ago an attempt may be that a gate tells of
 * @param clockTolerance how far a device's clock may be ahead
 * @param nearTime how far around an attempt rights are looked for that explain why a plate does not open
 * @param undecidedMax answers by fail mode that a node remembers to write down later; more are only logged
 * @param undecidedInterval how often it tries to write them down
 * @param gateCacheTime how long a node remembers whose a gate is and how it fails
 * @param gateCacheSize gates that a node remembers
 * @param plateRetention how long plates are kept in clear (RULES 41)
 * @param logRetention how long attempts are kept
 * @param staleAfter after which a sensor's count is dropped (RULES 40)
 * @param confidenceMin less certain counts and plates are dropped
 * @param cleanInterval how often a node sees what has become too old
 * @param cleanBatch rows that it takes at once
 */
public record AccessConfig(
        @Default("2s") Duration answerWithin,
        @Default("CLOSED") FailMode failEntry,
        @Default("OPEN") FailMode failExit,
        @Default("false") boolean reentry,
        @Default("5") int pinTries,
        @Default("10m") Duration pinWindow,
        @Default("30m") Duration reportedLate,
        @Default("1m") Duration clockTolerance,
        @Default("12h") Duration nearTime,
        @Default("1000") int undecidedMax,
        @Default("1s") Duration undecidedInterval,
        @Default("30s") Duration gateCacheTime,
        @Default("5000") int gateCacheSize,
        @Default("30d") Duration plateRetention,
        @Default("400d") Duration logRetention,
        @Default("30m") Duration staleAfter,
        @Default("0.5") double confidenceMin,
        @Default("1m") Duration cleanInterval,
        @Default("1000") int cleanBatch) {
    public AccessConfig {
        if (!answerWithin.isPositive()
                || !pinWindow.isPositive()
                || !undecidedInterval.isPositive()
                || !cleanInterval.isPositive()
                || !staleAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "answerWithin, pinWindow, undecidedInterval, staleAfter and cleanInterval are positive");
        }
        if (pinTries < 1 || undecidedMax < 0 || gateCacheSize < 1 || cleanBatch < 1) {
            throw new IllegalArgumentException("pinTries, gateCacheSize and cleanBatch start at 1, undecidedMax at 0");
        }
        if (confidenceMin < 0 || confidenceMin > 1) {
            throw new IllegalArgumentException("confidenceMin is between 0 and 1");
        }
        if (plateRetention.compareTo(logRetention) > 0) {
            throw new IllegalArgumentException("plates are not kept longer than the log");
        }
    }
}
