package dev.berth.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.BookingEvent.BookingCancelled;
import dev.berth.bookings.BookingEvent.BookingCompleted;
import dev.berth.bookings.BookingEvent.BookingConfirmed;
import dev.berth.bookings.BookingEvent.BookingExpired;
import dev.berth.bookings.BookingEvent.BookingOverstayed;
import dev.berth.bookings.BookingEvent.BookingRequestChanged;
import dev.berth.bookings.BookingEvent.BookingRescued;
import dev.berth.bookings.BookingEvent.BookingWarned;
import dev.berth.bookings.BookingEvent.Origin;
import dev.berth.bookings.BookingEvent.Warning;
import dev.berth.bookings.BookingStatus;
import dev.berth.bookings.Occupancy;
import dev.berth.identity.IdentityCommand;
import dev.berth.identity.IdentityCommand.Contact;
import dev.berth.identity.IdentityCommand.GetContact;
import dev.berth.notifications.NotificationCommand.ListNotifications;
import dev.berth.notifications.NotificationCommand.MarkAllRead;
import dev.berth.notifications.NotificationCommand.MarkRead;
import dev.berth.notifications.NotificationCommand.NotificationPage;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentEvent.PaymentHoldEnding;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventReader;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.events.EventsConfig;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.RelayVerticle;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.realtime.RealtimeEvent;
import dev.berth.realtime.RealtimeEvent.UserTold;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import dev.berth.waitlist.WaitlistEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/**
 * From the outbox over Kafka to inbox, page and mail server. Everybody's address begins with their id.
 *
 * <p>Longer than other files, because all of it shares one setting of database, Kafka and mail server.
 */
