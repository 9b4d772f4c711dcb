package dev.berth.search;

import java.util.Arrays;

/**
 * Leaves that a search by price still has to read, the one whose next entry may be cheapest on top: a heap of
 * {@code (bound, leaf of the search, offset)}. Reused from search to search.
 */
final class Frontier {
    private long[] bounds = new long[64];
    private int[] met = new int[64];
    private int[] offsets = new int[64];
    private int size;

    void clear() {
        size = 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The least that the next entry of the top leaf may cost. */
    long bound() {
        return bounds[0];
    }

    /** The top leaf's number in {@link PriceCells.Met}. */
    int leaf() {
        return met[0];
    }

    /** Where the top leaf is to be read on. */
    int offset() {
        return offsets[0];
    }

    void add(long bound, int leaf, int offset) {
        if (size == bounds.length) {
            bounds = Arrays.copyOf(bounds, size * 2);
            met = Arrays.copyOf(met, size * 2);
            offsets = Arrays.copyOf(offsets, size * 2);
        }
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (bounds[parent] <= bound) {
                break;
            }
            set(i, bounds[parent], met[parent], offsets[parent]);
            i = parent;
        }
        set(i, bound, leaf, offset);
    }

    /** The top leaf has been read up to an entry. */
    void advance(long bound, int offset) {
        sink(bound, met[0], offset);
    }

    /** The top leaf has been read to its end. */
    void removeTop() {
        size--;
        if (size > 0) {
            sink(bounds[size], met[size], offsets[size]);
        }
    }

    private void sink(long bound, int leaf, int offset) {
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && bounds[child + 1] < bounds[child]) {
                child++;
            }
            if (bound <= bounds[child]) {
                break;
            }
            set(i, bounds[child], met[child], offsets[child]);
            i = child;
        }
        set(i, bound, leaf, offset);
    }

    private void set(int i, long bound, int leaf, int offset) {
        bounds[i] = bound;
        met[i] = leaf;
        offsets[i] = offset;
    }
}
