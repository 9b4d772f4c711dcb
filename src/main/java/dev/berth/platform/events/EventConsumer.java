package dev.berth.platform.events;

import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.platform.observability.TraceLink;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import io.vertx.kafka.client.consumer.KafkaConsumerRecord;
import io.vertx.kafka.client.consumer.KafkaConsumerRecords;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events from Kafka in the name of a group: each event by one node of the cluster, in the order of its key, at
 * least once. The handler awaits, and makes itself idempotent with {@link Inbox}. An event that fails is tried again
 * with growing pauses and at last parked in {@code platform.parked_event}, so that one poisoned event does not stop the
 * world. While a part of the service is not reachable it waits: nothing is parked for that.
 *
 * <p>Deploy on a virtual thread.
 */
public final class EventConsumer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(EventConsumer.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final String PARTITION_LAG = "records-lag";
    private static final long LOOK_AT_LAG_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int HEARTBEATS_PER_SESSION = 4;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final String PARK = """
            INSERT INTO platform.parked_event (consumer, event_id, topic, type, body, reason)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING
            """;

    private final String group;
    private final Set<String> topics;
    private final EventReader reader;
    private final Db db;
    private final EventsConfig config;
    private final EventMetrics metrics;
    private final @Nullable GivingWay givingWay;
    private final Consumer<EventRecord> handler;
    private final Promise<Void> stopping = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();

    /**
     * @param group the consumer's name: its Kafka group, and its name in the inbox
     * @param givingWay to what its events give way, or null
     * @param handler called with one event of a key after the other, and with those of several keys at once
     */
    EventConsumer(
            String group,
            Set<String> topics,
            EventReader reader,
            Db db,
            EventsConfig config,
            MeterRegistry meters,
            @Nullable GivingWay givingWay,
            Consumer<EventRecord> handler) {
        this.group = group;
        this.topics = Set.copyOf(topics);
        this.reader = reader;
        this.db = db;
        this.config = config;
        this.metrics = new EventMetrics(meters, group);
        this.givingWay = givingWay;
        this.handler = handler;
    }

    @Override
    public Future<?> start() {
        context.runOnContext(ignored -> {
            try {
                run();
            } finally {
                stopped.tryComplete();
            }
        });
        return Future.succeededFuture();
    }

    /** Completes when what was under way has ended: its connections are still there until then. */
    @Override
    public Future<?> stop() {
        stopping.tryComplete();
        return stopped.future();
    }

    private boolean running() {
        return !stopping.future().isComplete();
    }

    private void run() {
        while (running()) {
            KafkaConsumer<String, String> consumer = null;
            try {
                vertx.executeBlocking(() -> {
                            Topics.ensure(config, topics);
                            return true;
                        })
                        .await();
                consumer = consumer();
                consumer.subscribe(topics).await();
                consume(consumer);
            } catch (Exception failure) {
                // Also checked ones: awaiting throws whatever the future failed with.
                if (running()) {
                    LOG.warn("consumer {} has to start again: {}", group, failure.toString());
                }
            } finally {
                // Its partitions are another node's from now on.
                metrics.lag.set(0);
                if (consumer != null) {
                    consumer.close().otherwiseEmpty().await();
                }
            }
            pause(config.leaseInterval());
        }
    }

    private void consume(KafkaConsumer<String, String> consumer) {
        long behind = 0;
        long lookedNanos = System.nanoTime() - LOOK_AT_LAG_NANOS;
        while (running()) {
            KafkaConsumerRecords<String, String> records = consumer.poll(POLL).await();
            if (System.nanoTime() - lookedNanos >= LOOK_AT_LAG_NANOS) {
                behind = behind(consumer.unwrap());
                lookedNanos = System.nanoTime();
            }
            metrics.lag.set(behind + records.size());
            if (!records.isEmpty()) {
                if (givingWay != null) {
                    givingWay.pause(vertx, this::running);
                }
                take(records);
                commit(consumer);
            }
            metrics.lag.set(behind);
        }
    }

    /** Takes them all: of one key one after the other, of several keys at once. */
    private void take(KafkaConsumerRecords<String, String> records) {
        int many = givingWay == null ? config.consumeLanes() : givingWay.lanes(config.consumeLanes());
        Map<Integer, List<KafkaConsumerRecord<String, String>>> lanes = new HashMap<>();
        for (int i = 0; i < records.size(); i++) {
            KafkaConsumerRecord<String, String> next = records.recordAt(i);
            int lane = Math.floorMod(Objects.hashCode(next.key()), many);
            lanes.computeIfAbsent(lane, none -> new ArrayList<>()).add(next);
        }
        List<Future<Void>> taken =
                lanes.values().stream().map(this::takeInOrder).toList();
        // All end, also when one fails: what is under way must not meet itself in the next batch.
        Future.join(taken).await();
    }

    private Future<Void> takeInOrder(List<KafkaConsumerRecord<String, String>> lane) {
        Promise<Void> taken = Promise.promise();
        // A context of its own, and with it a correlation of its own.
        ContextInternal own = ((ContextInternal) context).duplicate();
        own.runOnContext(ignored -> {
            try {
                for (KafkaConsumerRecord<String, String> each : lane) {
                    take(each);
                    metrics.taken.increment();
                }
                taken.complete();
            } catch (Throwable failure) {
                taken.fail(failure);
            }
        });
        return taken.future();
    }

    /** While the group shares its partitions out anew there is no committing; the next poll takes part in that. */
    private static void commit(KafkaConsumer<String, String> consumer) {
        try {
            consumer.commit().await();
        } catch (Exception failure) {
            if (!(failure instanceof RebalanceInProgressException)) {
                throw failure;
            }
        }
    }

    /**
     * What Kafka has beyond what was polled, as the client's own metrics know it from its last fetch: to ask the client
     * itself would wait for a Kafka that is away.
     */
    private static long behind(org.apache.kafka.clients.consumer.Consumer<String, String> client) {
        double behind = 0;
        for (Metric metric : client.metrics().values()) {
            if (metric.metricName().name().equals(PARTITION_LAG)
                    && metric.metricValue() instanceof Double lag
                    && Double.isFinite(lag)) {
                behind += lag;
            }
        }
        return Math.round(behind);
    }

    private void take(KafkaConsumerRecord<String, String> record) {
        String correlation = EventReader.header(record, Correlation.HEADER);
        Correlation.set(correlation);
        Duration pause = config.consumeBackoff();
        int attempt = 0;
        while (running()) {
            try {
                Optional<EventRecord> event = reader.read(record);
                event.ifPresent(
                        taken -> TraceLink.within(group + " takes in", correlation, () -> handler.accept(taken)));
                return;
            } catch (Exception failure) {
                // What passes by itself says nothing about the event: it is not parked for that.
                attempt += passes(failure) ? 0 : 1;
                metrics.retried.increment();
                if (attempt >= config.consumeAttempts() || failure instanceof IllegalArgumentException) {
                    LOG.error("consumer {} parks an event of {}", group, record.topic(), failure);
                    park(record, failure);
                    metrics.parked.increment();
                    return;
                }
                LOG.warn("consumer {}, attempt {}: {}", group, attempt, failure.toString());
                pause(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
        // Not taken in and not committed: whoever gets the partition next will see it again.
        throw new IllegalStateException("stopping");
    }

    private static boolean passes(Exception failure) {
        return failure instanceof Rejection rejection
                && rejection.problem().type().status() == ProblemType.UNAVAILABLE.status();
    }

    private void park(KafkaConsumerRecord<String, String> record, Exception failure) {
        String id = EventReader.header(record, EventHeaders.ID);
        String type = EventReader.header(record, EventHeaders.TYPE);
        db.query(
                PARK,
                Tuple.of(
                        group,
                        id == null ? placeOf(record) : UUID.fromString(id),
                        record.topic(),
                        orNone(type),
                        orNone(record.value()),
                        failure.toString()));
    }

    /** An id for a record that has none: the same each time it is delivered. */
    private static UUID placeOf(KafkaConsumerRecord<String, String> record) {
        return new UUID(record.topic().hashCode() * 31L + record.partition(), record.offset());
    }

    private static String orNone(@Nullable String text) {
        return text == null ? "" : text;
    }

    private KafkaConsumer<String, String> consumer() {
        String sendTimeout = Long.toString(config.sendTimeout().toMillis());
        Map<String, String> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.kafka());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "berth." + group);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, EventHeaders.STRING_DESERIALIZER);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, EventHeaders.STRING_DESERIALIZER);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        // A group that is new takes in all that Kafka still has: nothing is skipped by starting late.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // Of the newer protocol's members (client 4.3) one that an outage of Kafka had fenced while it had nothing to
        // commit did not get its partitions back.
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        settings.put(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                Long.toString(config.groupSession().toMillis()));
        settings.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                Long.toString(config.groupSession().toMillis() / HEARTBEATS_PER_SESSION));
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, sendTimeout);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, sendTimeout);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(config.consumeBatch()));
        if (givingWay != null) {
            settings.putAll(givingWay.settings());
        }
        return KafkaConsumer.create(vertx, settings);
    }

    private void pause(Duration length) {
        if (running()) {
            Future.any(vertx.timer(length.toMillis(), TimeUnit.MILLISECONDS), stopping.future())
                    .await();
        }
    }

    /** The consumer's name. */
    public String group() {
        return group;
    }

    /** What it listens to. */
    public List<String> topics() {
        return List.copyOf(topics);
    }
}
