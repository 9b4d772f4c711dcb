package dev.berth.platform.events;

import dev.berth.platform.config.Default;
import java.time.Duration;

/**
 * How events reach Kafka and are read from it.
 *
 * @param kafka bootstrap servers, {@code host:port,host:port}
 * @param topicPartitions partitions of a topic that Berth creates
 * @param topicReplication copies of each partition; not more than there are brokers
 * @param topicRetention how long Kafka keeps events
 * @param relayInterval how often the relay looks into the outbox, unless more waits there than it takes at once
 * @param relayBatch rows that the relay sends at once
 * @param leaseInterval how often a node that is not the relay's leader tries to become it, and the leader checks that it
 *     still is
 * @param lookInterval how often the relay's leader sees how much waits, for the metrics
 * @param sendTimeout how long Kafka may take to acknowledge a batch
 * @param groupSession how long a consumer may be silent before another node takes its partitions over; Kafka's own least
 *     is 6 s ({@code group.min.session.timeout.ms})
 * @param consumeBatch events that a consumer takes from Kafka at once
 * @param consumeLanes how many of those, of different keys, a consumer works on at once
 * @param consumeAttempts tries after which an event is parked
 * @param consumeBackoff the first pause between tries; it doubles up to a minute
 * @param inboxRetention how long a consumer remembers the ids of events
 */
public record EventsConfig(
        String kafka,
        @Default("6") int topicPartitions,
        @Default("1") int topicReplication,
        @Default("7d") Duration topicRetention,
        @Default("25ms") Duration relayInterval,
        @Default("500") int relayBatch,
        @Default("1s") Duration leaseInterval,
        @Default("5s") Duration lookInterval,
        @Default("10s") Duration sendTimeout,
        @Default("10s") Duration groupSession,
        @Default("500") int consumeBatch,
        @Default("16") int consumeLanes,
        @Default("8") int consumeAttempts,
        @Default("200ms") Duration consumeBackoff,
        @Default("8d") Duration inboxRetention) {
    public EventsConfig {
        if (topicPartitions < 1 || relayBatch < 1 || consumeBatch < 1 || consumeLanes < 1 || consumeAttempts < 1) {
            throw new IllegalArgumentException("partitions, batches, lanes and attempts start at 1");
        }
        if (inboxRetention.compareTo(topicRetention) <= 0) {
            throw new IllegalArgumentException(
                    "inboxRetention must be longer than topicRetention: a replay would have its effect twice");
        }
    }
}
