package dev.berth.notifications;

import dev.berth.notifications.NotificationCommand.ListNotifications;
import dev.berth.notifications.NotificationCommand.MarkAllRead;
import dev.berth.notifications.NotificationCommand.MarkRead;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.NotificationId;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The inbox operations of the HTTP contract: one operation, one command. */
public final class NotificationRoutes {
    private final Bus bus;

    public NotificationRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("listNotifications", this::list);
        operations.on("markNotificationRead", this::markRead);
        operations.on("markAllNotificationsRead", this::markAllRead);
    }

    private Future<Response> list(Request request) {
        NotificationId before = cursor(request.query("cursor"));
        return bus.ask(new ListNotifications(request.principal().user(), before, request.limit()))
                .map(Response::ok);
    }

    private Future<Response> markRead(Request request) {
        NotificationId notification = new NotificationId(request.pathId("id"));
        return bus.ask(new MarkRead(request.principal().user(), notification)).map(ignored -> Response.noContent());
    }

    private Future<Response> markAllRead(Request request) {
        return bus.ask(new MarkAllRead(request.principal().user())).map(ignored -> Response.noContent());
    }

    private static @Nullable NotificationId cursor(@Nullable String text) {
        try {
            return text == null ? null : NotificationId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
