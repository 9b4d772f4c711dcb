package dev.berth.search;

/**
 * Entries whose calendars are looked at together. What such a look costs is waiting for memory, and a processor waits for
 * many places at once when none of them tells it where the next one is: so each step is made for all of a batch before the next
 * step is. Reused from search to search.
 */
final class Batch {
    private static final int MAX = 128;
    /** A few more than are missing are looked at, because some will not be free. */
    private static final int LEAST = 8;

    private final long[] keys = new long[MAX];
    private final int[] leaves = new int[MAX];
    private final int[] offsets = new int[MAX];
    private final int[] ordinals = new int[MAX];
    private final int[] bits = new int[MAX];
    private final int[] starts = new int[MAX];
    private final int[] counts = new int[MAX];
    private final int[][] calendars = new int[MAX][];
    private final int[] lengths = new int[MAX];
    private int full = LEAST;
    private int size;

    /** Empties it; it is full again with about as many as are missing. */
    void begin(int missing) {
        size = 0;
        full = Math.min(MAX - LEAST, missing + missing / 4 + LEAST);
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean isFull() {
        return size >= full;
    }

    int size() {
        return size;
    }

    long key(int i) {
        return keys[i];
    }

    int leaf(int i) {
        return leaves[i];
    }

    int offset(int i) {
        return offsets[i];
    }

    int ordinal(int i) {
        return ordinals[i];
    }

    int bits(int i) {
        return bits[i];
    }

    void add(long key, int leaf, int offset, int ordinal, int entryBits) {
        keys[size] = key;
        leaves[size] = leaf;
        offsets[size] = offset;
        ordinals[size] = ordinal;
        bits[size] = entryBits;
        size++;
    }

    /** Fetches where the slots lie, then which calendars they have, then the calendars. */
    void gather(ListingTable listings) {
        for (int i = 0; i < size; i++) {
            int ordinal = ordinals[i];
            starts[i] = listings.slotStart(ordinal);
            counts[i] = listings.slotCount(ordinal);
        }
        for (int i = 0; i < size; i++) {
            calendars[i] = counts[i] == 0 ? SlotTable.IDLE : listings.slots.intervals(starts[i]);
        }
        for (int i = 0; i < size; i++) {
            lengths[i] = calendars[i].length;
        }
    }

    boolean isFree(int i, SlotTable slots, int from, int to, int kindBits) {
        if (counts[i] == 1 && kindBits == SlotTable.ANY_KIND) {
            return lengths[i] == 0 || SlotTable.isFree(calendars[i], from, to);
        }
        return slots.anyFree(starts[i], counts[i], from, to, kindBits);
    }
}
