package dev.berth.subscriptions;

import dev.berth.subscriptions.AccessHours.Window;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Access hours, as the HTTP contract says them. */
record HoursView(List<WindowView> windows, int entryGraceMinutes, int exitGraceMinutes) {
    static HoursView of(AccessHours hours) {
        return new HoursView(
                hours.windows().stream().map(WindowView::of).toList(),
                hours.entryGraceMinutes(),
                hours.exitGraceMinutes());
    }

    AccessHours hours() {
        return new AccessHours(windows.stream().map(WindowView::window).toList(), entryGraceMinutes, exitGraceMinutes);
    }

    /** @param days from Monday on, in their order */
    private record WindowView(List<DayOfWeek> days, String from, String to) {
        static WindowView of(Window window) {
            return new WindowView(
                    List.copyOf(EnumSet.copyOf(window.days())),
                    window.from().toString(),
                    window.to().toString());
        }

        Window window() {
            return new Window(Set.copyOf(days), LocalTime.parse(from), LocalTime.parse(to));
        }
    }
}
