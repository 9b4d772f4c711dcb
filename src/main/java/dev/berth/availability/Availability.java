package dev.berth.availability;

import static dev.berth.availability.InvalidAvailability.require;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.pricing.PublicHolidays;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a listing can be booked (RULES 6, 7), as its host says it.
 *
 * @param openingHours in the syntax of OpenStreetMap's {@code opening_hours}, as far as {@link OpeningHours} knows it, in
 *     the place's time; null for always
 * @param holidayRegion of ISO 3166, such as {@code DE-BW}: whose public holidays {@code PH} means; null without
 * @param exitAfterHours whether drivers may leave while it is closed; null for no
 * @param exceptions days with hours of their own, later ones before earlier ones; at most {@value #MAX_EXCEPTIONS}
 * @param leadMinutes how long before its start a stay must be booked at the latest; null for not at all
 * @param horizonDays how many days ahead a stay may begin; null for the platform's default
 * @param minStayMinutes the shortest stay; null for the platform's default
 * @param maxStayMinutes the longest stay; null for the platform's default
 * @param bufferMinutes how long a slot stays empty between two bookings; null for not at all
 * @param asksOutsideHours whether drivers may ask the host for times at which it is closed (RULES 12); null for no
 */
public record Availability(
        @Nullable String openingHours,
        @Nullable String holidayRegion,
        @Nullable Boolean exitAfterHours,
        List<DatedHours> exceptions,
        @Nullable Integer leadMinutes,
        @Nullable Integer horizonDays,
        @Nullable Integer minStayMinutes,
        @Nullable Integer maxStayMinutes,
        @Nullable Integer bufferMinutes,
        @Nullable Boolean asksOutsideHours) {
    public static final int MAX_HOURS_LENGTH = 500;
    public static final int MAX_EXCEPTIONS = 100;
    public static final int MAX_NOTE_LENGTH = 100;
    static final int MAX_EXCEPTION_DAYS = 366;

    /** At any time, with the platform's defaults. */
    public static final Availability DEFAULT =
            new Availability(null, null, null, List.of(), null, null, null, null, null, null);

    /** @throws InvalidAvailability naming what is wrong */
    @SuppressWarnings("NullableProblems") // the list may be missing in JSON
    public Availability {
        openingHours = openingHours == null || openingHours.isBlank() ? null : openingHours.strip();
        exitAfterHours = Boolean.TRUE.equals(exitAfterHours) ? Boolean.TRUE : null;
        asksOutsideHours = Boolean.TRUE.equals(asksOutsideHours) ? Boolean.TRUE : null;
        exceptions = exceptions == null ? List.of() : List.copyOf(exceptions);
        leadMinutes = nullWhenNone(leadMinutes, "/leadMinutes");
        bufferMinutes = nullWhenNone(bufferMinutes, "/bufferMinutes");
        require(horizonDays == null || horizonDays > 0, "/horizonDays", "must be positive");
        require(minStayMinutes == null || minStayMinutes > 0, "/minStayMinutes", "must be positive");
        require(maxStayMinutes == null || maxStayMinutes > 0, "/maxStayMinutes", "must be positive");
        require(
                minStayMinutes == null || maxStayMinutes == null || minStayMinutes <= maxStayMinutes,
                "/maxStayMinutes",
                "must not be shorter than the shortest stay");
        require(exceptions.size() <= MAX_EXCEPTIONS, "/exceptions", "must be at most " + MAX_EXCEPTIONS);
        require(
                holidayRegion == null || PublicHolidays.isKnown(holidayRegion),
                "/holidayRegion",
                "is no region whose holidays are known");
    }

    private static @Nullable Integer nullWhenNone(@Nullable Integer minutes, String pointer) {
        require(minutes == null || minutes >= 0, pointer, "must not be negative");
        return minutes == null || minutes == 0 ? null : minutes;
    }

    /**
     * Days with hours of their own.
     *
     * @param lastDay null for one day
     * @param hours spans of time such as {@code 10:00-14:00,16:00-20:00}; null for closed
     * @param note why, for people; at most {@value Availability#MAX_NOTE_LENGTH} characters
     */
    public record DatedHours(
            LocalDate firstDay,
            @Nullable LocalDate lastDay,
            @Nullable String hours,
            @Nullable String note) {
        public DatedHours {
            Objects.requireNonNull(firstDay, "firstDay is null");
            lastDay = firstDay.equals(lastDay) ? null : lastDay;
            hours = hours == null || hours.isBlank() ? null : hours.strip();
            note = note == null || note.isBlank() ? null : note.strip();
            require(
                    lastDay == null
                            || (lastDay.isAfter(firstDay)
                                    && ChronoUnit.DAYS.between(firstDay, lastDay) < MAX_EXCEPTION_DAYS),
                    "/lastDay",
                    "must be after firstDay, by less than %d days".formatted(MAX_EXCEPTION_DAYS));
            require(
                    note == null
                            || (note.length() <= MAX_NOTE_LENGTH && note.chars().noneMatch(Character::isISOControl)),
                    "/note",
                    "must be at most %d characters of one line".formatted(MAX_NOTE_LENGTH));
        }

        LocalDate last() {
            return lastDay == null ? firstDay : lastDay;
        }
    }

    /** How long a slot stays empty between two bookings. */
    @JsonIgnore
    public int buffer() {
        return bufferMinutes == null ? 0 : bufferMinutes;
    }

    /** With the platform's defaults where the host says nothing. */
    public Availability completed(StayDefaults defaults) {
        return new Availability(
                openingHours,
                holidayRegion,
                exitAfterHours,
                exceptions,
                leadMinutes,
                horizonDays == null ? Math.toIntExact(defaults.horizon().toDays()) : horizonDays,
                minStayMinutes == null ? Math.toIntExact(defaults.minStay().toMinutes()) : minStayMinutes,
                maxStayMinutes == null ? Math.toIntExact(defaults.maxStay().toMinutes()) : maxStayMinutes,
                bufferMinutes,
                asksOutsideHours);
    }
}
