package dev.berth.notifications;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.Booking;
import dev.berth.notifications.Notification.Action;
import dev.berth.notifications.NotificationCommand.NotificationPage;
import dev.berth.platform.db.Db;
import dev.berth.values.BookingId;
import dev.berth.values.NotificationId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of notifications. */
final class NotificationSql {
    private static final String INSERT = """
            INSERT INTO notifications.notification (id, recipient, type, title, body, action_url)
            VALUES ($1, $2, $3, $4, $5, $6)
            RETURNING created_at
            """;
    private static final String LIST = """
            SELECT id, type, title, body, action_url, read_at, created_at
            FROM notifications.notification
            WHERE recipient = $1 AND ($2::uuid IS NULL OR id < $2)
            ORDER BY id DESC
            LIMIT $3
            """;
    private static final String QUEUED_MAILS = """
            SELECT count(*) AS waiting
            FROM (SELECT 1 FROM notifications.mail WHERE status = 'QUEUED' LIMIT 100000) AS few
            """;
    private static final String UNREAD = """
            SELECT count(*)::int AS unread
            FROM (SELECT FROM notifications.notification WHERE recipient = $1 AND read_at IS NULL LIMIT $2)
            """;
    private static final String MARK_READ = """
            UPDATE notifications.notification SET read_at = coalesce(read_at, now()) WHERE id = $2 AND recipient = $1
            """;
    private static final String MARK_ALL_READ = """
            UPDATE notifications.notification SET read_at = now() WHERE recipient = $1 AND read_at IS NULL
            """;

    private static final String QUEUE_MAIL = """
            INSERT INTO notifications.mail (id, address, subject, text, html) VALUES ($1, $2, $3, $4, $5)
            """;
    /** The next try is set when one begins, later than it can end: so a mail has one sender at a time. */
    private static final String CLAIM_MAILS = """
            UPDATE notifications.mail
            SET attempts = attempts + 1, next_try_at = now() + $2 * interval '1 millisecond'
            WHERE id IN (SELECT id FROM notifications.mail WHERE status = 'QUEUED' AND next_try_at <= now()
                         ORDER BY next_try_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING id, address, subject, text, html, attempts
            """;

    private static final String MAIL_SENT =
            "UPDATE notifications.mail SET status = 'SENT', ended_at = now(), last_error = NULL WHERE id = $1";
    private static final String MAIL_NOT_SENT = """
            UPDATE notifications.mail
            SET last_error = $2, status = CASE WHEN $3 THEN 'FAILED' ELSE status END,
                ended_at = CASE WHEN $3 THEN now() END,
                next_try_at = now()
                    + least($5, $4 * 2::float8 ^ least(attempts - 1, 30)) * interval '1 millisecond'
            WHERE id = $1 AND status = 'QUEUED'
            """;

    private static final String KEEP_BOOKING = """
            INSERT INTO notifications.booking AS b (id, body, version, confirmed)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (id) DO UPDATE
            SET body = excluded.body, version = excluded.version, confirmed = b.confirmed OR excluded.confirmed,
                touched_at = now()
            WHERE b.version < excluded.version
            """;
    private static final String BOOKING = "SELECT body, confirmed FROM notifications.booking WHERE id = $1";

    private static final List<String> FORGET = List.of(
            "DELETE FROM notifications.notification WHERE created_at < now() - $1 * interval '1 millisecond'",
            "DELETE FROM notifications.booking WHERE touched_at < now() - $1 * interval '1 millisecond'");
    private static final String FORGET_MAILS = """
            DELETE FROM notifications.mail WHERE status <> 'QUEUED' AND ended_at < now() - $1 * interval '1 millisecond'
            """;

    private final Db db;
    private final JsonMapper json;

    NotificationSql(Db db, JsonMapper json) {
        this.db = db;
        this.json = json;
    }

    /** Returns when it was written. */
    Instant insert(
            SqlConnection connection,
            NotificationId id,
            UserId recipient,
            Notification.Type type,
            String title,
            String body,
            String actionUrl) {
        return connection
                .preparedQuery(INSERT)
                .execute(Tuple.of(id.value(), recipient.value(), type.name(), title, body, actionUrl))
                .await()
                .iterator()
                .next()
                .getOffsetDateTime("created_at")
                .toInstant();
    }

