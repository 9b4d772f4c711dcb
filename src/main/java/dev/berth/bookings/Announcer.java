package dev.berth.bookings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.Outbox;
import dev.berth.realtime.RealtimeEvent.UserTold;
import java.io.UncheckedIOException;
import java.util.List;

/** Tells the nodes what has been committed, and the open pages of driver and host. */
final class Announcer {
    private final Outbox outbox;
    private final Bus bus;
    private final JsonMapper json;
    private final BookingMetrics metrics;

    Announcer(Outbox outbox, Bus bus, JsonMapper json, BookingMetrics metrics) {
        this.outbox = outbox;
        this.bus = bus;
        this.json = json;
        this.metrics = metrics;
    }

    /** @param kind what the page tells its parts by */
    private record Told(String kind, BookingView booking) {}

    /** Call once, after the statement that has written their outbox rows. */
    void announce(List<BookingEvent> events) {
        for (BookingEvent event : events) {
            outbox.committed(event);
            metrics.count(event);
            if (event instanceof BookingEvent.OfBooking about) {
                tell(about.booking());
            }
        }
    }

    /** As an outbox row has it that a statement writes itself. */
    String encode(Event event) {
        return outbox.encode(event);
    }

    /** Tells the booking's people that something about it has changed which is not the calendar's business. */
    void tell(Booking booking) {
        String body = brief(booking);
        bus.publish(new UserTold(booking.driver(), body));
        if (!booking.host().equals(booking.driver())) {
            bus.publish(new UserTold(booking.host(), booking.fee() == null ? body : brief(booking.forHost())));
        }
    }

    private String brief(Booking booking) {
        try {
            return json.writeValueAsString(new Told("booking", BookingView.brief(booking)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
