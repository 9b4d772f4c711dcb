package dev.berth.platform.events;

import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the outbox to Kafka: at least once, each key in its order, by one node at a time.
 *
 * <p>The leader is whoever holds a session's advisory lock, so that leadership ends with the connection, whatever ends
 * that. A row is deleted after Kafka has acknowledged it; a crash in between sends it again, with the same event id, and
 * the consumers' inbox makes that harmless. Reading and deleting go over the connection that holds the lock: a leader
 * that has lost it cannot delete, and sends at most the batch that it was at. A leader that stands still (frozen, or cut
 * off without a word) keeps its connection; so PostgreSQL ends the session when it is silent for longer than sending a
 * batch may take, and another node leads.
 *
 * <p>It reads what is there and remembers no position: what a slow transaction commits late, with a low sequence number,
 * is found then. Writers of one key take their numbers while they hold the lock that orders them, so that whoever sees one
 * of their rows sees those before it, and the sequence is the order of the key. Transaction ids are not: one is given at
 * a transaction's first write, before it waits for that lock.
 *
 * <p>Deploy on a virtual thread.
 */
public final class RelayVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RelayVerticle.class);

    /** The advisory lock of the relay; any number, the same on every node. */
    private static final long LEADER_LOCK = 0x6265727468L;

    private static final String TRY_LEAD = "SELECT pg_try_advisory_lock($1)";
    // A deletion that a crash of PostgreSQL takes back is an event sent twice, which the inbox expects: it is not
    // waited for.
    private static final String KEEP_WHILE_HEARD =
            "SELECT set_config('idle_session_timeout', $1, false), set_config('synchronous_commit', 'off', false)";
    private static final String GIVE_UP =
            "SELECT pg_advisory_unlock_all(), set_config('idle_session_timeout', '0', false), set_config('synchronous_commit', 'on', false)";
    private static final String NEXT = """
            SELECT sequence, event_id, topic, key, type, body, correlation
            FROM platform.outbox
            ORDER BY sequence
            LIMIT $1
            """;
    /** What waits, at most: a long outage must not make it expensive to ask how long the queue is. */
    private static final int COUNT_MAX = 100_000;

    private static final String WAITING = """
            SELECT (SELECT count(*) FROM (SELECT 1 FROM platform.outbox LIMIT $1) AS few) AS rows,
                   coalesce((SELECT extract(epoch FROM clock_timestamp() - recorded_at) * 1000
                             FROM platform.outbox
                             ORDER BY sequence
                             LIMIT 1), 0)::float8 AS oldest,
                   (SELECT count(*) FROM (SELECT 1 FROM platform.parked_event LIMIT $1) AS few) AS parked
            """;
    private static final String DELETE = "DELETE FROM platform.outbox WHERE sequence = ANY ($1)";

    private final Db db;
    private final EventsConfig config;
    private final Collection<String> topics;
    private final RelayMetrics metrics;
    private final Promise<Void> stopping = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();
    private volatile boolean leading;
    private volatile @Nullable String problem;

    public RelayVerticle(Db db, EventsConfig config, Collection<String> topics, MeterRegistry meters) {
        this.db = db;
        this.config = config;
        this.topics = List.copyOf(topics);
        this.metrics = new RelayMetrics(meters);
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

    /** Whether this node is the one that relays now. */
    public boolean leading() {
        return leading;
    }

    /** Events that this node has brought to Kafka since its start. */
    public long relayed() {
        return (long) metrics.relayed.count();
    }

    /** Why this node, whose turn it is, brings nothing to Kafka, or null; answers at once. */
    public @Nullable String problem() {
        return problem;
    }

    private boolean running() {
        return !stopping.future().isComplete();
    }

    private void run() {
        while (running()) {
            SqlConnection connection = null;
            KafkaProducer<String, String> producer = null;
            try {
                connection = db.pool().getConnection().await();
                if (lead(connection)) {
                    connection
                            .preparedQuery(KEEP_WHILE_HEARD)
                            .execute(Tuple.of(Long.toString(silenceMillis())))
                            .await();
                    leading = true;
                    LOG.info("relaying the outbox from this node");
                    look(connection);
                    vertx.executeBlocking(() -> {
                                Topics.ensure(config, topics);
                                return true;
                            })
                            .await();
                    producer = producer();
                    problem = null;
                    relay(connection, producer);
                } else {
                    problem = null;
                    metrics.follows();
                }
            } catch (Exception failure) {
                if (!leading) {
                    metrics.follows();
                }
                // Also checked ones, such as a refused connection: awaiting throws whatever the future failed with.
                if (running()) {
                    problem = "has to start again after " + failure.getClass().getSimpleName();
                    LOG.warn("the relay has to start again: {}", failure.toString());
                }
            } finally {
                leading = false;
                if (producer != null) {
                    producer.close().otherwiseEmpty().await();
                }
                release(connection);
            }
            pause(config.leaseInterval().toMillis());
        }
    }

    private boolean lead(SqlConnection connection) {
        return connection
                .preparedQuery(TRY_LEAD)
                .execute(Tuple.of(LEADER_LOCK))
                .await()
                .iterator()
                .next()
                .getBoolean(0);
    }

    /** Making the topics and sending a batch are the two longest silences of a leader that is well. */
    private long silenceMillis() {
        return config.sendTimeout().toMillis() + 2 * config.leaseInterval().toMillis();
    }

    private void relay(SqlConnection connection, KafkaProducer<String, String> producer) {
        long lookedNanos = System.nanoTime();
        while (running()) {
            if (System.nanoTime() - lookedNanos >= config.lookInterval().toNanos()) {
                look(connection);
                lookedNanos = System.nanoTime();
            }
            List<Row> rows = new ArrayList<>();
            connection
                    .preparedQuery(NEXT)
                    .execute(Tuple.of(config.relayBatch()))
                    .await()
                    .forEach(rows::add);
            if (rows.isEmpty()) {
                pause(config.relayInterval().toMillis());
                continue;
            }
            List<Future<?>> sent = new ArrayList<>();
            Long[] sequences = new Long[rows.size()];
            for (int i = 0; i < rows.size(); i++) {
                sent.add(producer.send(kafkaRecord(rows.get(i))));
                sequences[i] = rows.get(i).getLong("sequence");
            }
            Future.all(sent).await();
            connection.preparedQuery(DELETE).execute(Tuple.of(sequences)).await();
            metrics.relayed.increment(rows.size());
            if (rows.size() < config.relayBatch()) {
                // More come together in this time than would each pay for a trip of their own.
                pause(config.relayInterval().toMillis());
            }
        }
    }

    /** How much waits, before anything that may take its time with Kafka. */
    private void look(SqlConnection connection) {
        Row row = connection
                .preparedQuery(WAITING)
                .execute(Tuple.of(COUNT_MAX))
                .await()
                .iterator()
                .next();
        metrics.seen(new RelayMetrics.Waiting(row.getLong("rows"), row.getDouble("oldest"), row.getLong("parked")));
    }

    private static KafkaProducerRecord<String, String> kafkaRecord(Row row) {
        KafkaProducerRecord<String, String> sending =
                KafkaProducerRecord.create(row.getString("topic"), row.getString("key"), row.getString("body"));
        UUID id = row.getUUID("event_id");
        sending.addHeader(EventHeaders.ID, id.toString());
        sending.addHeader(EventHeaders.TYPE, row.getString("type"));
        String correlation = row.getString("correlation");
        if (correlation != null) {
            sending.addHeader(Correlation.HEADER, correlation);
        }
        return sending;
    }

    private KafkaProducer<String, String> producer() {
        return KafkaProducer.create(
                vertx,
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        config.kafka(),
                        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                        EventHeaders.STRING_SERIALIZER,
                        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                        EventHeaders.STRING_SERIALIZER,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        // Retries of the client itself neither repeat nor reorder.
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        "true",
                        ProducerConfig.LINGER_MS_CONFIG,
                        "0",
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        Long.toString(config.sendTimeout().toMillis() / 2),
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        Long.toString(config.sendTimeout().toMillis()),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        Long.toString(config.sendTimeout().toMillis())));
    }

    /** Ends the session itself: handed back to the pool it would keep the lock while nobody relays. */
    private static void release(@Nullable SqlConnection connection) {
        if (connection == null) {
            return;
        }
        connection.query(GIVE_UP).execute().otherwiseEmpty().await();
        connection.close().otherwiseEmpty().await();
    }

    private void pause(long millis) {
        if (running()) {
            Future.any(vertx.timer(millis, TimeUnit.MILLISECONDS), stopping.future())
                    .await();
        }
    }
}
