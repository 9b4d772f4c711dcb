package dev.berth.bookings;

import dev.berth.bookings.SeriesCommand.CancelSeries;
import dev.berth.bookings.SeriesCommand.CreateSeriesQuote;
import dev.berth.bookings.SeriesCommand.GetSeries;
import dev.berth.bookings.SeriesCommand.PlaceSeries;
import dev.berth.bookings.SeriesCommand.PreviewSeriesCancellation;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.SeriesId;
import dev.berth.values.SlotId;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The HTTP side of bookings that are made together: requests become commands. */
public final class SeriesRoutes {
    private final Bus bus;

    public SeriesRoutes(Bus bus) {
        this.bus = bus;
    }

    public void bind(Operations operations) {
        operations.on("createSeriesQuote", this::createQuote);
        operations.on("createSeries", this::createSeries);
        operations.on("getSeries", this::getSeries);
        operations.on("previewSeriesCancellation", this::previewCancellation);
        operations.on("cancelSeries", this::cancel);
    }

    private record QuoteBody(
            ListingId listingId,
            String from,
            String to,
            String rrule,
            @Nullable Set<LocalDate> except,
            @Nullable VehicleId vehicleId,
            @Nullable Boolean permit,
            @Nullable SlotId slotId) {}

    private Future<Response> createQuote(Request request) {
        QuoteBody body = request.body(QuoteBody.class);
        Set<LocalDate> except = body.except();
        CreateSeriesQuote command = new CreateSeriesQuote(
                request.principalOrNull(),
                body.listingId(),
                body.from(),
                body.to(),
                body.rrule(),
                except == null ? Set.of() : except,
                body.vehicleId(),
                Boolean.TRUE.equals(body.permit()),
                body.slotId());
        return bus.ask(command).map(quote -> new Response(201, quote, Map.of()));
    }

    private record SeriesBody(
            String quoteId, Money finalPrice, @Nullable PaymentMethod paymentMethod) {}

    private Future<Response> createSeries(Request request) {
        SeriesBody body = request.body(SeriesBody.class);
        String key = request.idempotencyKey();
        if (key == null) {
            throw new Rejection(ProblemType.IDEMPOTENCY_KEY_REQUIRED, "send an Idempotency-Key");
        }
        PlaceSeries command = new PlaceSeries(
                request.principal(),
                body.quoteId(),
                body.finalPrice(),
                PaymentMethod.of(body.paymentMethod()),
                key,
                HexFormat.of().formatHex(request.fingerprint()));
        return bus.ask(command)
                .map(details -> Response.created(SeriesView.of(details), "/api/v1/booking-series/" + details.id()));
    }

    private Future<Response> getSeries(Request request) {
        return bus.ask(new GetSeries(request.principal(), id(request)))
                .map(details -> Response.ok(SeriesView.of(details)));
    }

    private Future<Response> previewCancellation(Request request) {
        return bus.ask(new PreviewSeriesCancellation(request.principal(), id(request)))
                .map(Response::ok);
    }

    private record CancelBody(@Nullable String reason) {}

    private Future<Response> cancel(Request request) {
        CancelBody body = request.body(CancelBody.class);
        return bus.ask(new CancelSeries(request.principal(), id(request), body.reason()))
                .map(details -> Response.ok(SeriesView.of(details)));
    }

    private static SeriesId id(Request request) {
        return new SeriesId(request.pathId("id"));
    }
}
