package dev.berth.notifications;

import dev.berth.values.NotificationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of an inbox, as the public API and the bridge show it.
 *
 * @param title one line, in the reader's language
 * @param body plain text, in the reader's language
 * @param action where it leads, null for nowhere
 * @param readAt null while unread
 */
public record Notification(
        NotificationId id,
        Type type,
        String title,
        String body,
        @Nullable Action action,
        @Nullable Instant readAt,
        Instant createdAt) {

    /** What it is about. */
    public enum Type {
        BOOKING,
        PAYMENT,
        SYSTEM,
        PROMOTION
    }

    /** @param url a path of the web app, such as {@code /bookings/…} */
    public record Action(String url) {}
}
