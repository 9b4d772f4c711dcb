package dev.berth.search;

import java.util.UUID;

/**
 * The best so far, in order, of bounded number: key, then id. A sorted array, because a search by price finds nearly all in
 * order already, so that most are put at the end. Reused from search to search.
 */
final class Candidates {
    private final IdTable ids;
    private final long[] keys;
    private final int[] ordinals;
    /** Where the entry is: its leaf, and its offset there. */
    private final int[] leaves;

    private final int[] offsets;
    private int capacity;
    private int size;

    Candidates(IdTable ids, int maxCapacity) {
        this.ids = ids;
        keys = new long[maxCapacity];
        ordinals = new int[maxCapacity];
        leaves = new int[maxCapacity];
        offsets = new int[maxCapacity];
    }

    void reset(int newCapacity) {
        capacity = newCapacity;
        size = 0;
    }

    int size() {
        return size;
    }

    /** How many more there is room for. */
    int missing() {
        return capacity - size;
    }

    long key(int i) {
        return keys[i];
    }

    int ordinal(int i) {
        return ordinals[i];
    }

    int leaf(int i) {
        return leaves[i];
    }

    int offset(int i) {
        return offsets[i];
    }

    /** A key above this cannot get in any more. */
    long worstKey() {
        return size == capacity ? keys[size - 1] : Long.MAX_VALUE;
    }

    /** Whether {@link #offer} would take it. */
    boolean wants(long key, int ordinal) {
        return size < capacity || isBefore(key, ordinal, size - 1);
    }

    /** Takes what it {@link #wants}, in place of the last when there is no room. */
    void offer(long key, int ordinal, int leaf, int offset) {
        int i = size == capacity ? size - 1 : size++;
        while (i > 0 && isBefore(key, ordinal, i - 1)) {
            keys[i] = keys[i - 1];
            ordinals[i] = ordinals[i - 1];
            leaves[i] = leaves[i - 1];
            offsets[i] = offsets[i - 1];
            i--;
        }
        keys[i] = key;
        ordinals[i] = ordinal;
        leaves[i] = leaf;
        offsets[i] = offset;
    }

    private boolean isBefore(long key, int ordinal, int i) {
        return key < keys[i] || (key == keys[i] && ids.compare(ordinal, ordinals[i]) < 0);
    }

    /** Whether a listing comes after a position of the order. */
    boolean isAfter(long key, int ordinal, long otherKey, UUID other) {
        return key > otherKey || (key == otherKey && ids.compare(ordinal, other) > 0);
    }
}
