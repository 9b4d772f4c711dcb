package dev.berth.search;

import dev.berth.listings.BayNeeds;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.values.SlotId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Slots in columns, those of one listing side by side, each with its busy intervals: one sorted array of
 * {@code from, to, key} per slot in epoch minutes, {@code key} being 32 bits of the occupancy's id.
 *
 * <p>Intervals of one slot never overlap (the database sees to it), so that their ends are sorted as well, and a window is
 * free exactly when the first interval that ends after its start does not begin before its end. Starts are rounded down and
 * ends up to whole minutes; neighbours may then share a minute, which changes nothing of this.
 */
final class SlotTable {
    /** Every kind of slot. */
    static final int ANY_KIND = -1;
    /** The kinds that anybody may be given. */
    static final int FOR_ALL = Arrays.stream(SlotKind.values())
            .filter(SlotTable::isForAll)
            .mapToInt(SlotTable::bit)
            .sum();

    static final int STRIDE = 3;
    static final int TO = 1;
    static final int KEY = 2;
    /** The bit of a key that tells whether it is of a block. */
    static final int BLOCK = 1;

    static final int[] IDLE = {};
    /** Below this many values a scan is quicker than a binary search. */
    private static final int SCAN_LENGTH = 16 * STRIDE;

    private static final SlotKind[] KINDS = SlotKind.values();

    /** The ids, two values each. */
    private long[] ids = {};

    private byte[] kinds = {};
    private int[][] busy = {};
    private int used;
    /** Ranges given back, by their length. */
    private final Map<Integer, Deque<Integer>> released = new HashMap<>();

    /** What a change of a calendar came to. */
    enum Change {
        DONE,
        /** It was so already. */
        NONE,
        /** What is known contradicts it; only the truth can tell. */
        CONFLICT
    }

    /** Takes a range for these slots; all are free. */
    int add(List<Slot> slots) {
        int start = allocate(slots.size());
        for (int i = 0; i < slots.size(); i++) {
            set(start + i, slots.get(i), IDLE);
        }
        return start;
    }

