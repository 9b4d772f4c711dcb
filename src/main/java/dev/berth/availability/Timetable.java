package dev.berth.availability;

import dev.berth.pricing.PublicHolidays;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Availability} means at a place: the answer to whether and when a stay can be booked there.
 *
 * <p>A place is open whenever its clock shows an open minute of an open day. Where clocks are set back, an hour that they
 * show twice is open twice; what they skip is never there.
 *
 * <p>The days that were asked for lately are remembered: for one thread.
 */
public final class Timetable {
    /** How far ahead an opening is looked for. */
    public static final Duration MAX_LOOK_AHEAD = Duration.ofDays(400);

    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_DAY = 86_400;

    /** Days that are remembered, a power of two. */
    private static final int DAYS = 64;

    private final OpeningHours hours;
    private final ZoneId zone;
    private final @Nullable String region;
    private final boolean exitAfterHours;
    private final Duration lead;
    private final Duration horizon;
    private final Duration minStay;
    private final Duration maxStay;
    private final int bufferMinutes;
    private final boolean asksOutsideHours;
    private final LocalDate[] days = new LocalDate[DAYS];
    private final int[][] minutes = new int[DAYS][];

    private Timetable(OpeningHours hours, ZoneId zone, Availability rules, StayDefaults defaults) {
        this.hours = hours;
        this.zone = zone;
        region = rules.holidayRegion();
        exitAfterHours = Boolean.TRUE.equals(rules.exitAfterHours());
        lead = rules.leadMinutes() == null ? Duration.ZERO : Duration.ofMinutes(rules.leadMinutes());
        horizon = rules.horizonDays() == null ? defaults.horizon() : Duration.ofDays(rules.horizonDays());
        minStay = rules.minStayMinutes() == null ? defaults.minStay() : Duration.ofMinutes(rules.minStayMinutes());
        maxStay = rules.maxStayMinutes() == null ? defaults.maxStay() : Duration.ofMinutes(rules.maxStayMinutes());
        bufferMinutes = rules.buffer();
        asksOutsideHours = Boolean.TRUE.equals(rules.asksOutsideHours());
    }

    /**
     * @param zone of the place
     * @throws InvalidAvailability when the rules are not understood
     */
    public static Timetable of(Availability rules, ZoneId zone, StayDefaults defaults) {
        OpeningHours hours = HoursReader.read(rules.openingHours());
        List<OpeningHours.Rule> dated = new ArrayList<>();
        for (int i = 0; i < rules.exceptions().size(); i++) {
            try {
                dated.add(HoursReader.read(rules.exceptions().get(i)));
            } catch (InvalidAvailability e) {
                throw e.within("/exceptions/" + i);
            }
        }
        if (hours.asksForHolidays() && rules.holidayRegion() == null) {
            throw new InvalidAvailability(
                    "/holidayRegion", "say whose public holidays PH means, by a code of ISO 3166 such as DE-BW");
        }
        return new Timetable(dated.isEmpty() ? hours : hours.with(dated), zone, rules, defaults);
    }

    /** Of rules that were understood when they were written: whatever is not understood any more is closed. */
    public static Timetable ofStored(Availability rules, ZoneId zone, StayDefaults defaults) {
        try {
            return of(rules, zone, defaults);
        } catch (InvalidAvailability e) {
            return new Timetable(OpeningHours.NEVER, zone, rules, defaults);
        }
    }

    /** Its opening hours with the exceptions as the last rules. */
    public List<HoursRule> rules() {
        return hours.described();
    }

    public boolean isHoliday(LocalDate day) {
        return region != null && PublicHolidays.contains(region, day);
    }

    public ZoneId zone() {
        return zone;
    }

    /** Whether nothing but the platform's defaults limits it. */
    public boolean isPlain(StayDefaults defaults) {
        return hours.isAlways()
                && lead.isZero()
                && bufferMinutes == 0
                && new StayDefaults(minStay, maxStay, horizon).equals(defaults);
    }

    /** Whether drivers may ask for times at which it is closed. */
    public boolean asksOutsideHours() {
        return asksOutsideHours;
    }

    public boolean isAlwaysOpen() {
        return hours.isAlways();
    }

    public int bufferMinutes() {
        return bufferMinutes;
    }

    public Duration minStay() {
        return minStay;
    }

    public Duration maxStay() {
        return maxStay;
    }

    public Duration lead() {
        return lead;
    }

    public Duration horizon() {
        return horizon;
    }

    // --- stays

    /** The first reason why a stay cannot be booked now; null when nothing speaks against it. */
    public @Nullable Hindrance hindrance(TimeRange stay, Instant now) {
        if (!lead.isZero() && stay.from().isBefore(now.plus(lead))) {
            return Hindrance.TOO_SOON;
        }
        return stay.from().isAfter(now.plus(horizon)) ? Hindrance.TOO_FAR_AHEAD : hindrance(stay);
    }

