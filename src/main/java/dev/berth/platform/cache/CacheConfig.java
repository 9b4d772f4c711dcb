package dev.berth.platform.cache;

import dev.berth.platform.config.Default;
import dev.berth.platform.config.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is.
 *
 * @param url {@code redis://host:port} or {@code rediss://…}; without it the node goes without Redis
 * @param timeout after which a command counts as failed: what waits for it has something else to do
 * @param retryInterval how long nothing is asked of a Redis that could not be reached
 * @param maxWaiting commands that may be under way; more fail at once
 */
public record CacheConfig(
        @Nullable String url,
        @Nullable Secret password,
        @Default("50ms") Duration timeout,
        @Default("1s") Duration retryInterval,
        @Default("2048") int maxWaiting) {
    public CacheConfig {
        if (timeout.isNegative() || timeout.isZero() || maxWaiting < 1) {
            throw new IllegalArgumentException("needs timeout > 0 and maxWaiting >= 1");
        }
    }

    /** The defaults for a server without a password. */
    public static CacheConfig of(String url) {
        return new CacheConfig(url, null, Duration.ofMillis(50), Duration.ofSeconds(1), 2_048);
    }
}
