package dev.berth.platform.events;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.common.PartitionInfo;
import io.vertx.kafka.client.common.TopicPartition;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import io.vertx.kafka.client.consumer.KafkaConsumerRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows topics with a consumer that has all their partitions assigned. */
final class KafkaFollower implements EventFollower {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaFollower.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final int POLLS_PER_LOOK_AT_THE_ENDS = 40;

    private final Vertx vertx;
    private final Set<String> topics;
    private final EventReader reader;
    private final EventsConfig config;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private @Nullable KafkaConsumer<String, String> consumer;
    private boolean closed;
    private int polls;
    private volatile long lag;
    private volatile boolean connected;

    KafkaFollower(Vertx vertx, Set<String> topics, EventReader reader, EventsConfig config) {
        this.vertx = vertx;
        this.topics = Set.copyOf(topics);
        this.reader = reader;
        this.config = config;
    }

    @Override
    public Future<Void> open() {
        return vertx.executeBlocking(() -> {
                    Topics.ensure(config, topics);
                    return true;
                })
                .compose(made -> {
                    KafkaConsumer<String, String> created = KafkaConsumer.create(vertx, settings());
                    consumer = created;
                    List<Future<List<PartitionInfo>>> asked =
                            topics.stream().map(created::partitionsFor).toList();
                    return Future.all(asked).compose(all -> {
                        Set<TopicPartition> partitions = new HashSet<>();
                        all.<List<PartitionInfo>>list()
                                .forEach(infos -> infos.forEach(info ->
                                        partitions.add(new TopicPartition(info.getTopic(), info.getPartition()))));
                        return created.endOffsets(partitions);
                    });
                })
                .map(ends -> {
                    positions.putAll(ends);
                    connected = true;
                    return null;
                });
    }

    private Map<String, String> settings() {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                config.kafka(),
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                EventHeaders.STRING_DESERIALIZER,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                EventHeaders.STRING_DESERIALIZER,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                "false",
                // An offset that is gone means that events are gone: the follower is told, nothing is skipped.
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Long.toString(config.sendTimeout().toMillis()),
                // A connection that is silent is given up then, and another one made.
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Long.toString(config.sendTimeout().toMillis()),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                Integer.toString(config.consumeBatch()));
    }

    @Override
    public void follow(Consumer<EventRecord> handler, Consumer<Throwable> lost) {
        KafkaConsumer<String, String> opened = consumer;
        if (opened == null) {
            throw new IllegalStateException("not opened");
        }
        List<Future<Void>> seeks = new ArrayList<>();
        seeks.add(opened.assign(positions.keySet()));
        positions.forEach((partition, offset) -> seeks.add(opened.seek(partition, offset)));
        Future.all(seeks).onSuccess(ready -> poll(opened, handler, lost)).onFailure(lost::accept);
    }

    private void poll(KafkaConsumer<String, String> opened, Consumer<EventRecord> handler, Consumer<Throwable> lost) {
        if (closed) {
            return;
        }
        opened.poll(POLL)
                .onComplete(
                        records -> {
                            for (int i = 0; i < records.size(); i++) {
                                hear(records.recordAt(i), handler);
                            }
                            measure(opened);
                            vertx.runOnContext(next -> poll(opened, handler, lost));
                        },
                        failure -> {
                            if (!closed) {
                                lost.accept(failure);
                            }
                        });
    }

    private void hear(KafkaConsumerRecord<String, String> record, Consumer<EventRecord> handler) {
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        try {
            reader.read(record).ifPresent(handler);
        } catch (RuntimeException fault) {
            LOG.error("an event of {} at {}:{}", record.topic(), record.partition(), record.offset(), fault);
        }
    }

    private void measure(KafkaConsumer<String, String> opened) {
        polls++;
        if (polls % POLLS_PER_LOOK_AT_THE_ENDS != 0) {
            return;
        }
        opened.endOffsets(positions.keySet())
                .onSuccess(ends -> {
                    long waiting = 0;
                    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                        waiting += Math.max(0, end.getValue() - positions.getOrDefault(end.getKey(), end.getValue()));
                    }
                    lag = waiting;
                })
                .onComplete(ends -> connected = ends.succeeded());
    }

    @Override
    public long lag() {
        return lag;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public Future<Void> close() {
        closed = true;
        connected = false;
        KafkaConsumer<String, String> opened = consumer;
        return opened == null ? Future.succeededFuture() : opened.close();
    }
}
