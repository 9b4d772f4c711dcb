package dev.berth.search;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Where listings lie: a quadtree over longitude and latitude whose leaves hold their entries in the order of the hourly
 * price. An entry has everything that most listings of a viewport are refused by, so that refusing costs no further memory
 * access. Leaves split when they are full and are never joined: listings come, and rarely go.
 */
final class PriceCells {
    static final int STRIDE = 6;
    static final int HOUR = 0;
    static final int DAY_CAP = 1;
    static final int X = 2;
    static final int Y = 3;
    static final int BITS = 4;
    static final int ORDINAL = 5;

    private static final int LEAF_ENTRIES = 128;
    private static final int FIRST_ENTRIES = 8;
    /** Cells of a few metres are not split: listings at one and the same place cannot be told apart by it. */
    private static final int MAX_DEPTH = 24;

    // A leaf's head.
    private static final int HEAD = 3;
    /** How many values of its entries are in use. */
    private static final int LENGTH = 0;
    /** The hourly price of its first entry. */
    private static final int CHEAPEST = 1;
    /** The least ratio of day cap to hourly price, rounded down. */
    private static final int RATIO = 2;

    private static final int CHILDREN = 4;
    private static final long WORLD = 1L << 32;

    /** Four per inner node: the index of an inner node, or the complement of a leaf's. */
    private int[] children = {};

    private int nodes;
    private int root;

    private int[][] entries = {};
    /** {@link #HEAD} values for each leaf, side by side: all that is asked of a leaf that is not read. */
    private int[] heads = {};

    private int leaves;
    /** The leaf of each listing. */
    private int[] leafOf = {};

    PriceCells() {
        root = ~newLeaf();
    }

    /** What a search has met: leaves, and whether all of their cell is inside. Reused from search to search. */
    static final class Met {
        private int[] leaves = new int[64];
        private int size;

        int size() {
            return size;
        }

        int leaf(int i) {
            return leaves[i] >>> 1;
        }

        boolean inside(int i) {
            return (leaves[i] & 1) != 0;
        }

        private void add(int leaf, boolean inside) {
            if (size == leaves.length) {
                leaves = Arrays.copyOf(leaves, size * 2);
            }
            leaves[size++] = leaf << 1 | (inside ? 1 : 0);
        }
    }

    int[] entries(int leaf) {
        return entries[leaf];
    }

    /** How many values of {@link #entries} are in use. */
    int length(int leaf) {
        return heads[leaf * HEAD + LENGTH];
    }

    int cheapest(int leaf) {
        return heads[leaf * HEAD + CHEAPEST];
    }

    int ratio(int leaf) {
        return heads[leaf * HEAD + RATIO];
    }

    int leafOf(int ordinal) {
        return leafOf[ordinal];
    }

    /** Where in {@code entries(leafOf(ordinal))} the entry of a listing begins. */
    int offsetOf(int ordinal) {
        int[] values = entries[leafOf[ordinal]];
        int offset = 0;
        while (values[offset + ORDINAL] != ordinal) {
            offset += STRIDE;
        }
        return offset;
    }

    /** Adds a listing. {@code dayCap} is {@link StayHours#NO_CAP} without one, otherwise at least {@code hour}. */
    void insert(int ordinal, int x, int y, int hour, int dayCap, int bits) {
        if (ordinal >= leafOf.length) {
            leafOf = Columns.fit(leafOf, Columns.grown(leafOf.length, ordinal + 1));
        }
        long fromWest = x + WORLD / 2;
        long fromSouth = y + WORLD / 2;
        int parent = -1;
        int at = root;
        int depth = 0;
        while (true) {
            if (at < 0) {
                int leaf = ~at;
                if (heads[leaf * HEAD + LENGTH] < LEAF_ENTRIES * STRIDE || depth == MAX_DEPTH) {
                    put(leaf, ordinal, x, y, hour, dayCap, bits);
                    return;
                }
                at = split(leaf, depth);
                if (parent < 0) {
                    root = at;
                } else {
                    children[parent] = at;
                }
            }
            parent = at * CHILDREN + quadrant(fromWest, fromSouth, depth);
            at = children[parent];
            depth++;
        }
    }

    private static int quadrant(long fromWest, long fromSouth, int depth) {
        int shift = 31 - depth;
        return (int) (fromWest >>> shift & 1) | (int) (fromSouth >>> shift & 1) << 1;
    }

