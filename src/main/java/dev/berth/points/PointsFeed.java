package dev.berth.points;

import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.BookingEvent.BookingCompleted;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.payments.PaymentEvent.PaymentSucceeded;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import dev.berth.points.PointsSql.Settled;
import java.util.Set;

/**
 * What earns points, heard of through Kafka, which misses nothing. Each event can be taken as often as it comes, and in any
 * order: what a stay has earned is brought to what its money earns now.
 */
final class PointsFeed {
    static final String GROUP = "points";
    static final Set<String> TOPICS = Set.of(BookingEvent.ADDRESS, PaymentEvent.ADDRESS);
    static final Set<Class<? extends Event>> TYPES =
            Set.of(BookingCompleted.class, PaymentSucceeded.class, PaymentRefunded.class);

    private final PointsSql sql;
    private final PointsMetrics metrics;

    PointsFeed(PointsSql sql, PointsMetrics metrics) {
        this.sql = sql;
        this.metrics = metrics;
    }

    void take(EventRecord record) {
        switch (record.event()) {
            case BookingCompleted event -> count(sql.complete(event.booking()));
            case PaymentEvent event -> count(sql.settle(event.booking()));
            default -> {
                // Nothing of it earns.
            }
        }
    }

    private void count(Settled settled) {
        metrics.earned.increment((double) settled.granted());
        metrics.takenBack.increment((double) settled.taken());
    }
}
