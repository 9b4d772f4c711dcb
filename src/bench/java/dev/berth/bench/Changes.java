package dev.berth.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/** Bookings at a slow pace, so that pins change: each time in another tile. */
final class Changes implements AutoCloseable {
    private static final int HOURS = 12 * 24;

    private final Vertx vertx;
    private final Api api;
    private final Tiles tiles;
    private final Consumer<String> told;
    private final Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
    private final long timer;
    private int number;
    private int booked;

    /** @param told is told a listing just before it is booked */
    Changes(Vertx vertx, Api api, Tiles tiles, long everyMillis, Consumer<String> told) {
        this.vertx = vertx;
        this.api = api;
        this.tiles = tiles;
        this.told = told;
        this.timer = vertx.setPeriodic(everyMillis, ignored -> book());
    }

    private void book() {
        String listing = tiles.listing(number);
        Instant from = tomorrow.plus(number++ * 5L % HOURS, ChronoUnit.HOURS);
        String question = api.json()
                .createObjectNode()
                .put("listingId", listing)
                .put("from", from.toString())
                .put("to", from.plus(2, ChronoUnit.HOURS).toString())
                .toString();
        Future<Api.Answer> done = api.post("/quotes", question).compose(quote -> {
            told.accept(listing);
            return api.post("/bookings", Quotes.booking(api.json(), quote.json(api.json())));
        });
        // One that is taken already changes nothing, and is not counted.
        done.onSuccess(answer -> booked += answer.status() == 201 ? 1 : 0);
    }

    /** Counts from now on. */
    void count() {
        booked = 0;
    }

    int booked() {
        return booked;
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
