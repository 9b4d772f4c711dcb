package dev.berth.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * Tariffs of every kind against {@link TariffModel}. Half of the stays begin within three days of a change of clocks. Lord
 * Howe changes by half an hour, Casablanca for Ramadan.
 */
@Tag("LI4")
class TariffPropertiesTest {
    private static final int THREE_DAYS = 259_200;
    private static final int MAX_STAY_SECONDS = (int) Pricing.MAX_STAY.toSeconds();
    private static final int HOUR_SECONDS = 3_600;
    private static final VehicleTraits LARGE = new VehicleTraits(230, true);

    /** A tariff, the place's zone and the beginning of a stay. */
    record Case(Tariff tariff, ZoneId zone, Instant from) {
        TimeRange stay(long seconds) {
            return new TimeRange(from, from.plusSeconds(seconds));
        }

        long price(long seconds) {
            return Pricing.price(tariff, stay(seconds), zone).total().amount();
        }

        TariffRules rules() {
            return tariff.rules() == null ? TariffRules.NONE : tariff.rules();
        }

        LocalDate day(Instant instant) {
            Duration cut = rules().dayStart() == null
                    ? Duration.ZERO
                    : Duration.ofNanos(rules().dayStart().toNanoOfDay());
            return instant.atZone(zone).toLocalDateTime().minus(cut).toLocalDate();
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        return cases(true);
    }

    @Provide
    Arbitrary<Case> withoutSegments() {
        return cases(false);
    }

    private static Arbitrary<Case> cases(boolean segments) {
        Arbitrary<ZoneId> zones = Arbitraries.of(
                        "Europe/Berlin",
                        "America/New_York",
                        "Australia/Lord_Howe",
                        "Africa/Casablanca",
                        "Asia/Kathmandu",
                        "America/Phoenix",
                        "UTC")
                .map(ZoneId::of);
        Arbitrary<Instant> starts = Arbitraries.longs()
                .between(
                        Instant.parse("2024-01-01T00:00:00Z").getEpochSecond(),
                        Instant.parse("2030-01-01T00:00:00Z").getEpochSecond())
                .map(Instant::ofEpochSecond);
        Arbitrary<Integer> shifts = Arbitraries.integers().between(-3 * 86_400, 86_400);
        return Combinators.combine(Arbitraries.longs(), zones, starts, shifts, Arbitraries.of(true, false))
                .as((seed, zone, start, shift, nearChange) -> {
                    var change = nearChange ? zone.getRules().nextTransition(start) : null;
                    Instant from = change == null ? start : change.getInstant().plusSeconds(shift);
                    return new Case(Tariffs.random(seed, from, segments), zone, from);
                });
    }

    @Property
    @Tag("rule-2")
    @Tag("rule-3")
    @Tag("rule-4")
    @Tag("rule-5")
    @Label("Rules 2 to 5: a price is the cheapest combination of steps and caps, as a slow model has it")
    void price_isThatOfTheModel(@ForAll("cases") Case c, @ForAll @IntRange(min = 1, max = THREE_DAYS) int seconds) {
        assertThat(Pricing.price(c.tariff(), c.stay(seconds), c.zone(), LARGE)
                        .total()
                        .amount())
                .isEqualTo(TariffModel.total(c.tariff(), c.stay(seconds), c.zone(), LARGE));
    }

    @Property(tries = 100)
    @Tag("rule-4")
    @Tag("rule-5")
    @Label("Rules 4 and 5: weeks and months of long stays, as a slow model has them")
    void longPrice_isThatOfTheModel(
            @ForAll("withoutSegments") Case c, @ForAll @IntRange(min = 1, max = 2_592_000) int seconds) {
        assertThat(c.price(seconds))
                .isEqualTo(TariffModel.total(c.tariff(), c.stay(seconds), c.zone(), VehicleTraits.UNKNOWN));
    }

    @Property
    @Tag("rule-4")
    @Label("Rule 4: a longer stay never costs less, and no stay less than nothing")
    void price_neverFallsWithLength_andIsNeverNegative(
            @ForAll("cases") Case c,
            @ForAll @IntRange(min = 1, max = 2_592_000) int seconds,
            @ForAll @IntRange(min = 0, max = 100_000) int more) {
        long shorter = c.price(seconds);

        assertThat(shorter).isNotNegative();
        assertThat(c.price(Math.min(seconds + more, MAX_STAY_SECONDS))).isGreaterThanOrEqualTo(shorter);
    }

