package dev.berth.subscriptions;

import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentEvent.PassPaid;
import dev.berth.payments.PaymentEvent.PassUnpaid;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import java.util.Set;

/** What passes hear of through Kafka, which misses nothing: how their payments end. Each can be taken as often as it comes. */
final class SubscriptionFeed {
    static final String GROUP = "subscriptions";
    static final Set<String> TOPICS = Set.of(PaymentEvent.ADDRESS);
    static final Set<Class<? extends Event>> TYPES = Set.of(PassPaid.class, PassUnpaid.class);

    private final Months months;

    SubscriptionFeed(Months months) {
        this.months = months;
    }

    void take(EventRecord record) {
        switch (record.event()) {
            case PassPaid event -> months.settle(event.payment());
            case PassUnpaid event -> months.settle(event.payment());
            default -> {
                // Nothing of it concerns passes.
            }
        }
    }
}
