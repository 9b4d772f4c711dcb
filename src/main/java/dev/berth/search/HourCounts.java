package dev.berth.search;

import java.util.Arrays;

/**
 * How many stays of an area touch a window, to the hour: those that begin before its end without those that end by its
 * begin. A change is two additions. Hours that are over are kept as one sum; those of the next weeks in arrays; of later ones
 * only those in which something begins or ends, in order, until their time comes nearer.
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

    /** Ascending; the first {@code laterSize} count. */
    private int[] laterHours = {};
    /** Two for each of those: how many begin and how many end. */
    private int[] laterCounts = {};

    private int laterSize;

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
            addLater(side, hour, sign);
        }
    }

    private void addLater(int side, int hour, int sign) {
        int at = Arrays.binarySearch(laterHours, 0, laterSize, hour);
        if (at < 0) {
            at = -at - 1;
            if (laterSize == laterHours.length) {
                int length = Columns.grown(laterSize, laterSize + 1);
                laterHours = Arrays.copyOf(laterHours, length);
                laterCounts = Arrays.copyOf(laterCounts, 2 * length);
            }
            moveLater(at, at + 1);
            laterHours[at] = hour;
            laterCounts[2 * at + STARTS] = 0;
            laterCounts[2 * at + ENDS] = 0;
        }
        laterCounts[2 * at + side] += sign;
        if (laterCounts[2 * at + STARTS] == 0 && laterCounts[2 * at + ENDS] == 0) {
            moveLater(at + 1, at);
        }
    }

    private void moveLater(int from, int to) {
        System.arraycopy(laterHours, from, laterHours, to, laterSize - from);
        System.arraycopy(laterCounts, 2 * from, laterCounts, 2 * to, 2 * (laterSize - from));
        laterSize += to - from;
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
        for (int at = 0; at < laterSize && laterHours[at] < to; at++) {
            begun += laterCounts[2 * at + STARTS];
            over += laterHours[at] <= from ? laterCounts[2 * at + ENDS] : 0;
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
        int near = 0;
        while (near < laterSize && laterHours[near] < base + NEAR_HOURS + 2 * PAST_HOURS) {
            near++;
        }
        int[] hours = Arrays.copyOf(laterHours, near);
        int[] counts = Arrays.copyOf(laterCounts, 2 * near);
        moveLater(near, 0);
        for (int at = 0; at < near; at++) {
            for (int side : new int[] {STARTS, ENDS}) {
                if (counts[2 * at + side] != 0) {
                    add(side, hours[at], counts[2 * at + side]);
                }
            }
        }
    }

    private static int[] without(int[] counts, int first) {
        return first >= counts.length ? new int[0] : Arrays.copyOfRange(counts, first, counts.length);
    }
}
