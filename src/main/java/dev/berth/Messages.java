package dev.berth;

import dev.berth.access.AccessCommand;
import dev.berth.access.AccessEvent;
import dev.berth.access.ObservationMade;
import dev.berth.billing.BillingCommand;
import dev.berth.billing.Invoice;
import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand;
import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.PassSlotCommand;
import dev.berth.bookings.SeriesCommand;
import dev.berth.calendars.CalendarCommand;
import dev.berth.calendars.CalendarImport;
import dev.berth.disputes.Dispute;
import dev.berth.disputes.DisputeCommand;
import dev.berth.disputes.DisputeEvent;
import dev.berth.fees.FeeCommand;
import dev.berth.fees.FeeEvent;
import dev.berth.fees.FeePolicy;
import dev.berth.fees.TaxVersion;
import dev.berth.identity.IdentityCommand;
import dev.berth.identity.IdentityEvent;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingEvent;
import dev.berth.notifications.NotificationCommand;
import dev.berth.payments.CardCommand;
import dev.berth.payments.FinanceCommand;
import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.ProviderTold;
import dev.berth.payments.WalletCommand;
import dev.berth.payments.WithdrawalCommand;
import dev.berth.payments.WithdrawalEvent;
import dev.berth.payouts.Payout;
import dev.berth.payouts.PayoutCommand;
import dev.berth.payouts.PayoutEvent;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.cluster.ClusterCommand;
import dev.berth.points.PointsCommand;
import dev.berth.promotions.Discount;
import dev.berth.promotions.Promotion;
import dev.berth.promotions.PromotionCommand;
import dev.berth.promotions.PromotionEvent;
import dev.berth.realtime.PinCommand;
import dev.berth.realtime.RealtimeEvent;
import dev.berth.reconciliation.ReconciliationCommand;
import dev.berth.search.SearchCommand;
import dev.berth.search.text.TextCommand;
import dev.berth.subscriptions.Plan;
import dev.berth.subscriptions.Subscription;
import dev.berth.subscriptions.SubscriptionCommand;
import dev.berth.subscriptions.SubscriptionEvent;
import dev.berth.waitlist.WaitlistCommand;
import dev.berth.waitlist.WaitlistEvent;
import java.util.List;
import java.util.Set;

/** Everything that crosses the bus, and the topics that events go to. */
final class Messages {
    /** One topic for each capability that has events in the outbox. */
    static final Set<String> TOPICS = Set.of(
            AccessEvent.ADDRESS,
            BookingEvent.ADDRESS,
            DisputeEvent.ADDRESS,
            FeeEvent.ADDRESS,
            IdentityEvent.ADDRESS,
            ListingEvent.ADDRESS,
            PaymentEvent.ADDRESS,
            PayoutEvent.ADDRESS,
            PromotionEvent.ADDRESS,
            ProviderTold.ADDRESS,
            SubscriptionEvent.ADDRESS,
            WaitlistEvent.ADDRESS,
            WithdrawalEvent.ADDRESS);

    private Messages() {}

    static MessageCatalog catalog() {
        return MessageCatalog.of(List.of(
                ClusterCommand.class,
                IdentityCommand.class,
                IdentityEvent.class,
                ListingCommand.class,
                ListingEvent.class,
                Listing.class,
                SearchCommand.class,
                TextCommand.class,
                BookingCommand.class,
                SeriesCommand.class,
                PassSlotCommand.class,
                BookingEvent.class,
                Booking.class,
                PaymentCommand.class,
                CardCommand.class,
                WalletCommand.class,
                WithdrawalCommand.class,
                FinanceCommand.class,
                PaymentEvent.class,
                WithdrawalEvent.class,
                ProviderTold.class,
                DisputeCommand.class,
                DisputeEvent.class,
                Dispute.class,
                PointsCommand.class,
                PromotionCommand.class,
                PromotionEvent.class,
                Promotion.class,
                Discount.class,
                FeeCommand.class,
                FeeEvent.class,
                FeePolicy.class,
                TaxVersion.class,
                PayoutCommand.class,
                PayoutEvent.class,
                Payout.class,
                SubscriptionCommand.class,
                SubscriptionEvent.class,
                Subscription.class,
                Plan.class,
                NotificationCommand.class,
                BillingCommand.class,
                Invoice.class,
                CalendarCommand.class,
                CalendarImport.class,
                ReconciliationCommand.class,
                WaitlistCommand.class,
                WaitlistEvent.class,
                AccessCommand.class,
                AccessEvent.class,
                ObservationMade.class,
                PinCommand.class,
                RealtimeEvent.class));
    }
}
