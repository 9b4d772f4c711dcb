package dev.berth.platform.security;

import io.vertx.core.Future;

/** Decides whether somebody may do one more thing of a kind now. */
public interface RateLimiter {
    /** The policy of operations that name none. */
    String EVERYTHING = "everything";

    /** Takes one from what a subject may do in all on this node, without asking anybody. */
    Verdict takeHere(String subject);

    /**
     * Takes one from the subject's allowance. Never fails: when the shared counters are gone, the node counts alone.
     *
     * @param policy the name of a configured policy
     * @param subject who is limited: a user's id or a client's address
     * @throws IllegalArgumentException when no policy has that name
     */
    Future<Verdict> take(String policy, String subject);

    /** @throws IllegalArgumentException when no policy has that name */
    void require(String policy);

    /**
     * @param quota how many the policy allows in its window
     * @param remaining how many are left now
     * @param resetSeconds until the whole quota is there again
     * @param retryAfterSeconds until the next one is allowed; 0 when this one was
     */
    record Verdict(
            boolean allowed,
            String policy,
            long quota,
            long windowSeconds,
            long remaining,
            long resetSeconds,
            long retryAfterSeconds) {
        /** The value of the {@code RateLimit-Policy} header. */
        public String policyHeader() {
            return "\"" + policy + "\";q=" + quota + ";w=" + windowSeconds;
        }

        /** The value of the {@code RateLimit} header. */
        public String limitHeader() {
            return "\"" + policy + "\";r=" + remaining + ";t=" + resetSeconds;
        }
    }
}
