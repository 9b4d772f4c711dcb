package dev.berth.platform.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.json.Json;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithServices
class EventsIT {
    private static final MessageCatalog CATALOG = MessageCatalog.of(List.of(Happened.class));
    private static final long DEADLINE_SECONDS = 60;

    /** One for each test: consumers begin at the earliest event that a topic has. */
    private final String topic = "test." + UUID.randomUUID();

    private final EventsConfig config;
    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.install(vertx, CATALOG, Json.mapper());
    private final EventReader reader = new EventReader(CATALOG, Json.mapper());
    private final Db db;
    private final Outbox outbox;

    record Happened(String topic, String subject, int number) implements Event {
        @Override
        public String address() {
            return topic;
        }

        @Override
        public String key() {
            return subject;
        }
    }

    EventsIT(Services services) {
        DatabaseConfig database = DatabaseConfig.of(services.freshDatabase());
        Database.migrate(database);
        db = Database.open(vertx, database);
        outbox = new Outbox(db, bus, Json.mapper());
        config = new EventsConfig(
                services.kafka(),
                3,
                (short) 1,
                Duration.ofDays(1),
                Duration.ofMillis(10),
                100,
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofSeconds(6),
                100,
                8,
                3,
                Duration.ofMillis(10),
                Duration.ofDays(2));
    }

    @BeforeEach
    void deployRelay() throws Exception {
        deploy(relay());
    }

