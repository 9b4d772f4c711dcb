package dev.berth.notifications;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.Booking;
import dev.berth.notifications.Notification.Action;
import dev.berth.notifications.NotificationCommand.NotificationPage;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Inbox;
import dev.berth.values.BookingId;
import dev.berth.values.NotificationId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All SQL of notifications. */
final class NotificationSql {
    /** The whole effect of an event, in one round trip, once. */
    private static final String TELL = "WITH noted AS (" + Inbox.NOTE + """
            ), kept AS (
                INSERT INTO notifications.booking AS b (id, body, version, confirmed)
                SELECT $3::uuid, $4::text, $5::bigint, $6::boolean FROM noted WHERE $3::uuid IS NOT NULL
                ON CONFLICT (id) DO UPDATE
                SET body = excluded.body, version = excluded.version, confirmed = b.confirmed OR excluded.confirmed,
                    touched_at = now()
                WHERE b.version < excluded.version
            ), mailed AS (
                INSERT INTO notifications.mail (id, address, subject, text, html)
                SELECT m.* FROM noted, unnest($7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[]) AS m
            )
            INSERT INTO notifications.notification (id, recipient, type, title, body, action_url)
            SELECT n.*
            FROM noted, unnest($12::uuid[], $13::uuid[], $14::text[], $9::text[], $15::text[], $16::text[]) AS n
            RETURNING id, created_at
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

    /** What somebody is told, in the inbox and by mail; the mail's subject is the entry's title. */
    record Entry(
            NotificationId id,
            UUID mail,
            UserId recipient,
            String address,
            Notification.Type type,
            String title,
            String body,
            String actionUrl,
            String text,
            String html) {}

    /**
     * Writes all that an event leads to, unless that is written already.
     *
     * @param keep of a booking, for later events
     * @return when each entry was written; none when that was before
     */
    Map<NotificationId, Instant> tell(UUID event, @Nullable KnownBooking keep, List<Entry> entries) {
        Tuple arguments = Tuple.of(Notifier.CONSUMER, event);
        arguments.addValue(keep == null ? null : keep.booking().id().value());
        arguments.addValue(keep == null ? null : encode(keep.booking()));
        arguments.addValue(keep == null ? null : keep.booking().version());
        arguments.addValue(keep == null ? null : keep.confirmed());
        arguments.addValue(entries.stream().map(Entry::mail).toArray(UUID[]::new));
        arguments.addValue(texts(entries, Entry::address));
        arguments.addValue(texts(entries, Entry::title));
        arguments.addValue(texts(entries, Entry::text));
        arguments.addValue(texts(entries, Entry::html));
        arguments.addValue(entries.stream().map(each -> each.id().value()).toArray(UUID[]::new));
        arguments.addValue(
                entries.stream().map(each -> each.recipient().value()).toArray(UUID[]::new));
        arguments.addValue(texts(entries, each -> each.type().name()));
        arguments.addValue(texts(entries, Entry::body));
        arguments.addValue(texts(entries, Entry::actionUrl));
        Map<NotificationId, Instant> written = new HashMap<>();
        for (Row row : db.query(TELL, arguments)) {
            written.put(
                    new NotificationId(row.getUUID("id")),
                    row.getOffsetDateTime("created_at").toInstant());
        }
        return written;
    }

    private static String[] texts(List<Entry> entries, Function<Entry, String> text) {
        return entries.stream().map(text).toArray(String[]::new);
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

    record Mail(UUID id, String address, String subject, String text, String html, int attempts) {
        Mail with(String otherText, String otherHtml) {
            return new Mail(id, address, subject, otherText, otherHtml, attempts);
        }

        /** Without what it says: that may be somebody's secret. */
        @Override
        public String toString() {
            return "Mail[" + id + "]";
        }
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
