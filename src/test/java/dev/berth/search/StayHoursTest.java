package dev.berth.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.pricing.Pricing;
import dev.berth.pricing.Tariff;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.time.ZoneId;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.arbitraries.LongArbitrary;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The index's quick prices against the readable ones. */
@Tag("LI4")
class StayHoursTest {
    private static final long YEAR_2024 = Instant.parse("2024-01-01T00:00:00Z").getEpochSecond();
    private static final long YEAR_2030 = Instant.parse("2030-01-01T00:00:00Z").getEpochSecond();

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                        "Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kathmandu")
                .map(ZoneId::of);
    }

    /** Seconds of the epoch; half of them within two days of a change of clocks in Berlin. */
    @Provide
    Arbitrary<Instant> starts() {
        LongArbitrary any = Arbitraries.longs().between(YEAR_2024, YEAR_2030);
        Arbitrary<Instant> near = any.map(second -> {
            var change = ZoneId.of("Europe/Berlin").getRules().nextTransition(Instant.ofEpochSecond(second));
            return change == null
                    ? Instant.ofEpochSecond(second)
                    : change.getInstant().minusSeconds(second % 172_800);
        });
        return Arbitraries.oneOf(any.map(Instant::ofEpochSecond), near);
    }

    @Property
    void price_isThatOfPricing(
            @ForAll @From("starts") Instant from,
            @ForAll @IntRange(min = 1, max = 2_592_000) int seconds,
            @ForAll @From("zones") ZoneId zone,
            @ForAll @IntRange(max = 2_000) int hour,
            @ForAll @LongRange(max = 40_000) long more) {
        Long day = more % 4 == 0 ? null : hour + more;
        Instant to = from.plusSeconds(seconds);
        long exact = Pricing.price(new Tariff("EUR", hour, day), new TimeRange(from, to), zone)
                .total()
                .amount();
        int dayCap = day == null ? StayHours.NO_CAP : Math.toIntExact(day);
        assertThat(StayHours.of(from, to, zone).price(hour, dayCap)).isEqualTo(exact);

        // The bound by which leaves are left must never be above the price.
        int ratio = hour == 0 ? StayHours.MAX_HOURS_PER_DAY : Math.min(StayHours.MAX_HOURS_PER_DAY, dayCap / hour);
        long[] least = StayHours.leastPaidHours(StayHours.startedHours(from, to));
        assertThat(hour * least[ratio]).isLessThanOrEqualTo(exact);
    }

    @Test
    void nightOfTheChange_hasItsOwnHours() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Instant spring = Instant.parse("2026-03-29T00:00:00Z");
        Instant autumn = Instant.parse("2026-10-24T23:00:00Z");
        assertThat(StayHours.of(spring, Instant.parse("2026-03-29T02:00:00Z"), berlin)
                        .price(100, StayHours.NO_CAP))
                .isEqualTo(200);
        assertThat(StayHours.of(autumn, Instant.parse("2026-10-25T03:00:00Z"), berlin)
                        .price(100, StayHours.NO_CAP))
                .isEqualTo(400);
    }
}
