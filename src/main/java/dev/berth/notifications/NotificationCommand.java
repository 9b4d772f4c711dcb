package dev.berth.notifications;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.values.NotificationId;
import dev.berth.values.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of notifications: each reader about their own inbox. */
public sealed interface NotificationCommand<R extends Message> extends Command<R>
        permits NotificationCommand.ListNotifications, NotificationCommand.MarkRead, NotificationCommand.MarkAllRead {
    String ADDRESS = "notifications.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * The inbox, the latest first.
     *
     * @param before the last entry of the page before, null for the first page
     * @param limit 1 to 100
     */
    record ListNotifications(UserId reader, @Nullable NotificationId before, int limit)
            implements NotificationCommand<NotificationPage> {}

    /** Repeatable; refused with NOT_FOUND when it is not the reader's. */
    record MarkRead(UserId reader, NotificationId notification) implements NotificationCommand<Done> {}

    record MarkAllRead(UserId reader) implements NotificationCommand<Done> {}

    /**
     * @param next where the next page begins, null at the end
     * @param unread of the whole inbox, counted up to {@value #UNREAD_MAX}
     */
    record NotificationPage(
            List<Notification> items,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            NotificationId next,

            int unread)
            implements Message {
        public static final int UNREAD_MAX = 1_000;

        public NotificationPage {
            items = List.copyOf(items);
        }
    }
}
