package dev.berth.notifications;

import dev.berth.notifications.NotificationSql.Mail;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the mails of the queue, at least once: a mail that a node dies over is sent again by another, with the same
 * Message-ID.
 */
final class MailQueue {
    private static final Logger LOG = LoggerFactory.getLogger(MailQueue.class);

    private final NotificationSql sql;
    private final MailConfig config;
    private final MailSender sender;
    private final GuestLinks links;
    private final MailMetrics metrics;

    MailQueue(NotificationSql sql, MailConfig config, MailSender sender, GuestLinks links, MailMetrics metrics) {
        this.sql = sql;
        this.config = config;
        this.sender = sender;
        this.links = links;
        this.metrics = metrics;
    }

    /** Sees how much waits, for the metrics. */
    void look() {
        metrics.waiting.set(sql.queuedMails());
    }

    /** Sends what is due, and returns how much that was. */
    int sendDue() {
        List<Mail> mails = sql.claimMails(config);
        List<Future<Void>> sendings = mails.stream().map(this::send).toList();
        for (int i = 0; i < mails.size(); i++) {
            conclude(mails.get(i), sendings.get(i));
        }
        return mails.size();
    }

    private Future<Void> send(Mail mail) {
        return links.complete(mail)
                .compose(whole -> sender.send(message(whole)))
                .timeout(config.sendTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private MailMessage message(Mail mail) {
        return new MailMessage()
                .setFrom(config.from())
                .setTo(mail.address())
                .setSubject(mail.subject())
                .setText(mail.text())
                .setHtml(mail.html())
                .setHeaders(MultiMap.caseInsensitiveMultiMap()
                        .add("Message-ID", "<" + mail.id() + "@" + config.domain() + ">")
                        .add("Auto-Submitted", "auto-generated"));
    }

    private void conclude(Mail mail, Future<Void> sending) {
        Throwable failure = sending.<@org.jspecify.annotations.Nullable Throwable>transform(
                        done -> Future.succeededFuture(done.cause()))
                .await();
        if (failure == null) {
            sql.sent(mail.id());
            metrics.sent.increment();
            return;
        }
        boolean refused = failure instanceof SMTPException refusal && refusal.isPermanent();
        boolean givenUp = refused || mail.attempts() >= config.attempts();
        metrics.failed.increment();
        if (givenUp) {
            metrics.givenUp.increment();
            LOG.error("mail {} is given up after {} tries: {}", mail.id(), mail.attempts(), failure.getMessage());
        } else {
            LOG.warn("mail {}, try {}: {}", mail.id(), mail.attempts(), failure.toString());
        }
        sql.notSent(mail.id(), failure.toString(), givenUp, config);
    }
}
