package dev.berth.notifications;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.BookingEvent;
import dev.berth.notifications.NotificationCommand.ListNotifications;
import dev.berth.notifications.NotificationCommand.MarkAllRead;
import dev.berth.notifications.NotificationCommand.MarkRead;
import dev.berth.notifications.NotificationCommand.NotificationPage;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.WithdrawalEvent;
import dev.berth.payouts.PayoutEvent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.subscriptions.SubscriptionEvent;
import dev.berth.waitlist.WaitlistEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link NotificationCommand}s, takes events from Kafka, and sends mails. Deploy on a virtual thread, on any
 * number of nodes: events and mails are shared out among them.
 */
public final class NotificationVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationVerticle.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(15);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);

    private final Bus bus;
    private final EventConsumers consumers;
    private final JsonMapper json;
    private final URI publicUrl;
    private final NotificationConfig config;
    private final MailConfig mailConfig;
    private final MailMetrics metrics;
    private final NotificationSql sql;
    private boolean sending;

    /** @param publicUrl where the web app is reached, for the links in mails */
    public NotificationVerticle(
            Bus bus,
            Db db,
            EventConsumers consumers,
            JsonMapper json,
            URI publicUrl,
            NotificationConfig config,
            MailConfig mailConfig,
            MeterRegistry meters) {
        this.bus = bus;
        this.consumers = consumers;
        this.json = json;
        this.publicUrl = publicUrl;
        this.config = config;
        this.mailConfig = mailConfig;
        this.metrics = new MailMetrics(meters);
        this.sql = new NotificationSql(db, json);
    }

    @Override
    public Future<?> start() {
        MailSender sender = new MailSender(mailConfig);
        vertx.deployVerticle(sender, new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP))
                .await();
        MailQueue queue = new MailQueue(sql, mailConfig, sender, new GuestLinks(bus), metrics);
        vertx.setPeriodic(mailConfig.interval().toMillis(), ignored -> send(queue));
        vertx.setPeriodic(0, LOOK_INTERVAL.toMillis(), ignored -> look(queue));
        vertx.setPeriodic(
                FORGET_INTERVAL.toMillis(), ignored -> sql.forget(config.retention(), mailConfig.retention()));
        Notifier notifier = new Notifier(bus, sql, json, publicUrl);
        return bus.serve(NotificationCommand.ADDRESS, NotificationCommand.class, this::handle)
                .compose(ignored -> vertx.deployVerticle(
                        consumers.background(
                                Notifier.CONSUMER,
                                Set.of(
                                        BookingEvent.ADDRESS,
                                        PaymentEvent.ADDRESS,
                                        PayoutEvent.ADDRESS,
                                        SubscriptionEvent.ADDRESS,
                                        WaitlistEvent.ADDRESS,
                                        WithdrawalEvent.ADDRESS),
                                Notifier.TYPES,
                                notifier::take),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    private Message handle(NotificationCommand<?> command) {
        return switch (command) {
            case ListNotifications c -> c.reply(list(c));
            case MarkRead c -> {
                if (!sql.markRead(c.reader(), c.notification())) {
                    throw new Rejection(ProblemType.NOT_FOUND, "there is no such notification in your inbox");
                }
                yield c.reply(Done.DONE);
            }
            case MarkAllRead c -> {
                sql.markAllRead(c.reader());
                yield c.reply(Done.DONE);
            }
        };
    }

    private NotificationPage list(ListNotifications command) {
        List<Notification> found = sql.list(command.reader(), command.before(), command.limit() + 1);
        int unread = sql.unread(command.reader());
        if (found.size() <= command.limit()) {
            return new NotificationPage(found, null, unread);
        }
        List<Notification> page = found.subList(0, command.limit());
        return new NotificationPage(page, page.getLast().id(), unread);
    }

    private static void look(MailQueue queue) {
        try {
            queue.look();
        } catch (Exception failure) {
            LOG.warn("the queue of mails cannot be seen now: {}", failure.toString());
        }
    }

    private void send(MailQueue queue) {
        // A slow mail server is not asked for more by every tick; the rows themselves are shared out by the database.
        if (sending) {
            return;
        }
        sending = true;
        try {
            int sent;
            do {
                sent = queue.sendDue();
            } while (sent == mailConfig.batch());
        } catch (Exception failure) {
            LOG.warn("mails cannot be sent now: {}", failure.toString());
        } finally {
            sending = false;
        }
    }
}
