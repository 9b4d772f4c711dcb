package dev.berth.notifications;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.Booking;
import dev.berth.bookings.Booking.Overstay;
import dev.berth.bookings.BookingEvent.BookingCancelled;
import dev.berth.bookings.BookingEvent.BookingChanged;
import dev.berth.bookings.BookingEvent.BookingCompleted;
import dev.berth.bookings.BookingEvent.BookingConfirmed;
import dev.berth.bookings.BookingEvent.BookingDeclined;
import dev.berth.bookings.BookingEvent.BookingDisplaced;
import dev.berth.bookings.BookingEvent.BookingExpired;
import dev.berth.bookings.BookingEvent.BookingFeeWaived;
import dev.berth.bookings.BookingEvent.BookingMissed;
import dev.berth.bookings.BookingEvent.BookingOverstayed;
import dev.berth.bookings.BookingEvent.BookingRequestChanged;
import dev.berth.bookings.BookingEvent.BookingRequested;
import dev.berth.bookings.BookingEvent.BookingRescued;
import dev.berth.bookings.BookingEvent.BookingWarned;
import dev.berth.bookings.BookingEvent.Origin;
import dev.berth.bookings.BookingEvent.Warning;
import dev.berth.bookings.BookingStatus;
import dev.berth.identity.IdentityCommand.Contact;
import dev.berth.identity.IdentityCommand.GetContact;
import dev.berth.notifications.Notification.Action;
import dev.berth.notifications.NotificationSql.Entry;
import dev.berth.notifications.NotificationSql.KnownBooking;
import dev.berth.notifications.Texts.About;
import dev.berth.notifications.Texts.Rendered;
import dev.berth.payments.PaymentEvent.PaymentHoldEnding;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.payments.WithdrawalEvent;
import dev.berth.payments.WithdrawalEvent.WalletPaidOut;
import dev.berth.payments.WithdrawalEvent.WalletPayoutReturned;
import dev.berth.payouts.Payout;
import dev.berth.payouts.PayoutEvent.PayoutFailed;
import dev.berth.payouts.PayoutEvent.PayoutReversed;
import dev.berth.payouts.PayoutEvent.PayoutSent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.realtime.RealtimeEvent.UserTold;
import dev.berth.subscriptions.SubscriptionEvent;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionBegun;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionCancelled;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionChanged;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionEnded;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionRenewalFailed;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionRenewed;
import dev.berth.subscriptions.SubscriptionEvent.SubscriptionSuspended;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.NotificationId;
import dev.berth.values.UserId;
import dev.berth.waitlist.Wait;
import dev.berth.waitlist.WaitlistEvent.SlotFreed;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns events into entries of inboxes and mails: each event once, both in one transaction. Then it tells the open pages
 * of those concerned; that may be lost, as the page fetches the inbox when it connects.
 */
final class Notifier {
    static final String CONSUMER = "notifications";

    /** The events that somebody is told of. */
    static final Set<Class<? extends Event>> TYPES = Set.of(
            BookingRequested.class,
            BookingRequestChanged.class,
            BookingDeclined.class,
            BookingConfirmed.class,
            BookingChanged.class,
            BookingCancelled.class,
            BookingExpired.class,
            BookingWarned.class,
            BookingOverstayed.class,
            BookingCompleted.class,
            BookingFeeWaived.class,
            BookingMissed.class,
            BookingRescued.class,
            BookingDisplaced.class,
            PaymentRefunded.class,
            PaymentHoldEnding.class,
            PayoutSent.class,
            PayoutFailed.class,
            PayoutReversed.class,
            SubscriptionBegun.class,
            SubscriptionRenewed.class,
            SubscriptionRenewalFailed.class,
            SubscriptionSuspended.class,
            SubscriptionChanged.class,
            SubscriptionCancelled.class,
            SubscriptionEnded.class,
            SlotFreed.class,
            WalletPaidOut.class,
            WalletPayoutReturned.class);

    private static final String PAYMENT_DECLINED = "PAYMENT_DECLINED";

    /** Of what is told without an amount. */
    private static final Money NO_MONEY = Money.zero("EUR");

