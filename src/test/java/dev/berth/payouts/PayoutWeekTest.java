package dev.berth.payouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.values.Money;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.LongRange;

@Tag("rule-30")
@Tag("PY10")
class PayoutWeekTest {
    /** 2020-01-01 to 2040-01-01. */
    private static final long FIRST = 1_577_836_800;

    private static final long LAST = 2_208_988_800L;

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                        "Europe/Berlin",
                        "America/New_York",
                        "Australia/Lord_Howe",
                        "Asia/Kathmandu",
                        "Pacific/Apia",
                        "America/St_Johns",
                        "Africa/Casablanca",
                        "UTC")
                .map(ZoneId::of);
    }

    @Property
    void next_isTheFirstMondayAtNine_thatComes(
            @ForAll("zones") ZoneId zone, @ForAll @LongRange(min = FIRST, max = LAST) long seconds) {
        Instant after = Instant.ofEpochSecond(seconds);
        ZonedDateTime next = PayoutWeek.next(after, zone).atZone(zone);

        assertThat(next.getDayOfWeek()).isEqualTo(DayOfWeek.MONDAY);
        assertThat(next.toLocalTime()).isEqualTo(LocalTime.of(9, 0));
        assertThat(next.toInstant()).isAfter(after);
        // The one a week before it, by the calendar: weeks in which the clocks change are an hour or half of one longer
        // or shorter.
        assertThat(next.minusWeeks(1).toInstant()).isBeforeOrEqualTo(after);
        assertThat(Duration.between(after, next.toInstant())).isLessThanOrEqualTo(Duration.ofHours(7 * 24 + 1));
    }

    @Property
    void runs_areAWeekApart_andNameTheirWeek(
            @ForAll("zones") ZoneId zone, @ForAll @LongRange(min = FIRST, max = LAST) long seconds) {
        Instant run = PayoutWeek.next(Instant.ofEpochSecond(seconds), zone);
        Instant following = PayoutWeek.next(run, zone);

        assertThat(following.atZone(zone).toLocalDateTime())
                .isEqualTo(run.atZone(zone).toLocalDateTime().plusWeeks(1));
        assertThat(PayoutWeek.last(run, zone)).isEqualTo(run.atZone(zone).toLocalDate());
        assertThat(PayoutWeek.last(following.minusNanos(1), zone))
                .isEqualTo(run.atZone(zone).toLocalDate());
    }

    @Example
    void aRun_isByTheClocksOfThePlace_alsoInTheWeekInWhichTheyChange() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(PayoutWeek.next(Instant.parse("2026-10-19T06:59:59Z"), berlin))
                .isEqualTo("2026-10-19T07:00:00Z");
        assertThat(PayoutWeek.next(Instant.parse("2026-10-19T07:00:00Z"), berlin))
                .isEqualTo("2026-10-26T08:00:00Z");
        assertThat(PayoutWeek.next(Instant.parse("2026-10-02T00:00:00Z"), ZoneId.of("Australia/Lord_Howe")))
                .as("half an hour forward")
                .isEqualTo("2026-10-04T22:00:00Z");
    }

    @Example
    void minimum_isByCurrency_inItsSmallestUnits() {
        PayoutConfig config = PayoutConfig.defaults();
        assertThat(config.minimumOf("EUR")).isEqualTo(new Money(1_000, "EUR"));
        assertThat(config.minimumOf("JPY")).isEqualTo(new Money(1_500, "JPY"));
        assertThat(config.minimumOf("KWD")).isEqualTo(new Money(10_000, "KWD"));
        assertThatThrownBy(() -> withMinimums(List.of("EUR"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> withMinimums(List.of("EUR 0"))).isInstanceOf(IllegalArgumentException.class);
    }

    private static PayoutConfig withMinimums(List<String> minimums) {
        return new PayoutConfig(
                "DE",
                Duration.ZERO,
                "10.00",
                minimums,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                1,
                1);
    }
}
