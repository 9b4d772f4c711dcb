package dev.berth.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.values.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * Prices against a model that asks the calendar for the date of each started hour and sums them by date. Half of the stays begin within three days of a change of clocks, because that is where prices go wrong.
 */
@Tag("LI4")
class PricingPropertiesTest {
    private static final int MAX_STAY_SECONDS = (int) Pricing.MAX_STAY.toSeconds();

    /** A tariff, the place's zone and the beginning of a stay. */
    record Case(Tariff tariff, ZoneId zone, Instant from) {
        TimeRange stay(long seconds) {
            return new TimeRange(from, from.plusSeconds(seconds));
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Tariff> tariffs = Combinators.combine(
                        Arbitraries.longs().between(0, 2_000),
                        Arbitraries.longs().between(0, 40_000))
                .as((hour, more) -> new Tariff("EUR", hour, more % 5 == 0 ? null : hour + more));
        // Beirut changes at midnight, St. John's changed at one minute past it.
        Arbitrary<ZoneId> zones = Arbitraries.of(
                        "Europe/Berlin", "America/New_York", "Asia/Beirut", "America/St_Johns", "Asia/Kathmandu")
                .map(ZoneId::of);
        Arbitrary<Instant> starts = Arbitraries.longs()
                .between(
                        Instant.parse("2009-01-01T00:00:00Z").getEpochSecond(),
                        Instant.parse("2030-01-01T00:00:00Z").getEpochSecond())
                .map(Instant::ofEpochSecond);
        Arbitrary<Integer> shifts = Arbitraries.integers().between(-3 * 86_400, 86_400);
        return Combinators.combine(tariffs, zones, starts, shifts, Arbitraries.of(true, false))
                .as((tariff, zone, start, shift, nearChange) -> {
                    var change = nearChange ? zone.getRules().nextTransition(start) : null;
                    return new Case(
                            tariff,
                            zone,
                            change == null ? start : change.getInstant().plusSeconds(shift));
                });
    }

    private static long model(Case c, long seconds) {
        Map<LocalDate, Long> days = new HashMap<>();
        for (long begin = 0; begin < seconds; begin += 3_600) {
            LocalDate day = c.from().atZone(c.zone()).plusSeconds(begin).toLocalDate();
            days.merge(day, c.tariff().hour(), Long::sum);
        }
        Long cap = c.tariff().day();
        return days.values().stream()
                .mapToLong(day -> cap == null ? day : Math.min(day, cap))
                .sum();
    }

    @Property
    @Tag("rule-2")
    void price_isThatOfTheModel(@ForAll("cases") Case c, @ForAll @IntRange(min = 1, max = 2_592_000) int seconds) {
        assertThat(Pricing.price(c.tariff(), c.stay(seconds), c.zone()).total().amount())
                .isEqualTo(model(c, seconds));
    }

    @Property
    @Tag("rule-2")
    void shortPrice_isThatOfTheModel(@ForAll("cases") Case c, @ForAll @IntRange(min = 1, max = 200_000) int seconds) {
        assertThat(Pricing.price(c.tariff(), c.stay(seconds), c.zone()).total().amount())
                .isEqualTo(model(c, seconds));
    }

    @Property
    @Tag("rule-4")
    void price_neverFallsWithLength_andIsNeverNegative(
            @ForAll("cases") Case c,
            @ForAll @IntRange(min = 1, max = 2_592_000) int seconds,
            @ForAll @IntRange(min = 0, max = 100_000) int more) {
        long shorter =
                Pricing.price(c.tariff(), c.stay(seconds), c.zone()).total().amount();
        long longer = Pricing.price(c.tariff(), c.stay(Math.min(seconds + more, MAX_STAY_SECONDS)), c.zone())
                .total()
                .amount();

        assertThat(shorter).isNotNegative();
        assertThat(longer).isGreaterThanOrEqualTo(shorter);
    }

    @Property
    @Tag("rule-4")
    void price_neverExceedsItsCaps(@ForAll("cases") Case c, @ForAll @IntRange(min = 1, max = 2_592_000) int seconds) {
        long price =
                Pricing.price(c.tariff(), c.stay(seconds), c.zone()).total().amount();
        LocalDate first = c.from().atZone(c.zone()).toLocalDate();
        LocalDate last = c.from().plusSeconds(seconds - 1).atZone(c.zone()).toLocalDate();
        long days = ChronoUnit.DAYS.between(first, last) + 1;

        assertThat(price)
                .isLessThanOrEqualTo(Math.ceilDiv(seconds, 3_600) * c.tariff().hour());
        Long cap = c.tariff().day();
        if (cap != null) {
            assertThat(price).isLessThanOrEqualTo(days * cap);
        }
    }

    @Property
    void lines_addUpToTheTotal(@ForAll("cases") Case c, @ForAll @IntRange(min = 1, max = 2_592_000) int seconds) {
        Price price = Pricing.price(c.tariff(), c.stay(seconds), c.zone());

        assertThat(price.lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.amount()).isEqualTo(line.quantity() * line.unitAmount()));
        assertThat(price.lines().stream().mapToLong(PriceLine::amount).sum())
                .isEqualTo(price.total().amount());
    }
}
