package dev.berth.realtime;

import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Tokens;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.time.Instant;

/** Tells whose an access token is. Fails with a {@code Rejection} when it is forged, expired or no token at all. */
@FunctionalInterface
public interface TokenCheck {
    Future<Visitor> check(String accessToken);

    /** The check of the tokens that this platform issues, which needs no waiting. */
    static TokenCheck of(Tokens tokens) {
        return accessToken -> {
            try {
                Tokens.Verified verified = tokens.verify(accessToken);
                return Future.succeededFuture(new Visitor(verified.principal().user(), verified.expiresAt()));
            } catch (Rejection rejection) {
                return Future.failedFuture(rejection);
            }
        };
    }

    /**
     * Somebody who may hear what is meant for them.
     *
     * @param expiresAt when the token ends, and with it what was subscribed by it
     */
    record Visitor(UserId user, Instant expiresAt) {}
}
