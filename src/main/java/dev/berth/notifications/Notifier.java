package dev.berth.notifications;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingEvent.BookingCancelled;
import dev.berth.bookings.BookingEvent.BookingConfirmed;
import dev.berth.bookings.BookingEvent.BookingExpired;
import dev.berth.bookings.BookingStatus;
import dev.berth.identity.IdentityCommand.Contact;
import dev.berth.identity.IdentityCommand.GetContact;
import dev.berth.notifications.Notification.Action;
import dev.berth.notifications.NotificationSql.KnownBooking;
import dev.berth.notifications.Texts.Rendered;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.events.Inbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.realtime.RealtimeEvent.UserTold;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.NotificationId;
import dev.berth.values.UserId;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns events into entries of inboxes and mails: each event once, both in one transaction. Then it tells the open pages
 * of those concerned; that may be lost, as the page fetches the inbox when it connects.
 */
final class Notifier {
    static final String CONSUMER = "notifications";

    /** The events that somebody is told of. */
    static final Set<Class<? extends Event>> TYPES =
            Set.of(BookingConfirmed.class, BookingCancelled.class, BookingExpired.class, PaymentRefunded.class);

    private final Bus bus;
    private final Db db;
    private final NotificationSql sql;
    private final JsonMapper json;
    private final URI publicUrl;
    private final Map<Locale, Texts> texts = Texts.all();

    Notifier(Bus bus, Db db, NotificationSql sql, JsonMapper json, URI publicUrl) {
        this.bus = bus;
        this.db = db;
        this.sql = sql;
        this.json = json;
        this.publicUrl = publicUrl;
    }

    /** Somebody who is to be told. */
    private record Telling(
            UserId recipient, Occasion occasion, @Nullable Booking booking, Money amount, String actionUrl) {}

    void take(EventRecord record) {
        switch (record.event()) {
            case BookingConfirmed event -> {
                Booking booking = event.booking();
                carryOut(
                        record,
                        new KnownBooking(booking, true),
                        List.of(
                                toDriver(Occasion.DRIVER_CONFIRMED, booking),
                                toHost(Occasion.HOST_CONFIRMED, booking)));
            }
            case BookingCancelled event -> {
                Booking booking = event.booking();
                boolean confirmed =
                        sql.booking(booking.id()).map(KnownBooking::confirmed).orElse(false);
                carryOut(record, new KnownBooking(booking, confirmed), cancelled(booking, confirmed));
            }
            case BookingExpired event -> carryOut(record, new KnownBooking(event.booking(), false), List.of());
            case PaymentRefunded event -> carryOut(record, null, List.of(refunded(event)));
            default -> {
                // Nobody is told of it.
            }
        }
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

    private Telling refunded(PaymentRefunded event) {
        Optional<KnownBooking> known = sql.booking(event.booking());
        boolean late = known.isPresent()
                && !known.get().confirmed()
                && known.get().booking().status() == BookingStatus.EXPIRED;
        return new Telling(
                event.driver(),
                late ? Occasion.DRIVER_REFUNDED_LATE : Occasion.DRIVER_REFUNDED,
                known.map(KnownBooking::booking).orElse(null),
                event.amount(),
                "/bookings/" + event.booking());
    }

    private static Telling toDriver(Occasion occasion, Booking booking) {
        return new Telling(booking.driver(), occasion, booking, booking.price(), "/bookings/" + booking.id());
    }

    private static Telling toHost(Occasion occasion, Booking booking) {
        return new Telling(booking.host(), occasion, booking, booking.price(), "/host");
    }

    private void carryOut(EventRecord record, @Nullable KnownBooking keep, List<Telling> tellings) {
        // Asked before the transaction begins: it holds a connection.
        List<Addressed> addressed = new ArrayList<>();
        for (Telling telling : tellings) {
            contact(telling.recipient()).ifPresent(contact -> addressed.add(addressed(telling, contact)));
        }
        List<UserTold> told = db.inTransaction(connection -> {
            List<UserTold> written = new ArrayList<>();
            if (Inbox.first(connection, CONSUMER, record.id())) {
                if (keep != null) {
                    sql.keep(connection, keep.booking(), keep.confirmed());
                }
                for (Addressed each : addressed) {
                    Rendered rendered = each.rendered();
                    NotificationId id = NotificationId.next();
                    Instant createdAt = sql.insert(
                            connection,
                            id,
                            each.contact().user(),
                            each.telling().occasion().type(),
                            rendered.title(),
                            rendered.body(),
                            each.telling().actionUrl());
                    sql.queue(
                            connection,
                            Ids.next(),
                            each.contact().email(),
                            rendered.title(),
                            rendered.text(),
                            rendered.html());
                    written.add(told(
                            each.contact().user(),
                            new Notification(
                                    id,
                                    each.telling().occasion().type(),
                                    rendered.title(),
                                    rendered.body(),
                                    new Action(each.telling().actionUrl()),
                                    null,
                                    createdAt)));
                }
            }
            return written;
        });
        told.forEach(bus::publish);
    }

    private record Addressed(Telling telling, Contact contact, Rendered rendered) {}

    private Addressed addressed(Telling telling, Contact contact) {
        Rendered rendered = Texts.of(texts, contact.locale())
                .render(
                        telling.occasion(),
                        contact.name(),
                        telling.booking(),
                        telling.amount(),
                        publicUrl.resolve(telling.actionUrl()).toString());
        return new Addressed(telling, contact, rendered);
    }

    /** Empty when there is no such user any more. */
    private Optional<Contact> contact(UserId user) {
        try {
            return Optional.of(bus.ask(new GetContact(user)).await());
        } catch (Rejection rejection) {
            if (rejection.problem().type() == ProblemType.NOT_FOUND) {
                return Optional.empty();
            }
            throw rejection;
        }
    }

    private UserTold told(UserId user, Notification notification) {
        String body = json.createObjectNode()
                .put("kind", "notification")
                .<com.fasterxml.jackson.databind.node.ObjectNode>set("notification", json.valueToTree(notification))
                .toString();
        return new UserTold(user, body);
    }
}
