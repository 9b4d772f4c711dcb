package dev.berth.search;

import java.util.Arrays;

/** How columns grow: by a quarter, because what is kept spare counts a million times. */
final class Columns {
    private static final int LEAST = 64;

    private Columns() {}

    /** The length for a column of this length that must hold {@code needed} values. */
    static int grown(int length, int needed) {
        return Math.max(Math.max(LEAST, needed), length + (length >> 2));
    }

    static long[] fit(long[] column, int length) {
        return Arrays.copyOf(column, length);
    }

    static int[] fit(int[] column, int length) {
        return Arrays.copyOf(column, length);
    }

    static byte[] fit(byte[] column, int length) {
        return Arrays.copyOf(column, length);
    }
}
