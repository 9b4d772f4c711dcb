package dev.berth.bookings;

import dev.berth.bookings.BookingEvent.Warning;
import dev.berth.bookings.StaySql.Tended;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to stays by time alone (RULES 18 to 20). Every node looks, none leads: whoever takes a row first does what
 * is due and writes into it that it was done, by the database's clock. Apart from the sweep of expired holds, which waits
 * for nothing that is done here.
 */
final class StayTimers {
    private static final Logger LOG = LoggerFactory.getLogger(StayTimers.class);

    private final StaySql sql;
    private final Stays stays;
    private final Rescues rescues;
    private final Announcer announcer;
    private final BookingConfig config;
    private boolean running;

    StayTimers(StaySql sql, Stays stays, Rescues rescues, Announcer announcer, BookingConfig config) {
        this.sql = sql;
        this.stays = stays;
        this.rescues = rescues;
        this.announcer = announcer;
        this.config = config;
    }

    void run() {
        // The guard is right across the awaits below: only this method changes it, and timers of a context take turns.
        if (running) {
            return;
        }
        running = true;
        try {
            Duration grace = config.lateExit();
            StayConfig stay = config.stays();
            int limit = config.sweepBatch();
            drain(() -> sql.warn(Warning.ENDING_SOON, stay.warnBefore(), grace, limit));
            drain(() -> sql.warn(Warning.ENDED, stay.warnBefore(), grace, limit));
            drain(() -> sql.overstay(grace, limit));
            drain(() -> sql.miss(stay.noShowAfter(), limit));
            drain(() -> sql.closeUnanswered(stay.overstayMax(), limit));
            while (stays.complete()) {
                // One batch after the other.
            }
            while (rescues.sweep(limit)) {
                // One batch after the other.
            }
        } catch (Exception failure) {
            LOG.warn("stays are tended to later: {}", failure.toString());
        } finally {
            running = false;
        }
    }

    private void drain(Supplier<Tended> step) {
        Tended tended;
        do {
            tended = step.get();
            announcer.announce(tended.events());
        } while (tended.handled() == config.sweepBatch());
    }
}
