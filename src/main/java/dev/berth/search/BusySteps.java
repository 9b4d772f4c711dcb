package dev.berth.search;

import java.time.Duration;
import java.util.Arrays;

/** How many slots of a listing are taken, when: steps of {@code from, to, taken} in epoch minutes, where any is. */
final class BusySteps {
    static final int STRIDE = 3;
    static final int HORIZON_MINUTES = (int) Duration.ofDays(14).toMinutes();

    /** More steps than this are told by the hour, each with the most that is taken in it. */
    static final int MAX_STEPS = 1_000;

    private static final int COARSE_MINUTES = 60;

    private BusySteps() {}

    /** The steps of the next 14 days of slots of these kinds (a bit each), in order, neighbours of equal height joined. */
    static int[] of(SlotTable slots, int start, int count, int kindBits, int now) {
        int horizon = now + HORIZON_MINUTES;
        int[] changes = new int[16];
        int size = 0;
        for (int slot = start; slot < start + count; slot++) {
            if (!slots.isOf(slot, kindBits)) {
                continue;
            }
            int[] intervals = slots.intervals(slot);
            int free = now;
            for (int i = SlotTable.firstEndingAfter(intervals, now); i < intervals.length; i += SlotTable.STRIDE) {
                // Neighbours may share a minute, in which the slot is taken once.
                int from = Math.max(intervals[i], free);
                int to = Math.min(intervals[i + SlotTable.TO], horizon);
                if (from >= to) {
                    continue;
                }
                if (size + 2 > changes.length) {
                    changes = Arrays.copyOf(changes, size * 2);
                }
                changes[size++] = (from - now) << 1 | 1;
                changes[size++] = (to - now) << 1;
                free = to;
            }
        }
        Arrays.sort(changes, 0, size);
        int[] steps = new int[size / 2 * STRIDE];
        int length = 0;
        int taken = 0;
        int since = now;
        for (int i = 0; i < size; ) {
            int at = now + (changes[i] >> 1);
            int before = taken;
            for (; i < size && now + (changes[i] >> 1) == at; i++) {
                taken += (changes[i] & 1) == 0 ? -1 : 1;
            }
            if (taken != before) {
                if (before > 0) {
                    if (length + STRIDE > steps.length) {
                        steps = Arrays.copyOf(steps, Math.max(STRIDE, length) * 2);
                    }
                    steps[length++] = since;
                    steps[length++] = at;
                    steps[length++] = before;
                }
                since = at;
            }
        }
        return length > MAX_STEPS * STRIDE ? byTheHour(steps, length, now) : Arrays.copyOf(steps, length);
    }

    private static int[] byTheHour(int[] steps, int length, int now) {
        int first = Math.floorDiv(now, COARSE_MINUTES) * COARSE_MINUTES;
        int[] most = new int[HORIZON_MINUTES / COARSE_MINUTES + 1];
        for (int i = 0; i < length; i += STRIDE) {
            int last = (steps[i + 1] - 1 - first) / COARSE_MINUTES;
            for (int hour = (steps[i] - first) / COARSE_MINUTES; hour <= last; hour++) {
                most[hour] = Math.max(most[hour], steps[i + 2]);
            }
        }
        int[] coarse = new int[most.length * STRIDE];
        int size = 0;
        for (int hour = 0; hour < most.length; hour++) {
            if (most[hour] == 0) {
                continue;
            }
            int from = first + hour * COARSE_MINUTES;
            if (size > 0 && coarse[size - 2] == from && coarse[size - 1] == most[hour]) {
                coarse[size - 2] = from + COARSE_MINUTES;
            } else {
                coarse[size++] = from;
                coarse[size++] = from + COARSE_MINUTES;
                coarse[size++] = most[hour];
            }
        }
        return Arrays.copyOf(coarse, size);
    }
}
