package dev.berth.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.pricing.PriceLine.Kind;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("LI4")
class PricingTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final Tariff EURO = new Tariff("EUR", 250, 1500L);

    private static TimeRange local(ZoneId zone, String from, String to) {
        return new TimeRange(
                LocalDateTime.parse(from).atZone(zone).toInstant(),
                LocalDateTime.parse(to).atZone(zone).toInstant());
    }

    private static long total(Tariff tariff, ZoneId zone, String from, String to) {
        return Pricing.price(tariff, local(zone, from, to), zone).total().amount();
    }

    @Test
    void hours_areChargedAndSaidInWords() {
        Price price = Pricing.price(EURO, local(BERLIN, "2026-03-10T09:00", "2026-03-10T12:00"), BERLIN);

        assertThat(price.total()).isEqualTo(new Money(750, "EUR"));
        assertThat(price.lines()).containsExactly(new PriceLine(Kind.HOURS, "3 h × 2.50", 750, 3, 250, null));
    }

    @Test
    @Tag("rule-4")
    void dayCap_isAppliedAndSaidInWords() {
        Price price = Pricing.price(EURO, local(BERLIN, "2026-03-10T09:00", "2026-03-10T19:00"), BERLIN);

        assertThat(price.total()).isEqualTo(new Money(1500, "EUR"));
        assertThat(price.lines())
                .containsExactly(
                        new PriceLine(Kind.DAY_CAP, "day cap applied: 15.00 instead of 25.00", 1500, 1, 1500, 2500L));
    }

    @Test
    @Tag("rule-4")
    void daysOfSeveralKinds_haveOneLineEach() {
        // 3 hours on the first day, two whole days, 10 hours on the last.
        Price price = Pricing.price(EURO, local(BERLIN, "2026-03-10T21:00", "2026-03-13T10:00"), BERLIN);

        assertThat(price.lines())
                .extracting(PriceLine::label)
                .containsExactly(
                        "3 h × 2.50",
                        "day cap applied: 15.00 instead of 25.00",
                        "2 days, day cap applied: 15.00 instead of 60.00 each");
        assertThat(price.total().amount()).isEqualTo(750 + 3 * 1500);
    }

    @Test
    void startedHour_isAWholeHour_onceOverTheWholeStay() {
        assertThat(total(EURO, BERLIN, "2026-03-10T09:00", "2026-03-10T09:01")).isEqualTo(250);
        assertThat(total(EURO, BERLIN, "2026-03-10T09:00", "2026-03-10T10:00")).isEqualTo(250);
        assertThat(total(EURO, BERLIN, "2026-03-10T09:00", "2026-03-10T10:00:01"))
                .isEqualTo(500);
        // Half an hour before and half an hour after midnight are one hour, which begins on the first day.
        assertThat(total(EURO, BERLIN, "2026-03-10T23:30", "2026-03-11T00:30")).isEqualTo(250);
    }

    @Test
    @Tag("rule-2")
    void clocksForward_hourIsNotCharged() {
        assertThat(total(EURO, BERLIN, "2026-03-29T01:00", "2026-03-29T04:00")).isEqualTo(2 * 250);
        assertThat(total(EURO, NEW_YORK, "2026-03-08T01:00", "2026-03-08T04:00"))
                .isEqualTo(2 * 250);
    }

    @Test
    @Tag("rule-2")
    void clocksBack_hourIsChargedTwice() {
        assertThat(total(EURO, BERLIN, "2026-10-25T01:00", "2026-10-25T04:00")).isEqualTo(4 * 250);
        assertThat(total(EURO, NEW_YORK, "2026-11-01T00:30", "2026-11-01T03:30"))
                .isEqualTo(4 * 250);
    }

    @Test
    @Tag("rule-2")
    void days_areThoseOfThePlace() {
        TimeRange stay = local(BERLIN, "2026-03-10T18:00", "2026-03-11T06:00");

        assertThat(Pricing.price(EURO, stay, BERLIN).total().amount()).isEqualTo(6 * 250 + 6 * 250);
        // The same twelve hours, 13:00 to 01:00 in New York: eleven of them on one day.
        assertThat(Pricing.price(EURO, stay, NEW_YORK).total().amount()).isEqualTo(1500 + 250);
    }

    @Test
    @Tag("rule-2")
    void longAndShortDays_haveOneCapEach() {
        Tariff cheapHours = new Tariff("EUR", 10, 245L);
        assertThat(total(cheapHours, BERLIN, "2026-03-29T00:00", "2026-03-30T00:00"))
                .isEqualTo(230);
        assertThat(total(cheapHours, BERLIN, "2026-10-25T00:00", "2026-10-26T00:00"))
                .isEqualTo(245);
    }

    @Test
    void withoutCap_everyHourCounts() {
        assertThat(total(new Tariff("EUR", 250, null), BERLIN, "2026-03-10T00:00", "2026-03-12T00:00"))
                .isEqualTo(48 * 250);
    }

    @Test
    @Tag("rule-26")
    void label_hasTheDigitsOfItsCurrency() {
        TimeRange stay = local(BERLIN, "2026-03-10T09:00", "2026-03-10T11:00");

        assertThat(Pricing.price(new Tariff("JPY", 300, null), stay, BERLIN)
                        .lines()
                        .getFirst()
                        .label())
                .isEqualTo("2 h × 300");
        assertThat(Pricing.price(new Tariff("KWD", 300, null), stay, BERLIN)
                        .lines()
                        .getFirst()
                        .label())
                .isEqualTo("2 h × 0.300");
    }

    @Test
    void free_costsNothing() {
        Price price =
                Pricing.price(new Tariff("EUR", 0, 0L), local(BERLIN, "2026-03-10T09:00", "2026-03-10T11:00"), BERLIN);

        assertThat(price.total().amount()).isZero();
        assertThat(price.lines()).hasSize(1);
    }

    @Test
    @Tag("rule-7")
    void stayBeyondThirtyDays_isRefused() {
        Instant from = ZonedDateTime.of(2026, 5, 1, 0, 0, 0, 0, BERLIN).toInstant();
        TimeRange longest = new TimeRange(from, from.plus(Pricing.MAX_STAY));
        TimeRange tooLong = new TimeRange(from, longest.to().plusSeconds(1));

        assertThat(Pricing.price(EURO, longest, BERLIN).total().amount()).isEqualTo(30 * 1500);
        assertThatThrownBy(() -> Pricing.price(EURO, tooLong, BERLIN)).isInstanceOf(IllegalArgumentException.class);
    }
}
