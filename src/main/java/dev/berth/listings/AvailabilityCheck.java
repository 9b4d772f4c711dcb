package dev.berth.listings;

import dev.berth.availability.Availability;
import dev.berth.availability.InvalidAvailability;
import dev.berth.availability.StayDefaults;
import dev.berth.availability.Timetable;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.Problem.FieldError;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a host may say so when a listing can be booked: what is not understood is refused when it is written. */
final class AvailabilityCheck {
    private final ListingConfig limits;
    private final StayDefaults defaults;

    AvailabilityCheck(ListingConfig limits, StayDefaults defaults) {
        this.limits = limits;
        this.defaults = defaults;
    }

    /** @throws Rejection UNPROCESSABLE, naming the field */
    Timetable check(Availability availability, ZoneId zone) {
        Availability whole = availability.completed(defaults);
        within(whole.leadMinutes(), Duration.ZERO, limits.maxLead(), "/leadMinutes");
        within(whole.bufferMinutes(), Duration.ZERO, limits.maxBuffer(), "/bufferMinutes");
        within(availability.minStayMinutes(), limits.leastMinStay(), limits.mostMaxStay(), "/minStayMinutes");
        within(availability.maxStayMinutes(), limits.leastMinStay(), limits.mostMaxStay(), "/maxStayMinutes");
        Integer horizonDays = availability.horizonDays();
        long mostDays = limits.maxHorizon().toDays();
        if (horizonDays != null && horizonDays > mostDays) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "must be 1 to %d days".formatted(mostDays), "/horizonDays");
        }
        return timetable(availability, zone, defaults);
    }

    /** @throws Rejection UNPROCESSABLE, with the position of what is not understood */
    static Timetable timetable(Availability availability, ZoneId zone, StayDefaults defaults) {
        try {
            return Timetable.of(availability, zone, defaults);
        } catch (InvalidAvailability e) {
            throw rejection(e);
        }
    }

    static Rejection rejection(InvalidAvailability invalid) {
        Problem problem = new Problem(
                ProblemType.UNPROCESSABLE,
                invalid.detail(),
                List.of(new FieldError(invalid.pointer(), invalid.detail())),
                Map.of());
        Integer position = invalid.position();
        return new Rejection(position == null ? problem : problem.with("position", position));
    }

    private static void within(@Nullable Integer minutes, Duration least, Duration most, String pointer) {
        if (minutes != null && (minutes < least.toMinutes() || minutes > most.toMinutes())) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "must be %d to %d minutes".formatted(least.toMinutes(), most.toMinutes()),
                    pointer);
        }
    }
}