@WithServices
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class NotificationsIT {
    private static final int PATIENCE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx();
    private final MessageCatalog catalog = MessageCatalog.of(List.<Class<? extends Message>>of(
            NotificationCommand.class,
            IdentityCommand.class,
            BookingEvent.class,
            PaymentEvent.class,
            WaitlistEvent.class,
            RealtimeEvent.class));
    private final Bus bus = Bus.install(vertx, catalog, Json.mapper());
    private final Set<UserId> germans = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final BlockingQueue<MimeMessage> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<UserTold> told = new LinkedBlockingQueue<>();
    /** Mails that the server will refuse temporarily before it takes one. */
    private final AtomicInteger refusals = new AtomicInteger();

    private final SMTPServer mailServer = SMTPServer.port(0)
            .messageHandlerFactory(context -> new MessageHandler() {
                @Override
                public void from(String sender) {}

                @Override
                public void recipient(String recipient) throws RejectException {
                    if (recipient.startsWith("nobody")) {
                        throw new RejectException(550, "nobody of that name");
                    }
                }

                @Override
                public @Nullable String data(InputStream data) throws RejectException, IOException {
                    // Read before it is refused: what is left over would be taken for commands.
                    byte[] mail = data.readAllBytes();
                    if (refusals.getAndDecrement() > 0) {
                        throw new RejectException(451, "later, please");
                    }
                    try {
                        received.add(new MimeMessage(null, new ByteArrayInputStream(mail)));
                    } catch (MessagingException e) {
                        throw new IOException(e);
                    }
                    return null;
                }

                @Override
                public void done() {}
            })
            .build();

    private final List<String> deployments = new ArrayList<>();
    private Db db;
    private Outbox outbox;

    private final class Identity extends VerticleBase {
        @Override
        public Future<?> start() {
            return bus.serve(IdentityCommand.ADDRESS, IdentityCommand.class, this::handle);
        }

        private Message handle(IdentityCommand<?> command) {
            if (command instanceof GetContact get) {
                return get.reply(new Contact(
                        get.user(),
                        get.user() + "@mail.example",
                        "Erika <Muster>",
                        germans.contains(get.user()) ? "de" : "en"));
            }
            throw new Rejection(ProblemType.NOT_FOUND, "");
        }
    }

    @BeforeAll
    void start(Services services) {
        mailServer.start();
        DatabaseConfig database = DatabaseConfig.of(services.migratedDatabase());
        // Patient, because what is tested here is not how quick a machine full of test servers is.
        db = Database.open(
                vertx,
                new DatabaseConfig(
                        database.url(),
                        database.user(),
                        database.password(),
                        8,
                        2,
                        64,
                        Duration.ofSeconds(30),
                        5_000,
                        Duration.ofSeconds(30)));
        outbox = new Outbox(db, bus, Json.mapper());
        EventsConfig events = new EventsConfig(
                services.kafka(),
                3,
                (short) 1,
                Duration.ofDays(1),
                Duration.ofMillis(10),
                100,
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofSeconds(6),
                100,
                8,
                3,
                Duration.ofMillis(10),
                Duration.ofDays(2));
        deploy(new Identity());
        deploy(new RelayVerticle(
                db,
                events,
                Set.of(BookingEvent.ADDRESS, PaymentEvent.ADDRESS, WaitlistEvent.ADDRESS),
                new SimpleMeterRegistry()));
        EventConsumers consumers =
                new EventConsumers(new EventReader(catalog, Json.mapper()), db, events, new SimpleMeterRegistry());
        deploy(new NotificationVerticle(
                bus,
                db,
                consumers,
                Json.mapper(),
                URI.create("https://berth.example"),
                new NotificationConfig(Duration.ofDays(1)),
                mailConfig(),
                new SimpleMeterRegistry()));
        await(bus.subscribe(RealtimeEvent.ADDRESS, UserTold.class, told::add));
    }

    private MailConfig mailConfig() {
        return new MailConfig(
                "127.0.0.1",
                mailServer.getPortAllocated(),
                MailConfig.Tls.NONE,
                null,
                null,
                "Berth <no-reply@berth.example>",
                2,
                Duration.ofSeconds(20),
                Duration.ofMillis(50),
                20,
                4,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofDays(1));
    }

    @AfterAll
    void close() {
        deployments.reversed().forEach(id -> await(vertx.undeploy(id)));
        await(vertx.close());
        mailServer.stop();
    }

    @Test
    void aConfirmedBooking_isToldToDriverAndHost_inTheirLanguages() throws Exception {
        Booking booking = Samples.booking("<b>Markt</b>", "A 7");
        germans.add(booking.host());
        happened(new BookingConfirmed(booking, 1));

        MimeMessage driversMail = mailTo(booking.driver());
        MimeMessage hostsMail = mailTo(booking.host());

        assertThat(driversMail.getSubject()).isEqualTo("Booked: <b>Markt</b>");
        assertThat(driversMail.getFrom()[0]).hasToString("Berth <no-reply@berth.example>");
        assertThat(driversMail.getHeader("Message-ID", null)).endsWith("@berth.example>");
        assertThat(part(driversMail, 0))
                .contains(
                        "Hello Erika <Muster>,",
                        "Saturday 3 October 2026, 14:00 (Central European Summer Time)",
                        "€3.50",
                        "https://berth.example/bookings/" + booking.id(),
                        "Invoice as PDF: https://berth.example/invoices?booking=" + booking.id());
        assertThat(part(hostsMail, 0)).doesNotContain("/invoices");
        assertThat(part(driversMail, 1))
                .contains("&lt;b&gt;Markt&lt;/b&gt;", "Erika &lt;Muster&gt;")
                .doesNotContain("<b>Markt", "<Muster>");
        assertThat(hostsMail.getSubject()).isEqualTo("Neue Buchung: <b>Markt</b>");
        assertThat(part(hostsMail, 0)).contains("Samstag, 3. Oktober 2026, 14:00 Uhr", "3,50");

        NotificationPage inbox = inbox(booking.driver());
        assertThat(inbox.unread()).isEqualTo(1);
        assertThat(inbox.items()).singleElement().satisfies(item -> {
            assertThat(item.type()).isEqualTo(Notification.Type.BOOKING);
            assertThat(item.title()).isEqualTo("Booked: <b>Markt</b>");
            assertThat(item.action()).isEqualTo(new Notification.Action("/bookings/" + booking.id()));
            assertThat(item.readAt()).isNull();
        });
        UserTold word = toldTo(booking.driver());
        assertThat(word.body())
                .startsWith("{\"kind\":\"notification\",\"notification\":{")
                .contains(inbox.items().getFirst().id().toString());
    }

    @Test
    void anEventDeliveredTwice_isToldOnce() throws Exception {
        Booking booking = Samples.booking("Twice", "1");
        NotificationSql sql = new NotificationSql(db, Json.mapper());
        Notifier notifier = new Notifier(bus, sql, Json.mapper(), URI.create("https://berth.example"));
        EventRecord event = new EventRecord(Ids.next(), new BookingConfirmed(booking, 1));
        // At the same time on several nodes, which is more than Kafka would ever do, and once more later.
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(() -> notifier.take(event)),
                        CompletableFuture.runAsync(() -> notifier.take(event)),
                        CompletableFuture.runAsync(() -> notifier.take(event)))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        notifier.take(event);

        mailTo(booking.driver());
        assertThat(inbox(booking.driver()).items()).hasSize(1);
        assertThat(inbox(booking.host()).items()).hasSize(1);
        assertThat(mails(booking.driver())).isEqualTo(1);
    }

    @Test
    void aCancelledBooking_isToldToBoth_andItsRefundToTheDriver() throws Exception {
        Booking booking = Samples.booking("Schlossplatz", "B 1");
        happened(new BookingConfirmed(booking, 1));
        happened(new BookingCancelled(Samples.next(booking, BookingStatus.CANCELLED_BY_DRIVER), 2));
        // Several mails are on their way at once: which comes first is not promised.
        assertThat(List.of(
                        mailTo(booking.driver()).getSubject(),
                        mailTo(booking.driver()).getSubject()))
                .containsExactlyInAnyOrder("Booked: Schlossplatz", "Cancelled: Schlossplatz");
        assertThat(List.of(
                        mailTo(booking.host()).getSubject(),
                        mailTo(booking.host()).getSubject()))
                .containsExactlyInAnyOrder("New booking: Schlossplatz", "Booking cancelled: Schlossplatz");

        happened(new PaymentRefunded(booking.payment(), booking.id(), booking.driver(), booking.price(), null));
        MimeMessage refund = mailTo(booking.driver());
        assertThat(refund.getSubject()).isEqualTo("Refund of €3.50");
        assertThat(part(refund, 0)).contains("for your booking at Schlossplatz");
        assertThat(inbox(booking.driver()).items())
                .extracting(Notification::type)
                .containsExactly(Notification.Type.PAYMENT, Notification.Type.BOOKING, Notification.Type.BOOKING);
    }

    @Test
    void aBookingThatItsHostCancels_isToldToTheDriver() throws Exception {
        Booking booking = Samples.booking("Turmberg", "1");
        happened(new BookingCancelled(Samples.next(booking, BookingStatus.CANCELLED_BY_HOST), 2));
        assertThat(mailTo(booking.driver()).getSubject()).isEqualTo("The host has cancelled: Turmberg");
    }

    @Test
    @Tag("rule-18")
    void theEndOfAStay_andWhatCameAfterIt_areTold() throws Exception {
        Booking booking = Samples.with(Samples.booking("Turmberg", "1"), BookingStatus.ACTIVE, null);
        happened(new BookingWarned(booking, Warning.ENDING_SOON, 2));
        assertThat(mailTo(booking.driver()).getSubject()).isEqualTo("Ends soon: Turmberg");
        happened(new BookingWarned(booking, Warning.ENDED, 3));
        assertThat(mailTo(booking.driver()).getSubject()).isEqualTo("Your time is up: Turmberg");

        Booking overstayed = Samples.overstayed("Turmberg", "1");
        happened(new BookingOverstayed(overstayed, false, 4));
        MimeMessage asked = mailTo(overstayed.driver());
        assertThat(asked.getSubject()).isEqualTo("Have you left Turmberg?");
        assertThat(part(asked, 0)).contains("€3.12", "€10.00");
        assertThat(inbox(overstayed.host()).items()).as("nothing is known").isEmpty();
        happened(new BookingCompleted(overstayed, null, 5));
        assertThat(mailTo(overstayed.driver()).getSubject()).isEqualTo("€16.24 for staying longer: Turmberg");
        assertThat(mailTo(overstayed.host()).getSubject()).isEqualTo("Stayed too long: Turmberg");
    }

    @Test
    @Tag("rule-28")
    void aRequestThatChanges_isToldToItsHost_andMoneyThatIsKeptNoLonger_toItsDriver() throws Exception {
        Booking asked = Samples.next(Samples.booking("Rheinhafen", "3"), BookingStatus.PENDING_HOST);
        happened(new BookingRequestChanged(asked, asked.stay(), new Money(700, "EUR"), 2));
        MimeMessage told = mailTo(asked.host());
        assertThat(told.getSubject()).isEqualTo("A request has changed: Rheinhafen");
        assertThat(part(told, 0)).contains("slot 3", "€3.50");

        happened(new PaymentHoldEnding(
                asked.payment(), asked.id(), asked.driver(), asked.price(), null, "authentication_required"));
        assertThat(mailTo(asked.driver()).getSubject()).isEqualTo("Your bank keeps the money no longer: Rheinhafen");
    }

    @Test
    @Tag("rule-18")
    void whoIsBroughtElsewhere_isToldWhere_andBothHostsAreTold() throws Exception {
        Booking booking = Samples.booking("Bahnhof", "7");
        Origin origin = new Origin(ListingId.next(), UserId.next(), "Turmberg", "1");
        Occupancy left = new Occupancy(booking.id().value(), SlotId.next(), booking.stay(), false);
        happened(new BookingRescued(booking, left, origin, booking.price(), 2));
        MimeMessage told = mailTo(booking.driver());
        assertThat(told.getSubject()).isEqualTo("Another place for you: Bahnhof");
        assertThat(part(told, 0)).contains("slot 1 of Turmberg", "slot 7 at Bahnhof");
        assertThat(mailTo(origin.host()).getSubject()).isEqualTo("Slot not empty: Turmberg");
        assertThat(mailTo(booking.host()).getSubject()).isEqualTo("New booking: Bahnhof");
    }

    @Test
    void aLatePayment_isExplainedWithItsRefund_andAHoldThatEndsUnpaidIsNoNews() throws Exception {
        Booking held = Samples.booking("Zoo", "1");
        happened(new BookingExpired(Samples.next(held, BookingStatus.EXPIRED), "HOLD_EXPIRED", 2));
        Booking givenUp = Samples.booking("Zoo", "2");
        happened(new BookingCancelled(Samples.next(givenUp, BookingStatus.CANCELLED_BY_DRIVER), 3));
        until(() -> new NotificationSql(db, Json.mapper()).booking(givenUp.id()).isPresent());
        until(() -> new NotificationSql(db, Json.mapper()).booking(held.id()).isPresent());

        happened(new PaymentRefunded(held.payment(), held.id(), held.driver(), new Money(350, "EUR"), null));

        assertThat(part(mailTo(held.driver()), 0)).contains("came after the time to pay for Zoo was over");
        assertThat(inbox(held.driver()).items()).hasSize(1);
        assertThat(inbox(givenUp.driver()).items()).isEmpty();
        assertThat(mails(givenUp.driver())).isZero();
    }

    @Test
    void aMailServerThatRefusesForNow_isTriedAgain_withTheSameMessageId() throws Exception {
        Booking booking = Samples.booking("Again", "1");
        refusals.set(2);
        happened(new BookingConfirmed(booking, 1));
        MimeMessage mail = mailTo(booking.driver());
        String id = db.query(
                        "SELECT id::text FROM notifications.mail WHERE address = $1",
                        Tuple.of(booking.driver() + "@mail.example"))
                .iterator()
                .next()
                .getString(0);
        assertThat(mail.getMessageID()).isEqualTo("<" + id + "@berth.example>");
        mailTo(booking.host());
    }

    @Test
    void anAddressThatIsRefusedForGood_isGivenUp() {
        db.query(
                "INSERT INTO notifications.mail (id, address, subject, text, html) VALUES ($1, $2, 's', 't', 'h')",
                Tuple.of(Ids.next(), "nobody@mail.example"));
        until(() -> db.query(
                                "SELECT FROM notifications.mail WHERE address = $1 AND status = 'FAILED' AND attempts = 1",
                                Tuple.of("nobody@mail.example"))
                        .rowCount()
                == 1);
    }

    @Test
    void theInbox_isReadInPages_andMarkedByItsOwnerOnly() throws Exception {
        Booking booking = Samples.booking("Pages", "1");
        happened(new BookingConfirmed(booking, 1));
        happened(new BookingCancelled(Samples.next(booking, BookingStatus.CANCELLED_BY_DRIVER), 2));
        until(() -> inbox(booking.driver()).unread() == 2);

        NotificationPage first = ask(new ListNotifications(booking.driver(), null, 1));
        NotificationPage second = ask(new ListNotifications(booking.driver(), first.next(), 1));
        assertThat(second.next()).isNull();
        assertThat(first.items()).isNotEqualTo(second.items());

        Notification entry = first.items().getFirst();
        assertThat(catchThrowableOfType(Rejection.class, () -> ask(new MarkRead(booking.host(), entry.id())))
                        .problem()
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        ask(new MarkRead(booking.driver(), entry.id()));
        ask(new MarkRead(booking.driver(), entry.id()));
        assertThat(inbox(booking.driver()).unread()).isEqualTo(1);
        ask(new MarkAllRead(booking.driver()));
        assertThat(inbox(booking.driver()).unread()).isZero();
        assertThat(inbox(booking.driver()).items()).allMatch(item -> item.readAt() != null);
        assertThat(inbox(booking.host()).unread()).isEqualTo(2);
    }

    private NotificationPage inbox(UserId user) {
        return ask(new ListNotifications(user, null, 100));
    }

    private void happened(Event event) {
        outbox.inTransaction(changes -> {
            changes.record(event);
            return true;
        });
    }

    private MimeMessage mailTo(UserId user) throws Exception {
        return next(
                received, mail -> mail.getAllRecipients()[0].toString().startsWith(user.toString()), "mail to " + user);
    }

    private UserTold toldTo(UserId user) throws Exception {
        return next(told, message -> message.user().equals(user), "word to " + user);
    }

    private interface Condition<T> {
        boolean test(T value) throws Exception;
    }

    /** The first that meets the condition; others stay for those who wait for them. */
    private static <T> T next(BlockingQueue<T> queue, Condition<T> condition, String what) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            for (T each : queue) {
                if (condition.test(each)) {
                    queue.remove(each);
                    return each;
                }
            }
            pause();
        }
        throw new AssertionError("waited in vain for " + what);
    }

    private long mails(UserId user) {
        return db.query("SELECT count(*) FROM notifications.mail WHERE address = $1", Tuple.of(user + "@mail.example"))
                .iterator()
                .next()
                .getLong(0);
    }

    private static String part(MimeMessage mail, int index) throws Exception {
        return String.valueOf(
                ((MimeMultipart) mail.getContent()).getBodyPart(index).getContent());
    }

    private void until(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain");
            }
            pause();
        }
    }

    private static void pause() {
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
                .join();
    }

    private void deploy(VerticleBase verticle) {
        deployments.add(await(vertx.deployVerticle(
                verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))));
    }

    private <R extends Message> R ask(Command<R> command) {
        return await(bus.ask(command));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
