package dev.berth.platform.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.cache.Cache;
import dev.berth.platform.cache.CacheConfig;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that count together in Redis, and one that has none. */
@WithServices
class SharedRateLimiterIT {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private SharedRateLimiter node(String redis) {
        Cache cache = new Cache(
                vertx,
                new CacheConfig(redis, null, java.time.Duration.ofSeconds(5), java.time.Duration.ofSeconds(1), 2_048));
        await(cache.warmUp());
        assertThat(cache.isConnected()).isEqualTo(!redis.endsWith(":1"));
        return new SharedRateLimiter(cache, RateLimitConfig.defaults());
    }

    @Test
    void nodes_countTogether(Services services) {
        SharedRateLimiter one = node(services.redis());
        SharedRateLimiter other = node(services.redis());
        for (int i = 0; i < 5; i++) {
            assertThat(await(one.take("login", "a")).remaining()).isEqualTo(9 - 2 * i);
            assertThat(await(other.take("login", "a")).allowed()).isTrue();
        }
        RateLimiter.Verdict refused = await(one.take("login", "a"));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfterSeconds()).isBetween(1L, 6L);
        assertThat(await(other.take("login", "a")).allowed()).isFalse();
        assertThat(await(other.take("login", "b")).allowed()).isTrue();
    }

    @Test
    void withoutRedis_aNodeCountsAlone() {
        SharedRateLimiter alone = node("redis://127.0.0.1:1");
        for (int i = 0; i < 10; i++) {
            assertThat(await(alone.take("login", "a")).allowed()).isTrue();
        }
        assertThat(await(alone.take("login", "a")).allowed()).isFalse();
    }

    @Test
    void policyThatIsNotConfigured_isAMistake() {
        SharedRateLimiter alone = node("redis://127.0.0.1:1");
        assertThatThrownBy(() -> alone.require("nothing")).hasMessageContaining("nothing");
    }
}
