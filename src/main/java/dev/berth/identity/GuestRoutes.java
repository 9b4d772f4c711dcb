package dev.berth.identity;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import io.vertx.core.Future;

/** The operations of those who book without an account. */
final class GuestRoutes {
    private final Bus bus;

    GuestRoutes(Bus bus) {
        this.bus = bus;
    }

    record GuestBody(String email, String name) {}

    record LinkBody(String secret) {}

    record ClaimBody(String refreshToken, String password) {}

    void addTo(Operations operations) {
        operations.on("beginAsGuest", this::begin);
        operations.on(
                "openGuestLink",
                request -> bus.ask(new IdentityCommand.OpenGuestLink(
                                request.body(LinkBody.class).secret()))
                        .map(session -> IdentityRoutes.unstored(Response.ok(IdentityRoutes.view(session)))));
        operations.on(
                "revokeGuestLinks",
                request -> bus.ask(new IdentityCommand.RevokeGuestLinks(request.principal()))
                        .map(done -> Response.noContent()));
        operations.on("claimGuest", this::claim);
    }

    private Future<Response> begin(Request request) {
        GuestBody body = request.body(GuestBody.class);
        return bus.ask(new IdentityCommand.BeginAsGuest(
                        body.email(), body.name(), request.locale().getLanguage()))
                .map(session ->
                        IdentityRoutes.unstored(Response.created(IdentityRoutes.view(session), "/api/v1/users/me")));
    }

    private Future<Response> claim(Request request) {
        ClaimBody body = request.body(ClaimBody.class);
        return bus.ask(new IdentityCommand.ClaimGuest(body.refreshToken(), body.password()))
                .map(session -> IdentityRoutes.unstored(Response.ok(IdentityRoutes.view(session))));
    }
}
