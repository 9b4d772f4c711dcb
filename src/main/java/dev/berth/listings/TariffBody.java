package dev.berth.listings;

import dev.berth.platform.http.LocalTimes;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.InvalidTariff;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules;
import dev.berth.pricing.TariffRules.DayRate;
import dev.berth.pricing.TariffRules.Event;
import dev.berth.pricing.TariffRules.Holiday;
import dev.berth.pricing.TariffRules.Segment;
import dev.berth.pricing.TariffRules.Surcharges;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.pricing.TariffRules.Unit;
import dev.berth.pricing.TariffRules.Weekend;
import dev.berth.pricing.TariffRules.Window;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code Tariff} of the contract: all on one level, times as people write them. */
record TariffBody(
        String currency,
        long hour,
        @Nullable Long day,
        @Nullable Long week,
        @Nullable Long month,
        @Nullable Integer monthDays,
        @Nullable String dayStart,
        @Nullable List<SegmentBody> segments,
        @Nullable WeekendBody weekend,
        @Nullable HolidayBody holidays,
        @Nullable List<WindowBody> windows,
        @Nullable List<EventBody> events,
        @Nullable Tax tax,
        @Nullable Surcharges surcharges) {

    record SegmentBody(
            int start,
            @Nullable Integer end,
            Unit unit,
            long amount,
            @Nullable Integer increment,
            @Nullable Long maximumFee) {}

    record WeekendBody(
            @Nullable Set<DayOfWeek> days,
            long hour,
            @Nullable Long day) {}

    record HolidayBody(String region, long hour, @Nullable Long day) {}

    record WindowBody(
            @Nullable String name,
            String from,
            String to,
            @Nullable Set<DayOfWeek> days,
            long maximum,
            @Nullable String arriveBy) {}

    record EventBody(
            String name,
            String from,
            String to,
            long hour,
            @Nullable Long maximum) {}

    /**
     * @param pointer to this in the request
     * @param zone of the place, whose clock shows the times; null when it is not known, then events need an offset
     * @throws Rejection naming the field that is wrong
     */
    Tariff tariff(String pointer, @Nullable ZoneId zone) {
        checkCurrency(pointer);
        try {
            return new Tariff(currency, hour, day, rules(pointer, zone));
        } catch (InvalidTariff e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, e.detail(), pointer + e.pointer());
        }
    }

    private void checkCurrency(String pointer) {
        try {
            // Codes without a minor unit are no money that anybody could pay with: gold, test codes, bonds.
            if (Currency.getInstance(currency).getDefaultFractionDigits() >= 0) {
                return;
            }
        } catch (IllegalArgumentException unknown) {
            // Refused below.
        }
        throw new Rejection(
                ProblemType.INVALID_REQUEST, "must be a currency of ISO 4217, such as EUR", pointer + "/currency");
    }

    private TariffRules rules(String pointer, @Nullable ZoneId zone) {
        List<SegmentBody> someSegments = Objects.requireNonNullElse(segments, List.of());
        List<WindowBody> someWindows = Objects.requireNonNullElse(windows, List.of());
        List<EventBody> someEvents = Objects.requireNonNullElse(events, List.of());
        return new TariffRules(
                week,
                month,
                monthDays,
                time(dayStart, pointer + "/dayStart"),
                IntStream.range(0, someSegments.size())
                        .mapToObj(i -> within("/segments/" + i, () -> segment(someSegments.get(i))))
                        .toList(),
                weekend == null ? null : weekend(weekend),
                holidays == null
                        ? null
                        : new Holiday(
                                holidays.region(),
                                within("/holidays", () -> new DayRate(holidays.hour(), holidays.day()))),
                IntStream.range(0, someWindows.size())
                        .mapToObj(i ->
                                within("/windows/" + i, () -> window(someWindows.get(i), pointer + "/windows/" + i)))
                        .toList(),
                IntStream.range(0, someEvents.size())
                        .mapToObj(i ->
                                within("/events/" + i, () -> event(someEvents.get(i), pointer + "/events/" + i, zone)))
                        .toList(),
                tax,
                surcharges);
    }

    /** Says which of many is wrong. */
    private static <T> T within(String place, Supplier<T> part) {
        try {
            return part.get();
        } catch (InvalidTariff e) {
            throw new InvalidTariff(place, e.detail());
        }
    }

    private static Segment segment(SegmentBody body) {
        return new Segment(body.start(), body.end(), body.unit(), body.amount(), body.increment(), body.maximumFee());
    }

    private static Weekend weekend(WeekendBody body) {
        Set<DayOfWeek> days = Objects.requireNonNullElse(body.days(), EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY));
        return new Weekend(days, within("/weekend", () -> new DayRate(body.hour(), body.day())));
    }

    private static Window window(WindowBody body, String pointer) {
        return new Window(
                body.name(),
                Objects.requireNonNull(time(body.from(), pointer + "/from")),
                Objects.requireNonNull(time(body.to(), pointer + "/to")),
                Objects.requireNonNullElse(body.days(), Set.of()),
                body.maximum(),
                time(body.arriveBy(), pointer + "/arriveBy"));
    }

    private static Event event(EventBody body, String pointer, @Nullable ZoneId zone) {
        ZoneId place = zone == null ? ZoneOffset.UTC : zone;
        return new Event(
                body.name(),
                LocalTimes.instantOrLocal(body.from(), place, pointer + "/from"),
                LocalTimes.instantOrLocal(body.to(), place, pointer + "/to"),
                body.hour(),
                body.maximum());
    }

    private static @Nullable LocalTime time(@Nullable String text, String pointer) {
        try {
            return text == null ? null : LocalTime.parse(text);
        } catch (DateTimeException e) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "must be a time of the day such as 18:00", pointer);
        }
    }

    /** As it is told: events by the place's clock, with its offset. */
    static TariffBody of(Tariff tariff, ZoneId zone) {
        TariffRules rules = tariff.rules();
        if (rules == null) {
            return new TariffBody(
                    tariff.currency(),
                    tariff.hour(),
                    tariff.day(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }
        Weekend weekend = rules.weekend();
        Holiday holidays = rules.holidays();
        return new TariffBody(
                tariff.currency(),
                tariff.hour(),
                tariff.day(),
                rules.week(),
                rules.month(),
                rules.monthDays(),
                rules.dayStart() == null ? null : rules.dayStart().toString(),
                orNull(rules.segments().stream().map(TariffBody::body).toList()),
                weekend == null
                        ? null
                        : new WeekendBody(
                                sorted(weekend.days()),
                                weekend.rate().hour(),
                                weekend.rate().day()),
                holidays == null
                        ? null
                        : new HolidayBody(
                                holidays.region(),
                                holidays.rate().hour(),
                                holidays.rate().day()),
                orNull(rules.windows().stream().map(TariffBody::body).toList()),
                orNull(rules.events().stream().map(event -> body(event, zone)).toList()),
                rules.tax(),
                rules.surcharges());
    }

    private static SegmentBody body(Segment segment) {
        return new SegmentBody(
                segment.start(),
                segment.end(),
                segment.unit(),
                segment.amount(),
                segment.increment(),
                segment.maximumFee());
    }

    private static WindowBody body(Window window) {
        return new WindowBody(
                window.name(),
                window.from().toString(),
                window.to().toString(),
                window.days().isEmpty() ? null : sorted(window.days()),
                window.maximum(),
                window.arriveBy() == null ? null : window.arriveBy().toString());
    }

    private static EventBody body(Event event, ZoneId zone) {
        return new EventBody(
                event.name(),
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(event.from().atZone(zone)),
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(event.to().atZone(zone)),
                event.hour(),
                event.maximum());
    }

    private static <T> @Nullable List<T> orNull(List<T> some) {
        return some.isEmpty() ? null : some;
    }

    private static Set<DayOfWeek> sorted(Set<DayOfWeek> days) {
        return EnumSet.copyOf(days);
    }
}
