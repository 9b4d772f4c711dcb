package dev.berth.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Rolling calendar months (RULES 34). */
@Tag("PY7")
@Tag("rule-34")
class PassMonthsPropertiesTest {
    /** 2020 to 2040. */
    private static final long FIRST = 1_577_836_800;

    private static final long LAST = 2_208_988_800L;

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                List.of("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC").stream()
                        .map(ZoneId::of)
                        .toList());
    }

    @Example
    void thirtyFirstOfJanuary_thenTheLastOfFebruary_thenTheThirtyFirstOfMarch() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Instant start = LocalDateTime.parse("2027-01-31T10:15").atZone(berlin).toInstant();
        assertThat(List.of(1, 2, 3, 4))
                .extracting(number ->
                        PassMonths.end(start, berlin, number).atZone(berlin).toLocalDate())
                .containsExactly(
                        LocalDate.parse("2027-02-28"),
                        LocalDate.parse("2027-03-31"),
                        LocalDate.parse("2027-04-30"),
                        LocalDate.parse("2027-05-31"));
    }

    @Property
    void monthsFollowEachOther_onTheDayOfTheFirst_orTheLastOfAShortMonth(
            @ForAll @LongRange(min = FIRST, max = LAST) long second,
            @ForAll @From("zones") ZoneId zone,
            @ForAll @IntRange(min = 0, max = 240) int number) {
        Instant start = Instant.ofEpochSecond(second);
        Instant begins = PassMonths.end(start, zone, number);
        Instant ends = PassMonths.end(start, zone, number + 1);
        assertThat(ends).isAfter(begins);

        LocalDateTime first = start.atZone(zone).toLocalDateTime();
        LocalDateTime last = ends.atZone(zone).toLocalDateTime();
        YearMonth month = YearMonth.from(first).plusMonths(number + 1L);
        LocalDateTime meant = month.atDay(Math.min(first.getDayOfMonth(), month.lengthOfMonth()))
                .atTime(first.toLocalTime());
        boolean isSkipped = zone.getRules().getValidOffsets(meant).isEmpty();
        if (isSkipped) {
            assertThat(last).isAfter(meant).isBefore(meant.plusHours(2));
        } else {
            assertThat(last).isEqualTo(meant);
        }
    }
}