    private int split(int leaf, int depth) {
        int node = nodes++;
        if (nodes * CHILDREN > children.length) {
            children = Columns.fit(children, Columns.grown(children.length, nodes * CHILDREN));
        }
        int[] values = entries[leaf];
        int length = heads[leaf * HEAD + LENGTH];
        entries[leaf] = new int[FIRST_ENTRIES * STRIDE];
        heads[leaf * HEAD + LENGTH] = 0;
        heads[leaf * HEAD + RATIO] = StayHours.MAX_HOURS_PER_DAY;
        children[node * CHILDREN] = ~leaf;
        for (int child = 1; child < CHILDREN; child++) {
            children[node * CHILDREN + child] = ~newLeaf();
        }
        for (int i = 0; i < length; i += STRIDE) {
            int quadrant = quadrant(values[i + X] + WORLD / 2, values[i + Y] + WORLD / 2, depth);
            int target = ~children[node * CHILDREN + quadrant];
            int end = room(target);
            System.arraycopy(values, i, entries[target], end, STRIDE);
            heads[target * HEAD + LENGTH] = end + STRIDE;
            heads[target * HEAD + CHEAPEST] = entries[target][HOUR];
            heads[target * HEAD + RATIO] =
                    Math.min(heads[target * HEAD + RATIO], ratio(values[i + HOUR], values[i + DAY_CAP]));
            leafOf[values[i + ORDINAL]] = target;
        }
        return node;
    }

    private int newLeaf() {
        int leaf = leaves++;
        if (leaves > entries.length) {
            int length = Columns.grown(entries.length, leaves);
            entries = Arrays.copyOf(entries, length);
            heads = Columns.fit(heads, length * HEAD);
        }
        entries[leaf] = new int[FIRST_ENTRIES * STRIDE];
        heads[leaf * HEAD + RATIO] = StayHours.MAX_HOURS_PER_DAY;
        return leaf;
    }

    /** Makes room for one entry more; answers where the entries end now. */
    private int room(int leaf) {
        int length = heads[leaf * HEAD + LENGTH];
        if (length == entries[leaf].length) {
            int count = length / STRIDE;
            entries[leaf] = Arrays.copyOf(entries[leaf], (count + count / 2) * STRIDE);
        }
        return length;
    }

    private void put(int leaf, int ordinal, int x, int y, int hour, int dayCap, int bits) {
        int length = room(leaf);
        int[] values = entries[leaf];
        int offset = firstDearer(values, length, hour);
        System.arraycopy(values, offset, values, offset + STRIDE, length - offset);
        values[offset + HOUR] = hour;
        values[offset + DAY_CAP] = dayCap;
        values[offset + X] = x;
        values[offset + Y] = y;
        values[offset + BITS] = bits;
        values[offset + ORDINAL] = ordinal;
        heads[leaf * HEAD + LENGTH] = length + STRIDE;
        heads[leaf * HEAD + CHEAPEST] = values[HOUR];
        heads[leaf * HEAD + RATIO] = Math.min(heads[leaf * HEAD + RATIO], ratio(hour, dayCap));
        leafOf[ordinal] = leaf;
    }

    private static int firstDearer(int[] values, int length, int hour) {
        int low = 0;
        int high = length / STRIDE;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (values[middle * STRIDE + HOUR] > hour) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low * STRIDE;
    }

    private static int ratio(int hour, int dayCap) {
        return hour == 0 ? StayHours.MAX_HOURS_PER_DAY : Math.min(StayHours.MAX_HOURS_PER_DAY, dayCap / hour);
    }

    void remove(int ordinal) {
        int leaf = leafOf[ordinal];
        int offset = offsetOf(ordinal);
        int[] values = entries[leaf];
        System.arraycopy(values, offset + STRIDE, values, offset, heads[leaf * HEAD + LENGTH] - offset - STRIDE);
        heads[leaf * HEAD + LENGTH] -= STRIDE;
        heads[leaf * HEAD + CHEAPEST] = values[HOUR];
        if (heads[leaf * HEAD + LENGTH] == 0) {
            heads[leaf * HEAD + RATIO] = StayHours.MAX_HOURS_PER_DAY;
        }
    }

    void forEach(IntConsumer ordinals) {
        for (int leaf = 0; leaf < leaves; leaf++) {
            for (int i = 0; i < heads[leaf * HEAD + LENGTH]; i += STRIDE) {
                ordinals.accept(entries[leaf][i + ORDINAL]);
            }
        }
    }

    /** Collects the leaves that an area meets, those about a point first. */
    void meet(Area area, int aboutX, int aboutY, Met met) {
        met.size = 0;
        meet(area, aboutX + WORLD / 2, aboutY + WORLD / 2, met, root, 0, -WORLD / 2, -WORLD / 2);
    }

    private void meet(Area area, long aboutX, long aboutY, Met met, int at, int depth, long x, long y) {
        long size = WORLD >>> depth;
        if (!area.meets(x, y, size)) {
            return;
        }
        if (at < 0) {
            if (heads[~at * HEAD + LENGTH] > 0) {
                met.add(~at, area.covers(x, y, size));
            }
            return;
        }
        int nearest = quadrant(aboutX, aboutY, depth);
        for (int turn = 0; turn < CHILDREN; turn++) {
            int child = nearest ^ turn;
            long childX = x + (child & 1) * (size / 2);
            long childY = y + (child >> 1) * (size / 2);
            meet(area, aboutX, aboutY, met, children[at * CHILDREN + child], depth + 1, childX, childY);
        }
    }
}
