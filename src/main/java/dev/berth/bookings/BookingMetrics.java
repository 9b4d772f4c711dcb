package dev.berth.bookings;

import dev.berth.values.Money;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What becomes of bookings, counted by the node that did it: each once in the cluster. */
final class BookingMetrics {
    final Counter quoted;
    final Counter taken;
    final Counter series;
    private final Counter placed;
    private final Counter requested;
    private final Counter declined;
    private final Counter confirmed;
    private final Counter cancelled;
    private final Counter expired;
    private final Counter started;
    private final Counter completed;
    private final Counter changed;
    private final Counter requestsChanged;
    private final Counter warned;
    private final Counter overstayed;
    private final Counter missed;
    private final Counter rescued;
    private final Counter displaced;

    private final MeterRegistry meters;

    BookingMetrics(MeterRegistry meters) {
        this.meters = meters;
        quoted = counter(meters, "berth.bookings.quoted", "Prices quoted for a stay");
        placed = counter(meters, "berth.bookings.placed", "Bookings that got a slot");
        requested = counter(meters, "berth.bookings.requested", "Bookings that a host was asked for");
        declined = counter(meters, "berth.bookings.declined", "Requests that a host did not accept");
        taken = counter(meters, "berth.bookings.sold.out", "Bookings refused because no slot was free any more");
        confirmed = counter(meters, "berth.bookings.confirmed", "Bookings that were paid for");
        cancelled = counter(meters, "berth.bookings.cancelled", "Bookings cancelled");
        expired = counter(meters, "berth.bookings.expired", "Holds that ended unpaid");
        started = counter(meters, "berth.bookings.started", "Drivers who came");
        completed = counter(meters, "berth.bookings.completed", "Stays that ended");
        changed = counter(meters, "berth.bookings.changed", "Bookings that got another time or slot");
        requestsChanged = counter(
                meters, "berth.bookings.requests.changed", "Requests that got another time before the host answered");
        series = counter(meters, "berth.bookings.series", "Series of bookings that got their slots");
        warned = counter(meters, "berth.bookings.warned", "Warnings that a stay ends");
        overstayed = counter(meters, "berth.bookings.overstayed", "Drivers who stayed too long, as far as is known");
        missed = counter(meters, "berth.bookings.missed", "Drivers who did not come");
        rescued =
                counter(meters, "berth.bookings.rescued", "Bookings brought elsewhere because the slot was not empty");
        displaced = counter(meters, "berth.bookings.displaced", "Bookings refunded because the slot was not empty");
    }

    /** Money that has moved inside Berth, in the statement that books: the counter is the one of payments. */
    void paidInside(Money price) {
        Counter.builder("berth.payments.charged")
                .description("Money taken from drivers, in minor units")
                .tag("currency", price.currency())
                .register(meters)
                .increment((double) price.amount());
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    void count(BookingEvent event) {
        switch (event) {
            case BookingEvent.BookingPlaced e -> placed.increment();
            case BookingEvent.BookingRequested e -> requested.increment();
            case BookingEvent.BookingDeclined e -> declined.increment();
            case BookingEvent.BookingConfirmed e -> confirmed.increment();
            case BookingEvent.BookingCancelled e -> cancelled.increment();
            case BookingEvent.BookingExpired e -> expired.increment();
            case BookingEvent.BookingStarted e -> started.increment();
            case BookingEvent.BookingCompleted e -> completed.increment();
            case BookingEvent.BookingRequestChanged e -> requestsChanged.increment();
            case BookingEvent.BookingChanged e -> changed.increment();
            case BookingEvent.BookingOverstayed e -> overstayed.increment();
            case BookingEvent.BookingMissed e -> missed.increment();
            case BookingEvent.BookingRescued e -> rescued.increment();
            case BookingEvent.BookingDisplaced e -> displaced.increment();
            case BookingEvent.BookingWarned e -> warned.increment();
            case BookingEvent.BookingBegun e -> {
                // It counts once the host is asked.
            }
            case BookingEvent.BookingFeeWaived e -> {
                // Between host and driver.
            }
            case BookingEvent.BookingWithdrawn e -> {
                // The same rescue.
            }
            case BookingEvent.OfBlock e -> {
                // Hosts' own business.
            }
        }
    }
}
