package dev.berth.calendars;

import dev.berth.values.TimeRange;
import java.util.List;

/**
 * What a calendar says.
 *
 * @param busy in the order of their beginnings, with keys of their own
 * @param skipped times and repetitions that were not understood, or too many
 */
record BusyTimes(List<Busy> busy, int skipped) {
    BusyTimes {
        busy = List.copyOf(busy);
    }

    /**
     * One time.
     *
     * @param key of the event and, where it repeats, of the occurrence; the same whenever the calendar is read
     */
    record Busy(String key, TimeRange time, String summary) {}
}