    /** As {@link #hindrance(TimeRange, Instant)}, whenever it is booked. */
    public @Nullable Hindrance hindrance(TimeRange stay) {
        Duration length = stay.duration();
        if (length.compareTo(minStay) < 0) {
            return Hindrance.TOO_SHORT;
        } else if (length.compareTo(maxStay) > 0) {
            return Hindrance.TOO_LONG;
        } else if (!allowsEntry(stay.from())) {
            return Hindrance.CLOSED_AT_START;
        } else if (!allowsExit(stay.to())) {
            return Hindrance.CLOSED_AT_END;
        }
        return null;
    }

    public boolean allowsEntry(Instant at) {
        return isOpen(at);
    }

    /** Also at the very moment of closing. */
    public boolean allowsExit(Instant at) {
        return exitAfterHours || isOpen(at) || isOpen(at.minusNanos(1));
    }

    /**
     * The latest time up to a limit, and after another, at which a driver may leave; null when there is none.
     *
     * @param after at most {@link #MAX_LOOK_AHEAD} before the limit
     */
    public @Nullable Instant lastExit(Instant after, Instant limit) {
        if (!after.isBefore(limit)) {
            return null;
        }
        if (allowsExit(limit)) {
            return limit;
        }
        List<TimeRange> open = open(new TimeRange(after, limit));
        return open.isEmpty() ? null : open.getLast().to();
    }

    // --- hours

    public boolean isOpen(Instant at) {
        if (hours.isAlways()) {
            return true;
        }
        long local = at.getEpochSecond() + zone.getRules().getOffset(at).getTotalSeconds();
        int second = (int) Math.floorMod(local, (long) SECONDS_PER_DAY);
        int[] open = minutesOf(LocalDate.ofEpochDay(Math.floorDiv(local, (long) SECONDS_PER_DAY)));
        for (int i = 0; i < open.length; i += 2) {
            if (second < open[i + 1] * SECONDS_PER_MINUTE) {
                return second >= open[i] * SECONDS_PER_MINUTE;
            }
        }
        return false;
    }

    /** The open minutes of a local day: from and to by turns, in order. */
    public int[] minutesOf(LocalDate day) {
        int place = (int) day.toEpochDay() & (DAYS - 1);
        if (!day.equals(days[place])) {
            minutes[place] = hours.minutesOf(day, region);
            days[place] = day;
        }
        return minutes[place];
    }

    /** When it is open, within a time: in order, apart from each other. */
    public List<TimeRange> open(TimeRange within) {
        List<TimeRange> open = new ArrayList<>();
        Instant from = within.from();
        while (from.isBefore(within.to())) {
            // As long as the clocks go steadily, local time is an instant and a constant.
            ZoneOffsetTransition change = zone.getRules().nextTransition(from);
            Instant to = change == null || change.getInstant().isAfter(within.to()) ? within.to() : change.getInstant();
            addOpen(from, to, open);
            from = to;
        }
        return open;
    }

    private void addOpen(Instant from, Instant to, List<TimeRange> open) {
        ZoneOffset offset = zone.getRules().getOffset(from);
        LocalDate last = LocalDateTime.ofInstant(to, offset).toLocalDate();
        for (LocalDate day = LocalDateTime.ofInstant(from, offset).toLocalDate();
                !day.isAfter(last);
                day = day.plusDays(1)) {
            Instant midnight = day.atStartOfDay().toInstant(offset);
            int[] parts = minutesOf(day);
            for (int i = 0; i < parts.length; i += 2) {
                Instant begin = midnight.plusSeconds((long) parts[i] * SECONDS_PER_MINUTE);
                Instant end = midnight.plusSeconds((long) parts[i + 1] * SECONDS_PER_MINUTE);
                begin = begin.isBefore(from) ? from : begin;
                end = end.isAfter(to) ? to : end;
                if (!begin.isBefore(end)) {
                    continue;
                }
                if (!open.isEmpty() && open.getLast().to().equals(begin)) {
                    begin = open.removeLast().from();
                }
                open.add(new TimeRange(begin, end));
            }
        }
    }

    /**
     * The first time from then on at which it is open, for as long as it is; null when it is closed for long.
     *
     * @return it begins at {@code from} when it is open then; its end is at most {@link #MAX_LOOK_AHEAD} ahead
     */
    public @Nullable TimeRange nextOpen(Instant from) {
        Instant limit = from.plus(MAX_LOOK_AHEAD);
        if (hours.isAlways()) {
            return new TimeRange(from, limit);
        }
        // A few days mostly have it; the rest is looked at only when they do not.
        for (Duration look = Duration.ofDays(8); ; look = MAX_LOOK_AHEAD) {
            List<TimeRange> open = open(new TimeRange(from, from.plus(look)));
            boolean isAll = look.equals(MAX_LOOK_AHEAD);
            if (!open.isEmpty() && (isAll || open.getFirst().to().isBefore(from.plus(look)))) {
                return open.getFirst();
            }
            if (isAll) {
                return null;
            }
        }
    }
}
