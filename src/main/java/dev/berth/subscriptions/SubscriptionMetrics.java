package dev.berth.subscriptions;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What becomes of passes, counted by the node that wrote it down: each once in the cluster. */
final class SubscriptionMetrics {
    final Counter begun;
    final Counter renewed;
    final Counter renewalsFailed;
    final Counter changed;
    final Counter changesDropped;
    final Counter suspended;
    final Counter ended;

    SubscriptionMetrics(MeterRegistry meters) {
        begun = counter(meters, "begun", "Passes and permits that have begun");
        renewed = counter(meters, "renewed", "Months of passes that were paid after the first");
        renewalsFailed = counter(meters, "renewals.failed", "Renewals that could not be paid, each once");
        changed =
                counter(meters, "changed", "Passes that have become another plan's, or for another number of vehicles");
        changesDropped = counter(
                meters, "changes.dropped", "Changes of passes that were given up, not paid or replaced, each once");
        suspended = counter(meters, "suspended", "Passes whose grace is over");
        ended = counter(meters, "ended", "Passes and permits that have ended");
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder("berth.subscriptions." + name)
                .description(description)
                .register(meters);
    }
}
