package dev.berth.fees;

import dev.berth.fees.FeeCommand.Commission;
import dev.berth.values.UserId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What counts for hosts that were asked about lately. Belongs to one verticle: nothing here is safe for several threads. */
final class FeeCache {
    private final Recent known;
    private final long lifetimeNanos;
    /** Counts the changes, so that an answer that was asked for before one is not remembered after it. */
    private long changes;

    FeeCache(Duration lifetime, int size) {
        this.lifetimeNanos = lifetime.toNanos();
        this.known = new Recent(size);
    }

    private record Counted(Commission commission, long untilNanos) {}

    private static final class Recent extends LinkedHashMap<UserId, Counted> {
        private static final long serialVersionUID = 1L;
        private static final int INITIAL_CAPACITY = 64;
        private static final float LOAD_FACTOR = 0.75f;

        private final int size;

        Recent(int size) {
            super(INITIAL_CAPACITY, LOAD_FACTOR, true);
            this.size = size;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<UserId, Counted> eldest) {
            return size() > size;
        }
    }

    @Nullable
    Commission get(UserId host) {
        Counted entry = known.get(host);
        return entry == null || entry.untilNanos() - System.nanoTime() <= 0 ? null : entry.commission();
    }

    /** How often something was forgotten: who asks for a policy names it with the answer. */
    long changes() {
        return changes;
    }

    /** @param counts how long it counts at most */
    void remember(UserId host, Commission commission, Duration counts, long asked) {
        if (asked == changes) {
            long nanos = Math.min(lifetimeNanos, counts.toNanos());
            known.put(host, new Counted(commission, System.nanoTime() + nanos));
        }
    }

    /** @param host null for everybody */
    void forget(@Nullable UserId host) {
        changes++;
        if (host == null) {
            known.clear();
        } else {
            known.remove(host);
        }
    }
}
