package dev.berth.search;

import dev.berth.values.Tile;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What there is in each web-mercator tile of each zoom up to {@link #MAX_ZOOM}: sums that every change of a listing brings
 * up to date on its way from its tile to the world, so that a question about a tile is one look, however much is in it.
 */
final class TileTree {
    static final int MAX_ZOOM = Tile.PIN_ZOOM;
    /** Stays are counted by the hour up to here; below, an area has few enough listings to look at each. */
    static final int MAX_HOURS_ZOOM = 10;

    /** No listing, no price. */
    static final long NO_PRICE = Long.MAX_VALUE;

    /** Above any hourly price that the contract takes. */
    private static final long PERMIT_ONLY = 1L << 62;

    private static final int NONE = -1;
    private static final int COORDINATE_BITS = 24;

    /** Node + 1 by the hash of its tile, 0 for none; the length is a power of two. */
    private int[] table = new int[256];

    private long[] keys = {};
    private int[] listings = {};
    private int[] capacities = {};
    private int[] taken = {};
    private long[] sumX = {};
    private long[] sumY = {};
    private long[] cheapest = {};
    private @Nullable HourCounts[] hours = {};
    private int nodes;

    int size() {
        return nodes;
    }

    private static long key(int z, int x, int y) {
        return ((long) z << COORDINATE_BITS | x) << COORDINATE_BITS | y;
    }

    /** The node of a tile, or −1 when nothing was ever in it. */
    int find(int z, int x, int y) {
        long key = key(z, x, y);
        int mask = table.length - 1;
        for (int i = (int) IdTable.mix(key, 0) & mask; table[i] != 0; i = i + 1 & mask) {
            if (keys[table[i] - 1] == key) {
                return table[i] - 1;
            }
        }
        return NONE;
    }

    /** The nodes of a tile of {@link #MAX_ZOOM} and all above it, by zoom; made where there are none. */
    void path(Tile tile, int[] path) {
        for (int z = 0; z <= MAX_ZOOM; z++) {
            int x = tile.x() >> (MAX_ZOOM - z);
            int y = tile.y() >> (MAX_ZOOM - z);
            int node = find(z, x, y);
            path[z] = node == NONE ? add(key(z, x, y)) : node;
        }
    }

    private int add(long key) {
        if ((nodes + 1) * 3 >= table.length * 2) {
            int[] larger = new int[table.length * 2];
            for (int node = 0; node < nodes; node++) {
                link(larger, node);
            }
            table = larger;
        }
        int node = nodes++;
        if (nodes > keys.length) {
            int length = Columns.grown(keys.length, nodes);
            keys = Columns.fit(keys, length);
            listings = Columns.fit(listings, length);
            capacities = Columns.fit(capacities, length);
            taken = Columns.fit(taken, length);
            sumX = Columns.fit(sumX, length);
            sumY = Columns.fit(sumY, length);
            cheapest = Columns.fit(cheapest, length);
            hours = Arrays.copyOf(hours, length);
        }
        keys[node] = key;
        cheapest[node] = NO_PRICE;
        link(table, node);
        return node;
    }

    private void link(int[] target, int node) {
        int mask = target.length - 1;
        int i = (int) IdTable.mix(keys[node], 0) & mask;
        while (target[i] != 0) {
            i = i + 1 & mask;
        }
        target[i] = node + 1;
    }

    /** Adds a listing along its path, or takes it out; of one that goes {@link #setCheapest} is to be told. */
    void addListing(int[] path, int x, int y, int capacity, long price, int sign) {
        for (int node : path) {
            listings[node] += sign;
            capacities[node] += sign * capacity;
            sumX[node] += (long) sign * x;
            sumY[node] += (long) sign * y;
            if (sign > 0) {
                cheapest[node] = Math.min(cheapest[node], price);
            }
        }
    }

    void addTaken(int[] path, int slots) {
        if (slots != 0) {
            for (int node : path) {
                taken[node] += slots;
            }
        }
    }

    /** Adds a stay of the hours {@code [from, to)}, or takes it out. */
    void addStay(int[] path, int from, int to, int sign, int now) {
        for (int z = 0; z <= MAX_HOURS_ZOOM; z++) {
            HourCounts counts = hours[path[z]];
            if (counts == null) {
                counts = new HourCounts(now);
                hours[path[z]] = counts;
            }
            counts.add(from, to, sign, now);
        }
    }

    /** Says what is cheapest in a tile of {@link #MAX_ZOOM} from now on; those above it ask their four. */
    void setCheapest(Tile tile, int[] path, long price) {
        cheapest[path[MAX_ZOOM]] = price;
        for (int z = MAX_ZOOM - 1; z >= 0; z--) {
            int x = tile.x() >> (MAX_ZOOM - z);
            int y = tile.y() >> (MAX_ZOOM - z);
            long least = NO_PRICE;
            for (int child = 0; child < 4; child++) {
                int node = find(z + 1, 2 * x + (child & 1), 2 * y + (child >> 1));
                least = node == NONE ? least : Math.min(least, cheapest[node]);
            }
            if (cheapest[path[z]] == least) {
                return;
            }
            cheapest[path[z]] = least;
        }
    }

    int listings(int node) {
        return listings[node];
    }

    int capacity(int node) {
        return capacities[node];
    }

    /** Slots that are taken now. */
    int taken(int node) {
        return taken[node];
    }

    /**
     * An hourly price, above the number of its currency. What is for people with a permit only sorts behind everything
     * that anybody may book: its price is nobody else's.
     */
    static long price(int hour, int currency, boolean permitOnly) {
        return (permitOnly ? PERMIT_ONLY : 0) | (long) hour << Integer.SIZE | currency;
    }

    static int hourOf(long price) {
        return (int) ((price & ~PERMIT_ONLY) >>> Integer.SIZE);
    }

    static int currencyOf(long price) {
        return (int) price;
    }

    /** The {@link #price} of the cheapest; {@link #NO_PRICE} where nothing is. */
    long cheapest(int node) {
        return cheapest[node];
    }

    int middleX(int node) {
        return (int) Math.round((double) sumX[node] / listings[node]);
    }

    int middleY(int node) {
        return (int) Math.round((double) sumY[node] / listings[node]);
    }

    /** Slots that no stay of these hours needs, at least: two stays may share a slot. Of a zoom that counts hours. */
    int freeAtLeast(int node, int from, int to, int now) {
        HourCounts counts = hours[node];
        return counts == null
                ? capacities[node]
                : Math.clamp((long) capacities[node] - counts.touching(from, to, now), 0, capacities[node]);
    }
}
