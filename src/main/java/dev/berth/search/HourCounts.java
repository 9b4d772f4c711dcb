package dev.berth.search;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many stays of an area touch a window, to the hour: those that begin before its end without those that end by its
 * begin. A change is two additions. Hours that are over are kept as one sum; those of the next weeks in arrays; later ones,
 * which are few, in a map until their time comes nearer.
 */
final class HourCounts {
    /** Hours ahead that have a place in the arrays. */
    private static final int NEAR_HOURS = 28 * 24;
    /** Hours that are over are summed up so many at a time. */
    private static final int PAST_HOURS = 24;

    private static final int STARTS = 0;
    private static final int ENDS = 1;

    /** The hour of the arrays' first place. */
    private int base;

    private int startedBefore;
    private int endedBefore;
    private int[] starts = {};
    private int[] ends = {};
    private @Nullable TreeMap<Integer, int[]> later;

    HourCounts(int hour) {
        base = hour - PAST_HOURS;
    }

    /**
     * Adds a stay, or takes it out again.
     *
     * @param from its first hour
     * @param to the first hour after it
     * @param sign 1 or −1
     * @param now the hour that it is
     */
    void add(int from, int to, int sign, int now) {
        roll(now);
        add(STARTS, from, sign);
        add(ENDS, to, sign);
    }

    private void add(int side, int hour, int sign) {
        int at = hour - base;
        if (at < 0) {
            startedBefore += side == STARTS ? sign : 0;
            endedBefore += side == ENDS ? sign : 0;
        } else if (at < NEAR_HOURS + 2 * PAST_HOURS) {
            put(side, at, sign);
        } else {
            TreeMap<Integer, int[]> map = later;
            if (map == null) {
                map = new TreeMap<>();
                later = map;
            }
            int[] counts = map.computeIfAbsent(hour, first -> new int[2]);
            counts[side] += sign;
            if (counts[STARTS] == 0 && counts[ENDS] == 0) {
                map.remove(hour);
            }
        }
    }

    private void put(int side, int at, int sign) {
        int[] counts = side == STARTS ? starts : ends;
        if (at >= counts.length) {
            counts = Arrays.copyOf(counts, Columns.grown(counts.length, at + 1));
            if (side == STARTS) {
                starts = counts;
            } else {
                ends = counts;
            }
        }
        counts[at] += sign;
    }

    /** How many stays touch the hours {@code [from, to)}; not before {@code now}. */
    int touching(int from, int to, int now) {
        roll(now);
        int begun = startedBefore + sum(starts, to - 1 - base);
        int over = endedBefore + sum(ends, from - base);
        if (later != null) {
            for (int[] counts : later.headMap(to).values()) {
                begun += counts[STARTS];
            }
            for (int[] counts : later.headMap(from, true).values()) {
                over += counts[ENDS];
            }
        }
        return begun - over;
    }

    /** Up to and with a place. */
    private static int sum(int[] counts, int last) {
        int sum = 0;
        for (int at = 0; at <= last && at < counts.length; at++) {
            sum += counts[at];
        }
        return sum;
    }

    private void roll(int now) {
        int over = now - PAST_HOURS - base;
        if (over < PAST_HOURS) {
            return;
        }
        startedBefore += sum(starts, over - 1);
        endedBefore += sum(ends, over - 1);
        starts = without(starts, over);
        ends = without(ends, over);
        base += over;
        if (later != null) {
            Iterator<Map.Entry<Integer, int[]>> nearest =
                    later.headMap(base + NEAR_HOURS + 2 * PAST_HOURS).entrySet().iterator();
            while (nearest.hasNext()) {
                Map.Entry<Integer, int[]> entry = nearest.next();
                nearest.remove();
                for (int side : new int[] {STARTS, ENDS}) {
                    if (entry.getValue()[side] != 0) {
                        add(side, entry.getKey(), entry.getValue()[side]);
                    }
                }
            }
            later = later.isEmpty() ? null : later;
        }
    }

    private static int[] without(int[] counts, int first) {
        return first >= counts.length ? new int[0] : Arrays.copyOfRange(counts, first, counts.length);
    }
}
