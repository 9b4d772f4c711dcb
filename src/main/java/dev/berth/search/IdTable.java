package dev.berth.search;

import java.util.UUID;

/**
 * Gives ids small numbers, their ordinals, and finds them again: a column of bits, two values each, and an open-addressing
 * table. Numbers given back are used again.
 */
final class IdTable {
    private long[] bits = {};
    /** Ordinal + 1 by the hash of the id, 0 for none; its length is a power of two. */
    private int[] table = new int[128];

    private int used;
    private int[] vacant = {};
    private int vacants;

    int size() {
        return used - vacants;
    }

    UUID id(int ordinal) {
        return new UUID(bits[2 * ordinal], bits[2 * ordinal + 1]);
    }

    /** Their order as unsigned bits, which is the order of their texts. */
    int compare(int ordinal, int other) {
        return compare(ordinal, bits[2 * other], bits[2 * other + 1]);
    }

    int compare(int ordinal, UUID other) {
        return compare(ordinal, other.getMostSignificantBits(), other.getLeastSignificantBits());
    }

    private int compare(int ordinal, long otherMost, long otherLeast) {
        int byMost = Long.compareUnsigned(bits[2 * ordinal], otherMost);
        return byMost != 0 ? byMost : Long.compareUnsigned(bits[2 * ordinal + 1], otherLeast);
    }

    /** The ordinal of an id, or −1. */
    int find(UUID id) {
        long most = id.getMostSignificantBits();
        long least = id.getLeastSignificantBits();
        int mask = table.length - 1;
        for (int i = (int) mix(most, least) & mask; table[i] != 0; i = i + 1 & mask) {
            int ordinal = table[i] - 1;
            if (bits[2 * ordinal + 1] == least && bits[2 * ordinal] == most) {
                return ordinal;
            }
        }
        return -1;
    }

    /** Gives a new id its ordinal: at most one above all that were given before. */
    int add(UUID id) {
        if (size() * 3 >= table.length * 2) {
            rebuild(table.length * 2);
        }
        int ordinal = vacants > 0 ? vacant[--vacants] : used++;
        if (2 * used > bits.length) {
            bits = Columns.fit(bits, Columns.grown(bits.length, 2 * used));
        }
        bits[2 * ordinal] = id.getMostSignificantBits();
        bits[2 * ordinal + 1] = id.getLeastSignificantBits();
        link(table, ordinal);
        return ordinal;
    }

    /** Takes an id out and moves up what was displaced by it, so that no hole breaks a chain. */
    void remove(int ordinal) {
        int mask = table.length - 1;
        int hole = home(ordinal, mask);
        while (table[hole] != ordinal + 1) {
            hole = hole + 1 & mask;
        }
        for (int i = hole + 1 & mask; table[i] != 0; i = i + 1 & mask) {
            int home = home(table[i] - 1, mask);
            if ((i - home & mask) >= (i - hole & mask)) {
                table[hole] = table[i];
                hole = i;
            }
        }
        table[hole] = 0;
        if (vacants == vacant.length) {
            vacant = Columns.fit(vacant, Columns.grown(vacant.length, vacants + 1));
        }
        vacant[vacants++] = ordinal;
    }

    private void rebuild(int length) {
        int[] larger = new int[length];
        for (int entry : table) {
            if (entry != 0) {
                link(larger, entry - 1);
            }
        }
        table = larger;
    }

    private void link(int[] target, int ordinal) {
        int mask = target.length - 1;
        int i = home(ordinal, mask);
        while (target[i] != 0) {
            i = i + 1 & mask;
        }
        target[i] = ordinal + 1;
    }

    private int home(int ordinal, int mask) {
        return (int) mix(bits[2 * ordinal], bits[2 * ordinal + 1]) & mask;
    }

    /** The 128 bits of an id, well stirred into 64. */
    static long mix(long most, long least) {
        long mixed = (most ^ Long.rotateLeft(least, 32)) * 0x9E3779B97F4A7C15L + least;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        return mixed ^ mixed >>> 32;
    }
}
