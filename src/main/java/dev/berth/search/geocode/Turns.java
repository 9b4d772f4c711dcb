package dev.berth.search.geocode;

import dev.berth.platform.cache.Cache;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns at the provider, one for each interval, for all nodes together: Redis says how long to wait for one's own. Without
 * a Redis in the configuration each node counts alone; with one that cannot be reached there is no turn.
 */
final class Turns {
    /** Gives the next turn and answers how many milliseconds it is ahead, or −1 when that is too far. */
    private static final Cache.Script SCRIPT = new Cache.Script("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local interval = tonumber(ARGV[1])
            local next = tonumber(redis.call('GET', KEYS[1]) or now)
            if next < now then next = now end
            if next - now > tonumber(ARGV[2]) then return -1 end
            redis.call('SET', KEYS[1], string.format('%.0f', next + interval), 'PX', next + interval - now + 1)
            return next - now
            """);

    private static final String KEY = "berth:geocode:turn";

    private final Cache cache;
    private final boolean isShared;
    private final long intervalMillis;
    private final long waitMaxMillis;
    private final AtomicLong nextMillis = new AtomicLong(Long.MIN_VALUE);

    Turns(Cache cache, boolean isShared, GeocodingConfig config) {
        this.cache = cache;
        this.isShared = isShared;
        this.intervalMillis = Math.max(1, config.requestInterval().toMillis());
        this.waitMaxMillis = config.waitMax().toMillis();
    }

    /** Milliseconds until one's turn, or −1 when there is none in time. */
    Future<Long> take() {
        if (!isShared) {
            return Future.succeededFuture(takeHere());
        }
        return cache.run(SCRIPT, KEY, List.of(Long.toString(intervalMillis), Long.toString(waitMaxMillis)))
                .map(Turns::wait)
                .otherwise(-1L);
    }

    private static long wait(@Nullable Response answer) {
        Long wait = answer == null ? null : answer.toLong();
        return wait == null ? -1 : wait;
    }

    private long takeHere() {
        long now = System.nanoTime() / 1_000_000;
        long before;
        long turn;
        do {
            before = nextMillis.get();
            turn = before == Long.MIN_VALUE ? now : Math.max(before, now);
            if (turn - now > waitMaxMillis) {
                return -1;
            }
        } while (!nextMillis.compareAndSet(before, turn + intervalMillis));
        return turn - now;
    }
}
