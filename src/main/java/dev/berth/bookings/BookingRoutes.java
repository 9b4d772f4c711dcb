package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.AcceptRequest;
import dev.berth.bookings.BookingCommand.AddBlock;
import dev.berth.bookings.BookingCommand.Block;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.DeclineRequest;
import dev.berth.bookings.BookingCommand.ExtendBooking;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.GetFreeBusy;
import dev.berth.bookings.BookingCommand.GetPass;
import dev.berth.bookings.BookingCommand.ListBlocks;
import dev.berth.bookings.BookingCommand.ListBookings;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.Near;
import dev.berth.bookings.BookingCommand.PayBooking;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.PreviewCancellation;
import dev.berth.bookings.BookingCommand.PreviewExtension;
import dev.berth.bookings.BookingCommand.RecommendSlots;
import dev.berth.bookings.BookingCommand.RemoveBlock;
import dev.berth.bookings.BookingCommand.WaiveOverstayFee;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.RateLimiter;
import dev.berth.values.BlockId;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The HTTP side of bookings: requests become commands. */
public final class BookingRoutes {
    private static final int QR_PIXELS = 480;
    /** Bytes of a cursor: one id. */
    private static final int CURSOR_BYTES = 16;

    private static final String DEFAULT_REASON = "BLOCKED";
    private static final int CALENDAR_STEP_MINUTES = 60;

    /** The policy that limits who tries promo codes. */
    private static final String CODES_POLICY = "codes";

    private final Bus bus;
    private final RateLimiter limiter;

    /** @param limiter counts who tries promo codes */
    public BookingRoutes(Bus bus, RateLimiter limiter) {
        this.bus = bus;
        this.limiter = limiter;
    }

    public void bind(Operations operations) {
        limiter.require(CODES_POLICY);
        operations.on("createQuote", this::createQuote);
        operations.on("recommendSlots", this::recommendSlots);
        operations.on("createBooking", this::createBooking);
        operations.on("confirmPaymentIntent", this::confirmPayment);
        operations.on("listBookings", this::listBookings);
        operations.on("getBooking", this::getBooking);
        operations.on("previewCancellation", this::previewCancellation);
        operations.on("cancelBooking", this::cancelBooking);
        operations.on("confirmBooking", this::accept);
        operations.on("declineBooking", this::decline);
        operations.on("modifyBooking", this::modify);
        operations.on("previewExtension", this::previewExtension);
        operations.on("extendBooking", this::extend);
        operations.on("checkIn", this::checkIn);
        operations.on("checkOut", this::checkOut);
        operations.on("waiveOverstayFee", this::waiveFee);
        operations.on("getPass", this::getPass);
        operations.on("getPassImage", this::getPassImage);
        operations.on("listBlocks", this::listBlocks);
        operations.on("addBlock", this::addBlock);
        operations.on("removeBlock", this::removeBlock);
        operations.on("getCalendar", this::getCalendar);
    }

    private record QuoteBody(
            ListingId listingId,
            String from,
            String to,
            @Nullable VehicleId vehicleId,
            @Nullable SlotId slotId,
            @Nullable Boolean permit,
            @Nullable String promoCode) {}

    private Future<Response> createQuote(Request request) {
        QuoteBody body = request.body(QuoteBody.class);
        CreateQuote command = new CreateQuote(
                request.principalOrNull(),
                body.listingId(),
                body.from(),
                body.to(),
                body.vehicleId(),
                body.slotId(),
                Boolean.TRUE.equals(body.permit()),
                body.promoCode());
        if (body.promoCode() == null) {
            return bus.ask(command).map(quote -> new Response(201, quote, Map.of()));
        }
        // Who tries codes is slower than who looks at prices.
        Principal actor = request.principalOrNull();
        String subject = actor == null ? request.clientAddress() : actor.user().toString();
        return limiter.take(CODES_POLICY, subject).compose(verdict -> {
            if (!verdict.allowed()) {
                Problem problem = new Problem(ProblemType.RATE_LIMITED, "too many tries with codes: wait a little");
                return Future.failedFuture(new Rejection(problem.with("retryAfter", verdict.retryAfterSeconds())));
            }
            return bus.ask(command).map(quote -> new Response(201, quote, Map.of()));
        });
    }

    private Future<Response> recommendSlots(Request request) {
        String vehicle = request.query("vehicleId");
        String near = request.query("near");
        return bus.ask(new RecommendSlots(
                        request.principalOrNull(),
                        new ListingId(request.pathId("id")),
                        Objects.requireNonNull(request.query("from")),
                        Objects.requireNonNull(request.query("to")),
                        vehicle == null ? null : VehicleId.parse(vehicle),
                        request.queryBoolean("permit", false),
                        near == null ? null : Near.valueOf(near),
                        request.limit()))
                .map(Response::ok);
    }

