package dev.berth.search;

import dev.berth.bookings.BookingCommand.Calendar;
import dev.berth.bookings.BookingCommand.CalendarPage;
import dev.berth.bookings.BookingCommand.ExportCalendars;
import dev.berth.bookings.BookingCommand.GetCalendar;
import dev.berth.bookings.BookingEvent;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.ExportListings;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingCommand.ListingPage;
import dev.berth.listings.ListingEvent;
import dev.berth.listings.ListingEvent.ListingChanged;
import dev.berth.listings.ListingEvent.ListingDeleted;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.search.text.TextSearch;
import dev.berth.values.ListingId;
import dev.berth.values.Tile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings exports and events into the index, and what they change to the maps. Events may come twice (bus and Kafka), late
 * and out of order; a calendar's change that comes before the one before it waits for that a moment, and when it does not
 * come, or when a change contradicts what is known, the calendar is loaded anew.
 */
final class IndexFeed {
    private static final Logger LOG = LoggerFactory.getLogger(IndexFeed.class);

    private final Vertx vertx;
    private final Bus bus;
    private final SearchIndex index;
    /** Stands before the index wherever it is changed. */
    private final Occupancies occupancies;

    private final PinStream pins;
    private final TextSearch texts;
    private final SearchConfig config;
    private final Clock clock;
    private final SearchMetrics metrics;

    /** Changes that came too early, by their calendar version. */
    private final Map<ListingId, TreeMap<Long, BookingEvent>> parked = new HashMap<>();

    private int parkedCount;
    private final Set<ListingId> reloading = new HashSet<>();
    private final Deque<ListingId> reloadsWaiting = new ArrayDeque<>();
    private int reloadsUnderWay;

    /** Listings that the load under way has met, also by events; null outside of one. */
    private @Nullable Set<ListingId> met;
    /** Listings whose changes could not be applied while the load was under way. */
    private final Set<ListingId> doubtful = new HashSet<>();

    private boolean isTold;

    IndexFeed(
            Vertx vertx,
            Bus bus,
            SearchIndex index,
            Occupancies occupancies,
            PinStream pins,
            TextSearch texts,
            SearchConfig config,
            Clock clock,
            SearchMetrics metrics) {
        this.vertx = vertx;
        this.bus = bus;
        this.index = index;
        this.occupancies = occupancies;
        this.pins = pins;
        this.texts = texts;
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
    }

    // --- loading

    /** Takes in all listings and calendars; what was here and is there no more goes. */
    Future<Void> load() {
        Set<ListingId> all = new HashSet<>();
        met = all;
        return takeListings(askListings(null))
                .compose(done -> takeCalendars(askCalendars(null)))
                .onSuccess(done -> {
                    index.missing(all).forEach(this::dropUnheard);
                    isTold = true;
                    metrics.listings.set(index.size());
                    doubtful.forEach(this::reload);
                })
                .onComplete(ended -> {
                    met = null;
                    doubtful.clear();
                });
    }

    private Future<ListingPage> askListings(@Nullable ListingId after) {
        return bus.ask(new ExportListings(after, config.exportPage()), config.exportTimeout());
    }

    private Future<Void> takeListings(Future<ListingPage> asked) {
        return asked.compose(page -> {
            if (page.listings().isEmpty()) {
                return Future.succeededFuture();
            }
            // Read while this one is taken in.
            Future<ListingPage> next = askListings(page.listings().getLast().id());
            page.listings().forEach(this::put);
            return takeListings(next);
        });
    }

    private Future<CalendarPage> askCalendars(@Nullable ListingId after) {
        return bus.ask(new ExportCalendars(after, config.exportPage()), config.exportTimeout());
    }

    private Future<Void> takeCalendars(Future<CalendarPage> asked) {
        return asked.compose(page -> {
            if (page.calendars().isEmpty()) {
                return Future.succeededFuture();
            }
            Future<CalendarPage> next = askCalendars(page.calendars().getLast().listing());
            page.calendars().forEach(this::set);
            return takeCalendars(next);
        });
    }

    private void set(Calendar calendar) {
        long before = index.calendarVersion(calendar.listing());
        if (occupancies.setCalendar(calendar.listing(), calendar.calendarVersion(), calendar.occupancies())
                && before != calendar.calendarVersion()) {
            changed(calendar.listing());
        }
    }

    // --- events

    void hear(ListingEvent event) {
        switch (event) {
            case ListingChanged changed -> {
                Listing listing = changed.listing();
                if (!listing.isWhole()) {
                    // A node of the version before told of it.
                    repair(listing.id());
                    return;
                }
                ListingTable.Put put = put(listing);
                // One that has a past, or slots from before, may have bookings that were never heard of here.
                boolean hasPast = put == ListingTable.Put.NEW && listing.version() > 1;
                if (hasPast || put == ListingTable.Put.SLOTS_ADDED) {
                    repair(listing.id());
                }
            }
            case ListingDeleted deleted -> drop(deleted.listingId(), deleted.version());
        }
    }

