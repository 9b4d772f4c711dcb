package dev.berth.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.identity.IdentityCommand.LoggedIn;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.RateLimiter;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import dev.berth.values.VehicleKind;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The identity operations of the HTTP contract: one operation, one command. */
public final class IdentityRoutes {
    private final Bus bus;
    private final RateLimiter limiter;

    /** @param limiter counts attempts to log in to one account, wherever they come from */
    public IdentityRoutes(Bus bus, RateLimiter limiter) {
        this.bus = bus;
        this.limiter = limiter;
    }

    record RegisterBody(
            String email,
            String password,
            String name,
            @Nullable Set<Role> roles) {}

    record LogInBody(String email, String password) {}

    record TokenBody(String refreshToken) {}

    record AccountBody(
            @Nullable String name,
            @Nullable String phone,
            @Nullable String locale) {}

    record VehicleBody(
            String plate,
            @Nullable String make,
            @Nullable String model,
            @Nullable String colour,
            @Nullable Integer year,
            @Nullable String size,
            @Nullable Integer heightCm,
            @Nullable Boolean ev,
            @JsonProperty("default") @Nullable Boolean isDefault,
            @Nullable VehicleKind kind,
            @Nullable Integer lengthCm,
            @Nullable Integer widthCm,
            @Nullable Integer weightKg,
            @Nullable Boolean permit,
            @Nullable Boolean carShare) {}

    record SessionView(AccountView user, String accessToken, String refreshToken, long expiresIn) {}

    record AccountView(
            UserId id, String email, String name, @Nullable String phone, String locale, List<Role> roles) {}

    record ProfileView(UserId id, String name) {}

    record VehicleView(VehicleId id, @JsonUnwrapped VehicleDetails details, long version) {}

    public void addTo(Operations operations) {
        new GuestRoutes(bus).addTo(operations);
        operations.on("registerUser", this::register);
        operations.on("logIn", this::logIn);
        operations.on(
                "refreshToken",
                request -> bus.ask(new IdentityCommand.Refresh(
                                request.body(TokenBody.class).refreshToken()))
                        .map(session -> unstored(Response.ok(view(session)))));
        operations.on(
                "logOut",
                request -> bus.ask(new IdentityCommand.LogOut(
                                request.body(TokenBody.class).refreshToken()))
                        .map(done -> Response.noContent()));
        operations.on(
                "getMe",
                request -> account(
                        new IdentityCommand.GetAccount(request.principal().user())));
        operations.on("updateMe", this::updateMe);
        operations.on(
                "getPublicProfile",
                request -> bus.ask(new IdentityCommand.GetProfile(new UserId(request.pathId("id"))))
                        .map(profile -> Response.ok(new ProfileView(profile.id(), profile.name()))));
        operations.on("listVehicles", this::listVehicles);
        operations.on("createVehicle", this::createVehicle);
        operations.on(
                "getVehicle",
                request -> vehicle(new IdentityCommand.ReadVehicle(request.principal(), vehicleId(request))));
        operations.on("updateVehicle", this::updateVehicle);
        operations.on(
                "deleteVehicle",
                request -> bus.ask(new IdentityCommand.DeleteVehicle(request.principal(), vehicleId(request)))
                        .map(done -> Response.noContent()));
    }

    private Future<Response> register(Request request) {
        RegisterBody body = request.body(RegisterBody.class);
        Set<Role> roles =
                body.roles() == null || body.roles().isEmpty() ? EnumSet.of(Role.DRIVER, Role.HOST) : body.roles();
        return bus.ask(new IdentityCommand.Register(
                        body.email(),
                        body.password(),
                        body.name(),
                        roles,
                        request.locale().getLanguage()))
                .map(session -> unstored(Response.created(view(session), "/api/v1/users/me")));
    }

