package dev.berth.search;

import dev.berth.availability.StayDefaults;
import dev.berth.bookings.BookingEvent;
import dev.berth.listings.ListingEvent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.Message;
import dev.berth.platform.events.EventFollower;
import dev.berth.platform.events.EventRecord;
import dev.berth.realtime.PinCommand;
import dev.berth.realtime.PinCommand.SnapshotTiles;
import dev.berth.realtime.PinCommand.TileSnapshot;
import dev.berth.realtime.PinCommand.TileSnapshots;
import dev.berth.search.SearchCommand.FindClusters;
import dev.berth.search.SearchCommand.FindFreeSlots;
import dev.berth.search.SearchCommand.GetHeat;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.text.TextSearch;
import dev.berth.values.Tile;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search of a node: owns the index, keeps it by events, answers from it. Deploy one, on an event loop, after listings
 * and bookings; its start ends when the index is loaded.
 *
 * <p>It remembers where the topics in Kafka end, then loads everything, then follows the topics from there: nothing is
 * missed, and what is heard twice is known by its version. The bus brings the same events sooner. Without Kafka the bus is
 * all there is; once Kafka is back everything is loaded again, because the bus may have lost something meanwhile.
 */
public final class SearchVerticle extends VerticleBase {
    /** The topics, which have the names of the addresses. */
    public static final Set<String> TOPICS = Set.of(ListingEvent.ADDRESS, BookingEvent.ADDRESS);

    private static final Logger LOG = LoggerFactory.getLogger(SearchVerticle.class);

    /** Between two shares of what is due. */
    private static final long SWEEP_ON_MILLIS = 1;

    private final Bus bus;
    private final Supplier<EventFollower> followers;
    private final SearchConfig config;
    private final MeterRegistry meters;
    private final Clock clock;

    private final SearchIndex index;
    private final Promise<Void> loaded = Promise.promise();
    private volatile @Nullable EventFollower follower;
    private volatile @Nullable TextSearch texts;
    private boolean stopped;

    /**
     * @param followers makes a follower of {@link #TOPICS}, on the context of this verticle
     * @param defaults what counts where a host does not say when a listing can be booked
     */
    public SearchVerticle(
            Bus bus,
            Supplier<EventFollower> followers,
            SearchConfig config,
            StayDefaults defaults,
            MeterRegistry meters,
            Clock clock) {
        this.bus = bus;
        this.index = new SearchIndex(defaults);
        this.followers = followers;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
    }

    /** Whether the index has been loaded: a node that has none yet is not ready. */
    public boolean isReady() {
        return loaded.future().isComplete();
    }

    /** What is wrong with how the index is kept up to date, or null; answers at once. */
    public @Nullable String followProblem() {
        EventFollower open = follower;
        return open != null && open.isConnected() ? null : "Kafka cannot be followed, the bus has to do";
    }

    @Override
    public Future<?> start() throws IOException {
        SearchMetrics metrics = new SearchMetrics(meters, this::lag);
        PinStream pins = new PinStream(vertx, bus, index, config, clock, metrics);
        TextSearch words = new TextSearch(
                vertx, bus, config.text(), meters, index::version, config.exportPage(), config.exportTimeout());
        texts = words;
        Occupancies occupancies = new Occupancies(index, clock.instant());
        SearchConfig.OverviewConfig limits = config.overview();
        Overview overview = new Overview(index, occupancies, limits.cellsMax(), limits.scanMax());
        IndexFeed feed = new IndexFeed(vertx, bus, index, occupancies, pins, words, config, clock, metrics);
        sweep(occupancies);
        vertx.setPeriodic(
                config.forgetInterval().toMillis(), timer -> index.forgetPast(config.forgetSlots(), clock.instant()));
        return words.serve()
                .compose(served -> bus.subscribe(ListingEvent.ADDRESS, ListingEvent.class, feed::hear))
                .compose(heard -> bus.subscribe(BookingEvent.ADDRESS, BookingEvent.class, feed::hear))
                .compose(heard -> {
                    follow(feed);
                    return loaded.future();
                })
                .compose(ready -> words.settled())
                .compose(ready -> bus.<SearchCommand<?>>serve(
                        SearchCommand.ADDRESS, SearchCommand.class, command -> answer(command, overview, metrics)))
                .compose(served -> bus.<PinCommand<?>>serve(
                        PinCommand.ADDRESS, PinCommand.class, command -> answer(command, pins)))
                .onSuccess(served -> LOG.info("{} listings are searchable", index.size()));
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        EventFollower open = follower;
        TextSearch words = texts;
        return (open == null ? Future.<Void>succeededFuture() : open.close())
                .eventually(() -> words == null ? Future.succeededFuture() : words.close());
    }

