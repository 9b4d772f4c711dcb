package dev.berth.calendars;

import dev.berth.calendars.CalendarCommand.CreateFeed;
import dev.berth.calendars.CalendarCommand.CreatedFeed;
import dev.berth.calendars.CalendarCommand.DeleteFeed;
import dev.berth.calendars.CalendarCommand.ListFeeds;
import dev.berth.calendars.CalendarCommand.ReadFeed;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.values.FeedId;
import dev.berth.values.ListingId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The HTTP side of calendar feeds: requests become commands. */
public final class CalendarRoutes {
    private static final String ENDING = ".ics";
    private static final String PUBLIC_PATH = "/calendar/";

    private final Bus bus;
    private final URI publicUrl;

    /** @param publicUrl where calendar programs find Berth */
    public CalendarRoutes(Bus bus, URI publicUrl) {
        this.bus = bus;
        this.publicUrl = publicUrl;
    }

    public void addTo(Operations operations) {
        operations.on("createCalendarFeed", this::create);
        operations.on("listCalendarFeeds", this::list);
        operations.on("deleteCalendarFeed", this::delete);
        operations.on("readCalendar", this::read);
        new ImportRoutes(bus).addTo(operations);
    }

    /** The address that people subscribe to is outside of the API and outlives its versions. */
    public void mount(Router router) {
        router.get(PUBLIC_PATH + ":file")
                .handler(
                        context -> context.reroute(ContractRouter.BASE_PATH + PUBLIC_PATH + context.pathParam("file")));
    }

    private record CreateBody(@Nullable ListingId listingId) {}

    private record Created(FeedId id, @Nullable ListingId listingId, Instant createdAt, URI url) {}

    private Future<Response> create(Request request) {
        CreateFeed command = new CreateFeed(
                request.principal(), request.body(CreateBody.class).listingId());
        return bus.ask(command).map(created -> {
            Created view = view(created);
            return Response.created(view, ContractRouter.BASE_PATH + "/calendar-feeds/" + view.id());
        });
    }

    private Created view(CreatedFeed created) {
        return new Created(
                created.feed().id(),
                created.feed().listing(),
                created.feed().createdAt(),
                publicUrl.resolve(PUBLIC_PATH + created.secret() + ENDING));
    }

    private record View(
            FeedId id,
            @Nullable ListingId listingId,
            Instant createdAt,
            @Nullable Instant readAt) {
        static View of(Feed feed) {
            return new View(feed.id(), feed.listing(), feed.createdAt(), feed.readAt());
        }
    }

    private Future<Response> list(Request request) {
        return bus.ask(new ListFeeds(request.principal()))
                .map(feeds -> Response.page(feeds.items().stream().map(View::of).toList(), null));
    }

    private Future<Response> delete(Request request) {
        return bus.ask(new DeleteFeed(request.principal(), new FeedId(request.pathId("id"))))
                .map(done -> Response.noContent());
    }

    private Future<Response> read(Request request) {
        String file = request.path("file");
        return bus.ask(new ReadFeed(file.substring(0, file.length() - ENDING.length())))
                .map(calendar -> Response.bytes("text/calendar; charset=utf-8", Buffer.buffer(calendar.text()))
                        .etag(calendar.tag())
                        .with("Cache-Control", "private, no-cache"));
    }
}
