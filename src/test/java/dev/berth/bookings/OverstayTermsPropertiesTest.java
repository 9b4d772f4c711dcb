package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.pricing.Tariff;
import dev.berth.values.Money;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What staying too long costs, against a model that walks hour by hour. */
@Tag("rule-18")
class OverstayTermsPropertiesTest {
    private static final Instant SINCE = Instant.parse("2026-10-24T22:10:00Z");
    private static final Duration MOST = Duration.ofHours(24);

    private static StayConfig config(int basisPoints, long fee) {
        StayConfig stays = BookingWorld.STAYS;
        return new StayConfig(
                stays.warnBefore(),
                basisPoints,
                fee,
                java.util.List.of(),
                MOST,
                stays.freeLeave(),
                stays.noShowAfter(),
                stays.rescueAt(),
                stays.rescueLead(),
                stays.rescueAgain(),
                stays.rescueRadiusMetres(),
                stays.rescueWorthBasisPoints());
    }

    @Property
    void eachStartedHourCosts_andTheFeeOnce_andNothingInTheGrace(
            @ForAll @LongRange(min = 0, max = Tariff.MAX_AMOUNT) long hour,
            @ForAll @IntRange(min = 10_000, max = 15_000) int basisPoints,
            @ForAll @LongRange(min = 0, max = 100_000) long fee,
            @ForAll @LongRange(min = -86_400_000, max = 2 * 86_400_000L) long lateMillis) {
        OverstayTerms terms = OverstayTerms.of(new Tariff("EUR", hour, null), config(basisPoints, fee));
        Money due = terms.due(SINCE, SINCE.plusMillis(lateMillis), MOST);
        long expected = 0;
        for (long begins = 0; begins < Math.min(lateMillis, MOST.toMillis()); begins += 3_600_000) {
            expected += hour * basisPoints / 10_000;
        }
        assertThat(due).isEqualTo(new Money(lateMillis > 0 ? expected + fee : 0, "EUR"));
    }

    @Property
    void longer_neverCostsLess(
            @ForAll @LongRange(min = 0, max = Tariff.MAX_AMOUNT) long hour,
            @ForAll @LongRange(min = 0, max = 2 * 86_400_000L) long one,
            @ForAll @LongRange(min = 0, max = 2 * 86_400_000L) long other) {
        OverstayTerms terms = OverstayTerms.of(new Tariff("EUR", hour, null), config(12_500, 1_000));
        Money shorter = terms.due(SINCE, SINCE.plusMillis(Math.min(one, other)), MOST);
        Money longer = terms.due(SINCE, SINCE.plusMillis(Math.max(one, other)), MOST);
        assertThat(longer.amount()).isGreaterThanOrEqualTo(shorter.amount());
    }

    @Property
    void anHour_isOneToOneAndAHalfOfTheListings(
            @ForAll @LongRange(min = 0, max = Tariff.MAX_AMOUNT) long hour,
            @ForAll @IntRange(min = 10_000, max = 15_000) int basisPoints) {
        long perHour = OverstayTerms.of(new Tariff("JPY", hour, null), config(basisPoints, 0))
                .perHour()
                .amount();
        assertThat(perHour).isBetween(hour, hour + hour / 2);
    }
}
