package dev.berth.notifications;

import dev.berth.notifications.Notifier.Telling;
import dev.berth.notifications.Texts.About;
import dev.berth.subscriptions.PlanKind;
import dev.berth.subscriptions.Subscription;
import dev.berth.subscriptions.SubscriptionEvent;
import dev.berth.subscriptions.SubscriptionEvent.PaidMonth;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is told what of monthly passes. A permit is the owner's own doing: nobody is told of it. */
final class PassTellings {
    private PassTellings() {}

    static List<Telling> of(SubscriptionEvent event) {
        Subscription pass = event.subscription();
        if (pass.terms().kind() == PlanKind.PERMIT) {
            return List.of();
        }
        Money price = pass.terms().price();
        return switch (event) {
            case SubscriptionEvent.SubscriptionBegun e -> {
                PaidMonth month = e.month();
                Instant from = month == null ? pass.startsAt() : month.from();
                Instant to = month == null ? pass.paidUntil() : month.to();
                yield List.of(
                        toDriver(Occasion.DRIVER_PASS_BEGUN, pass, from, to, price),
                        toHost(Occasion.HOST_PASS_BEGUN, pass, from, to, price));
            }
            case SubscriptionEvent.SubscriptionRenewed e ->
                List.of(toDriver(
                        Occasion.DRIVER_PASS_RENEWED,
                        pass,
                        e.month().from(),
                        e.month().to(),
                        e.month().price()));
            case SubscriptionEvent.SubscriptionRenewalFailed e ->
                List.of(toDriver(Occasion.DRIVER_PASS_UNPAID, pass, pass.paidUntil(), pass.graceUntil(), price));
            case SubscriptionEvent.SubscriptionSuspended e ->
                List.of(toDriver(Occasion.DRIVER_PASS_SUSPENDED, pass, pass.graceUntil(), pass.keepUntil(), price));
            case SubscriptionEvent.SubscriptionChanged e ->
                List.of(toDriver(Occasion.DRIVER_PASS_CHANGED, pass, pass.startsAt(), pass.paidUntil(), price));
            case SubscriptionEvent.SubscriptionCancelled e ->
                List.of(
                        toDriver(Occasion.DRIVER_PASS_CANCELLED, pass, pass.startsAt(), pass.endsAt(), price),
                        toHost(Occasion.HOST_PASS_CANCELLED, pass, pass.startsAt(), pass.endsAt(), price));
            case SubscriptionEvent.SubscriptionEnded e ->
                List.of(
                        toDriver(Occasion.DRIVER_PASS_ENDED, pass, pass.startsAt(), pass.endedAt(), price),
                        toHost(Occasion.HOST_PASS_ENDED, pass, pass.startsAt(), pass.endedAt(), price));
        };
    }

    private static Telling toDriver(
            Occasion occasion, Subscription pass, @Nullable Instant from, @Nullable Instant to, Money amount) {
        return telling(pass.driver(), occasion, pass, from, to, amount, "/passes?id=" + pass.id());
    }

    private static Telling toHost(
            Occasion occasion, Subscription pass, @Nullable Instant from, @Nullable Instant to, Money amount) {
        return telling(pass.host(), occasion, pass, from, to, amount, "/host/" + pass.listing() + "/plans");
    }

    private static Telling telling(
            UserId recipient,
            Occasion occasion,
            Subscription pass,
            @Nullable Instant from,
            @Nullable Instant to,
            Money amount,
            String url) {
        Instant begins = from == null ? pass.startsAt() : from;
        // One that has ended before it began is told with the instant of that.
        Instant ends = to == null || !to.isAfter(begins) ? begins.plus(Duration.ofSeconds(1)) : to;
        About about = new About(
                pass.title(),
                pass.locationText(),
                pass.slotNames(),
                new TimeRange(begins, ends),
                pass.timeZone(),
                amount,
                null,
                null,
                null,
                1);
        return new Telling(recipient, occasion, about, amount, url);
    }
}
