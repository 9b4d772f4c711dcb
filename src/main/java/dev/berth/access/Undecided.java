package dev.berth.access;

import dev.berth.access.AccessCommand.AccessDecision;
import dev.berth.access.AccessSql.Attempt;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What gates were told while the database could not be asked, to be written down when it can. It lives in memory: what a
 * node that ends has not written down is in its log only.
 *
 * <p>Belongs to one verticle: nothing here is safe for several threads, and nothing has to be.
 */
final class Undecided {
    private static final Logger LOG = LoggerFactory.getLogger(Undecided.class);

    private final AccessSql sql;
    private final Announcer announcer;
    private final AccessMetrics metrics;
    private final int max;
    private final Deque<Told> waiting = new ArrayDeque<>();
    private boolean settling;

    Undecided(AccessSql sql, Announcer announcer, AccessMetrics metrics, int max) {
        this.sql = sql;
        this.announcer = announcer;
        this.metrics = metrics;
        this.max = max;
    }

    private record Told(Attempt attempt, AccessDecision decision) {}

    /** @param at when it was */
    void add(Attempt attempt, Instant at, AccessDecision decision) {
        boolean kept = waiting.size() < max;
        LOG.warn(
                "attempt {} at {} of listing {} is answered {} without the database, {}",
                attempt.id(),
                at,
                attempt.listing(),
                decision.reason(),
                kept ? "and written down later" : "and never written down: too many wait");
        if (kept) {
            Attempt dated = new Attempt(
                    attempt.id(),
                    attempt.request(),
                    attempt.listing(),
                    attempt.device(),
                    attempt.actor(),
                    attempt.direction(),
                    attempt.credential(),
                    attempt.plate(),
                    at);
            waiting.add(new Told(dated, decision));
            metrics.waiting.set(waiting.size());
        }
    }

    /** Writes down what it can, in order; the rest waits on. */
    void settle() {
        // Across the awaits below only this method takes away, and timers of a context take turns.
        if (settling) {
            return;
        }
        settling = true;
        try {
            for (Told next = waiting.peek(); next != null; next = waiting.peek()) {
                write(next);
                waiting.remove();
                metrics.waiting.set(waiting.size());
            }
        } catch (Rejection outage) {
            LOG.debug("{} attempts are written down later: {}", waiting.size(), outage.toString());
        } finally {
            settling = false;
        }
    }

    private void write(Told told) {
        try {
            announcer.announce(sql.settle(told.attempt(), told.decision()));
        } catch (RuntimeException failure) {
            if (failure instanceof Rejection outage && outage.problem().type() == ProblemType.UNAVAILABLE) {
                throw outage;
            }
            // It would fail again, and keep the others from being written.
            LOG.error("attempt {} cannot be written down", told.attempt().id(), failure);
        }
    }
}