    @AfterEach
    void close() throws Exception {
        // As a node does: what is at work ends before its connections do.
        Future.join(vertx.deploymentIDs().stream().map(vertx::undeploy).toList())
                .otherwiseEmpty()
                .await(DEADLINE_SECONDS, TimeUnit.SECONDS);
        vertx.close().await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void events_reachTheirConsumerOnce_inTheOrderOfTheirKey() throws Exception {
        BlockingQueue<Happened> seen = consume("ordered");
        for (int i = 0; i < 300; i++) {
            Happened event = new Happened(topic, "k" + i % 3, i);
            onVirtualThread(() -> outbox.inTransaction(changes -> {
                changes.record(event);
                return event;
            }));
        }
        int[] last = {-1, -1, -1};
        for (int i = 0; i < 300; i++) {
            Happened event = take(seen);
            int key = event.number() % 3;
            assertThat(event.number()).isEqualTo(last[key] < 0 ? key : last[key] + 3);
            last[key] = event.number();
        }
        assertThat(onVirtualThread(this::left)).isZero();
    }

    @Test
    void anEventOfASlowTransaction_isNotPassedOver() throws Exception {
        BlockingQueue<Happened> seen = consume("slow");
        SqlConnection slow = onVirtualThread(() -> db.pool().getConnection().await());
        Transaction open = onVirtualThread(() -> {
            Transaction begun = slow.begin().await();
            insert(slow, new Happened(topic, "slow", 1));
            return begun;
        });
        // Takes a later sequence number and commits first.
        onVirtualThread(() -> outbox.inTransaction(changes -> {
            changes.record(new Happened(topic, "fast", 2));
            return true;
        }));
        onVirtualThread(() -> {
            open.commit().await();
            return slow.close().await();
        });
        assertThat(List.of(take(seen), take(seen)))
                .containsExactlyInAnyOrder(new Happened(topic, "slow", 1), new Happened(topic, "fast", 2));
    }

    @Test
    void rolledBack_neverHappened() throws Exception {
        BlockingQueue<Happened> seen = consume("rolledback");
        onVirtualThread(() -> {
            try {
                return outbox.inTransaction(changes -> {
                    changes.record(new Happened(topic, "a", 1));
                    throw new IllegalStateException("no");
                });
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        });
        onVirtualThread(() -> outbox.inTransaction(changes -> {
            changes.record(new Happened(topic, "a", 2));
            return true;
        }));
        assertThat(take(seen)).isEqualTo(new Happened(topic, "a", 2));
    }

    @Test
    void aPoisonedEvent_isParked_andTheNextOneComes() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        BlockingQueue<Happened> seen = new LinkedBlockingQueue<>();
        deploy(new EventConsumer(
                "poisoned", Set.of(topic), reader, db, config, new SimpleMeterRegistry(), null, event -> {
                    Happened happened = (Happened) event.event();
                    if (happened.number() == 13) {
                        attempts.incrementAndGet();
                        throw new IllegalStateException("cannot digest");
                    }
                    seen.add(happened);
                }));
        onVirtualThread(() -> outbox.inTransaction(changes -> {
            changes.record(new Happened(topic, "p", 13));
            changes.record(new Happened(topic, "p", 14));
            return true;
        }));
        assertThat(take(seen)).isEqualTo(new Happened(topic, "p", 14));
        assertThat(attempts).hasValue(config.consumeAttempts());
        assertThat(onVirtualThread(() -> db.query(
                                "SELECT count(*) FROM platform.parked_event WHERE consumer = 'poisoned'", Tuple.tuple())
                        .iterator()
                        .next()
                        .getLong(0)))
                .isOne();
    }

    @Test
    void whenTheLeaderGoes_anotherRelayTakesOver() throws Exception {
        BlockingQueue<Happened> seen = consume("takeover");
        RelayVerticle second = relay();
        deploy(second);
        onVirtualThread(() -> outbox.inTransaction(changes -> {
            changes.record(new Happened(topic, "t", 1));
            return true;
        }));
        assertThat(take(seen)).isEqualTo(new Happened(topic, "t", 1));
        // The leader's session is cut, as by a crash of its node: the lock goes with it.
        onVirtualThread(() -> db.query("""
                        SELECT pg_terminate_backend(l.pid)
                        FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                        WHERE l.locktype = 'advisory' AND d.datname = current_database()
                        """, Tuple.tuple()));
        onVirtualThread(() -> outbox.inTransaction(changes -> {
            changes.record(new Happened(topic, "t", 2));
            return true;
        }));
        assertThat(take(seen)).isEqualTo(new Happened(topic, "t", 2));
    }

    @Test
    void inbox_letsAnEventTakeEffectOnce() throws Exception {
        UUID event = UUID.randomUUID();
        assertThat(first("me", event)).isTrue();
        assertThat(first("me", event)).isFalse();
        assertThat(first("you", event)).isTrue();
    }

    private boolean first(String consumer, UUID event) throws Exception {
        String effect = "WITH noted AS (" + Inbox.NOTE + ") SELECT event_id FROM noted";
        return onVirtualThread(() -> db.query(effect, Tuple.of(consumer, event)).size() == 1);
    }

    private RelayVerticle relay() {
        return new RelayVerticle(db, config, Set.of(topic), new SimpleMeterRegistry());
    }

    @Test
    void whatNobodyWaitsFor_waitsWhileTheNodeIsBusy_andComesAfterItsPatienceAllTheSame() throws Exception {
        AtomicBoolean busy = new AtomicBoolean(true);
        BlockingQueue<Happened> seen = new LinkedBlockingQueue<>();
        Duration patience = Duration.ofMillis(300);
        deploy(new EventConsumers(reader, db, config, new SimpleMeterRegistry())
                .givingWay(new BackgroundConfig(1, Duration.ZERO, patience, Duration.ofMillis(10), 2, 1), busy::get)
                .background(
                        "patient", Set.of(topic), Set.of(Happened.class), event -> seen.add((Happened) event.event())));

        long begunNanos = System.nanoTime();
        publish(new Happened(topic, "a", 1));
        assertThat(take(seen)).isEqualTo(new Happened(topic, "a", 1));
        assertThat(System.nanoTime() - begunNanos).isGreaterThanOrEqualTo(patience.toNanos());

        busy.set(false);
        publish(new Happened(topic, "a", 2));
        assertThat(take(seen)).isEqualTo(new Happened(topic, "a", 2));
    }

    private void publish(Happened event) throws Exception {
        onVirtualThread(() -> outbox.inTransaction(changes -> {
            changes.record(event);
            return event;
        }));
    }

    private BlockingQueue<Happened> consume(String group) throws Exception {
        BlockingQueue<Happened> seen = new LinkedBlockingQueue<>();
        deploy(new EventConsumer(
                group,
                Set.of(topic),
                reader,
                db,
                config,
                new SimpleMeterRegistry(),
                null,
                event -> seen.add((Happened) event.event())));
        return seen;
    }

    private static Happened take(BlockingQueue<Happened> seen) throws InterruptedException {
        Happened event = seen.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event in time");
        }
        return event;
    }

    private long left() {
        return db.query("SELECT count(*) FROM platform.outbox", Tuple.tuple())
                .iterator()
                .next()
                .getLong(0);
    }

    private void insert(SqlConnection connection, Happened event) {
        connection
                .preparedQuery(
                        "INSERT INTO platform.outbox (event_id, topic, key, type, body) VALUES ($1, $2, $3, $4, $5)")
                .execute(Tuple.of(
                        UUID.randomUUID(),
                        topic,
                        event.key(),
                        MessageCatalog.tag(Happened.class),
                        outbox.encode(event)))
                .await();
    }

    private void deploy(VerticleBase verticle) throws Exception {
        vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private <T> T onVirtualThread(Callable<T> work) throws Exception {
        Promise<T> done = Promise.promise();
        vertx.deployVerticle(
                        new VerticleBase() {
                            @Override
                            public Future<?> start() throws Exception {
                                done.complete(work.call());
                                return Future.succeededFuture();
                            }
                        },
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return done.future().await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
}
