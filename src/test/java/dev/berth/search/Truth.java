package dev.berth.search;

import dev.berth.bookings.BookingCommand;
import dev.berth.bookings.BookingCommand.Calendar;
import dev.berth.bookings.BookingCommand.CalendarPage;
import dev.berth.bookings.BookingCommand.ExportCalendars;
import dev.berth.bookings.BookingCommand.GetCalendar;
import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.BookingEvent.BlockAdded;
import dev.berth.bookings.BookingEvent.BlockRemoved;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingCommand.ExportListings;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingCommand.ListingPage;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BlockId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Plays listings and bookings as far as search asks them: what the database would say. */
final class Truth {
    private static final Comparator<ListingId> BY_TEXT = Comparator.comparing(ListingId::toString);

    final Map<ListingId, Listing> listings = new ConcurrentHashMap<>();
    final Map<ListingId, Calendar> calendars = new ConcurrentHashMap<>();
    final AtomicInteger reloads = new AtomicInteger();

    Future<Void> serve(Bus bus) {
        return bus.<ListingCommand<?>>serve(ListingCommand.ADDRESS, ListingCommand.class, this::answer)
                .compose(served ->
                        bus.<BookingCommand<?>>serve(BookingCommand.ADDRESS, BookingCommand.class, this::answer));
    }

    private Message answer(ListingCommand<?> command) {
        return switch (command) {
            case GetListing get -> {
                Listing listing = listings.get(get.listing());
                if (listing == null) {
                    throw new Rejection(ProblemType.NOT_FOUND, "no such listing");
                }
                yield listing;
            }
            case ExportListings export -> new ListingPage(page(listings, export.after(), export.limit()));
            default -> throw new IllegalArgumentException("not played");
        };
    }

    Message answer(BookingCommand<?> command) {
        return switch (command) {
            case GetCalendar get -> {
                reloads.incrementAndGet();
                yield calendar(get.listing());
            }
            case ExportCalendars export -> new CalendarPage(page(calendars, export.after(), export.limit()));
            default -> throw new IllegalArgumentException("not played");
        };
    }

    private static <T> List<T> page(Map<ListingId, T> all, @Nullable ListingId after, int limit) {
        return all.entrySet().stream()
                .filter(entry -> after == null || BY_TEXT.compare(entry.getKey(), after) > 0)
                .sorted(Map.Entry.comparingByKey(BY_TEXT))
                .limit(limit)
                .map(Map.Entry::getValue)
                .toList();
    }

    Calendar calendar(ListingId listing) {
        return calendars.getOrDefault(listing, new Calendar(listing, 0, List.of()));
    }

    /** Keeps a slot busy, and tells the event. */
    BookingEvent occupy(ListingId listing, SlotId slot, TimeRange stay) {
        Occupancy occupancy = new Occupancy(UUID.randomUUID(), slot, stay, true);
        Map<UUID, Occupancy> all = occupancies(listing);
        all.put(occupancy.id(), occupancy);
        return new BlockAdded(BlockId.next(), listing, List.of(occupancy), set(listing, all));
    }

    /** Ends one of the listing's occupancies, and tells the event. */
    BookingEvent end(ListingId listing, Occupancy occupancy) {
        Map<UUID, Occupancy> all = occupancies(listing);
        all.remove(occupancy.id());
        Occupancy ended = new Occupancy(occupancy.id(), occupancy.slot(), occupancy.stay(), false);
        return new BlockRemoved(BlockId.next(), listing, List.of(ended), set(listing, all));
    }

    private Map<UUID, Occupancy> occupancies(ListingId listing) {
        Map<UUID, Occupancy> all = new LinkedHashMap<>();
        calendar(listing).occupancies().forEach(occupancy -> all.put(occupancy.id(), occupancy));
        return all;
    }

    private long set(ListingId listing, Map<UUID, Occupancy> all) {
        long version = calendar(listing).calendarVersion() + 1;
        calendars.put(listing, new Calendar(listing, version, new ArrayList<>(all.values())));
        return version;
    }
}
