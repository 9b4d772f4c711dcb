package dev.berth.realtime;

import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.time.Instant;

/** Tells whose an access token is. Fails with a {@code Rejection} when it is forged, expired or no token at all. */
@FunctionalInterface
public interface TokenCheck {
    Future<Visitor> check(String accessToken);

    /**
     * Somebody who may hear what is meant for them.
     *
     * @param expiresAt when the token ends, and with it what was subscribed by it
     */
    record Visitor(UserId user, Instant expiresAt) {}
}
