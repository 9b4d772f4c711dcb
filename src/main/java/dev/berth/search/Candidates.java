package dev.berth.search;

/**
 * The best so far: a heap of bounded size with the worst on top, ordered by key and then by id. Reused from search to
 * search.
 */
final class Candidates {
    private final long[] keys;
    private final long[] mostBits;
    private final long[] leastBits;
    private final int[] ordinals;
    private int capacity;
    private int size;

    Candidates(int maxCapacity) {
        keys = new long[maxCapacity];
        mostBits = new long[maxCapacity];
        leastBits = new long[maxCapacity];
        ordinals = new int[maxCapacity];
    }

    void reset(int newCapacity) {
        capacity = newCapacity;
        size = 0;
    }

    int size() {
        return size;
    }

    /** A key above this cannot get in any more. */
    long worstKey() {
        return size == capacity ? keys[0] : Long.MAX_VALUE;
    }

    /** Whether {@link #offer} would take it. */
    boolean wants(long key, long most, long least) {
        return size < capacity || compare(key, most, least, keys[0], mostBits[0], leastBits[0]) < 0;
    }

    /** Takes what {@link #wants} it, in place of the worst when there is no room. */
    void offer(long key, long most, long least, int ordinal) {
        if (size < capacity) {
            int i = size++;
            while (i > 0) {
                int parent = (i - 1) >>> 1;
                if (compare(key, most, least, keys[parent], mostBits[parent], leastBits[parent]) <= 0) {
                    break;
                }
                move(parent, i);
                i = parent;
            }
            set(i, key, most, least, ordinal);
        } else {
            sink(key, most, least, ordinal);
        }
    }

    /** Takes the worst off and answers its listing; its key is {@code worst} before. */
    int removeWorst() {
        int ordinal = ordinals[0];
        size--;
        if (size > 0) {
            sink(keys[size], mostBits[size], leastBits[size], ordinals[size]);
        }
        return ordinal;
    }

    /** The key of the worst, of a heap that is not empty. */
    long topKey() {
        return keys[0];
    }

    private void sink(long key, long most, long least, int ordinal) {
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && compareAt(child + 1, child) > 0) {
                child++;
            }
            if (compare(key, most, least, keys[child], mostBits[child], leastBits[child]) >= 0) {
                break;
            }
            move(child, i);
            i = child;
        }
        set(i, key, most, least, ordinal);
    }

    private int compareAt(int one, int other) {
        return compare(keys[one], mostBits[one], leastBits[one], keys[other], mostBits[other], leastBits[other]);
    }

    /** The order of a page: by key, then by id as unsigned bits, which is the order of its text. */
    static int compare(long key, long most, long least, long otherKey, long otherMost, long otherLeast) {
        if (key != otherKey) {
            return key < otherKey ? -1 : 1;
        }
        int byMost = Long.compareUnsigned(most, otherMost);
        return byMost != 0 ? byMost : Long.compareUnsigned(least, otherLeast);
    }

    private void move(int from, int to) {
        set(to, keys[from], mostBits[from], leastBits[from], ordinals[from]);
    }

    private void set(int i, long key, long most, long least, int ordinal) {
        keys[i] = key;
        mostBits[i] = most;
        leastBits[i] = least;
        ordinals[i] = ordinal;
    }
}
