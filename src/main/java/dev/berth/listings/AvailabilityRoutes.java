package dev.berth.listings;

import dev.berth.availability.Availability;
import dev.berth.availability.StayDefaults;
import dev.berth.listings.AvailabilityJson.AvailabilityBody;
import dev.berth.listings.AvailabilityJson.AvailabilityView;
import dev.berth.listings.AvailabilityJson.PreviewBody;
import dev.berth.listings.ListingCommand.GetAvailability;
import dev.berth.listings.ListingCommand.ListingAvailability;
import dev.berth.listings.ListingCommand.SetAvailability;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.ListingId;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** When listings can be booked: that part of the HTTP contract. */
public final class AvailabilityRoutes {
    private final Bus bus;
    private final AvailabilityCheck check;
    private final StayDefaults defaults;
    private final Clock clock;

    /** @param defaults what counts where a host says nothing */
    public AvailabilityRoutes(Bus bus, ListingConfig limits, StayDefaults defaults, Clock clock) {
        this.bus = bus;
        this.check = new AvailabilityCheck(limits, defaults);
        this.defaults = defaults;
        this.clock = clock;
    }

    public void addTo(Operations operations) {
        operations.on("getAvailability", this::get);
        operations.on("updateAvailability", this::update);
        operations.on("previewAvailability", this::preview);
    }

    private Future<Response> get(Request request) {
        String first = request.query("firstDay");
        return bus.ask(new GetAvailability(listing(request)))
                .map(found -> answer(found, first == null ? null : LocalDate.parse(first)));
    }

    private Future<Response> update(Request request) {
        Availability wanted = request.body(AvailabilityBody.class).availability();
        return bus.ask(new SetAvailability(request.principal(), listing(request), request.ifMatch(), wanted))
                .map(now -> answer(now, null));
    }

    private Response answer(ListingAvailability found, @Nullable LocalDate first) {
        return view(found.availability(), ZoneId.of(found.timeZone()), first).etag(found.version());
    }

    private Future<Response> preview(Request request) {
        PreviewBody body = request.body(PreviewBody.class);
        ZoneId zone;
        try {
            zone = ZoneId.of(body.timeZone());
        } catch (DateTimeException e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "must be a zone of the IANA database", "/timeZone");
        }
        Availability wanted = body.availability().availability();
        check.check(wanted, zone);
        return Future.succeededFuture(view(wanted, zone, body.firstDay()));
    }

    private Response view(Availability availability, ZoneId zone, @Nullable LocalDate first) {
        return Response.ok(AvailabilityView.of(
                availability,
                AvailabilityCheck.timetable(availability, zone, defaults),
                defaults,
                clock.instant(),
                first));
    }

    private static ListingId listing(Request request) {
        return new ListingId(request.pathId("id"));
    }
}
