package dev.berth.subscriptions;

import dev.berth.values.BookingId;
import dev.berth.values.PaymentId;
import dev.berth.values.PlanId;
import dev.berth.values.SubscriptionId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A pass that becomes another plan's, or for another number of vehicles, as it is stored.
 *
 * @param id also that of the block that keeps the slots that it adds
 * @param terms what the pass is sold on from then on
 * @param month the number of the month that it is made in
 * @param begins where the rest of that month begins
 * @param amount the difference for the rest: to be paid or, below zero, to be given back
 * @param charge the part of the payment; null when nothing is to be paid
 */
record PassChange(
        UUID id,
        SubscriptionId subscription,
        PlanId plan,
        PassTerms terms,
        Status status,
        int month,
        Instant begins,
        Instant ends,
        long amount,
        @Nullable PaymentId payment,
        @Nullable BookingId charge) {
    enum Status {
        /** It is being paid. */
        PENDING,
        /** The next month begins with it. */
        PLANNED,
        DONE,
        /** It will not happen: it was not paid, or given up. */
        DROPPED
    }

    boolean isOpen() {
        return status == Status.PENDING || status == Status.PLANNED;
    }
}
