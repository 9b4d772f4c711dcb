package dev.berth.bookings;

import dev.berth.availability.Hindrance;
import dev.berth.availability.Timetable;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.Problem.FieldError;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a stay cannot be booked at a place, as a code, in words, and with the time at which it could be. */
final class Refusals {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);
    private static final long MINUTES_PER_HOUR = 60;
    private static final long MINUTES_PER_DAY = 1_440;

    private Refusals() {}

    /**
     * @param asked when the driver began to ask: what was in time then still is
     * @param pastTolerance how long ago a stay may begin
     * @param asks whether the host may be asked for a time at which the place is closed
     */
    static @Nullable Rejection of(
            TimeRange stay, Timetable timetable, Instant now, Instant asked, Duration pastTolerance, boolean asks) {
        if (stay.from().isBefore(asked.minus(pastTolerance))) {
            return new Rejection(ProblemType.UNPROCESSABLE, "the stay begins in the past", "/from");
        }
        boolean isInTime = !stay.from().isBefore(asked.plus(timetable.lead()))
                && !stay.from().isAfter(now.plus(timetable.horizon()));
        Hindrance hindrance = isInTime ? timetable.hindrance(stay) : timetable.hindrance(stay, now);
        boolean isAsked = asks && timetable.asksOutsideHours() && hindrance != null && hindrance.isClosed();
        return hindrance == null || isAsked ? null : new Rejection(problem(hindrance, stay, timetable, now));
    }

    /**
     * Times in it are instants; {@code timeZone} is the place's.
     *
     * @param now when it is asked for
     */
    static Problem problem(Hindrance hindrance, TimeRange stay, Timetable timetable, Instant now) {
        return told(hindrance, stay, timetable, now)
                .with("timeZone", timetable.zone().getId());
    }

    private static Problem told(Hindrance hindrance, TimeRange stay, Timetable timetable, Instant now) {
        return switch (hindrance) {
            case TOO_SOON ->
                refusal(
                                ProblemType.STAY_TOO_SOON,
                                "it has to be booked at least %s ahead".formatted(words(timetable.lead())),
                                "/from")
                        .with("earliestFrom", now.plus(timetable.lead()));
            case TOO_FAR_AHEAD ->
                refusal(
                                ProblemType.STAY_TOO_FAR_AHEAD,
                                "it can be booked %s ahead".formatted(words(timetable.horizon())),
                                "/from")
                        .with("latestFrom", now.plus(timetable.horizon()));
            case TOO_SHORT ->
                refusal(
                                ProblemType.STAY_TOO_SHORT,
                                "a stay is at least %s long".formatted(words(timetable.minStay())),
                                "/to")
                        .with("minStayMinutes", timetable.minStay().toMinutes());
            case TOO_LONG ->
                refusal(
                                ProblemType.STAY_TOO_LONG,
                                "a stay is at most %s long".formatted(words(timetable.maxStay())),
                                "/to")
                        .with("maxStayMinutes", timetable.maxStay().toMinutes());
            case CLOSED_AT_START -> closed("it is closed when the stay begins", "/from", stay.from(), timetable);
            case CLOSED_AT_END -> closedAtEnd(stay, timetable);
        };
    }

    private static Problem closed(String detail, String pointer, Instant at, Timetable timetable) {
        TimeRange next = timetable.nextOpen(at);
        if (next == null) {
            return refusal(ProblemType.PLACE_CLOSED, detail + ", and does not open for a long time", pointer);
        }
        String when = LOCAL.format(next.from().atZone(timetable.zone()));
        return refusal(ProblemType.PLACE_CLOSED, "%s; it opens %s".formatted(detail, when), pointer)
                .with("opensAt", next.from())
                .with("closesAt", next.to());
    }

    private static Problem closedAtEnd(TimeRange stay, Timetable timetable) {
        Problem problem = closed("it is closed when the stay ends", "/to", stay.to(), timetable);
        Instant last = timetable.lastExit(stay.from(), stay.to());
        return last == null ? problem : problem.with("latestTo", last);
    }

    private static Problem refusal(ProblemType type, String detail, String pointer) {
        return new Problem(type, detail, List.of(new FieldError(pointer, detail)), Map.of());
    }

    private static String words(Duration duration) {
        long minutes = duration.toMinutes();
        if (minutes % MINUTES_PER_DAY == 0) {
            return count(minutes / MINUTES_PER_DAY, "day");
        }
        return minutes % MINUTES_PER_HOUR == 0 ? count(minutes / MINUTES_PER_HOUR, "hour") : count(minutes, "minute");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