    /** Up to {@code limit} entries. */
    List<Notification> list(UserId reader, @Nullable NotificationId before, int limit) {
        List<Notification> items = new ArrayList<>();
        for (Row row : db.query(LIST, Tuple.of(reader.value(), before == null ? null : before.value(), limit))) {
            String actionUrl = row.getString("action_url");
            OffsetDateTime readAt = row.getOffsetDateTime("read_at");
            items.add(new Notification(
                    new NotificationId(row.getUUID("id")),
                    Notification.Type.valueOf(row.getString("type")),
                    row.getString("title"),
                    row.getString("body"),
                    actionUrl == null ? null : new Action(actionUrl),
                    readAt == null ? null : readAt.toInstant(),
                    row.getOffsetDateTime("created_at").toInstant()));
        }
        return items;
    }

    int unread(UserId reader) {
        return db.query(UNREAD, Tuple.of(reader.value(), NotificationPage.UNREAD_MAX))
                .iterator()
                .next()
                .getInteger("unread");
    }

    /** Returns false when the reader has no such entry. */
    boolean markRead(UserId reader, NotificationId notification) {
        return db.query(MARK_READ, Tuple.of(reader.value(), notification.value()))
                        .rowCount()
                == 1;
    }

    void markAllRead(UserId reader) {
        db.query(MARK_ALL_READ, Tuple.of(reader.value()));
    }

    record Mail(UUID id, String address, String subject, String text, String html, int attempts) {}

    void queue(SqlConnection connection, UUID id, String address, String subject, String text, String html) {
        connection
                .preparedQuery(QUEUE_MAIL)
                .execute(Tuple.of(id, address, subject, text, html))
                .await();
    }

    List<Mail> claimMails(MailConfig config) {
        List<Mail> mails = new ArrayList<>();
        Tuple arguments = Tuple.of(
                config.batch(), (double) config.sendTimeout().multipliedBy(2).toMillis());
        for (Row row : db.query(CLAIM_MAILS, arguments)) {
            mails.add(new Mail(
                    row.getUUID("id"),
                    row.getString("address"),
                    row.getString("subject"),
                    row.getString("text"),
                    row.getString("html"),
                    row.getInteger("attempts")));
        }
        return mails;
    }

    /** How many wait, counted up to a limit. */
    long queuedMails() {
        return db.query(QUEUED_MAILS, Tuple.tuple()).iterator().next().getLong("waiting");
    }

    void sent(UUID mail) {
        db.query(MAIL_SENT, Tuple.of(mail));
    }

    /** @param givenUp whether it is not to be tried again */
    void notSent(UUID mail, String error, boolean givenUp, MailConfig config) {
        db.query(
                MAIL_NOT_SENT,
                Tuple.of(mail, error, givenUp, (double) config.backoff().toMillis(), (double)
                        config.backoffLimit().toMillis()));
    }

    void keep(SqlConnection connection, Booking booking, boolean confirmed) {
        connection
                .preparedQuery(KEEP_BOOKING)
                .execute(Tuple.of(booking.id().value(), encode(booking), booking.version(), confirmed))
                .await();
    }

    /** @param confirmed whether it has been confirmed at some time */
    record KnownBooking(Booking booking, boolean confirmed) {}

    Optional<KnownBooking> booking(BookingId booking) {
        for (Row row : db.query(BOOKING, Tuple.of(booking.value()))) {
            return Optional.of(new KnownBooking(decode(row.getString("body")), row.getBoolean("confirmed")));
        }
        return Optional.empty();
    }

    void forget(Duration olderThan, Duration mailsOlderThan) {
        FORGET.forEach(statement -> db.query(statement, Tuple.of((double) olderThan.toMillis())));
        db.query(FORGET_MAILS, Tuple.of((double) mailsOlderThan.toMillis()));
    }

    private String encode(Booking booking) {
        try {
            return json.writeValueAsString(booking);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Booking decode(String body) {
        try {
            return json.readValue(body, Booking.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
