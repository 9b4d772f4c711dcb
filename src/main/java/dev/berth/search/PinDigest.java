package dev.berth.search;

import java.util.Locale;

/**
 * What a tile's pins are, in sixteen characters: the same on every node and in every page that has the same listings in the
 * same versions, in whatever order. A page that comes back, be it to another node, names it and is spared what it has. The
 * page counts the same ({@code live/digest.ts}): both are held to the same example by their tests.
 */
public final class PinDigest {
    private static final int FNV_START = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;
    private static final int GOLDEN = 0x9e3779b9;

    private int sum;
    private int folded;

    /** Counts a pin in. */
    public void add(String id, long version) {
        int hash = FNV_START;
        hash = fold(hash, id);
        hash = fold(hash, ":");
        int mixed = mix(fold(hash, Long.toString(version)));
        sum += mixed;
        folded ^= mix(mixed ^ GOLDEN);
    }

    private static int fold(int start, String text) {
        int hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /** Spreads each bit over all: sums of plain hashes would cancel each other. */
    private static int mix(int hash) {
        int mixed = hash;
        mixed = (mixed ^ (mixed >>> 16)) * 0x85ebca6b;
        mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
        return mixed ^ (mixed >>> 16);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%08x%08x", sum, folded);
    }
}
