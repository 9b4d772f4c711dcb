package dev.berth.availability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A set of minutes as ranges, in order and apart from each other. Small: a day has a few. */
final class Minutes {
    private final List<int[]> ranges = new ArrayList<>();

    void clear() {
        ranges.clear();
    }

    void add(int from, int to) {
        if (from >= to) {
            return;
        }
        int start = from;
        int end = to;
        int i = 0;
        while (i < ranges.size()) {
            int[] range = ranges.get(i);
            if (range[1] < start) {
                i++;
            } else if (range[0] > end) {
                break;
            } else {
                start = Math.min(start, range[0]);
                end = Math.max(end, range[1]);
                ranges.remove(i);
            }
        }
        ranges.add(i, new int[] {start, end});
    }

    void addAll(Minutes others, int shift) {
        for (int[] range : others.ranges) {
            add(range[0] + shift, range[1] + shift);
        }
    }

    void remove(int from, int to) {
        List<int[]> before = List.copyOf(ranges);
        ranges.clear();
        for (int[] range : before) {
            // What is left of it before the hole, and behind it.
            add(range[0], Math.min(range[1], from));
            add(Math.max(range[0], to), range[1]);
        }
    }

    void removeAll(Minutes others) {
        for (int[] range : others.ranges) {
            remove(range[0], range[1]);
        }
    }

    /** From and to by turns. */
    int[] within(int from, int to) {
        int[] parts = new int[2 * ranges.size()];
        int size = 0;
        for (int[] range : ranges) {
            int start = Math.max(from, range[0]);
            int end = Math.min(to, range[1]);
            if (start < end) {
                parts[size++] = start;
                parts[size++] = end;
            }
        }
        return Arrays.copyOf(parts, size);
    }
}
