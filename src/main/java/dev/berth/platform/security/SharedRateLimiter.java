package dev.berth.platform.security;

import dev.berth.platform.cache.Cache;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts over all nodes in Redis, in one round trip; on its own while Redis is gone or too slow. */
public final class SharedRateLimiter implements RateLimiter {
    /**
     * The same algorithm as {@link LocalRateLimiter}, on Redis' clock. Answers whether it is allowed, and how many
     * microseconds the subject is ahead.
     */
    private static final Cache.Script SCRIPT = new Cache.Script("""
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local window = tonumber(ARGV[1])
            local interval = tonumber(ARGV[2])
            local base = tonumber(redis.call('GET', KEYS[1]) or now)
            if base < now then base = now end
            if base + interval - now > window then return {0, base - now} end
            local arrival = base + interval
            redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000) + 1)
            return {1, arrival - now}
            """);

    private final Cache cache;
    private final LocalRateLimiter local;
    private final RatePolicy everything;
    private final Map<String, RatePolicy> shared;

    public SharedRateLimiter(Cache cache, RateLimitConfig config) {
        this.cache = cache;
        this.local = new LocalRateLimiter(config.maxSubjects(), () -> System.nanoTime() / 1_000);
        this.everything = config.local();
        this.shared = config.shared().stream().collect(Collectors.toMap(RatePolicy::name, Function.identity()));
    }

    @Override
    public Verdict takeHere(String subject) {
        return local.take(everything, subject);
    }

    @Override
    public Future<Verdict> take(String name, String subject) {
        RatePolicy policy = policy(name);
        return cache.run(
                        SCRIPT,
                        "berth:rate:" + name + ":" + subject,
                        List.of(Long.toString(policy.windowMicros()), Long.toString(policy.intervalMicros())))
                .map(answer -> verdict(policy, answer))
                .otherwise(failure -> local.take(policy, subject));
    }

    private static Verdict verdict(RatePolicy policy, @Nullable Response answer) {
        Response pair = Objects.requireNonNull(answer);
        return policy.verdict(number(pair, 0) == 1, number(pair, 1));
    }

    private static long number(Response pair, int index) {
        return Objects.requireNonNull(pair.get(index).toLong());
    }

    @Override
    public void require(String policy) {
        policy(policy);
    }

    private RatePolicy policy(String name) {
        RatePolicy policy = shared.get(name);
        if (policy == null) {
            throw new IllegalArgumentException("there is no rate policy " + name + ", only " + shared.keySet());
        }
        return policy;
    }
}
