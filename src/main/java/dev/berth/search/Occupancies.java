package dev.berth.search;

import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.values.ListingId;
import dev.berth.values.Tile;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Stands before the index wherever it is changed, and keeps the {@link TileTree} in step: what a change takes away is
 * taken out before it, what it brings is put in after it. How many slots are taken changes also by time alone: each listing
 * is due again in the minute in which its next stay begins or ends ({@link #sweep}).
 */
final class Occupancies {
    private static final int MINUTES_PER_HOUR = 60;
    private static final int NEVER = Integer.MAX_VALUE;

    private final SearchIndex index;
    private final ListingTable listings;
    private final SlotTable slots;
    final TileTree tree = new TileTree();
    private final int[] path = new int[TileTree.MAX_ZOOM + 1];

    /** Slots taken as the tree counts them, by ordinal. */
    private int[] taken = {};
    /** The minute in which that is to be counted anew. */
    private int[] due = {};

    /** Ordinals by the minute in which they were due once: only those that still are count. */
    private final TreeMap<Integer, Bag> schedule = new TreeMap<>();

    /** The minute that all counts are of, but for those that are overdue. */
    private int now;

    private static final class Bag {
        private int[] values = new int[4];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }
    }

    Occupancies(SearchIndex index, Instant now) {
        this.index = index;
        this.listings = index.listings;
        this.slots = listings.slots;
        this.now = ListingTable.minuteOf(now);
    }

    int hour() {
        return Math.floorDiv(now, MINUTES_PER_HOUR);
    }

    /** The minute that taken slots are counted of. */
    int minute() {
        return now;
    }

    // --- changes

    /** @see SearchIndex#put */
    ListingTable.Put put(Listing listing) {
        int before = index.find(listing.id());
        if (before >= 0 && index.version(listing.id()) >= listing.version()) {
            return index.put(listing);
        }
        Tile tile = before < 0 ? null : tile(before);
        boolean wasCheapest = tile != null && leave(before, tile);
        ListingTable.Put put = index.put(listing);
        int ordinal = index.find(listing.id());
        if (ordinal >= 0) {
            enter(ordinal);
        }
        if (wasCheapest && tile != null) {
            findCheapest(tile);
        }
        return put;
    }

    /** @see SearchIndex#remove */
    boolean remove(ListingId id, long version) {
        int ordinal = index.find(id);
        if (ordinal < 0 || index.version(id) >= version) {
            return index.remove(id, version);
        }
        Tile tile = tile(ordinal);
        boolean wasCheapest = leave(ordinal, tile);
        boolean removed = index.remove(id, version);
        if (wasCheapest) {
            findCheapest(tile);
        }
        return removed;
    }

    /** @see SearchIndex#setCalendar */
    boolean setCalendar(ListingId listing, long calendarVersion, List<Occupancy> occupancies) {
        int ordinal = index.find(listing);
        if (ordinal < 0) {
            return index.setCalendar(listing, calendarVersion, occupancies);
        }
        tree.path(tile(ordinal), path);
        addStays(ordinal, -1);
        boolean set = index.setCalendar(listing, calendarVersion, occupancies);
        addStays(ordinal, 1);
        count(ordinal);
        return set;
    }

    /** @see SearchIndex#apply */
    ListingTable.Outcome apply(ListingId listing, long calendarVersion, List<Occupancy> changes, Instant at) {
        int ordinal = index.find(listing);
        if (ordinal < 0) {
            return index.apply(listing, calendarVersion, changes, at);
        }
        int start = listings.slotStart(ordinal);
        int count = listings.slotCount(ordinal);
        int[] touched = new int[changes.size()];
        int[][] before = new int[changes.size()][];
        int size = 0;
        for (Occupancy change : changes) {
            int slot = slots.find(start, count, change.slot().value());
            boolean isNew = slot >= 0;
            for (int i = 0; i < size; i++) {
                isNew &= touched[i] != slot;
            }
            if (isNew) {
                touched[size] = slot;
                before[size++] = slots.intervals(slot);
            }
        }
        ListingTable.Outcome outcome = index.apply(listing, calendarVersion, changes, at);
        tree.path(tile(ordinal), path);
        boolean isOverdue = due[ordinal] <= now;
        int more = 0;
        int next = due[ordinal];
        for (int i = 0; i < size; i++) {
            int[] after = slots.intervals(touched[i]);
            if (!Arrays.equals(after, before[i])) {
                addStays(before[i], -1);
                addStays(after, 1);
                more += (isTaken(after) ? 1 : 0) - (isTaken(before[i]) ? 1 : 0);
                next = Math.min(next, nextChange(after));
            }
        }
        if (isOverdue) {
            count(ordinal);
        } else {
            taken[ordinal] += more;
            tree.addTaken(path, more);
            schedule(ordinal, next);
        }
        return outcome;
    }

    // --- one listing

    private Tile tile(int ordinal) {
        return Tile.at(listings.location(ordinal), TileTree.MAX_ZOOM);
    }

    private void enter(int ordinal) {
        if (ordinal >= taken.length) {
            int length = Columns.grown(taken.length, ordinal + 1);
            taken = Columns.fit(taken, length);
            due = Columns.fit(due, length);
        }
        tree.path(tile(ordinal), path);
        addListing(ordinal, 1);
        addStays(ordinal, 1);
        taken[ordinal] = 0;
        due[ordinal] = NEVER;
        count(ordinal);
    }

    /** Whether it was the cheapest of its tile, so that another one has to be looked for. */
    private boolean leave(int ordinal, Tile tile) {
        tree.path(tile, path);
        addListing(ordinal, -1);
        addStays(ordinal, -1);
        tree.addTaken(path, -taken[ordinal]);
        taken[ordinal] = 0;
        due[ordinal] = NEVER;
        return price(ordinal) == tree.cheapest(path[TileTree.MAX_ZOOM]);
    }

    private void addListing(int ordinal, int sign) {
        int[] entries = listings.cells.entries(listings.cells.leafOf(ordinal));
        int i = listings.cells.offsetOf(ordinal);
        tree.addListing(
                path,
                entries[i + PriceCells.X],
                entries[i + PriceCells.Y],
                listings.slotCount(ordinal),
                price(ordinal),
                sign);
    }

    private long price(int ordinal) {
        int[] entries = listings.cells.entries(listings.cells.leafOf(ordinal));
        int i = listings.cells.offsetOf(ordinal);
        int bits = entries[i + PriceCells.BITS];
        return TileTree.price(
                listings.hour(ordinal), ListingTable.currencyNumber(bits), (bits & ListingTable.ACCESSIBLE_ONLY) != 0);
    }

    private void findCheapest(Tile tile) {
        long[] least = {TileTree.NO_PRICE};
        index.inTile(tile, ordinal -> least[0] = Math.min(least[0], price(ordinal)));
        tree.path(tile, path);
        tree.setCheapest(tile, path, least[0]);
    }

    private void addStays(int ordinal, int sign) {
        int start = listings.slotStart(ordinal);
        for (int slot = start; slot < start + listings.slotCount(ordinal); slot++) {
            addStays(slots.intervals(slot), sign);
        }
    }

    private void addStays(int[] intervals, int sign) {
        for (int i = 0; i < intervals.length; i += SlotTable.STRIDE) {
            tree.addStay(
                    path,
                    Math.floorDiv(intervals[i], MINUTES_PER_HOUR),
                    Math.ceilDiv(intervals[i + SlotTable.TO], MINUTES_PER_HOUR),
                    sign,
                    hour());
        }
    }

    /** Counts anew what is taken; the path is the listing's. */
    private void count(int ordinal) {
        int start = listings.slotStart(ordinal);
        int before = taken[ordinal];
        int next = NEVER;
        int found = 0;
        for (int slot = start; slot < start + listings.slotCount(ordinal); slot++) {
            int[] intervals = slots.intervals(slot);
            found += isTaken(intervals) ? 1 : 0;
            next = Math.min(next, nextChange(intervals));
        }
        taken[ordinal] = found;
        tree.addTaken(path, found - before);
        schedule(ordinal, next);
    }

    private boolean isTaken(int[] intervals) {
        int next = SlotTable.firstEndingAfter(intervals, now);
        return next < intervals.length && intervals[next] <= now;
    }

    private int nextChange(int[] intervals) {
        int next = SlotTable.firstEndingAfter(intervals, now);
        if (next == intervals.length) {
            return NEVER;
        }
        return intervals[next] > now ? intervals[next] : intervals[next + SlotTable.TO];
    }

    private void schedule(int ordinal, int minute) {
        if (due[ordinal] != minute) {
            due[ordinal] = minute;
            if (minute != NEVER) {
                schedule.computeIfAbsent(minute, first -> new Bag()).add(ordinal);
            }
        }
    }

    // --- time

    /**
     * Counts anew what is due by now, at most so many.
     *
     * @return whether there is more
     */
    boolean sweep(Instant at, int most) {
        now = Math.max(now, ListingTable.minuteOf(at));
        int left = most;
        while (!schedule.isEmpty() && schedule.firstKey() <= now) {
            Bag bag = schedule.firstEntry().getValue();
            while (bag.size > 0) {
                if (left-- == 0) {
                    return true;
                }
                int ordinal = bag.values[--bag.size];
                if (due[ordinal] == schedule.firstKey()) {
                    tree.path(tile(ordinal), path);
                    count(ordinal);
                }
            }
            schedule.pollFirstEntry();
        }
        return false;
    }
}