    private record BookingBody(
            String quoteId,
            Money finalPrice,
            @Nullable VehicleId vehicleId,
            @Nullable PaymentMethod paymentMethod,
            @Nullable Boolean usePoints,
            @Nullable Boolean useWallet) {}

    private Future<Response> createBooking(Request request) {
        BookingBody body = request.body(BookingBody.class);
        String key = request.idempotencyKey();
        if (key == null) {
            throw new Rejection(ProblemType.IDEMPOTENCY_KEY_REQUIRED, "send an Idempotency-Key");
        }
        PlaceBooking command = new PlaceBooking(
                request.principal(),
                body.quoteId(),
                body.finalPrice(),
                body.vehicleId(),
                PaymentMethod.of(body.paymentMethod()),
                key,
                HexFormat.of().formatHex(request.fingerprint()),
                new Inside(Boolean.TRUE.equals(body.usePoints()), Boolean.TRUE.equals(body.useWallet())));
        return bus.ask(command)
                .map(details -> Response.created(
                                BookingView.of(details),
                                "/api/v1/bookings/" + details.booking().id())
                        .etag(tag(details)));
    }

    private record ConfirmBody(PaymentMethod paymentMethod) {}

    private Future<Response> confirmPayment(Request request) {
        PayBooking command = new PayBooking(
                request.principal(),
                new PaymentId(request.pathId("id")),
                request.body(ConfirmBody.class).paymentMethod().method());
        return bus.ask(command).map(BookingRoutes::ok);
    }

    private Future<Response> listBookings(Request request) {
        String listing = request.query("listing");
        UUID before = cursor(request);
        ListBookings command = new ListBookings(
                request.principal(),
                request.requiredQuery("role").equals("host"),
                listing == null ? null : ListingId.parse(listing),
                request.queryList("status").stream().map(BookingStatus::valueOf).collect(Collectors.toSet()),
                before == null ? null : new BookingId(before),
                request.limit());
        return bus.ask(command)
                .map(page -> Response.page(
                        page.bookings().stream().map(BookingView::of).toList(),
                        page.next() == null ? null : cursor(page.next().value())));
    }

    private Future<Response> getBooking(Request request) {
        return bus.ask(new GetBooking(request.principal(), bookingId(request))).map(BookingRoutes::ok);
    }

    private Future<Response> previewCancellation(Request request) {
        return bus.ask(new PreviewCancellation(request.principal(), bookingId(request)))
                .map(Response::ok);
    }

    private record CancelBody(@Nullable String reason) {}

    private Future<Response> cancelBooking(Request request) {
        CancelBody body = request.body(CancelBody.class);
        return bus.ask(new CancelBooking(request.principal(), bookingId(request), body.reason()))
                .map(BookingRoutes::ok);
    }

    private record AcceptBody(@Nullable Long version) {}

    private Future<Response> accept(Request request) {
        AcceptBody body = request.body(AcceptBody.class);
        return bus.ask(new AcceptRequest(request.principal(), bookingId(request), body.version()))
                .map(BookingRoutes::ok);
    }

    private Future<Response> decline(Request request) {
        CancelBody body = request.body(CancelBody.class);
        return bus.ask(new DeclineRequest(request.principal(), bookingId(request), body.reason()))
                .map(BookingRoutes::ok);
    }

    private record ModifyBody(
            String quoteId, Money finalPrice, @Nullable PaymentMethod paymentMethod) {}

    private Future<Response> modify(Request request) {
        ModifyBody body = request.body(ModifyBody.class);
        return bus.ask(new ModifyBooking(
                        request.principal(),
                        bookingId(request),
                        body.quoteId(),
                        body.finalPrice(),
                        PaymentMethod.of(body.paymentMethod())))
                .map(BookingRoutes::ok);
    }

    private Future<Response> previewExtension(Request request) {
        return bus.ask(new PreviewExtension(request.principal(), bookingId(request)))
                .map(Response::ok);
    }

    private record ExtendBody(
            String to, @Nullable Money finalPrice, @Nullable PaymentMethod paymentMethod) {}

    private Future<Response> extend(Request request) {
        ExtendBody body = request.body(ExtendBody.class);
        return bus.ask(new ExtendBooking(
                        request.principal(),
                        bookingId(request),
                        body.to(),
                        body.finalPrice(),
                        PaymentMethod.of(body.paymentMethod())))
                .map(BookingRoutes::ok);
    }