    @Property
    @Tag("rule-4")
    @Label("Rule 4: no cap is ever exceeded")
    void price_neverExceedsItsCaps(@ForAll("cases") Case c, @ForAll @IntRange(min = 1, max = 2_592_000) int seconds) {
        long events = eventsOf(c, seconds);
        long price = c.price(seconds) - events;
        LocalDate first = c.day(c.from());
        LocalDate last = c.day(c.from().plusSeconds(seconds - 1));
        // Clocks that go back over the beginning of a day do not bring the day before back.
        long days = Math.max(0, ChronoUnit.DAYS.between(first, last)) + 1;

        assertThat(price + events).isLessThanOrEqualTo(TariffModel.metered(c.tariff(), c.stay(seconds), c.zone()));
        TariffRules rules = c.rules();
        if (c.tariff().day() != null && rules.weekend() == null && rules.holidays() == null) {
            assertThat(price).isLessThanOrEqualTo(days * c.tariff().day());
        }
        if (rules.week() != null) {
            assertThat(price).isLessThanOrEqualTo(Math.ceilDiv(days, 7) * rules.week());
        }
        if (rules.month() != null && days <= 28) {
            assertThat(price).isLessThanOrEqualTo(rules.month());
        }
    }

    private static long eventsOf(Case c, int seconds) {
        return Pricing.price(c.tariff(), c.stay(seconds), c.zone()).lines().stream()
                .filter(line -> line.kind() == PriceLine.Kind.EVENT_HOURS || line.kind() == PriceLine.Kind.EVENT_CAP)
                .mapToLong(PriceLine::amount)
                .sum();
    }

    @Property
    @Tag("rule-4")
    @Label("Rule 4: whoever leaves after a whole number of hours and comes back at once never pays less")
    void parts_neverCostLessThanTheWhole(
            @ForAll("withoutSegments") Case c,
            @ForAll @IntRange(min = 2, max = 720) int hours,
            @ForAll @IntRange(min = 1, max = 719) int parting,
            @ForAll @IntRange(min = 0, max = HOUR_SECONDS - 1) int less) {
        int part = 1 + parting % (hours - 1);
        long whole = (long) hours * HOUR_SECONDS - less;
        Instant middle = c.from().plusSeconds((long) part * HOUR_SECONDS);
        Case rest = new Case(c.tariff(), c.zone(), middle);

        assertThat(c.price((long) part * HOUR_SECONDS) + rest.price(whole - (long) part * HOUR_SECONDS))
                .isGreaterThanOrEqualTo(c.price(whole));
    }

    @Property
    @Tag("rule-4")
    @Label("Rule 4: a tariff of hours and days costs no less in parts, wherever it is parted")
    void partsOfSimpleTariff_neverCostLessThanTheWhole(
            @ForAll("withoutSegments") Case c,
            @ForAll @IntRange(min = 2, max = 500_000) int seconds,
            @ForAll @IntRange(min = 1, max = 499_999) int parting) {
        Case simple = new Case(new Tariff("EUR", c.tariff().hour(), c.tariff().day()), c.zone(), c.from());
        int part = 1 + parting % (seconds - 1);
        Case rest = new Case(simple.tariff(), c.zone(), c.from().plusSeconds(part));

        assertThat(simple.price(part) + rest.price(seconds - part)).isGreaterThanOrEqualTo(simple.price(seconds));
    }

    @Property
    @Tag("SM3")
    @Label("What a search sorts by is never more than the price")
    void floor_isNeverAboveThePrice(@ForAll("cases") Case c, @ForAll @IntRange(min = 1, max = 2_592_000) int seconds) {
        PriceFloor floor = PriceFloor.of(c.tariff());

        assertThat(Pricing.price(new Tariff("EUR", floor.hour(), floor.day()), c.stay(seconds), c.zone())
                        .total()
                        .amount())
                .isLessThanOrEqualTo(c.price(seconds));
    }

    @Property
    @Tag("BK1")
    @Label("Lines add up to the total, and a cap's line says what it saves")
    void lines_addUpToTheTotal(@ForAll("cases") Case c, @ForAll @IntRange(min = 1, max = 2_592_000) int seconds) {
        Price price = Pricing.price(c.tariff(), c.stay(seconds), c.zone(), LARGE);
        Set<PriceLine.Kind> rounded = Set.of(PriceLine.Kind.SEGMENT, PriceLine.Kind.MONTH_DAYS);

        assertThat(price.lines()).allSatisfy(line -> {
            assertThat(line.quantity()).isPositive();
            if (!rounded.contains(line.kind())) {
                assertThat(line.amount()).isEqualTo(line.quantity() * line.unitAmount());
            }
            if (line.insteadOf() != null) {
                assertThat(line.insteadOf()).isGreaterThan(line.unitAmount());
            }
        });
        assertThat(price.lines().stream().mapToLong(PriceLine::amount).sum())
                .isEqualTo(price.total().amount());
        assertThat(Pricing.amount(c.tariff(), c.stay(seconds), c.zone(), LARGE))
                .isEqualTo(price.total().amount());
    }
}