    private final Bus bus;
    private final NotificationSql sql;
    private final JsonMapper json;
    private final URI publicUrl;
    private final Map<Locale, Texts> texts = Texts.all();

    Notifier(Bus bus, NotificationSql sql, JsonMapper json, URI publicUrl) {
        this.bus = bus;
        this.sql = sql;
        this.json = json;
        this.publicUrl = publicUrl;
    }

    /** Somebody who is to be told. */
    record Telling(
            UserId recipient, Occasion occasion, @Nullable About about, Money amount, String actionUrl) {}

    void take(EventRecord record) {
        switch (record.event()) {
            case BookingConfirmed event -> {
                Booking booking = event.booking();
                // Of bookings that are made together, people are told once.
                boolean isFirst = booking.series() == null || booking.series().number() == 1;
                carryOut(
                        record,
                        new KnownBooking(booking, true),
                        isFirst
                                ? List.of(
                                        toDriver(Occasion.DRIVER_CONFIRMED, booking),
                                        toHost(Occasion.HOST_CONFIRMED, booking))
                                : List.of());
            }
            case BookingCancelled event -> {
                Booking booking = event.booking();
                boolean confirmed =
                        sql.booking(booking.id()).map(KnownBooking::confirmed).orElse(false);
                carryOut(record, new KnownBooking(booking, confirmed), cancelled(booking, confirmed));
            }
            case BookingExpired event -> {
                Booking booking = event.booking();
                boolean asked = sql.booking(booking.id())
                        .map(known -> known.booking().status() == BookingStatus.PENDING_HOST)
                        .orElse(false);
                carryOut(
                        record,
                        new KnownBooking(booking, false),
                        asked ? List.of(toDriver(ended(event), booking)) : List.of());
            }
            case BookingRequested event ->
                carryOut(
                        record,
                        new KnownBooking(event.booking(), false),
                        List.of(toHost(Occasion.HOST_REQUESTED, event.booking())));
            case BookingRequestChanged event ->
                carryOut(
                        record,
                        new KnownBooking(event.booking(), false),
                        List.of(toHost(Occasion.HOST_REQUEST_CHANGED, event.booking())));
            case PaymentHoldEnding event -> carryOut(record, null, holdEnding(event));
            case BookingDeclined event ->
                carryOut(
                        record,
                        new KnownBooking(event.booking(), false),
                        List.of(toDriver(Occasion.DRIVER_DECLINED, event.booking())));
            case BookingChanged event ->
                carryOut(
                        record,
                        new KnownBooking(event.booking(), true),
                        List.of(
                                toDriver(Occasion.DRIVER_CHANGED, event.booking()),
                                toHost(Occasion.HOST_CHANGED, event.booking())));
            case BookingWarned event ->
                stay(record, event.booking(), List.of(toDriver(occasion(event.warning()), event.booking())));
            case BookingOverstayed event -> stay(record, event.booking(), overstayed(event));
            case BookingCompleted event -> stay(record, event.booking(), charged(event.booking()));
            case BookingFeeWaived event ->
                stay(record, event.booking(), List.of(toDriver(Occasion.DRIVER_FEE_WAIVED, event.booking())));
            case BookingMissed event ->
                stay(
                        record,
                        event.booking(),
                        List.of(
                                toDriver(Occasion.DRIVER_MISSED, event.booking()),
                                toHost(Occasion.HOST_MISSED, event.booking())));
            case BookingRescued event -> stay(record, event.booking(), rescued(event));
            case BookingDisplaced event ->
                stay(
                        record,
                        event.booking(),
                        List.of(
                                toDriver(Occasion.DRIVER_DISPLACED, event.booking()),
                                toHost(Occasion.HOST_DISPLACED, event.booking())));
            case SlotFreed event -> carryOut(record, null, List.of(slotFree(event.waited())));
            case PaymentRefunded event -> carryOut(record, null, List.of(refunded(event)));
            case WithdrawalEvent event -> carryOut(record, null, WithdrawalTellings.of(event));
            case SubscriptionEvent event -> carryOut(record, null, PassTellings.of(event));
            case PayoutSent event ->
                carryOut(
                        record,
                        null,
                        List.of(payout(
                                Occasion.HOST_PAYOUT_SENT,
                                event.payout(),
                                event.payout().amount())));
            case PayoutFailed event ->
                carryOut(
                        record,
                        null,
                        List.of(payout(
                                Occasion.HOST_PAYOUT_FAILED,
                                event.payout(),
                                event.payout().amount())));
            case PayoutReversed event ->
                carryOut(record, null, List.of(payout(Occasion.HOST_PAYOUT_REVERSED, event.payout(), event.amount())));
            default -> {
                // Nobody is told of it.
            }
        }
    }

