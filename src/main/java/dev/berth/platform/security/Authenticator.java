package dev.berth.platform.security;

import dev.berth.values.Principal;

/** Tells who holds an access token. */
public interface Authenticator {
    /**
     * @param token the bearer token as sent, without its scheme
     * @throws dev.berth.platform.problems.Rejection UNAUTHENTICATED when it is forged, expired or no token at all
     */
    Principal authenticate(String token);
}
