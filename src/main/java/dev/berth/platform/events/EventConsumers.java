package dev.berth.platform.events;

import dev.berth.platform.bus.Event;
import dev.berth.platform.db.Db;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes consumers with what they all share. Deploy what it makes on a virtual thread. */
public final class EventConsumers {
    private final EventReader reader;
    private final Db db;
    private final EventsConfig config;
    private final MeterRegistry meters;
    private final @Nullable GivingWay givingWay;

    public EventConsumers(EventReader reader, Db db, EventsConfig config, MeterRegistry meters) {
        this(reader, db, config, meters, null);
    }

    private EventConsumers(
            EventReader reader, Db db, EventsConfig config, MeterRegistry meters, @Nullable GivingWay givingWay) {
        this.reader = reader;
        this.db = db;
        this.config = config;
        this.meters = meters;
        this.givingWay = givingWay;
    }

    /** @param busy whether this node has many requests to answer, asked on any thread */
    public EventConsumers givingWay(BackgroundConfig background, BooleanSupplier busy) {
        return new EventConsumers(reader, db, config, meters, new GivingWay(background, busy));
    }

    /**
     * @param types what the handler is called with; other events of the topics are passed over
     * @see EventConsumer
     */
    public EventConsumer consumer(
            String group, Set<String> topics, Set<Class<? extends Event>> types, Consumer<EventRecord> handler) {
        return new EventConsumer(group, topics, reader.only(types), db, config, meters, null, handler);
    }

    /** As {@link #consumer}, for what nobody waits for at a screen: it gives way to requests while there are many. */
    public EventConsumer background(
            String group, Set<String> topics, Set<Class<? extends Event>> types, Consumer<EventRecord> handler) {
        return new EventConsumer(group, topics, reader.only(types), db, config, meters, givingWay, handler);
    }

    /** Call on the context that is to hear the events. */
    public EventFollower follower(Vertx vertx, Set<String> topics) {
        return new KafkaFollower(vertx, topics, reader, config);
    }
}
