package dev.berth.calendars;

import dev.berth.calendars.CalendarCommand.CreateImport;
import dev.berth.calendars.CalendarCommand.DeleteImport;
import dev.berth.calendars.CalendarCommand.ListImports;
import dev.berth.calendars.CalendarCommand.RefreshImport;
import dev.berth.calendars.CalendarImport.Conflict;
import dev.berth.calendars.CalendarImport.Failure;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.values.ImportId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP side of calendars that are imported. */
final class ImportRoutes {
    private final Bus bus;

    ImportRoutes(Bus bus) {
        this.bus = bus;
    }

    void addTo(Operations operations) {
        operations.on("createCalendarImport", this::create);
        operations.on(
                "listCalendarImports",
                request -> bus.ask(new ListImports(request.principal()))
                        .map(imports -> Response.page(
                                imports.items().stream().map(View::of).toList(), null)));
        operations.on(
                "deleteCalendarImport",
                request -> bus.ask(new DeleteImport(request.principal(), id(request)))
                        .map(done -> Response.noContent()));
        operations.on(
                "refreshCalendarImport",
                request -> bus.ask(new RefreshImport(request.principal(), id(request)))
                        .map(found -> Response.ok(View.of(found))));
    }

    private record CreateBody(ListingId listingId, @Nullable SlotId slotId, String url) {}

    private record View(
            ImportId id,
            ListingId listingId,
            @Nullable SlotId slotId,
            String site,
            Instant createdAt,
            boolean refreshing,
            @Nullable Instant readAt,
            Instant nextAt,
            @Nullable Failure error,
            int busy,
            int skipped,
            List<Conflict> conflicts) {
        static View of(CalendarImport found) {
            return new View(
                    found.id(),
                    found.listing(),
                    found.slot(),
                    found.site(),
                    found.createdAt(),
                    found.refreshing(),
                    found.readAt(),
                    found.nextAt(),
                    found.error(),
                    found.busy(),
                    found.skipped(),
                    found.conflicts());
        }
    }

    private Future<Response> create(Request request) {
        CreateBody body = request.body(CreateBody.class);
        return bus.ask(new CreateImport(request.principal(), body.listingId(), body.slotId(), body.url()))
                .map(made ->
                        Response.created(View.of(made), ContractRouter.BASE_PATH + "/calendar-imports/" + made.id()));
    }

    private static ImportId id(Request request) {
        return new ImportId(request.pathId("id"));
    }
}
