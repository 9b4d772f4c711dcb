package dev.berth.promotions;

import dev.berth.platform.bus.Event;
import dev.berth.values.BookingId;

/** What has happened to discounts. */
public sealed interface PromotionEvent extends Event {
    String ADDRESS = "promotions.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** Of the discount of a paid booking another part stands than before, and the host's share with it. */
    record DiscountChanged(BookingId booking) implements PromotionEvent {
        @Override
        public String key() {
            return booking.toString();
        }
    }
}
