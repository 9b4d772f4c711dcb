package dev.berth.access;

import dev.berth.access.AccessCommand.AttemptAccess;
import dev.berth.access.AccessCommand.Credential;
import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.access.AccessCommand.FailMode;
import dev.berth.access.AccessCommand.GateSettings;
import dev.berth.access.AccessCommand.GetGate;
import dev.berth.access.AccessCommand.GetOccupancy;
import dev.berth.access.AccessCommand.PrintPass;
import dev.berth.access.AccessCommand.ReadAccessLog;
import dev.berth.access.AccessCommand.Reading;
import dev.berth.access.AccessCommand.RecordReading;
import dev.berth.access.AccessCommand.SetGate;
import dev.berth.bookings.BookingCommand.GetPassKey;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.RateLimiter;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP side of access: requests become commands. */
public final class AccessRoutes {
    /** The policy that limits each device. */
    private static final String DEVICE_POLICY = "access";

    /** What a device is called that does not say. */
    private static final String UNNAMED = "gate";

    private final Bus bus;
    private final RateLimiter limiter;

    /** @param limiter counts what each device asks */
    public AccessRoutes(Bus bus, RateLimiter limiter) {
        this.bus = bus;
        this.limiter = limiter;
    }

    public void addTo(Operations operations) {
        limiter.require(DEVICE_POLICY);
        operations.on("attemptAccess", this::attempt);
        operations.on("readAccessLog", this::readLog);
        operations.on("recordObservation", this::observe);
        operations.on("getOccupancy", this::occupancy);
        operations.on("getGate", this::getGate);
        operations.on("updateGate", this::setGate);
        operations.on("listPassKeys", this::keys);
        operations.on("getPassDocument", this::passDocument);
    }

    private record AttemptBody(
            ListingId listingId,
            Direction direction,
            Credential credential,
            @Nullable String device,
            @Nullable Instant at) {}

    private Future<Response> attempt(Request request) {
        AttemptBody body = request.body(AttemptBody.class);
        String device = body.device() == null ? UNNAMED : body.device();
        AttemptAccess command = new AttemptAccess(
                request.principal(),
                body.listingId(),
                device,
                body.direction(),
                body.credential(),
                body.at(),
                request.idempotencyKey());
        return limited(request.principal(), device, () -> bus.ask(command).map(Response::ok));
    }

    record ObservationBody(
            ListingId listingId,
            String source,
            Instant observedAt,
            @Nullable Double confidence,
            @Nullable Integer free,
            @Nullable Integer occupied,
            @Nullable String plate,
            @Nullable Direction direction) {
        ObservationBody {
            int told = (free == null ? 0 : 1) + (occupied == null ? 0 : 1) + (plate == null ? 0 : 1);
            if (told != 1) {
                throw new IllegalArgumentException("exactly one of free, occupied and plate is observed");
            }
            if ((plate == null) != (direction == null)) {
                throw new IllegalArgumentException("a plate has a direction, a count has none");
            }
        }
    }

    private Future<Response> observe(Request request) {
        ObservationBody body = request.body(ObservationBody.class);
        double confidence = body.confidence() == null ? 1 : body.confidence();
        String plate = body.plate();
        Direction direction = body.direction();
        return limited(request.principal(), body.source(), () -> {
            if (plate != null && direction != null) {
                AttemptAccess seen = new AttemptAccess(
                        request.principal(),
                        body.listingId(),
                        body.source(),
                        direction,
                        new Credential(CredentialType.PLATE, plate, confidence),
                        body.observedAt(),
                        request.idempotencyKey());
                return bus.ask(seen).map(Response::ok);
            }
            Reading reading = new Reading(
                    body.listingId(), body.free(), body.occupied(), body.source(), confidence, body.observedAt());
            return bus.ask(new RecordReading(request.principal(), reading)).map(done -> Response.noContent());
        });
    }

    private Future<Response> limited(Principal principal, String device, Supplier<Future<Response>> work) {
        return limiter.take(DEVICE_POLICY, principal.user() + "/" + device)
                .compose(verdict -> verdict.allowed()
                        ? work.get()
                        : Future.failedFuture(new Rejection(new Problem(
                                        ProblemType.RATE_LIMITED,
                                        "Try again in " + verdict.retryAfterSeconds() + " seconds")
                                .with("retryAfter", verdict.retryAfterSeconds()))));
    }

    private Future<Response> readLog(Request request) {
        UUID before = cursor(request.query("cursor"));
        return bus.ask(new ReadAccessLog(request.principal(), listing(request), before, request.limit()))
                .map(page -> Response.page(
                        page.entries(), page.next() == null ? null : page.next().toString()));
    }

    private Future<Response> occupancy(Request request) {
        return bus.ask(new GetOccupancy(listing(request))).map(Response::ok);
    }

    private Future<Response> getGate(Request request) {
        return bus.ask(new GetGate(request.principal(), listing(request))).map(AccessRoutes::gate);
    }

    private record GateBody(
            FailMode failEntry,
            FailMode failExit,
            boolean reentry,
            boolean closed,
            @Nullable Boolean seesEntry,
            @Nullable Boolean seesExit,
            @Nullable Boolean releaseNoShows) {}

    private Future<Response> setGate(Request request) {
        GateBody body = request.body(GateBody.class);
        SetGate command = new SetGate(
                request.principal(),
                listing(request),
                request.ifMatch(),
                body.failEntry(),
                body.failExit(),
                body.reentry(),
                body.closed(),
                body.seesEntry(),
                body.seesExit(),
                body.releaseNoShows());
        return bus.ask(command).map(AccessRoutes::gate);
    }

    private static Response gate(GateSettings settings) {
        return Response.ok(settings).etag(settings.version());
    }

    private record PassKeyView(String format, String algorithm, String publicKey) {}

    private record PassKeys(List<PassKeyView> keys) {}

    private Future<Response> keys(Request request) {
        return bus.ask(new GetPassKey())
                .map(key -> Response.ok(new PassKeys(List.of(new PassKeyView("B1", "Ed25519", key.publicKey())))));
    }

    private Future<Response> passDocument(Request request) {
        PrintPass command = new PrintPass(
                request.principal(),
                new BookingId(request.pathId("id")),
                request.locale().getLanguage());
        return bus.ask(command)
                .map(pass -> Response.bytes(
                                "application/pdf",
                                Buffer.buffer(Base64.getDecoder().decode(pass.pdf())))
                        .with("content-disposition", "inline; filename=\"berth-pass.pdf\""));
    }

    private static ListingId listing(Request request) {
        return new ListingId(request.pathId("id"));
    }

    private static @Nullable UUID cursor(@Nullable String text) {
        try {
            return text == null ? null : Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "the cursor is not one of ours", "/query/cursor");
        }
    }
}
