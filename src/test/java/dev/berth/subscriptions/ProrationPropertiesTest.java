package dev.berth.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

@Tag("rule-34")
@Tag("rule-5")
class ProrationPropertiesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Instant at(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
    }

    @Property
    void whatIsLeftAndWhatIsGone_areTheWholeMonth_andNobodyIsChargedMoreThanIsCredited(
            @ForAll @IntRange(min = 0, max = 3_000) int startDay,
            @ForAll @IntRange(min = 0, max = 1_439) int minute,
            @ForAll @IntRange(min = 0, max = 31 * 1_440) int after,
            @ForAll @LongRange(min = 0, max = 10_000_000_000L) long price,
            @ForAll MonthKind kind) {
        Instant begins = LocalDate.of(2024, 1, 1)
                .plusDays(startDay)
                .atStartOfDay()
                .plusMinutes(minute)
                .atZone(BERLIN)
                .toInstant();
        Instant ends = PassMonths.end(kind, begins, BERLIN, 1);
        Instant change = begins.plusSeconds(after * 60L);
        Proration left = Proration.left(kind, change.isBefore(ends) ? change : ends, begins, ends, BERLIN);
        assertThat(left.of()).isBetween(28, 31);
        long charged = left.charged(price);
        long credited = left.credited(price);
        assertThat(credited - charged)
                .as("the same plan at the same price costs nothing, or a minor unit less")
                .isBetween(0L, 1L);
        long gone = new Proration(left.of() - left.days(), left.of()).credited(price);
        assertThat(charged + gone).as("no minor unit is lost").isEqualTo(price);
        Proration whole = Proration.left(kind, begins, begins, ends, BERLIN);
        if (kind == MonthKind.ROLLING) {
            assertThat(whole.charged(price)).isEqualTo(price);
        }
        assertThat(left.days()).isLessThanOrEqualTo(whole.days());
    }

    @Example
    void daysAreThoseOfThePlace() {
        Instant begins = at("2026-03-15T15:00:00");
        Instant ends = PassMonths.end(MonthKind.ROLLING, begins, BERLIN, 1);
        assertThat(Proration.left(MonthKind.ROLLING, begins, begins, ends, BERLIN))
                .isEqualTo(new Proration(31, 31));
        assertThat(Proration.left(MonthKind.ROLLING, at("2026-03-15T23:59:59"), begins, ends, BERLIN))
                .as("the day of the change counts")
                .isEqualTo(new Proration(31, 31));
        assertThat(Proration.left(MonthKind.ROLLING, at("2026-03-29T12:00:00"), begins, ends, BERLIN))
                .as("also one of 23 hours")
                .isEqualTo(new Proration(17, 31));
        assertThat(Proration.left(MonthKind.ROLLING, at("2026-04-15T10:00:00"), begins, ends, BERLIN))
                .as("the last one does not")
                .isEqualTo(new Proration(0, 31));
        assertThat(Proration.left(MonthKind.ROLLING, at("2026-03-01T00:00:00"), begins, ends, BERLIN))
                .as("before it begins")
                .isEqualTo(new Proration(31, 31));
    }

    @Example
    void aMonthOfTheCalendar_endsWithIt_andItsFirstPartIsPaidByDays() {
        Instant begins = at("2026-02-19T09:30:00");
        Instant ends = PassMonths.end(MonthKind.CALENDAR, begins, BERLIN, 1);
        assertThat(ends).isEqualTo(at("2026-03-01T00:00:00"));
        assertThat(PassMonths.end(MonthKind.CALENDAR, begins, BERLIN, 2)).isEqualTo(at("2026-04-01T00:00:00"));
        Proration part = Proration.left(MonthKind.CALENDAR, begins, begins, ends, BERLIN);
        assertThat(part).isEqualTo(new Proration(10, 28));
        assertThat(part.charged(9_001)).isEqualTo(3_214);
        assertThat(part.credited(9_001)).isEqualTo(3_215);
    }
}