    private void drop(ListingId listing, long version) {
        Tile tile = index.tileOf(listing);
        if (occupancies.remove(listing, version) && tile != null) {
            metrics.listings.set(index.size());
            forget(listing);
            texts.remove(listing);
            if (isTold) {
                pins.gone(tile, listing);
            }
        }
    }

    /** One whose deletion was missed. */
    private void dropUnheard(ListingId listing) {
        LOG.info("listing {} went unheard", listing);
        drop(listing, index.version(listing) + 1);
    }

    private ListingTable.Put put(Listing listing) {
        if (met != null) {
            met.add(listing.id());
        }
        Tile before = index.tileOf(listing.id());
        ListingTable.Put put = occupancies.put(listing);
        if (put != ListingTable.Put.STALE) {
            texts.put(listing);
        }
        if (put != ListingTable.Put.STALE && isTold) {
            metrics.listings.set(index.size());
            changed(listing.id());
            if (before != null && !before.equals(index.tileOf(listing.id()))) {
                pins.gone(before, listing.id());
            }
        }
        return put;
    }

    void hear(BookingEvent event) {
        ListingId listing = event.listingId();
        switch (occupancies.apply(listing, event.calendarVersion(), event.occupancies(), clock.instant())) {
            case APPLIED -> {
                changed(listing);
                applyParked(listing);
            }
            case STALE -> {}
            case GAP -> park(event);
            case UNKNOWN, CONFLICT -> repair(listing);
        }
    }

    private void changed(ListingId listing) {
        Tile tile = index.tileOf(listing);
        if (tile != null && isTold) {
            pins.changed(tile, listing);
        }
    }

    // --- repairs

    private void park(BookingEvent event) {
        ListingId listing = event.listingId();
        if (met != null || parkedCount >= config.parkedMax()) {
            repair(listing);
            return;
        }
        TreeMap<Long, BookingEvent> changes = parked.computeIfAbsent(listing, first -> {
            vertx.setTimer(config.gapPatience().toMillis(), timer -> giveUpWaiting(listing));
            return new TreeMap<>();
        });
        if (changes.put(event.calendarVersion(), event) == null) {
            parkedCount++;
        }
    }

    private void giveUpWaiting(ListingId listing) {
        if (parked.containsKey(listing)) {
            repair(listing);
        }
    }

    private void applyParked(ListingId listing) {
        TreeMap<Long, BookingEvent> changes = parked.get(listing);
        while (changes != null && !changes.isEmpty()) {
            Map.Entry<Long, BookingEvent> first = changes.firstEntry();
            if (first.getKey() > index.calendarVersion(listing) + 1) {
                return;
            }
            changes.pollFirstEntry();
            parkedCount--;
            BookingEvent event = first.getValue();
            switch (occupancies.apply(listing, event.calendarVersion(), event.occupancies(), clock.instant())) {
                case APPLIED -> changed(listing);
                case STALE -> {}
                case GAP, UNKNOWN, CONFLICT -> {
                    repair(listing);
                    return;
                }
            }
        }
        parked.remove(listing);
    }

    private void forget(ListingId listing) {
        TreeMap<Long, BookingEvent> changes = parked.remove(listing);
        parkedCount -= changes == null ? 0 : changes.size();
    }

    private void repair(ListingId listing) {
        if (met != null) {
            doubtful.add(listing);
        } else {
            reload(listing);
        }
    }

    private void reload(ListingId listing) {
        if (reloading.add(listing)) {
            reloadsWaiting.add(listing);
            reloadNext();
        }
    }

    private void reloadNext() {
        while (reloadsUnderWay < config.reloadsMax()) {
            ListingId listing = reloadsWaiting.poll();
            if (listing == null) {
                return;
            }
            reloadsUnderWay++;
            metrics.reloads.increment();
            fetch(listing).onComplete(done -> {
                reloadsUnderWay--;
                if (done.succeeded() || isNotFound(done.cause())) {
                    reloading.remove(listing);
                    // What still waits is newer than what was loaded, or is of no use.
                    if (done.succeeded()) {
                        applyParked(listing);
                        waitOn(listing);
                    } else {
                        forget(listing);
                        if (index.find(listing) >= 0) {
                            dropUnheard(listing);
                        }
                    }
                } else {
                    LOG.warn(
                            "listing {} could not be loaded: {}",
                            listing,
                            done.cause().toString());
                    vertx.setTimer(config.retryInterval().toMillis(), timer -> {
                        reloadsWaiting.add(listing);
                        reloadNext();
                    });
                }
                reloadNext();
            });
        }
    }

    /** Gives changes that are still too early another while. */
    private void waitOn(ListingId listing) {
        if (parked.containsKey(listing)) {
            vertx.setTimer(config.gapPatience().toMillis(), timer -> giveUpWaiting(listing));
        }
    }

    private Future<Void> fetch(ListingId listing) {
        return bus.ask(new GetListing(listing))
                .compose(found -> {
                    put(found);
                    return bus.ask(new GetCalendar(listing));
                })
                .map(calendar -> {
                    if (occupancies.setCalendar(listing, calendar.calendarVersion(), calendar.occupancies())) {
                        changed(listing);
                    }
                    return null;
                });
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof Rejection rejection && rejection.problem().type() == ProblemType.NOT_FOUND;
    }
}
