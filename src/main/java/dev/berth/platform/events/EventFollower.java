package dev.berth.platform.events;

import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * Follows whole topics on one node, for what every node keeps for itself: without a group, so that each node hears each
 * event, and from where the topics ended when it was opened, so that a snapshot taken after that leaves nothing out.
 */
public interface EventFollower {
    /** Remembers where the topics end now. Fails when Kafka cannot be reached in time. */
    Future<Void> open();

    /**
     * Hears every event after that, at least once and in the order of its key, on the context that has opened it.
     *
     * @param handler must not fail; what it throws is logged
     * @param lost called once when it cannot go on: events may have been missed
     */
    void follow(Consumer<EventRecord> handler, Consumer<Throwable> lost);

    /** How many events wait in Kafka, as it was told last. */
    long lag();

    /** Whether Kafka has answered when it was last asked for something: without it, events come over the bus alone. */
    boolean isConnected();

    Future<Void> close();
}