    /** Replaces a listing's slots; those that stay keep their intervals. Answers where the range now begins. */
    int replace(int start, int count, List<Slot> slots) {
        Map<UUID, int[]> kept = new HashMap<>();
        for (int i = start; i < start + count; i++) {
            if (busy[i].length > 0) {
                kept.put(uuid(i), busy[i]);
            }
        }
        int target = start;
        if (count != slots.size()) {
            release(start, count);
            target = allocate(slots.size());
        }
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            set(target + i, slot, kept.getOrDefault(slot.id().value(), IDLE));
        }
        return target;
    }

    /** Whether each of these slots is in a range already. */
    boolean hasAll(int start, int count, List<Slot> wanted) {
        Set<UUID> present = new HashSet<>();
        for (int slot = start; slot < start + count; slot++) {
            present.add(uuid(slot));
        }
        return wanted.stream().allMatch(slot -> present.contains(slot.id().value()));
    }

    void release(int start, int count) {
        Arrays.fill(busy, start, start + count, IDLE);
        if (count > 0) {
            released.computeIfAbsent(count, length -> new ArrayDeque<>()).push(start);
        }
    }

    private int allocate(int count) {
        Deque<Integer> fitting = released.get(count);
        if (fitting != null) {
            int start = fitting.pop();
            if (fitting.isEmpty()) {
                released.remove(count);
            }
            return start;
        }
        int start = used;
        used += count;
        if (used > busy.length) {
            int length = Columns.grown(busy.length, used);
            ids = Columns.fit(ids, 2 * length);
            kinds = Columns.fit(kinds, length);
            int old = busy.length;
            busy = Arrays.copyOf(busy, length);
            Arrays.fill(busy, old, length, IDLE);
        }
        return start;
    }

    private void set(int slot, Slot value, int[] intervals) {
        ids[2 * slot] = value.id().value().getMostSignificantBits();
        ids[2 * slot + 1] = value.id().value().getLeastSignificantBits();
        kinds[slot] = code(value.kind());
        busy[slot] = intervals;
    }

    @SuppressWarnings("EnumOrdinal") // in memory only
    private static byte code(SlotKind kind) {
        return (byte) kind.ordinal();
    }

    /** The bit of a kind, for {@link #anyFree} and {@link #countFree}. */
    static int bit(SlotKind kind) {
        return 1 << code(kind);
    }

    /** The slot of this id within a range, or −1. */
    int find(int start, int count, UUID id) {
        long least = id.getLeastSignificantBits();
        for (int i = start; i < start + count; i++) {
            if (ids[2 * i + 1] == least && ids[2 * i] == id.getMostSignificantBits()) {
                return i;
            }
        }
        return -1;
    }

    SlotId id(int slot) {
        return new SlotId(uuid(slot));
    }

    private UUID uuid(int slot) {
        return new UUID(ids[2 * slot], ids[2 * slot + 1]);
    }

    SlotKind kind(int slot) {
        return KINDS[kinds[slot]];
    }

    /** The slot's intervals, {@link #STRIDE} values each; not to be changed. */
    int[] intervals(int slot) {
        return busy[slot];
    }

    boolean isFree(int slot, int from, int to) {
        return isFree(busy[slot], from, to);
    }

    static boolean isFree(int[] intervals, int from, int to) {
        int next = firstEndingAfter(intervals, from);
        return next == intervals.length || intervals[next] >= to;
    }

    /** Whether it is free throughout, and no booking is nearer than so many minutes; blocks may be. */
    boolean isFree(int slot, int from, int to, int buffer) {
        int[] intervals = busy[slot];
        if (buffer == 0) {
            return isFree(intervals, from, to);
        }
        for (int i = firstEndingAfter(intervals, from - buffer);
                i < intervals.length && intervals[i] < to + buffer;
                i += STRIDE) {
            boolean overlaps = intervals[i] < to && intervals[i + TO] > from;
            if (overlaps || (intervals[i + KEY] & BLOCK) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether anybody may be given one of this kind (RULES 11). */
    static boolean isForAll(SlotKind kind) {
        return BayNeeds.UNKNOWN.kinds().contains(kind);
    }

    boolean isOf(int slot, int kindBits) {
        return kindBits == ANY_KIND || (kindBits >>> kinds[slot] & 1) != 0;
    }

    /** Whether any slot of these kinds (a bit each) is free throughout. */
    boolean anyFree(int start, int count, int from, int to, int kindBits) {
        return anyFree(start, count, from, to, kindBits, 0);
    }

    /** As {@link #anyFree}, with so many minutes between it and bookings. */
    boolean anyFree(int start, int count, int from, int to, int kindBits, int buffer) {
        for (int slot = start; slot < start + count; slot++) {
            if (isOf(slot, kindBits) && isFree(slot, from, to, buffer)) {
                return true;
            }
        }
        return false;
    }

    /** How many slots there are of these kinds. */
    int count(int start, int count, int kindBits) {
        int found = 0;
        for (int slot = start; slot < start + count; slot++) {
            found += isOf(slot, kindBits) ? 1 : 0;
        }
        return found;
    }

    int countFree(int start, int count, int from, int to, int kindBits) {
        return countFree(start, count, from, to, kindBits, 0);
    }

    /** As {@link #countFree}, with so many minutes between them and bookings. */
    int countFree(int start, int count, int from, int to, int kindBits, int buffer) {
        int free = 0;
        for (int slot = start; slot < start + count; slot++) {
            if (isOf(slot, kindBits) && isFree(slot, from, to, buffer)) {
                free++;
            }
        }
        return free;
    }

    /** The index of the first interval that ends after a minute, or the length when there is none. */
    static int firstEndingAfter(int[] intervals, int minute) {
        int low = 0;
        int high = intervals.length;
        while (high - low > SCAN_LENGTH) {
            int middle = (low + high) / (2 * STRIDE) * STRIDE;
            if (intervals[middle + TO] > minute) {
                high = middle;
            } else {
                low = middle + STRIDE;
            }
        }
        while (low < high && intervals[low + TO] <= minute) {
            low += STRIDE;
        }
        return low;
    }

    /**
     * Keeps a slot busy. An occupancy that is known elsewhere in the range, or at another time, has moved without saying
     * what it left; one that overlaps another says that something was missed: both are a {@link Change#CONFLICT}.
     *
     * @param now intervals that have ended by then are dropped on the way
     */
    Change occupy(int start, int count, int slot, int key, int from, int to, int now) {
        for (int other = start; other < start + count; other++) {
            int[] intervals = busy[other];
            for (int i = 0; i < intervals.length; i += STRIDE) {
                if (intervals[i + KEY] == key) {
                    boolean same = other == slot && intervals[i] == from && intervals[i + TO] == to;
                    return same ? Change.NONE : Change.CONFLICT;
                }
            }
        }
        if (to <= now) {
            return Change.NONE;
        }
        int[] old = busy[slot];
        // Rounding alone makes neighbours share a minute.
        int next = firstEndingAfter(old, Math.min(from + 1, to - 1));
        if (next < old.length && old[next] < to - 1) {
            return Change.CONFLICT;
        }
        int position = next;
        while (position > 0 && old[position - STRIDE] > from) {
            position -= STRIDE;
        }
        int ended = Math.min(position, firstEndingAfter(old, now));
        int[] intervals = new int[old.length - ended + STRIDE];
        System.arraycopy(old, ended, intervals, 0, position - ended);
        System.arraycopy(old, position, intervals, position - ended + STRIDE, old.length - position);
        intervals[position - ended] = from;
        intervals[position - ended + TO] = to;
        intervals[position - ended + KEY] = key;
        busy[slot] = intervals;
        return Change.DONE;
    }

    /** Ends an occupancy that has been used until then: what is left of it stays. One that is not known stays so. */
    Change shorten(int start, int count, int slot, int key, int from, int to, int now) {
        Change change = free(start, count, slot, key, from, to);
        int end = Math.min(to, now);
        return change == Change.DONE && end > from
                ? occupy(start, count, slot, key, from, end, Integer.MIN_VALUE / 2)
                : change;
    }

    /** Ends an occupancy. One that is not known has ended before, or was over. */
    Change free(int start, int count, int slot, int key, int from, int to) {
        for (int other = start; other < start + count; other++) {
            int[] intervals = busy[other];
            for (int i = 0; i < intervals.length; i += STRIDE) {
                if (intervals[i + KEY] == key) {
                    if (other != slot || intervals[i] != from || intervals[i + TO] != to) {
                        return Change.CONFLICT;
                    }
                    busy[slot] = without(intervals, i, i + STRIDE);
                    return Change.DONE;
                }
            }
        }
        return Change.NONE;
    }

    /** Empties the calendars of a range. */
    void clear(int start, int count) {
        Arrays.fill(busy, start, start + count, IDLE);
    }

    /** Sets a slot's calendar as it is: values {@link #STRIDE} apart, in any order. */
    void setIntervals(int slot, int[] values) {
        long[] order = new long[values.length / STRIDE];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) values[i * STRIDE] << 32 | i;
        }
        Arrays.sort(order);
        int[] sorted = new int[values.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(values, (int) order[i] * STRIDE, sorted, i * STRIDE, STRIDE);
            // Of those that begin in the same minute the one that ends first comes first.
            for (int j = i * STRIDE;
                    j > 0 && sorted[j] == sorted[j - STRIDE] && sorted[j + TO] < sorted[j - STRIDE + TO]; ) {
                swap(sorted, j, j - STRIDE);
                j -= STRIDE;
            }
        }
        busy[slot] = sorted.length == 0 ? IDLE : sorted;
    }

    private static void swap(int[] intervals, int one, int other) {
        for (int i = 0; i < STRIDE; i++) {
            int value = intervals[one + i];
            intervals[one + i] = intervals[other + i];
            intervals[other + i] = value;
        }
    }

    /** Drops what has ended from up to {@code limit} slots from {@code first} on; answers where to go on, 0 at the end. */
    int forget(int first, int limit, int now) {
        int end = Math.min(used, first + limit);
        for (int slot = first; slot < end; slot++) {
            int ended = firstEndingAfter(busy[slot], now);
            if (ended > 0) {
                busy[slot] = without(busy[slot], 0, ended);
            }
        }
        return end == used ? 0 : end;
    }

    private static int[] without(int[] intervals, int from, int to) {
        int length = intervals.length - (to - from);
        if (length == 0) {
            return IDLE;
        }
        int[] rest = new int[length];
        System.arraycopy(intervals, 0, rest, 0, from);
        System.arraycopy(intervals, to, rest, from, intervals.length - to);
        return rest;
    }
}
