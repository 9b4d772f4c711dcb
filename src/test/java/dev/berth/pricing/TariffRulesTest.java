package dev.berth.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.pricing.PriceLine.Kind;
import dev.berth.pricing.TariffRules.DayRate;
import dev.berth.pricing.TariffRules.Event;
import dev.berth.pricing.TariffRules.Holiday;
import dev.berth.pricing.TariffRules.Segment;
import dev.berth.pricing.TariffRules.Surcharges;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.pricing.TariffRules.Unit;
import dev.berth.pricing.TariffRules.Weekend;
import dev.berth.pricing.TariffRules.Window;
import dev.berth.values.TimeRange;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each rule of a tariff means, one at a time. Tuesday is 2026-03-10. */
@Tag("LI4")
class TariffRulesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Set<DayOfWeek> WEEKEND = Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);

    /** 2.50 an hour, at most 15.00 a day, and these rules. */
    private static final class Rules {
        private @Nullable Long week;
        private @Nullable Long month;
        private @Nullable Integer monthDays;
        private @Nullable LocalTime dayStart;
        private List<Segment> segments = List.of();
        private @Nullable Weekend weekend;
        private @Nullable Holiday holidays;
        private List<Window> windows = List.of();
        private List<Event> events = List.of();
        private @Nullable Tax tax;
        private @Nullable Surcharges surcharges;

        Tariff tariff() {
            return new Tariff(
                    "EUR",
                    250,
                    1_500L,
                    new TariffRules(
                            week,
                            month,
                            monthDays,
                            dayStart,
                            segments,
                            weekend,
                            holidays,
                            windows,
                            events,
                            tax,
                            surcharges));
        }
    }

    private static Rules rules() {
        return new Rules();
    }

    private static Rules window(LocalTime from, LocalTime to, long maximum, @Nullable LocalTime arriveBy) {
        Rules rules = rules();
        rules.windows = List.of(new Window(null, from, to, Set.of(), maximum, arriveBy));
        return rules;
    }

    private static Price price(Rules rules, String from, String to) {
        return price(rules, from, to, VehicleTraits.UNKNOWN);
    }

    private static Price price(Rules rules, String from, String to, VehicleTraits vehicle) {
        return Pricing.price(rules.tariff(), stay(BERLIN, from, to), BERLIN, vehicle);
    }

    private static TimeRange stay(ZoneId zone, String from, String to) {
        return new TimeRange(
                LocalDateTime.parse(from).atZone(zone).toInstant(),
                LocalDateTime.parse(to).atZone(zone).toInstant());
    }

    private static long total(Rules rules, String from, String to) {
        return price(rules, from, to).total().amount();
    }

    @Test
    @Tag("rule-3")
    @DisplayName("Rule 3: segments in order, each by its increments; what no segment covers costs the hour")
    void segments_costByTheTimeSinceTheBeginning() {
        Rules rules = rules();
        rules.segments =
                List.of(new Segment(0, 30, Unit.FLAT, 0, null, null), new Segment(30, 120, Unit.HOUR, 200, 15, null));

        assertThat(total(rules, "2026-03-10T09:00", "2026-03-10T09:30")).isZero();
        assertThat(total(rules, "2026-03-10T09:00", "2026-03-10T09:31")).isEqualTo(50);
        assertThat(total(rules, "2026-03-10T09:00", "2026-03-10T10:00")).isEqualTo(100);
        Price whole = price(rules, "2026-03-10T09:00", "2026-03-10T11:01");
        assertThat(whole.lines())
                .extracting(PriceLine::label)
                .containsExactly("1 h × 2.50", "flat 0.00", "6 × 15 min at 2.00 per hour");
        assertThat(whole.total().amount()).isEqualTo(250 + 300);
    }

    @Test
    @Tag("rule-3")
    @DisplayName("Rule 3: a segment is rounded up once, not for each of its increments")
    void segment_isRoundedOnce() {
        Rules rules = rules();
        // Seven minutes of it cost 11 2/3 cents.
        rules.segments = List.of(new Segment(0, null, Unit.HOUR, 100, 7, null));

        assertThat(total(rules, "2026-03-10T09:00", "2026-03-10T09:07")).isEqualTo(12);
        assertThat(total(rules, "2026-03-10T09:00", "2026-03-10T09:14")).isEqualTo(24);
        assertThat(total(rules, "2026-03-10T09:00", "2026-03-10T09:21")).isEqualTo(35);
    }

    @Test
    @Tag("rule-3")
    @DisplayName("Rule 3: a segment never exceeds its maximum fee")
    void segment_hasAMaximum() {
        Rules rules = rules();
        rules.segments = List.of(new Segment(0, 240, Unit.MINUTE, 10, null, 700L));

        Price price = price(rules, "2026-03-10T09:00", "2026-03-10T13:00");
        assertThat(price.total().amount()).isEqualTo(700);
        assertThat(price.lines())
                .containsExactly(new PriceLine(
                        Kind.SEGMENT_CAP, "segment cap applied: 7.00 instead of 24.00", 700, 1, 700, 2400L));
    }

    @Test
    @Tag("rule-3")
    @DisplayName("Rule 3: a flat price without an end is for the whole stay")
    void flatPrice_isForTheWholeStay() {
        Rules rules = rules();
        rules.segments = List.of(new Segment(0, null, Unit.FLAT, 1_000, null, null));

        assertThat(total(rules, "2026-03-10T09:00", "2026-03-10T09:01")).isEqualTo(1_000);
        assertThat(total(rules, "2026-03-10T09:00", "2026-03-20T09:00")).isEqualTo(1_000);
    }

    @Test
    @Tag("rule-4")
    @DisplayName("Rule 4: seven days in a row never cost more than the week, whatever day they begin on")
    void week_capsSevenDays() {
        Rules rules = rules();
        rules.week = 6_000L;

        Price price = price(rules, "2026-03-12T08:00", "2026-03-18T20:00");
        assertThat(price.total().amount()).isEqualTo(6_000);
        assertThat(price.lines())
                .containsExactly(new PriceLine(
                        Kind.WEEK_CAP, "week cap applied: 60.00 instead of 105.00", 6_000, 1, 6_000, 10_500L));
        // A tenth and eleventh hour of an eighth day are hours again.
        assertThat(total(rules, "2026-03-12T08:00", "2026-03-19T02:00")).isEqualTo(6_000 + 2 * 250);
        assertThat(total(rules, "2026-03-12T08:00", "2026-03-14T20:00")).isEqualTo(3 * 1_500);
    }

    @Test
    @Tag("rule-4")
    @Tag("rule-5")
    @DisplayName("Rule 5: a month goes to the same day of the next one, or has 28 days when the host says so")
    void month_isOfTheCalendarOrOfFourWeeks() {
        Rules rules = rules();
        rules.week = 6_000L;
        rules.month = 20_000L;

        // 30 days of April are one month, 28 of February are.
        assertThat(total(rules, "2026-04-02T00:00", "2026-05-02T00:00")).isEqualTo(20_000);
        assertThat(total(rules, "2026-02-01T00:00", "2026-03-01T00:00")).isEqualTo(20_000);
        // Two days of March beyond it: each is one of 31.
        assertThat(total(rules, "2026-02-01T00:00", "2026-03-03T00:00")).isEqualTo(20_000 + 1_291);
        rules.monthDays = 28;
        Price price = price(rules, "2026-04-02T00:00", "2026-05-02T00:00");
        assertThat(price.lines())
                .extracting(PriceLine::kind, PriceLine::quantity, PriceLine::amount)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Kind.MONTH_CAP, 1, 20_000L),
                        org.assertj.core.groups.Tuple.tuple(Kind.MONTH_DAYS, 2, 1_429L));
    }

    @Test
    @Tag("rule-2")
    @Tag("rule-5")
    @DisplayName("Rules 2 and 5: a day whose beginning the clocks skip begins when they do")
    void dayStart_thatClocksSkip_isWhenTheyDo() {
        Rules rules = rules();
        rules.dayStart = LocalTime.of(2, 30);
        rules.weekend = new Weekend(Set.of(DayOfWeek.SUNDAY), new DayRate(100, null));

        Price price = price(rules, "2026-03-29T01:00", "2026-03-29T04:00");

        // One hour of Saturday's before the clocks go from 02:00 to 03:00, and one of Sunday's after it.
        assertThat(price.total().amount()).isEqualTo(250 + 100);
    }

    @Test
    @Tag("rule-5")
    @DisplayName("Rule 5: days begin when the place says so")
    void dayStart_cutsDays() {
        Rules rules = rules();
        rules.tax = new Tax(1_900, true);
        assertThat(total(rules, "2026-03-10T20:00", "2026-03-11T04:00")).isEqualTo(8 * 250);
        rules.dayStart = LocalTime.of(5, 0);
        assertThat(total(rules, "2026-03-10T20:00", "2026-03-11T04:00")).isEqualTo(1_500);
        assertThat(total(rules, "2026-03-10T20:00", "2026-03-11T06:00")).isEqualTo(1_500 + 250);
    }

    @Test
    @Tag("rule-4")
    @DisplayName("Rule 4: a night costs at most its price, over midnight, and the hours around it as ever")
    void night_hasACap() {
        Rules rules = window(LocalTime.of(18, 0), LocalTime.of(8, 0), 500, null);

        Price price = price(rules, "2026-03-10T16:00", "2026-03-11T10:00");
        assertThat(price.total().amount()).isEqualTo(2 * 250 + 500 + 2 * 250);
        PriceLine night = price.lines().getLast();
        assertThat(night.kind()).isEqualTo(Kind.NIGHT_CAP);
        assertThat(night.label()).isEqualTo("night (18:00–08:00) cap applied: 5.00 instead of 35.00");
        assertThat(night.name()).isEqualTo("18:00–08:00");
        assertThat(total(rules, "2026-03-10T16:00", "2026-03-13T10:00"))
                // The whole days in between cost less by the day than by their nights and hours.
                .isEqualTo(2 * 250 + 500 + 2 * 1_500 + 500 + 2 * 250);
    }

    @Test
    @Tag("rule-4")
    @DisplayName("Rule 4: early birds pay at most their price, those who come later do not")
    void earlyBird_mustArriveInTime() {
        Rules rules = window(LocalTime.of(6, 0), LocalTime.of(19, 0), 800, LocalTime.of(9, 0));

        Price price = price(rules, "2026-03-10T08:30", "2026-03-10T20:30");
        assertThat(price.lines()).extracting(PriceLine::kind).containsExactly(Kind.HOURS, Kind.EARLY_BIRD_CAP);
        assertThat(price.total().amount()).isEqualTo(800 + 250);
        assertThat(total(rules, "2026-03-10T09:00", "2026-03-10T19:00")).isEqualTo(800);
        assertThat(total(rules, "2026-03-10T09:01", "2026-03-10T19:00")).isEqualTo(1_500);
    }

    @Test
    @Tag("rule-4")
    @DisplayName("Rule 4: weekends and public holidays have their own hours and caps")
    void weekendsAndHolidays_haveTheirOwnPrices() {
        Rules rules = rules();
        rules.weekend = new Weekend(WEEKEND, new DayRate(100, 400L));
        rules.holidays = new Holiday("DE-BW", new DayRate(50, null));

        // Friday to Saturday.
        assertThat(total(rules, "2026-03-13T22:00", "2026-03-14T02:00")).isEqualTo(2 * 250 + 2 * 100);
        assertThat(total(rules, "2026-03-14T08:00", "2026-03-15T20:00")).isEqualTo(2 * 400);
        // Corpus Christi is a holiday in Baden-Württemberg, and not in Berlin.
        assertThat(total(rules, "2026-06-04T08:00", "2026-06-04T18:00")).isEqualTo(10 * 50);
        rules.holidays = new Holiday("DE-BE", new DayRate(50, null));
        assertThat(total(rules, "2026-06-04T08:00", "2026-06-04T18:00")).isEqualTo(1_500);
        // A holiday on a Saturday is a holiday.
        Price unity = price(rules, "2026-10-03T08:00", "2026-10-03T10:00");
        assertThat(unity.lines())
                .containsExactly(new PriceLine(Kind.HOLIDAY_HOURS, "public holiday, 2 h × 0.50", 100, 2, 50, null));
    }

    @Test
    @Tag("rule-4")
    @DisplayName("Rule 4: an event has a price of its own, which only its own maximum caps")
    void event_standsBesideTheCaps() {
        Rules rules = rules();
        Instant from = LocalDateTime.parse("2026-03-10T18:00").atZone(BERLIN).toInstant();
        rules.events = List.of(new Event("Concert", from, from.plusSeconds(4 * 3_600), 600, null));

        Price price = price(rules, "2026-03-10T08:00", "2026-03-10T23:00");
        assertThat(price.lines())
                .extracting(PriceLine::label)
                .containsExactly("day cap applied: 15.00 instead of 27.50", "Concert, 4 h × 6.00");
        assertThat(price.total().amount()).isEqualTo(1_500 + 2_400);
        rules.events = List.of(new Event("Concert", from, from.plusSeconds(4 * 3_600), 600, 1_000L));
        assertThat(price(rules, "2026-03-10T18:00", "2026-03-10T22:00").lines())
                .extracting(PriceLine::label)
                .containsExactly("Concert: at most 10.00 instead of 24.00");
    }

    @Test
    @Tag("rule-31")
    @DisplayName("Rule 31: tax is rounded for each line, in the prices or on top of them")
    void tax_isRoundedForEachLine() {
        Rules rules = rules();
        rules.surcharges = new Surcharges(105L, null, null);
        rules.tax = new Tax(1_900, true);
        VehicleTraits ev = new VehicleTraits(150, true);

        Price inclusive = price(rules, "2026-03-10T08:00", "2026-03-10T09:00", ev);
        assertThat(inclusive.total().amount()).isEqualTo(250 + 105);
        // 39.92 and 16.76 cents of it.
        assertThat(inclusive.lines()).extracting(PriceLine::tax).containsExactly(40L, 17L);
        rules.tax = new Tax(1_900, false);
        Price exclusive = price(rules, "2026-03-10T08:00", "2026-03-10T09:00", ev);
        // 47.5 and 19.95 cents on it.
        assertThat(exclusive.lines()).extracting(PriceLine::tax).containsExactly(48L, 20L, 68L);
        assertThat(exclusive.lines().getLast().label()).isEqualTo("19 % tax");
        assertThat(exclusive.total().amount()).isEqualTo(250 + 105 + 68);
        assertThat(Pricing.amount(rules.tariff(), stay(BERLIN, "2026-03-10T08:00", "2026-03-10T09:00"), BERLIN, ev))
                .isEqualTo(423);
    }

    @Test
    @Tag("rule-25")
    @DisplayName("Rule 25: surcharges for electric and for large vehicles are lines of their own, once for each stay")
    void surcharges_areLinesOfTheirOwn() {
        Rules rules = rules();
        rules.surcharges = new Surcharges(100L, 250L, 210);

        assertThat(price(rules, "2026-03-10T08:00", "2026-03-12T02:00", new VehicleTraits(211, true))
                        .lines())
                .extracting(PriceLine::kind)
                .containsExactly(Kind.HOURS, Kind.DAY_CAP, Kind.DAY_CAP, Kind.EV_SURCHARGE, Kind.OVERSIZE_SURCHARGE);
        assertThat(price(rules, "2026-03-10T08:00", "2026-03-10T09:00", new VehicleTraits(210, false))
                        .total()
                        .amount())
                .isEqualTo(250);
        assertThat(total(rules, "2026-03-10T08:00", "2026-03-10T09:00")).isEqualTo(250);
    }

    @ParameterizedTest
    @Tag("rule-2")
    @DisplayName("Rule 2: days are as long as the clock makes them, and each has one cap")
    @CsvSource({
        // zone, date, started hours of the day
        "Europe/Berlin, 2026-03-29, 23",
        "Europe/Berlin, 2026-10-25, 25",
        "America/New_York, 2026-03-08, 23",
        "America/New_York, 2026-11-01, 25",
        // By half an hour.
        "Australia/Lord_Howe, 2026-04-05, 25",
        "Australia/Lord_Howe, 2026-10-04, 24",
        // For Ramadan.
        "Africa/Casablanca, 2026-02-15, 25",
        "Africa/Casablanca, 2026-03-22, 23",
        "Asia/Kathmandu, 2026-03-29, 24",
        "America/Phoenix, 2026-03-08, 24",
        "UTC, 2026-03-29, 24"
    })
    void days_areThoseOfTheClock(ZoneId zone, String date, int hours) {
        String next = java.time.LocalDate.parse(date).plusDays(1) + "T00:00";
        Tariff byHour = new Tariff("EUR", 100, null);
        TariffRules weekly =
                new TariffRules(9_000L, null, null, null, List.of(), null, null, List.of(), List.of(), null, null);
        Tariff byDay = new Tariff("EUR", 100, 2_000L, weekly);

        TimeRange day = stay(zone, date + "T00:00", next);
        assertThat(Pricing.price(byHour, day, zone).total().amount()).isEqualTo(hours * 100L);
        assertThat(Pricing.price(byDay, day, zone).total().amount()).isEqualTo(2_000);
        // The night before and the morning after are other days.
        TimeRange more = new TimeRange(day.from().minusSeconds(3_600), day.to().plusSeconds(3_600));
        assertThat(Pricing.price(byDay, more, zone).total().amount()).isEqualTo(2_000 + 2 * 100);
    }

    @Test
    @Tag("rule-4")
    @DisplayName("Rule 4: hour, day, week and month may not cost less than what is shorter")
    void caps_areInOrder() {
        assertThatThrownBy(() -> new Tariff("EUR", 250, 249L))
                .isInstanceOfSatisfying(
                        InvalidTariff.class, e -> assertThat(e.pointer()).isEqualTo("/day"));
        Rules cheapWeek = rules();
        cheapWeek.week = 1_499L;
        assertThatThrownBy(cheapWeek::tariff)
                .isInstanceOfSatisfying(
                        InvalidTariff.class, e -> assertThat(e.pointer()).isEqualTo("/week"));
        Rules cheapMonth = rules();
        cheapMonth.week = 6_000L;
        cheapMonth.month = 5_999L;
        assertThatThrownBy(cheapMonth::tariff)
                .isInstanceOfSatisfying(
                        InvalidTariff.class, e -> assertThat(e.pointer()).isEqualTo("/month"));
    }

    @Test
    void contradictions_areRefused() {
        Rules overlapping = rules();
        overlapping.segments = List.of(
                new Segment(0, 60, Unit.FLAT, 100, null, null), new Segment(30, null, Unit.HOUR, 100, null, null));
        assertThatThrownBy(overlapping::tariff).isInstanceOf(InvalidTariff.class);
        assertThatThrownBy(() -> new Holiday("DE-XX", new DayRate(1, null))).isInstanceOf(InvalidTariff.class);
        assertThatThrownBy(() -> window(LocalTime.of(6, 0), LocalTime.of(19, 0), 800, LocalTime.of(19, 0)))
                .isInstanceOf(InvalidTariff.class);
        assertThatThrownBy(() -> new Surcharges(null, 100L, null)).isInstanceOf(InvalidTariff.class);
    }

    @Test
    void rulesThatSayNothing_areNone() {
        assertThat(rules().tariff()).isEqualTo(new Tariff("EUR", 250, 1_500L));
        Rules taxed = rules();
        taxed.tax = new Tax(1_900, true);
        assertThat(taxed.tariff().isSimple()).isTrue();
        taxed.tax = new Tax(1_900, false);
        assertThat(taxed.tariff().isSimple()).isFalse();
    }
}