    private void stay(EventRecord record, Booking booking, List<Telling> tellings) {
        carryOut(record, new KnownBooking(booking, true), tellings);
    }

    /** Of a request that its host has been asked for. */
    private static Occasion ended(BookingExpired request) {
        String reason = request.reason();
        return reason != null && reason.startsWith(PAYMENT_DECLINED)
                ? Occasion.DRIVER_CARD_DECLINED
                : Occasion.DRIVER_UNANSWERED;
    }

    private static Occasion occasion(Warning warning) {
        return switch (warning) {
            case ENDING_SOON -> Occasion.DRIVER_ENDING_SOON;
            case ENDED -> Occasion.DRIVER_ENDED;
        };
    }

    /** Where nobody sees who goes, the driver is asked, and nobody is told what may not be so. */
    private static List<Telling> overstayed(BookingOverstayed event) {
        Booking booking = event.booking();
        return event.seen()
                ? List.of(
                        toDriver(Occasion.DRIVER_OVERSTAYED, booking),
                        new Telling(
                                booking.host(),
                                Occasion.HOST_OVERSTAYED,
                                About.of(booking.forHost()),
                                booking.parking(),
                                "/bookings/" + booking.id()))
                : List.of(toDriver(Occasion.DRIVER_STILL_THERE, booking));
    }

    private static List<Telling> charged(Booking booking) {
        Overstay overstay = booking.overstay();
        Money total = overstay == null ? null : overstay.total();
        String url = "/bookings/" + booking.id();
        return total == null || total.isZero()
                ? List.of()
                : List.of(
                        new Telling(booking.driver(), Occasion.DRIVER_OVERSTAY_CHARGED, About.of(booking), total, url),
                        new Telling(
                                booking.host(),
                                Occasion.HOST_OVERSTAY_CHARGED,
                                About.of(booking.forHost()),
                                total,
                                url));
    }

    /** The host whose slot was not empty is told; one to whom a driver is brought has a new booking. */
    private static List<Telling> rescued(BookingRescued event) {
        Booking booking = event.booking();
        Origin origin = event.origin();
        About moved = About.of(booking).from(origin);
        boolean here = origin.listing().equals(booking.listing());
        List<Telling> tellings = new ArrayList<>();
        tellings.add(new Telling(
                booking.driver(),
                here ? Occasion.DRIVER_RESCUED : Occasion.DRIVER_RESCUED_ELSEWHERE,
                moved,
                booking.price(),
                "/bookings/" + booking.id()));
        tellings.add(new Telling(
                origin.host(),
                Occasion.HOST_BLOCKED,
                About.of(booking.forHost()).from(origin),
                booking.parking(),
                "/host"));
        if (!here) {
            tellings.add(toHost(Occasion.HOST_CONFIRMED, booking));
        }
        return tellings;
    }

    /** Of a hold that its driver gives up before it is paid, nobody has heard and nobody needs to. */
    private static List<Telling> cancelled(Booking booking, boolean confirmed) {
        if (booking.status() == BookingStatus.CANCELLED_BY_HOST) {
            return List.of(
                    toDriver(Occasion.DRIVER_CANCELLED_BY_HOST, booking),
                    toHost(Occasion.HOST_CANCELLED_BY_HOST, booking));
        }
        return confirmed
                ? List.of(toDriver(Occasion.DRIVER_CANCELLED, booking), toHost(Occasion.HOST_CANCELLED, booking))
                : List.of();
    }

    /** While the host has still to answer. */
    private List<Telling> holdEnding(PaymentHoldEnding event) {
        return sql.booking(event.booking()).map(KnownBooking::booking).stream()
                .filter(booking -> booking.status() == BookingStatus.PENDING_HOST)
                .map(booking -> toDriver(Occasion.DRIVER_HOLD_ENDING, booking))
                .toList();
    }

