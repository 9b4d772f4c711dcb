package dev.berth.subscriptions;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.platform.bus.Event;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What has happened to passes and permits. */
public sealed interface SubscriptionEvent extends Event {
    String ADDRESS = "subscriptions.events";

    @Override
    default String address() {
        return ADDRESS;
    }

    Subscription subscription();

    @Override
    @JsonIgnore
    default String key() {
        return subscription().id().toString();
    }

    /**
     * A month that is paid.
     *
     * @param charge what the ledger knows its money by
     */
    record PaidMonth(BookingId charge, Instant from, Instant to, Money price) {}

    /** @param month the first one; null for a permit */
    record SubscriptionBegun(
            Subscription subscription, @Nullable PaidMonth month) implements SubscriptionEvent {}

    record SubscriptionRenewed(Subscription subscription, PaidMonth month) implements SubscriptionEvent {}

    /** The money of the next month could not be had. It is told once, however often it is tried. */
    record SubscriptionRenewalFailed(Subscription subscription, String reason) implements SubscriptionEvent {}

    /** The grace is over. */
    record SubscriptionSuspended(Subscription subscription) implements SubscriptionEvent {}

    /**
     * It is another plan's from now on, or for another number of vehicles.
     *
     * @param paid the difference for the rest of the month, if something was to be paid; null otherwise
     * @param credited what goes back for the rest of the month; nothing when something was to be paid
     */
    record SubscriptionChanged(
            Subscription subscription, @Nullable PaidMonth paid, Money credited) implements SubscriptionEvent {}

    /** It is not renewed any more; when it ends is known. */
    record SubscriptionCancelled(Subscription subscription) implements SubscriptionEvent {}

    record SubscriptionEnded(Subscription subscription) implements SubscriptionEvent {}
}
