package dev.berth.listings;

import dev.berth.availability.Availability;
import dev.berth.availability.Availability.DatedHours;
import dev.berth.availability.HoursRule;
import dev.berth.availability.InvalidAvailability;
import dev.berth.availability.StayDefaults;
import dev.berth.availability.Timetable;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of the availability operations. */
final class AvailabilityJson {
    /** What is told of each of the days that an answer shows. */
    static final int DAYS_SHOWN = 7;

    private static final int MINUTES_PER_HOUR = 60;
    private static final int MINUTES_PER_DAY = 1_440;

    private AvailabilityJson() {}

    /** {@code Availability} of the contract; fields that only an answer has are left out. */
    record AvailabilityBody(
            @Nullable String openingHours,
            @Nullable String holidayRegion,
            @Nullable Boolean exitAfterHours,
            @Nullable List<ExceptionBody> exceptions,
            @Nullable Integer leadMinutes,
            @Nullable Integer horizonDays,
            @Nullable Integer minStayMinutes,
            @Nullable Integer maxStayMinutes,
            @Nullable Integer bufferMinutes,
            @Nullable Boolean asksOutsideHours) {
        /** @throws Rejection UNPROCESSABLE, naming the field that is wrong */
        Availability availability() {
            List<DatedHours> dated = new ArrayList<>();
            List<ExceptionBody> said = exceptions == null ? List.of() : exceptions;
            for (int i = 0; i < said.size(); i++) {
                try {
                    dated.add(said.get(i).dated());
                } catch (InvalidAvailability e) {
                    throw AvailabilityCheck.rejection(
                            new InvalidAvailability("/exceptions/" + i + e.pointer(), e.detail()));
                }
            }
            try {
                return new Availability(
                        openingHours,
                        holidayRegion,
                        exitAfterHours,
                        dated,
                        leadMinutes,
                        horizonDays,
                        minStayMinutes,
                        maxStayMinutes,
                        bufferMinutes,
                        asksOutsideHours);
            } catch (InvalidAvailability e) {
                throw AvailabilityCheck.rejection(e);
            }
        }
    }

    record ExceptionBody(
            LocalDate firstDay,
            @Nullable LocalDate lastDay,
            @Nullable String hours,
            @Nullable String note) {
        DatedHours dated() {
            return new DatedHours(firstDay, lastDay, hours, note);
        }
    }

    /** @param firstDay of those that are told; today without it */
    record PreviewBody(
            AvailabilityBody availability,
            String timeZone,
            @Nullable LocalDate firstDay) {}

    /**
     * @param rules the opening hours taken apart, exceptions last
     * @param days some days from the first one on, as they are
     * @param open whether it is now
     * @param opensAt when it opens next, when it is closed now
     * @param closesAt when it closes then; null when it does not for long
     */
    record AvailabilityView(
            @Nullable String openingHours,
            @Nullable String holidayRegion,
            boolean exitAfterHours,
            List<DatedHours> exceptions,
            int leadMinutes,
            @Nullable Integer horizonDays,
            @Nullable Integer minStayMinutes,
            @Nullable Integer maxStayMinutes,
            int bufferMinutes,
            boolean asksOutsideHours,
            String timeZone,
            boolean alwaysOpen,
            List<HoursRule> rules,
            List<DayView> days,
            boolean open,
            @Nullable Instant opensAt,
            @Nullable Instant closesAt) {
        static AvailabilityView of(
                Availability said, Timetable timetable, StayDefaults defaults, Instant now, @Nullable LocalDate first) {
            Availability whole = said.completed(defaults);
            boolean open = timetable.isOpen(now);
            TimeRange next = timetable.nextOpen(now);
            boolean ends = next != null && next.to().isBefore(now.plus(Timetable.MAX_LOOK_AHEAD));
            LocalDate from = first == null ? now.atZone(timetable.zone()).toLocalDate() : first;
            return new AvailabilityView(
                    whole.openingHours(),
                    whole.holidayRegion(),
                    Boolean.TRUE.equals(whole.exitAfterHours()),
                    whole.exceptions(),
                    whole.leadMinutes() == null ? 0 : whole.leadMinutes(),
                    whole.horizonDays(),
                    whole.minStayMinutes(),
                    whole.maxStayMinutes(),
                    whole.buffer(),
                    Boolean.TRUE.equals(whole.asksOutsideHours()),
                    timetable.zone().getId(),
                    timetable.isAlwaysOpen(),
                    timetable.rules(),
                    from.datesUntil(from.plusDays(DAYS_SHOWN))
                            .map(day -> DayView.of(day, timetable))
                            .toList(),
                    open,
                    open || next == null ? null : next.from(),
                    next != null && ends ? next.to() : null);
        }
    }

    /** @param open the open times of the day, such as {@code 08:00} to {@code 24:00} */
    record DayView(LocalDate date, boolean holiday, List<SpanView> open) {
        static DayView of(LocalDate day, Timetable timetable) {
            int[] minutes = timetable.minutesOf(day);
            List<SpanView> open = new ArrayList<>();
            for (int i = 0; i < minutes.length; i += 2) {
                open.add(new SpanView(time(minutes[i]), time(minutes[i + 1])));
            }
            return new DayView(day, timetable.isHoliday(day), open);
        }

        private static String time(int minute) {
            return minute == MINUTES_PER_DAY
                    ? "24:00"
                    : LocalTime.of(minute / MINUTES_PER_HOUR, minute % MINUTES_PER_HOUR)
                            .toString();
        }
    }

    record SpanView(String from, String to) {}
}
