package dev.berth.waitlist;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.ListingId;
import dev.berth.values.TimeRange;
import dev.berth.values.WaitId;
import dev.berth.waitlist.WaitlistCommand.BeginToWait;
import dev.berth.waitlist.WaitlistCommand.ListWaits;
import dev.berth.waitlist.WaitlistCommand.StopWaiting;
import io.vertx.core.Future;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The HTTP side of waitlists: requests become commands. */
public final class WaitlistRoutes {
    private final Bus bus;

    public WaitlistRoutes(Bus bus) {
        this.bus = bus;
    }

    public void addTo(Operations operations) {
        operations.on("listWaits", this::list);
        operations.on("beginToWait", this::begin);
        operations.on("stopWaiting", this::stop);
    }

    /** A place on a waitlist, as the API shows it to whose it is. */
    private record View(
            WaitId id,
            ListingId listingId,
            String title,
            String timeZone,
            Instant from,
            Instant to,
            Instant createdAt,
            @Nullable Instant toldAt) {
        static View of(Wait wait) {
            return new View(
                    wait.id(),
                    wait.listing(),
                    wait.title(),
                    wait.timeZone(),
                    wait.stay().from(),
                    wait.stay().to(),
                    wait.createdAt(),
                    wait.toldAt());
        }
    }

    private Future<Response> list(Request request) {
        return bus.ask(new ListWaits(request.principal(), cursor(request.query("cursor")), request.limit()))
                .map(page -> Response.page(
                        page.items().stream().map(View::of).toList(),
                        page.next() == null ? null : page.next().toString()));
    }

    private record BeginBody(ListingId listingId, Instant from, Instant to) {}

    private Future<Response> begin(Request request) {
        BeginBody body = request.body(BeginBody.class);
        if (!body.from().isBefore(body.to())) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a stay ends after it begins", "/to");
        }
        BeginToWait command =
                new BeginToWait(request.principal(), body.listingId(), new TimeRange(body.from(), body.to()));
        return bus.ask(command).map(wait -> Response.created(View.of(wait), "/api/v1/waitlist/" + wait.id()));
    }

    private Future<Response> stop(Request request) {
        return bus.ask(new StopWaiting(request.principal(), new WaitId(request.pathId("id"))))
                .map(done -> Response.noContent());
    }

    private static @Nullable WaitId cursor(@Nullable String text) {
        try {
            return text == null ? null : WaitId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