    private long lag() {
        EventFollower open = follower;
        return open == null ? 0 : open.lag();
    }

    /** Brings up to date what changes with time alone, a share at a time. */
    private void sweep(Occupancies occupancies) {
        boolean more = occupancies.sweep(clock.instant(), config.overview().sweepMax());
        long wait = more ? SWEEP_ON_MILLIS : config.overview().sweepInterval().toMillis();
        vertx.setTimer(wait, timer -> sweep(occupancies));
    }

    private Message answer(SearchCommand<?> command, Overview overview, SearchMetrics metrics) {
        return switch (command) {
            case SearchListings search ->
                search.reply(within(metrics.queries, () -> index.search(search, clock.instant())));
            case GetHeat heat -> heat.reply(within(metrics.overviews, () -> overview.heat(heat)));
            case FindClusters clusters ->
                clusters.reply(within(metrics.overviews, () -> overview.clusters(clusters, clock.instant())));
            case FindFreeSlots find -> find.reply(index.freeSlots(find, clock.instant()));
        };
    }

    private static Message answer(PinCommand<?> command, PinStream pins) {
        return switch (command) {
            case SnapshotTiles snapshot -> {
                List<TileSnapshot> tiles = new ArrayList<>();
                for (int i = 0; i < snapshot.tiles().size(); i++) {
                    Tile tile = snapshot.tiles().get(i);
                    tiles.add(new TileSnapshot(
                            tile, pins.snapshot(tile, snapshot.digests().get(i))));
                }
                yield snapshot.reply(new TileSnapshots(tiles));
            }
        };
    }

    private static <T> T within(Timer timer, Supplier<T> work) {
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    /** Opens Kafka, loads everything, follows Kafka; again from the beginning whenever that breaks. */
    private void follow(IndexFeed feed) {
        EventFollower fresh = followers.get();
        follower = fresh;
        fresh.open().onComplete(opened -> {
            if (opened.failed()) {
                LOG.warn(
                        "Kafka cannot be followed, the bus has to do: {}",
                        opened.cause().toString());
            }
            load(feed, () -> {
                if (opened.succeeded()) {
                    fresh.follow(record -> hear(feed, record), lost -> {
                        LOG.warn("Kafka could not be followed on: {}", lost.toString());
                        followAgain(feed, fresh);
                    });
                } else {
                    followAgain(feed, fresh);
                }
            });
        });
    }

    private void load(IndexFeed feed, Runnable then) {
        feed.load().onComplete(done -> {
            if (stopped) {
                return;
            }
            if (done.succeeded()) {
                loaded.tryComplete();
                then.run();
            } else {
                LOG.warn("the index could not be loaded: {}", done.cause().toString());
                vertx.setTimer(config.retryInterval().toMillis(), timer -> load(feed, then));
            }
        });
    }

    private void followAgain(IndexFeed feed, EventFollower old) {
        old.close().onComplete(closed -> {
            if (!stopped) {
                vertx.setTimer(config.followInterval().toMillis(), timer -> follow(feed));
            }
        });
    }

    private static void hear(IndexFeed feed, EventRecord record) {
        Event event = record.event();
        if (event instanceof ListingEvent listing) {
            feed.hear(listing);
        } else if (event instanceof BookingEvent booking) {
            feed.hear(booking);
        }
    }
}