    private Telling refunded(PaymentRefunded event) {
        Optional<KnownBooking> known = sql.booking(event.booking());
        boolean late = known.isPresent()
                && !known.get().confirmed()
                && known.get().booking().status() == BookingStatus.EXPIRED;
        return new Telling(
                event.driver(),
                late ? Occasion.DRIVER_REFUNDED_LATE : Occasion.DRIVER_REFUNDED,
                known.map(KnownBooking::booking).map(About::of).orElse(null),
                event.amount(),
                "/bookings/" + event.booking());
    }

    private static Telling payout(Occasion occasion, Payout payout, Money amount) {
        return new Telling(payout.host(), occasion, null, amount, "/host/earnings");
    }

    private static Telling slotFree(Wait wait) {
        String map = "/?l=%s&from=%s&to=%s"
                .formatted(wait.listing(), wait.stay().from(), wait.stay().to());
        return new Telling(wait.driver(), Occasion.DRIVER_SLOT_FREE, About.of(wait), NO_MONEY, map);
    }

    private static Telling toDriver(Occasion occasion, Booking booking) {
        return new Telling(booking.driver(), occasion, About.of(booking), booking.price(), "/bookings/" + booking.id());
    }

    private static Telling toHost(Occasion occasion, Booking booking) {
        return new Telling(booking.host(), occasion, About.of(booking.forHost()), booking.parking(), "/host");
    }

    private void carryOut(EventRecord record, @Nullable KnownBooking keep, List<Telling> tellings) {
        List<Future<Optional<Contact>>> asked =
                tellings.stream().map(telling -> contact(telling.recipient())).toList();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < tellings.size(); i++) {
            Telling telling = tellings.get(i);
            asked.get(i).await().ifPresent(contact -> entries.add(entry(telling, contact)));
        }
        Map<NotificationId, Instant> written = sql.tell(record.id(), keep, entries);
        for (Entry entry : entries) {
            Instant createdAt = written.get(entry.id());
            if (createdAt != null) {
                bus.publish(told(entry, createdAt));
            }
        }
    }

    private Entry entry(Telling telling, Contact contact) {
        UUID mail = Ids.next();
        String receipt = receipt(telling);
        Rendered rendered = Texts.of(texts, contact.locale())
                .render(
                        telling.occasion(),
                        contact.name(),
                        telling.about(),
                        telling.amount(),
                        link(contact, mail, telling.actionUrl()),
                        receipt == null ? null : link(contact, mail, receipt),
                        contact.guest());
        return new Entry(
                NotificationId.next(),
                mail,
                contact.user(),
                contact.email(),
                telling.occasion().type(),
                rendered.title(),
                rendered.body(),
                telling.actionUrl(),
                rendered.text(),
                rendered.html());
    }

    private String link(Contact contact, UUID mail, String page) {
        return contact.guest()
                ? GuestLinks.standIn(publicUrl, mail, contact.user(), page)
                : publicUrl.resolve(page).toString();
    }

    /** The page with the invoices of what was paid: written at about the same time, they may come a moment after the mail. */
    private static @Nullable String receipt(Telling telling) {
        About about = telling.about();
        if (!telling.occasion().hasReceipt()) {
            return null;
        }
        return about != null && about.together() > 1
                ? "/invoices"
                : telling.actionUrl().replaceFirst("^/bookings/", "/invoices?booking=");
    }

    /** Empty when there is no such user any more. */
    private Future<Optional<Contact>> contact(UserId user) {
        return bus.ask(new GetContact(user))
                .map(Optional::of)
                .recover(failure -> failure instanceof Rejection rejection
                                && rejection.problem().type() == ProblemType.NOT_FOUND
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    private UserTold told(Entry entry, Instant createdAt) {
        Notification notification = new Notification(
                entry.id(), entry.type(), entry.title(), entry.body(), new Action(entry.actionUrl()), null, createdAt);
        String body = json.createObjectNode()
                .put("kind", "notification")
                .<com.fasterxml.jackson.databind.node.ObjectNode>set("notification", json.valueToTree(notification))
                .toString();
        return new UserTold(entry.recipient(), body);
    }
}
