package dev.berth.payouts;

import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.BookingEvent.BookingCancelled;
import dev.berth.bookings.BookingEvent.BookingChanged;
import dev.berth.bookings.BookingEvent.BookingCompleted;
import dev.berth.bookings.BookingEvent.BookingConfirmed;
import dev.berth.bookings.BookingEvent.BookingDisplaced;
import dev.berth.bookings.BookingEvent.BookingFeeWaived;
import dev.berth.bookings.BookingEvent.BookingMissed;
import dev.berth.bookings.BookingEvent.BookingRescued;
import dev.berth.disputes.DisputeEvent;
import dev.berth.disputes.DisputeEvent.DisputeClosed;
import dev.berth.disputes.DisputeEvent.DisputeOpened;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentEvent.PassRefunded;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.payments.PaymentEvent.PaymentSucceeded;
import dev.berth.payments.ProviderTold;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import dev.berth.promotions.PromotionEvent;
import dev.berth.promotions.PromotionEvent.DiscountChanged;
import dev.berth.subscriptions.SubscriptionEvent;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionBegun;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionChanged;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionRenewed;
import java.util.Set;

/**
 * What payouts hear of through Kafka, which misses nothing: stays that end, money that moves after they have, and what the
 * provider tells. Each can be taken as often as it comes.
 */
final class PayoutFeed {
    static final String GROUP = "payouts";
    static final Set<String> TOPICS = Set.of(
            BookingEvent.ADDRESS,
            PaymentEvent.ADDRESS,
            PromotionEvent.ADDRESS,
            ProviderTold.ADDRESS,
            DisputeEvent.ADDRESS,
            SubscriptionEvent.ADDRESS);
    static final Set<Class<? extends Event>> TYPES = Set.of(
            BookingConfirmed.class,
            BookingChanged.class,
            BookingCompleted.class,
            BookingMissed.class,
            BookingRescued.class,
            BookingDisplaced.class,
            BookingCancelled.class,
            BookingFeeWaived.class,
            PaymentSucceeded.class,
            PaymentRefunded.class,
            SubscriptionBegun.class,
            SubscriptionRenewed.class,
            SubscriptionChanged.class,
            PassRefunded.class,
            DiscountChanged.class,
            ProviderTold.class,
            DisputeOpened.class,
            DisputeClosed.class);

    private final PayoutSql sql;
    private final Freezes freezes;

    PayoutFeed(PayoutSql sql, Freezes freezes) {
        this.sql = sql;
        this.freezes = freezes;
    }

    void take(EventRecord record) {
        switch (record.event()) {
            case BookingConfirmed event -> sql.learn(event.booking());
            case BookingChanged event -> sql.learn(event.booking());
            case BookingCompleted event -> sql.learn(event.booking());
            case BookingMissed event -> sql.learn(event.booking());
            case BookingRescued event -> sql.learn(event.booking());
            // One that was never paid need not be known.
            case BookingDisplaced event -> changed(event.booking());
            case BookingCancelled event -> changed(event.booking());
            case BookingFeeWaived event -> changed(event.booking());
            case PaymentEvent event -> sql.reopen(event.booking());
            case DisputeOpened event -> freezes.begin(event.dispute().id(), event.bookings());
            case DisputeClosed event -> freezes.end(event.dispute().id(), event.bookings());
            case SubscriptionBegun event -> {
                if (event.month() != null) {
                    sql.learn(event.subscription(), event.month());
                }
            }
            case SubscriptionRenewed event -> sql.learn(event.subscription(), event.month());
            case SubscriptionChanged event -> {
                if (event.paid() != null) {
                    sql.learn(event.subscription(), event.paid());
                }
            }
            case DiscountChanged event -> sql.reopen(event.booking());
            case ProviderTold told -> {
                switch (told.kind()) {
                    case "account" -> sql.checkAccountOf(told.id());
                    case "transfer" -> sql.checkTransfer(told.id());
                    default -> {
                        // Somebody else's.
                    }
                }
            }
            default -> {
                // Nothing of it concerns money.
            }
        }
    }

    private void changed(Booking booking) {
        sql.reopen(booking.id());
    }
}