    private Future<Response> logIn(Request request) {
        LogInBody body = request.body(LogInBody.class);
        return limiter.take("login", "account:" + body.email().strip().toLowerCase(Locale.ROOT))
                .compose(verdict -> verdict.allowed()
                        ? bus.ask(new IdentityCommand.LogIn(body.email(), body.password()))
                        : Future.failedFuture(new Rejection(new Problem(
                                        ProblemType.RATE_LIMITED,
                                        "Try again in " + verdict.retryAfterSeconds() + " seconds")
                                .with("retryAfter", verdict.retryAfterSeconds()))))
                .map(session -> unstored(Response.ok(view(session))));
    }

    private Future<Response> updateMe(Request request) {
        AccountBody body = request.body(AccountBody.class);
        return account(new IdentityCommand.UpdateAccount(
                request.principal(), body.name(), body.phone(), body.locale(), request.ifMatch()));
    }

    private Future<Response> account(Command<Account> command) {
        return bus.ask(command).map(account -> Response.ok(view(account)).etag(account.version()));
    }

    private Future<Response> listVehicles(Request request) {
        int limit = request.limit();
        String cursor = request.query("cursor");
        return bus.ask(new IdentityCommand.ListVehicles(
                        request.principal(), cursor == null ? null : after(cursor), limit + 1))
                .map(vehicles -> {
                    boolean more = vehicles.items().size() > limit;
                    List<Vehicle> page = more ? vehicles.items().subList(0, limit) : vehicles.items();
                    return Response.page(
                            page.stream().map(IdentityRoutes::view).toList(),
                            more ? page.getLast().id().toString() : null);
                });
    }

    private static VehicleId after(String cursor) {
        try {
            return VehicleId.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.INVALID_CURSOR, "take it from the page before", "/query/cursor");
        }
    }

    private Future<Response> createVehicle(Request request) {
        String key = request.idempotencyKey();
        Once once = key == null ? null : new Once(key, HexFormat.of().formatHex(request.fingerprint()));
        return bus.ask(new IdentityCommand.AddVehicle(request.principal(), details(request), once))
                .map(vehicle -> Response.created(view(vehicle), "/api/v1/vehicles/" + vehicle.id())
                        .etag(vehicle.version()));
    }

    private Future<Response> updateVehicle(Request request) {
        Long version = request.ifMatch();
        if (version == null) {
            throw new Rejection(
                    ProblemType.PRECONDITION_REQUIRED, "send the ETag of what you change", "/header/If-Match");
        }
        return vehicle(
                new IdentityCommand.UpdateVehicle(request.principal(), vehicleId(request), details(request), version));
    }

    private Future<Response> vehicle(Command<Vehicle> command) {
        return bus.ask(command).map(vehicle -> Response.ok(view(vehicle)).etag(vehicle.version()));
    }

    private static VehicleDetails details(Request request) {
        VehicleBody body = request.body(VehicleBody.class);
        return new VehicleDetails(
                body.plate().strip().toUpperCase(Locale.ROOT),
                body.make(),
                body.model(),
                body.colour(),
                body.year(),
                body.size(),
                body.heightCm(),
                Boolean.TRUE.equals(body.ev()),
                Boolean.TRUE.equals(body.isDefault()),
                Objects.requireNonNullElse(body.kind(), VehicleKind.CAR),
                body.lengthCm(),
                body.widthCm(),
                body.weightKg(),
                Boolean.TRUE.equals(body.permit()),
                Boolean.TRUE.equals(body.carShare()));
    }

    private static VehicleId vehicleId(Request request) {
        return new VehicleId(request.pathId("id"));
    }

    private static VehicleView view(Vehicle vehicle) {
        return new VehicleView(vehicle.id(), vehicle.details(), vehicle.version());
    }

    private static AccountView view(Account account) {
        return new AccountView(
                account.id(),
                account.email(),
                account.name(),
                account.phone(),
                account.locale(),
                account.roles().stream().sorted().toList());
    }

    static SessionView view(LoggedIn session) {
        return new SessionView(
                view(session.account()), session.accessToken(), session.refreshToken(), session.expiresInSeconds());
    }

    /** Tokens belong in no cache. */
    static Response unstored(Response response) {
        return response.with("cache-control", "no-store");
    }
}
