package dev.berth.search;

import dev.berth.availability.StayDefaults;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.search.SearchCommand.FindFreeSlots;
import dev.berth.search.SearchCommand.Found;
import dev.berth.search.SearchCommand.FreeSlots;
import dev.berth.search.SearchCommand.Item;
import dev.berth.search.SearchCommand.Position;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.SearchCommand.Sort;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.Tile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All listings and calendars in memory, and the answers to "what is free there and then, cheapest first".
 *
 * <p><b>Shape.</b> A listing is a number, its <i>ordinal</i>, and its values lie in columns of primitives: no object per
 * listing, so that a million of them fit and the collector has nothing to trace. Three parts share the work.
 * {@link PriceCells} is a quadtree over longitude and latitude whose leaves hold small entries sorted by hourly price.
 * {@link SlotTable} has the slots of a listing side by side, each with one sorted array of busy intervals.
 * {@link Candidates} is the bounded, ordered list that a search fills. An open-addressing table leads from ids to ordinals.
 *
 * <p><b>Search by price.</b> The page wanted is small and the viewport is not, so nearly every listing must be refused at
 * next to no cost. What a stay costs depends on the listing only by its hourly price and its day cap; the stay's hours per
 * local day are counted once per query and time zone ({@link StayHours}). The leaves in view are read side by side, always
 * on where the next entry may be the cheapest ({@link Frontier}): with the least ratio of day cap to hourly price in a
 * leaf, {@code hour × leastPaidHours[ratio]} is a lower bound of what all behind costs, and mostly exact. So about as
 * many entries are read as are wanted, and what grows with the viewport is one look per leaf. A tariff with further rules
 * lies in the order of its {@link dev.berth.pricing.PriceFloor}, and is priced in full only where that is low enough: the
 * others pay one bit for it. Only what would enter the
 * list has its calendar looked at, which is a short scan or a binary search per slot, ending at the first free one. When it
 * can be booked at all is asked last, and only of the few listings whose hosts say so: the others pay one bit for it.
 *
 * <p><b>Search by distance.</b> Leaves are met nearest quadrant first, so that the heap soon holds near ones, and the
 * difference in latitude refuses most of the rest without trigonometry.
 *
 * <p><b>Pages</b> continue after a position in the order (key, id), never at an offset: what is booked meanwhile neither
 * repeats nor hides others.
 *
 * <p><b>Truth.</b> Listings carry versions and only grow newer; a deleted one leaves its version behind for a while, so
 * that a late event does not bring it back. Calendars carry a counter without gaps: {@link ListingTable#apply} takes exactly the next
 * change and says so when it is not the next, or contradicts what is known; then the caller loads that calendar anew
 * ({@link ListingTable#setCalendar}). A change can so be applied twice or late, never wrongly.
 *
 * <p><b>Limits.</b> One writer and no locks: it belongs to the event loop of its verticle, and a search that would have to
 * look at more than {@value Search#MAX_EXAMINED} entries is refused, because others wait behind it. Coordinates are kept to
 * 1e-7 degrees (a centimetre), calendars to the minute.
 */
final class SearchIndex {
    /** Unused time beyond this is as good as any: the slot is free for another day's stay. */
    private static final int MAX_GAP_MINUTES = 24 * 60;

    final ListingTable listings;
    private final PriceCells cells;
    private final SlotTable slots;
    private final Candidates candidates;
    private final Batch batch = new Batch();
    private final PriceCells.Met met = new PriceCells.Met();
    private final Frontier frontier = new Frontier();

    /** @param defaults what counts where a host does not say when a listing can be booked */
    SearchIndex(StayDefaults defaults) {
        listings = new ListingTable(defaults);
        cells = listings.cells;
        slots = listings.slots;
        candidates = new Candidates(listings.ids, SearchListings.MAX_LIMIT + 1);
    }

    int size() {
        return listings.ids.size();
    }

    /** @see ListingTable#put */
    ListingTable.Put put(Listing listing) {
        return listings.put(listing);
    }

    /** @see ListingTable#remove */
    boolean remove(ListingId id, long version) {
        return listings.remove(id, version);
    }

    /** @see ListingTable#apply */
    ListingTable.Outcome apply(ListingId listing, long calendarVersion, List<Occupancy> occupancies, Instant now) {
        return listings.apply(listing, calendarVersion, occupancies, now);
    }

    /** @see ListingTable#setCalendar */
    boolean setCalendar(ListingId listing, long calendarVersion, List<Occupancy> occupancies) {
        return listings.setCalendar(listing, calendarVersion, occupancies);
    }

    /** @see ListingTable#forgetPast */
    void forgetPast(int maxSlots, Instant now) {
        listings.forgetPast(maxSlots, now);
    }

    /** @see ListingTable#missing */
    List<ListingId> missing(Set<ListingId> present) {
        return listings.missing(present);
    }

    int find(ListingId id) {
        return listings.find(id);
    }

    /**
     * One page.
     *
     * @param now when it is asked
     * @throws Rejection when too much would have to be looked at
     */
    Found search(SearchListings query, Instant now) {
        candidates.reset(query.limit() + 1);
        Search search = new Search(listings, candidates, batch, query, now);
        if (query.matches() != null) {
            search.byMatches(query.matches());
            return page(query, search);
        }
        GeoPoint about = query.near() != null ? query.near() : new GeoPoint(0, 0);
        cells.meet(search.area, Area.units(about.lng()), Area.units(about.lat()), met);
        if (query.sort() == Sort.PRICE) {
            search.byPrice(met, frontier);
        } else {
            for (int i = 0; i < met.size(); i++) {
                if (query.sort() == Sort.DISTANCE) {
                    search.byDistance(met.leaf(i), met.inside(i));
                } else {
                    search.byKey(met.leaf(i), met.inside(i));
                }
            }
        }
        return page(query, search);
    }

    private Found page(SearchListings query, Search search) {
        int count = Math.min(candidates.size(), query.limit());
        Item[] items = search.items(count);
        boolean more = candidates.size() > count;
        return new Found(List.of(items), more ? new Position(candidates.key(count - 1), items[count - 1].id()) : null);
    }

    /** @param now no time before it counts as unused */
    FreeSlots freeSlots(FindFreeSlots query, Instant now) {
        int ordinal = listings.find(query.listing());
        if (ordinal < 0) {
            return new FreeSlots(false, 0, List.of());
        }
        int start = listings.slotStart(ordinal);
        int count = listings.slotCount(ordinal);
        int from = ListingTable.minuteOf(query.stay().from());
        int to = ListingTable.minuteAfter(query.stay().to());
        int buffer = listings.bufferMinutes(ordinal);
        long[] order = new long[count];
        int free = 0;
        for (int slot = start; slot < start + count; slot++) {
            int rank = query.kinds().indexOf(slots.kind(slot));
            if (rank >= 0 && slots.isFree(slot, from, to, buffer)) {
                long gap = gapMinutes(slots.intervals(slot), from, to, ListingTable.minuteOf(now));
                order[free++] = (long) rank << 56 | gap << 32 | (slot - start);
            }
        }
        Arrays.sort(order, 0, free);
        List<SlotId> best = new ArrayList<>(Math.min(free, query.limit()));
        for (int i = 0; i < Math.min(free, query.limit()); i++) {
            best.add(slots.id(start + (int) order[i]));
        }
        return new FreeSlots(true, free, best);
    }

    /** The unused time around a stay. */
    private static int gapMinutes(int[] intervals, int from, int to, int now) {
        int next = SlotTable.firstEndingAfter(intervals, from);
        int before = Math.max(now, next == 0 ? 0 : intervals[next - SlotTable.STRIDE + SlotTable.TO]);
        int after = next == intervals.length ? Integer.MAX_VALUE : intervals[next];
        return Math.clamp((long) from - before, 0, MAX_GAP_MINUTES) + Math.clamp((long) after - to, 0, MAX_GAP_MINUTES);
    }

    /** The ordinals of a tile's listings; good until the next change. */
    void inTile(Tile tile, IntConsumer ordinals) {
        Area area = TileBox.of(tile);
        cells.meet(area, area.west, area.south, met);
        for (int i = 0; i < met.size(); i++) {
            int[] entries = cells.entries(met.leaf(i));
            for (int j = 0; j < cells.length(met.leaf(i)); j += PriceCells.STRIDE) {
                int x = entries[j + PriceCells.X];
                int y = entries[j + PriceCells.Y];
                if (area.contains(x, y) && tile.equals(Tile.at(Area.point(x, y), tile.z()))) {
                    ordinals.accept(entries[j + PriceCells.ORDINAL]);
                }
            }
        }
    }

    /** The tile that a listing lies in, or null when it is unknown. */
    @Nullable
    Tile tileOf(ListingId id) {
        int ordinal = listings.find(id);
        return ordinal < 0 ? null : Tile.at(listings.location(ordinal), Tile.PIN_ZOOM);
    }

    /** What a pin shows of a listing. */
    Pin pin(int ordinal, Instant now) {
        int[] entries = cells.entries(cells.leafOf(ordinal));
        int i = cells.offsetOf(ordinal);
        int bits = entries[i + PriceCells.BITS];
        int dayCap = entries[i + PriceCells.DAY_CAP];
        boolean ruled = (bits & ListingTable.RULED) != 0;
        int start = listings.slotStart(ordinal);
        int count = listings.slotCount(ordinal);
        int minute = ListingTable.minuteOf(now);
        int kinds = ListingTable.kindsForAll(bits);
        return new Pin(
                listings.ids.id(ordinal),
                Area.point(entries[i + PriceCells.X], entries[i + PriceCells.Y]),
                listings.pinVersion(ordinal),
                ListingTable.typeOf(bits),
                listings.title(ordinal),
                slots.count(start, count, kinds),
                slots.countFree(start, count, minute, minute + 1, kinds),
                BusySteps.of(slots, start, count, kinds, minute),
                listings.currencyOf(bits),
                ruled ? null : Integer.valueOf(entries[i + PriceCells.HOUR]),
                ruled || dayCap == StayHours.NO_CAP ? null : Integer.valueOf(dayCap),
                listings.zone(ListingTable.zoneOf(bits)),
                (bits & ListingTable.INSTANT) != 0,
                (bits & ListingTable.ACCESSIBLE_ONLY) != 0,
                (bits & ListingTable.DEMO) != 0,
                (bits & ListingTable.LIMITED) != 0);
    }

    /** The version of a listing, or −1 when it is unknown. */
    long version(ListingId id) {
        int ordinal = listings.find(id);
        return ordinal < 0 ? -1 : listings.pinVersion(ordinal) - listings.calendarVersion(ordinal);
    }

    /** The calendar's counter, or −1 when the listing is unknown. */
    long calendarVersion(ListingId id) {
        int ordinal = listings.find(id);
        return ordinal < 0 ? -1 : listings.calendarVersion(ordinal);
    }
}
