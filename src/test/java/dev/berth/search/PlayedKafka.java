package dev.berth.search;

import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventFollower;
import dev.berth.platform.events.EventRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Kafka as search sees it, in the hands of a test. Each instance is one that can be opened once. */
final class PlayedKafka implements EventFollower {
    private final Future<Void> opened;
    private final Promise<Void> followed = Promise.promise();
    private volatile @Nullable Context context;
    private volatile @Nullable Consumer<EventRecord> handler;
    private volatile @Nullable Consumer<Throwable> lost;

    PlayedKafka(boolean reachable) {
        this(reachable ? Future.succeededFuture() : Future.failedFuture("no broker"));
    }

    /** One that can be reached when that has happened. */
    PlayedKafka(Future<Void> opened) {
        this.opened = opened;
    }

    @Override
    public boolean isConnected() {
        return opened.succeeded();
    }

    @Override
    public Future<Void> open() {
        return opened;
    }

    @Override
    public void follow(Consumer<EventRecord> handler, Consumer<Throwable> lost) {
        this.context = Vertx.currentContext();
        this.handler = handler;
        this.lost = lost;
        followed.complete();
    }

    /** Completes when somebody follows. */
    Future<Void> followed() {
        return followed.future();
    }

    void deliver(Event event) {
        Context own = context;
        Consumer<EventRecord> hears = handler;
        if (own == null || hears == null) {
            throw new IllegalStateException("nobody follows");
        }
        own.runOnContext(ignored -> hears.accept(new EventRecord(UUID.randomUUID(), event)));
    }

    void lose() {
        Context own = context;
        Consumer<Throwable> hears = lost;
        if (own == null || hears == null) {
            throw new IllegalStateException("nobody follows");
        }
        own.runOnContext(ignored -> hears.accept(new IllegalStateException("offset out of range")));
    }

    @Override
    public long lag() {
        return 0;
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