    private record CheckInBody(@Nullable Boolean slotTaken) {}

    private Future<Response> checkIn(Request request) {
        boolean taken = Boolean.TRUE.equals(request.body(CheckInBody.class).slotTaken());
        return bus.ask(new CheckIn(request.principal(), bookingId(request), taken))
                .map(BookingRoutes::ok);
    }

    private record CheckOutBody(@Nullable Instant leftAt) {}

    private Future<Response> checkOut(Request request) {
        Instant leftAt = request.body(CheckOutBody.class).leftAt();
        return bus.ask(new CheckOut(request.principal(), bookingId(request), leftAt))
                .map(BookingRoutes::ok);
    }

    private record WaiveBody(String reason) {}

    private Future<Response> waiveFee(Request request) {
        String reason = request.body(WaiveBody.class).reason();
        return bus.ask(new WaiveOverstayFee(request.principal(), bookingId(request), reason))
                .map(BookingRoutes::ok);
    }

    private Future<Response> getPass(Request request) {
        return bus.ask(new GetPass(request.principal(), bookingId(request))).map(Response::ok);
    }

    private Future<Response> getPassImage(Request request) {
        return bus.ask(new GetPass(request.principal(), bookingId(request)))
                .map(pass -> Response.bytes("image/png", Buffer.buffer(QrImage.png(pass.qr(), QR_PIXELS))));
    }

    /** A block in the shape of the public API. */
    private record BlockView(
            BlockId id,
            ListingId listingId,
            List<SlotId> slots,
            Instant from,
            Instant to,
            String reason,
            Instant createdAt) {
        static BlockView of(Block block) {
            return new BlockView(
                    block.id(),
                    block.listing(),
                    block.slots(),
                    block.stay().from(),
                    block.stay().to(),
                    block.reason(),
                    block.createdAt());
        }
    }

    private Future<Response> listBlocks(Request request) {
        UUID after = cursor(request);
        ListBlocks command = new ListBlocks(
                request.principal(), listingId(request), after == null ? null : new BlockId(after), request.limit());
        return bus.ask(command)
                .map(page -> Response.page(
                        page.blocks().stream().map(BlockView::of).toList(),
                        page.next() == null ? null : cursor(page.next().value())));
    }

    private record BlockBody(
            @Nullable List<SlotId> slots,
            Instant from,
            Instant to,
            @Nullable String reason) {}

    private Future<Response> addBlock(Request request) {
        BlockBody body = request.body(BlockBody.class);
        List<SlotId> slots = body.slots();
        AddBlock command = new AddBlock(
                request.principal(),
                listingId(request),
                slots == null ? List.of() : slots,
                body.from(),
                body.to(),
                body.reason() == null ? DEFAULT_REASON : body.reason());
        return bus.ask(command)
                .map(block -> Response.created(
                        BlockView.of(block), "/api/v1/listings/" + block.listing() + "/blocks/" + block.id()));
    }

    private Future<Response> removeBlock(Request request) {
        BlockId block = new BlockId(request.pathId("blockId"));
        return bus.ask(new RemoveBlock(request.principal(), listingId(request), block))
                .map(done -> Response.noContent());
    }

    private Future<Response> getCalendar(Request request) {
        Long step = request.queryLong("step");
        Instant from = instant(request, "from");
        Instant to = instant(request, "to");
        return bus.ask(new GetFreeBusy(
                        listingId(request), from, to, step == null ? CALENDAR_STEP_MINUTES : Math.toIntExact(step)))
                .map(Response::ok);
    }

    private static Instant instant(Request request, String name) {
        return OffsetDateTime.parse(request.requiredQuery(name)).toInstant().truncatedTo(ChronoUnit.MICROS);
    }

    private static Response ok(BookingDetails details) {
        return Response.ok(BookingView.of(details)).etag(tag(details));
    }

    private static BookingId bookingId(Request request) {
        return new BookingId(request.pathId("id"));
    }

    /** What is told of the payment changes without a new version of the booking. */
    private static String tag(BookingDetails details) {
        return details.booking().version() + "-" + details.payment().status();
    }

    private static ListingId listingId(Request request) {
        return new ListingId(request.pathId("id"));
    }

    private static String cursor(UUID id) {
        byte[] bytes = ByteBuffer.allocate(CURSOR_BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static @Nullable UUID cursor(Request request) {
        String text = request.query("cursor");
        if (text == null) {
            return null;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == CURSOR_BYTES) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                return new UUID(buffer.getLong(), buffer.getLong());
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the refusal.
        }
        throw new Rejection(ProblemType.INVALID_CURSOR, "this cursor is not one of ours", "/query/cursor");
    }
}
