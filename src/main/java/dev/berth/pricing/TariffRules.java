package dev.berth.pricing;

import static dev.berth.pricing.InvalidTariff.require;
import static dev.berth.pricing.InvalidTariff.requireAmount;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a tariff says beyond the hour and its cap for the day; {@link Pricing} says what it means for a stay.
 *
 * @param week minor units that seven days in a row never exceed; null without
 * @param month minor units that a month never exceeds; null without
 * @param monthDays {@value #SHORT_MONTH_DAYS} for months of so many days; null for calendar months, which go from a day to
 *     the same day of the next month
 * @param dayStart local time at which a day begins (RULES 5); null for midnight
 * @param segments what parts of the stay cost, by the time since its beginning, in order and apart from each other; at most
 *     {@value #MAX_PARTS}. The rest costs the tariff's hour
 * @param weekend what these days of the week cost instead; null when the same
 * @param holidays what public holidays cost instead; null when the same
 * @param windows times of the day that have a cap of their own, at most {@value #MAX_PARTS}
 * @param events times with a price of their own, apart from each other, at most {@value #MAX_EVENTS}
 * @param tax null when the prices say nothing about it
 * @param surcharges null when there are none
 */
public record TariffRules(
        @Nullable Long week,
        @Nullable Long month,
        @Nullable Integer monthDays,
        @Nullable LocalTime dayStart,
        List<Segment> segments,
        @Nullable Weekend weekend,
        @Nullable Holiday holidays,
        List<Window> windows,
        List<Event> events,
        @Nullable Tax tax,
        @Nullable Surcharges surcharges) {
    public static final int SHORT_MONTH_DAYS = 28;
    public static final int MAX_PARTS = 12;
    public static final int MAX_EVENTS = 50;
    public static final int MAX_NAME_LENGTH = 60;

    /** Nothing beyond the hour and its cap. */
    public static final TariffRules NONE =
            new TariffRules(null, null, null, null, List.of(), null, null, List.of(), List.of(), null, null);

    private static final int MINUTES_PER_HOUR = 60;
    private static final int MINUTES_PER_DAY = 1_440;
    private static final int MAX_SEGMENT_MINUTES = (int) Pricing.MAX_STAY.toMinutes();
    private static final Duration MAX_EVENT = Duration.ofDays(14);
    private static final int ALL_BASIS_POINTS = 10_000;

    /** @throws InvalidTariff naming what is wrong */
    @SuppressWarnings("NullableProblems") // lists may be missing in JSON
    public TariffRules {
        segments = segments == null ? List.of() : List.copyOf(segments);
        windows = windows == null ? List.of() : List.copyOf(windows);
        events = events == null ? List.of() : List.copyOf(events);
        if (week != null) {
            requireAmount(week, "/week");
        }
        if (month != null) {
            requireAmount(month, "/month");
        }
        require(
                monthDays == null || monthDays == SHORT_MONTH_DAYS,
                "/monthDays",
                "must be %d, or left out for calendar months".formatted(SHORT_MONTH_DAYS));
        require(monthDays == null || month != null, "/monthDays", "needs the price of a month");
        dayStart = LocalTime.MIDNIGHT.equals(dayStart) ? null : dayStart;
        checkSegments(segments);
        require(windows.size() <= MAX_PARTS, "/windows", "must be at most " + MAX_PARTS);
        checkEvents(events);
    }

    private static void checkSegments(List<Segment> segments) {
        require(segments.size() <= MAX_PARTS, "/segments", "must be at most " + MAX_PARTS);
        for (int i = 1; i < segments.size(); i++) {
            Integer end = segments.get(i - 1).end();
            require(
                    end != null && segments.get(i).start() >= end,
                    "/segments/" + i + "/start",
                    "must not be before the end of the segment before");
        }
    }

    private static void checkEvents(List<Event> events) {
        require(events.size() <= MAX_EVENTS, "/events", "must be at most " + MAX_EVENTS);
        for (int i = 1; i < events.size(); i++) {
            require(
                    !events.get(i).from().isBefore(events.get(i - 1).to()),
                    "/events/" + i + "/from",
                    "must not be before the end of the event before");
        }
    }

    /** Whether a tariff with these is one without. */
    @JsonIgnore
    public boolean isEmpty() {
        return equals(NONE);
    }

    boolean changesNoTotal() {
        return (tax == null || tax.inclusive()) && withTax(null).isEmpty();
    }

    TariffRules withTax(@Nullable Tax other) {
        return new TariffRules(
                week, month, monthDays, dayStart, segments, weekend, holidays, windows, events, other, surcharges);
    }

    /** What the amount of a {@link Segment} is for. */
    public enum Unit {
        /** The segment, once it has begun. */
        FLAT(0),
        MINUTE(1),
        HOUR(MINUTES_PER_HOUR),
        DAY(MINUTES_PER_DAY);

        private final int minutes;

        Unit(int minutes) {
            this.minutes = minutes;
        }

        int minutes() {
            return minutes;
        }
    }

    /**
     * What a part of the stay costs (RULES 3).
     *
     * @param start minutes since the stay began
     * @param end minutes since the stay began; null for until it ends
     * @param amount minor units for each unit
     * @param increment minutes: each that has begun counts as a whole one, and the sum of a segment is rounded up once to a
     *     whole minor unit; null for one unit
     * @param maximumFee minor units that the segment never exceeds; null without
     */
    public record Segment(
            int start,
            @Nullable Integer end,
            Unit unit,
            long amount,
            @Nullable Integer increment,
            @Nullable Long maximumFee) {
        public Segment {
            Objects.requireNonNull(unit, "unit is null");
            require(start >= 0 && start < MAX_SEGMENT_MINUTES, "/segments", "start must be within the longest stay");
            require(
                    end == null || (end > start && end <= MAX_SEGMENT_MINUTES),
                    "/segments",
                    "end must be after start and within the longest stay");
            requireAmount(amount, "/segments");
            require(
                    increment == null || (increment > 0 && increment <= MINUTES_PER_DAY),
                    "/segments",
                    "increment must be 1 to %d minutes".formatted(MINUTES_PER_DAY));
            require(
                    unit != Unit.FLAT || (increment == null && maximumFee == null),
                    "/segments",
                    "a flat price has neither increment nor maximumFee");
            if (maximumFee != null) {
                requireAmount(maximumFee, "/segments");
            }
        }

        int stepMinutes() {
            return increment == null ? unit.minutes() : increment;
        }

        /** What so many increments cost, rounded up once. */
        long fee(long steps) {
            if (unit == Unit.FLAT) {
                return steps * amount;
            }
            return Math.ceilDiv(amount * steps * stepMinutes(), unit.minutes());
        }
    }

    /**
     * What hours cost on days that are not like the others; {@link Tariff#hour} and segments do not count there.
     *
     * @param hour minor units for each started hour
     * @param day minor units that the hours of one such day never exceed; null without a cap
     */
    public record DayRate(long hour, @Nullable Long day) {
        public DayRate {
            requireAmount(hour, "");
            if (day != null) {
                requireAmount(day, "");
                require(day >= hour, "", "the day's cap must not be less than one hour");
            }
        }

        long most() {
            return day == null ? hour : day;
        }
    }

    /** @param days those of the week that cost this, at least one */
    public record Weekend(Set<DayOfWeek> days, DayRate rate) {
        public Weekend {
            require(!days.isEmpty(), "/weekend/days", "must name a day");
            days = inOrder(days);
        }
    }

    /** @param region of ISO 3166, such as {@code DE}, {@code DE-BW}, {@code US-NY}: whose public holidays cost this */
    public record Holiday(String region, DayRate rate) {
        public Holiday {
            require(PublicHolidays.isKnown(region), "/holidays/region", "is no region whose holidays are known");
        }
    }

    /**
     * A time of the day whose hours never cost more than a cap: a night, an evening, the working day of early birds. The cap
     * is for each such time of a stay, whenever the stay begins and ends, so that nobody would gain from leaving and coming
     * back.
     *
     * @param name what the host calls it, at most {@value TariffRules#MAX_NAME_LENGTH} characters; null without
     * @param from local time
     * @param to local time; before {@code from} for the next day's
     * @param days of the week on which it begins; empty for all
     * @param maximum minor units
     * @param arriveBy local time: only for stays that have begun by then; null for all
     */
    public record Window(
            @Nullable String name,
            LocalTime from,
            LocalTime to,
            Set<DayOfWeek> days,
            long maximum,
            @Nullable LocalTime arriveBy) {
        @SuppressWarnings("NullableProblems") // the days may be missing in JSON
        public Window {
            checkName(name, "/windows");
            require(!from.equals(to), "/windows", "from and to must not be the same");
            days = days == null ? Set.of() : inOrder(days);
            requireAmount(maximum, "/windows");
            require(
                    arriveBy == null
                            || (from.isBefore(to)
                                    ? !arriveBy.isBefore(from) && arriveBy.isBefore(to)
                                    : !arriveBy.isBefore(from) || arriveBy.isBefore(to)),
                    "/windows",
                    "arriveBy must be within the window");
        }

        @JsonIgnore
        boolean crossesMidnight() {
            return to.isBefore(from);
        }
    }

    /**
     * A time with a price of its own. Its hours count towards no cap but its own, and no other price counts in it.
     *
     * @param hour minor units for each hour that begins in it
     * @param maximum minor units that it never exceeds, not less than {@code hour}; null without
     */
    public record Event(
            String name,
            Instant from,
            Instant to,
            long hour,
            @Nullable Long maximum) {
        public Event {
            checkName(name, "/events");
            require(from.isBefore(to), "/events", "an event must end after it begins");
            require(
                    Duration.between(from, to).compareTo(MAX_EVENT) <= 0,
                    "/events",
                    "an event is at most %d days long".formatted(MAX_EVENT.toDays()));
            requireAmount(hour, "/events");
            if (maximum != null) {
                requireAmount(maximum, "/events");
                require(maximum >= hour, "/events", "an event's maximum must not be less than one hour");
            }
        }
    }

    /**
     * @param basisPoints 1,900 for 19 %
     * @param inclusive whether it is in the prices; otherwise it is added to them. It is rounded for each line, half up
     */
    public record Tax(int basisPoints, boolean inclusive) {
        public Tax {
            require(
                    basisPoints >= 0 && basisPoints <= ALL_BASIS_POINTS,
                    "/tax/basisPoints",
                    "must be 0 to " + ALL_BASIS_POINTS);
        }

        long of(long amount) {
            long parts = inclusive ? ALL_BASIS_POINTS + basisPoints : ALL_BASIS_POINTS;
            return (amount * basisPoints * 2 + parts) / (parts * 2);
        }
    }

    /**
     * What a stay costs more for some vehicles, once for each stay (RULES 25).
     *
     * @param ev minor units for an electric vehicle; null for nothing
     * @param oversize minor units for a vehicle above a height; null for nothing
     * @param oversizeAboveCentimetres that height; null without {@code oversize}
     */
    public record Surcharges(
            @Nullable Long ev,
            @Nullable Long oversize,
            @Nullable Integer oversizeAboveCentimetres) {
        private static final int MAX_CENTIMETRES = 1_000;

        public Surcharges {
            if (ev != null) {
                requireAmount(ev, "/surcharges/ev");
            }
            if (oversize != null) {
                requireAmount(oversize, "/surcharges/oversize");
            }
            require(
                    (oversize == null) == (oversizeAboveCentimetres == null),
                    "/surcharges/oversize",
                    "needs the height above which it is charged");
            require(
                    oversizeAboveCentimetres == null
                            || (oversizeAboveCentimetres > 0 && oversizeAboveCentimetres <= MAX_CENTIMETRES),
                    "/surcharges/oversizeAboveCentimetres",
                    "must be 1 to " + MAX_CENTIMETRES);
        }

        /** What a vehicle costs more, in minor units. */
        public long of(VehicleTraits vehicle) {
            return ofEv(vehicle) + ofSize(vehicle);
        }

        long ofEv(VehicleTraits vehicle) {
            return ev != null && vehicle.ev() ? ev : 0;
        }

        long ofSize(VehicleTraits vehicle) {
            return oversize != null
                            && oversizeAboveCentimetres != null
                            && vehicle.heightCentimetres() > oversizeAboveCentimetres
                    ? oversize
                    : 0;
        }
    }

    /** The same text each time it is written. */
    private static Set<DayOfWeek> inOrder(Set<DayOfWeek> days) {
        return Collections.unmodifiableSet(new TreeSet<>(days));
    }

    private static void checkName(@Nullable String name, String pointer) {
        require(
                name == null || (!name.isBlank() && name.length() <= MAX_NAME_LENGTH),
                pointer,
                "a name must be 1 to %d characters".formatted(MAX_NAME_LENGTH));
    }
}
