package dev.berth.availability;

import java.util.List;

/**
 * One rule of opening hours, taken apart for whoever puts it into words.
 *
 * @param dates spans of days, {@code --12-24/--12-26} of every year or {@code 2026-12-24/2026-12-24} of one; empty for all
 * @param weekdays 1 for Monday to 7; empty for all
 * @param holidays {@code NOTHING}, {@code TOO} when it is about public holidays too, {@code ONLY} when about them alone
 * @param spans such as {@code 08:00-18:00}, an end past 24:00 being the next day's; empty for the whole day
 * @param added whether it adds to the rules before it instead of replacing them on its days
 */
public record HoursRule(
        List<String> dates, List<Integer> weekdays, String holidays, List<String> spans, boolean open, boolean added) {
    public HoursRule {
        dates = List.copyOf(dates);
        weekdays = List.copyOf(weekdays);
        spans = List.copyOf(spans);
    }
}
