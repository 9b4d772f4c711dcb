package dev.berth.disputes;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.platform.bus.Event;
import dev.berth.values.BookingId;
import java.util.List;

/** What has happened to disputes. */
public sealed interface DisputeEvent extends Event {
    String ADDRESS = "disputes.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    Dispute dispute();

    @Override
    @JsonIgnore
    default String key() {
        return dispute().id().toString();
    }

    /** @param bookings that were paid with the charge */
    record DisputeOpened(Dispute dispute, List<BookingId> bookings) implements DisputeEvent {
        public DisputeOpened {
            bookings = List.copyOf(bookings);
        }
    }

    /**
     * It is over, and what was lost is posted.
     *
     * @param bookings that were paid with the charge
     */
    record DisputeClosed(Dispute dispute, List<BookingId> bookings) implements DisputeEvent {
        public DisputeClosed {
            bookings = List.copyOf(bookings);
        }
    }
}
