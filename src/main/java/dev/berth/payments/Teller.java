package dev.berth.payments;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Bus;
import dev.berth.realtime.RealtimeEvent.UserTold;

/** Tells a driver's open pages how a payment stands; best effort. */
final class Teller {
    private final Bus bus;
    private final JsonMapper json;

    Teller(Bus bus, JsonMapper json) {
        this.bus = bus;
        this.json = json;
    }

    void tell(PaymentRow row) {
        String body = json.createObjectNode()
                .put("kind", "payment")
                .set(
                        "payment",
                        json.createObjectNode()
                                .put("id", row.id().toString())
                                .put("bookingId", row.booking().toString())
                                .put("status", row.status().name()))
                .toString();
        bus.publish(new UserTold(row.driver(), body));
    }
}
