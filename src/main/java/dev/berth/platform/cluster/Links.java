package dev.berth.platform.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How well one node is connected with the other members, and whether it is the one to give way. Not for several threads.
 *
 * <p>A link that has never carried says nothing about this node: a member that is just starting does not answer yet, and
 * when it never will, it finds that out itself. Of a link that has carried and does so no more, one of the two ends is
 * broken. The side on which fewer members are left gives way; of two equal sides the one without the oldest member; and
 * where a single link is broken in a cluster that is whole otherwise, the younger end, after twice the time.
 */
final class Links {
    private final Duration patience;
    private final Set<String> known = new HashSet<>();
    private final Map<String, Long> failingSince = new HashMap<>();

    /** @param patience how long a link may fail */
    Links(Duration patience) {
        this.patience = patience;
    }

    /** Forgets those who have left. */
    void members(List<String> members) {
        known.retainAll(members);
        failingSince.keySet().retainAll(members);
    }

    void carried(String other) {
        known.add(other);
        failingSince.remove(other);
    }

    /** @return for how long it has failed now; zero for a link that has never carried */
    Duration failed(String other, long nowNanos) {
        if (!known.contains(other)) {
            return Duration.ZERO;
        }
        long since = failingSince.computeIfAbsent(other, first -> nowNanos);
        return Duration.ofNanos(nowNanos - since);
    }

    /** How many links fail now, in words, or null when none does. */
    @Nullable
    String problem() {
        return failingSince.isEmpty() ? null : "the bus does not carry to " + failingSince.size() + " of the nodes";
    }

    /**
     * Whether this node is the one to give way.
     *
     * @param members oldest first, this node among them
     */
    boolean mustGiveWay(String self, List<String> members, long nowNanos) {
        Set<String> broken = brokenFor(patience, nowNanos);
        int reached = members.size() - broken.size();
        if (broken.isEmpty() || reached * 2 > members.size()) {
            int age = members.indexOf(self);
            return brokenFor(patience.multipliedBy(2), nowNanos).stream()
                    .anyMatch(other -> members.indexOf(other) < age);
        }
        return reached * 2 < members.size() || broken.contains(members.getFirst());
    }

    private Set<String> brokenFor(Duration time, long nowNanos) {
        Set<String> broken = new HashSet<>();
        failingSince.forEach((other, since) -> {
            if (nowNanos - since > time.toNanos()) {
                broken.add(other);
            }
        });
        return broken;
    }
}
