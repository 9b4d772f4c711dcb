package dev.berth;

import dev.berth.access.AccessConfig;
import dev.berth.billing.BillingConfig;
import dev.berth.bookings.BookingConfig;
import dev.berth.calendars.CalendarConfig;
import dev.berth.disputes.DisputeConfig;
import dev.berth.fees.FeeConfig;
import dev.berth.identity.IdentityConfig;
import dev.berth.listings.ListingConfig;
import dev.berth.notifications.MailConfig;
import dev.berth.notifications.NotificationConfig;
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.WalletConfig;
import dev.berth.payouts.PayoutConfig;
import dev.berth.platform.cache.CacheConfig;
import dev.berth.platform.cluster.ClusterConfig;
import dev.berth.platform.config.Default;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.events.BackgroundConfig;
import dev.berth.platform.events.EventsConfig;
import dev.berth.platform.http.HttpConfig;
import dev.berth.platform.http.ManagementConfig;
import dev.berth.platform.idempotency.IdempotencyConfig;
import dev.berth.platform.observability.TracingConfig;
import dev.berth.platform.security.RateLimitConfig;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.points.PointsConfig;
import dev.berth.promotions.PromotionConfig;
import dev.berth.realtime.RealtimeConfig;
import dev.berth.reconciliation.ReconciliationConfig;
import dev.berth.search.SearchConfig;
import dev.berth.search.geocode.GeocodingConfig;
import dev.berth.subscriptions.SubscriptionConfig;
import dev.berth.waitlist.WaitlistConfig;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** All that a node can be told: one section for each component, defaults in their records. */
record BerthConfig(
        NodeConfig node,
        DatabaseConfig database,
        CacheConfig redis,
        EventsConfig events,
        BackgroundConfig background,
        ClusterConfig cluster,
        HttpConfig http,
        ManagementConfig management,
        TracingConfig tracing,
        SecurityConfig security,
        RateLimitConfig rateLimits,
        IdempotencyConfig idempotency,
        IdentityConfig identity,
        RealtimeConfig realtime,
        SearchConfig search,
        GeocodingConfig geocoding,
        ListingConfig listings,
        BookingConfig bookings,
        PaymentConfig payments,
        WalletConfig wallet,
        DisputeConfig disputes,
        PointsConfig points,
        PayoutConfig payouts,
        ReconciliationConfig reconciliation,
        SubscriptionConfig subscriptions,
        MailConfig mail,
        NotificationConfig notifications,
        WaitlistConfig waitlist,
        PromotionConfig promotions,
        FeeConfig fees,
        BillingConfig billing,
        CalendarConfig calendars,
        AccessConfig access,
        DemoConfig demo) {

    /**
     * This node.
     *
     * @param name for people, in logs and answers
     * @param drainNotice how long a node that is going away answers as not ready before it stops taking requests: longer
     *     than a load balancer takes to notice
     * @param stopTimeout after which a node that is going away ends by force
     */
    record NodeConfig(
            @Default("berth") String name,
            @Default("0s") Duration drainNotice,
            @Default("20s") Duration stopTimeout) {}

    /**
     * What a demonstration shows; nothing of it in production.
     *
     * @param data loads the Karlsruhe region and makes the demo accounts at the start
     * @param mails where the mail sink is whose mails are shown at {@code /dev/mail}
     */
    record DemoConfig(
            @Default("false") boolean data, @Nullable URI mails) {}
}
