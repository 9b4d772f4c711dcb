package dev.berth.platform.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Db;
import dev.berth.platform.faults.FailPoint;
import dev.berth.platform.observability.Correlation;
import dev.berth.values.Ids;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Transactions whose events reach the world: each event is a row of the same transaction, so that it exists exactly
 * when the change does. Right after the commit it goes on the bus (instant, may be lost); the {@link Relay} brings the
 * row to Kafka (complete, in commit order).
 */
public final class Outbox {
    private static final String APPEND = """
            INSERT INTO platform.outbox (event_id, topic, key, type, body, correlation)
            VALUES ($1, $2, $3, $4, $5, $6)
            """;

    private final Db db;
    private final Bus bus;
    private final JsonMapper json;

    public Outbox(Db db, Bus bus, JsonMapper json) {
        this.db = db;
        this.bus = bus;
        this.json = json;
    }

    /** Runs the work in one transaction; the events that it records are published once it has committed. */
    public <T> T inTransaction(Function<Changes, T> work) {
        List<Event> events = new ArrayList<>();
        T result = db.inTransaction(connection -> {
            T done = work.apply(new Changes(connection, events));
            FailPoint.BEFORE_COMMIT.reached(events);
            return done;
        });
        FailPoint.AFTER_COMMIT.reached(events);
        events.forEach(bus::publish);
        return result;
    }

    /** The JSON of an event as the outbox, Kafka and its consumers know it; for statements that write the row themselves. */
    public String encode(Event event) {
        try {
            return json.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Publishes an event whose outbox row a statement has written and committed. */
    public void committed(Event event) {
        bus.publish(event);
    }

    /** A running transaction. */
    public final class Changes {
        private final SqlConnection connection;
        private final List<Event> events;

        private Changes(SqlConnection connection, List<Event> events) {
            this.connection = connection;
            this.events = events;
        }

        public SqlConnection connection() {
            return connection;
        }

        /** Records what this transaction makes true. */
        public void record(Event event) {
            connection.preparedQuery(APPEND).execute(row(event)).await();
            events.add(event);
        }

        /** As {@link #record}, in the order of the list and in one round trip. */
        public void recordAll(List<? extends Event> all) {
            if (!all.isEmpty()) {
                connection
                        .preparedQuery(APPEND)
                        .executeBatch(all.stream().map(this::row).toList())
                        .await();
                events.addAll(all);
            }
        }

        private Tuple row(Event event) {
            return Tuple.of(
                    Ids.next(),
                    event.address(),
                    event.key(),
                    MessageCatalog.tag(event.getClass()),
                    encode(event),
                    Correlation.current());
        }
    }
}
