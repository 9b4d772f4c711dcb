package dev.berth.platform.events;

import dev.berth.platform.bus.Event;
import dev.berth.platform.db.Db;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.function.Consumer;

/** Makes consumers with what they all share. Deploy what it makes on a virtual thread. */
public final class EventConsumers {
    private final EventReader reader;
    private final Db db;
    private final EventsConfig config;
    private final MeterRegistry meters;

    public EventConsumers(EventReader reader, Db db, EventsConfig config, MeterRegistry meters) {
        this.reader = reader;
        this.db = db;
        this.config = config;
        this.meters = meters;
    }

    /**
     * @param types what the handler is called with; other events of the topics are passed over
     * @see EventConsumer
     */
    public EventConsumer consumer(
            String group, Set<String> topics, Set<Class<? extends Event>> types, Consumer<EventRecord> handler) {
        return new EventConsumer(group, topics, reader.only(types), db, config, meters, handler);
    }

    /** Call on the context that is to hear the events. */
    public EventFollower follower(Vertx vertx, Set<String> topics) {
        return new KafkaFollower(vertx, topics, reader, config);
    }
}
