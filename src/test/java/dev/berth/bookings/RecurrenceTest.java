package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.bookings.Recurrence.Occurrence;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("BK10")
class RecurrenceTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");
    private static final int LIMIT = 60;

    private static TimeRange stay(String from, String to, ZoneId zone) {
        return new TimeRange(
                LocalDateTime.parse(from).atZone(zone).toInstant(),
                LocalDateTime.parse(to).atZone(zone).toInstant());
    }

    private static List<Occurrence> occurrences(String rule, TimeRange first, ZoneId zone) {
        return Recurrence.occurrences(rule, first, zone, Set.of(), LIMIT);
    }

    private static Problem refusal(String rule) {
        TimeRange first = stay("2026-11-23T08:00", "2026-11-23T17:00", BERLIN);
        return Objects.requireNonNull(
                        catchThrowableOfType(Rejection.class, () -> occurrences(rule, first, BERLIN)), rule)
                .problem();
    }

    @Test
    void everyWeekday_untilADay_isThatDayToo() {
        TimeRange first = stay("2026-11-23T08:00", "2026-11-23T17:00", BERLIN);
        List<Occurrence> days = occurrences("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261218", first, BERLIN);
        assertThat(days).hasSize(20);
        assertThat(days.getFirst().stay()).isEqualTo(first);
        assertThat(days.getLast().stay()).isEqualTo(stay("2026-12-18T08:00", "2026-12-18T17:00", BERLIN));
        assertThat(days)
                .allSatisfy(
                        day -> assertThat(day.day().getDayOfWeek().getValue()).isLessThanOrEqualTo(5));
    }

    @ParameterizedTest
    @CsvSource({
        // The local time of the last one, the same in UTC, and a moment before it.
        "UNTIL=20261125T080000, 3",
        "UNTIL=20261125T070000Z, 3",
        "UNTIL=20261125T065959Z, 2",
        "UNTIL=20261125, 3",
        "COUNT=3, 3",
        "COUNT=1, 1"
    })
    void anEnd_isMeantByThePlacesClock(String end, int count) {
        TimeRange first = stay("2026-11-23T08:00", "2026-11-23T17:00", BERLIN);
        assertThat(occurrences("RRULE:FREQ=DAILY;" + end, first, BERLIN)).hasSize(count);
        assertThat(occurrences("freq=daily;" + end, first, BERLIN)).hasSize(count);
    }

    @Test
    void theFirstDay_isNoneOfTheRule_isLeftOut() {
        // A Sunday.
        TimeRange first = stay("2026-11-22T08:00", "2026-11-22T17:00", BERLIN);
        assertThat(occurrences("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", first, BERLIN))
                .extracting(Occurrence::day)
                .containsExactly(
                        LocalDate.parse("2026-11-23"), LocalDate.parse("2026-11-25"), LocalDate.parse("2026-11-30"));
    }

    @Test
    void months_areThoseThatHaveTheDay() {
        TimeRange first = stay("2027-01-31T08:00", "2027-01-31T09:00", BERLIN);
        assertThat(occurrences("FREQ=MONTHLY;COUNT=3", first, BERLIN))
                .extracting(Occurrence::day)
                .containsExactly(
                        LocalDate.parse("2027-01-31"), LocalDate.parse("2027-03-31"), LocalDate.parse("2027-05-31"));
    }

    @Test
    void daysThatAreNotWanted_areLeftOut_andDoNotCountForTheLimit() {
        TimeRange first = stay("2026-11-23T08:00", "2026-11-23T17:00", BERLIN);
        Set<LocalDate> except = Set.of(LocalDate.parse("2026-11-24"), LocalDate.parse("2026-11-26"));
        assertThat(Recurrence.occurrences("FREQ=DAILY;COUNT=5", first, BERLIN, except, 3))
                .extracting(Occurrence::day)
                .containsExactly(
                        LocalDate.parse("2026-11-23"), LocalDate.parse("2026-11-25"), LocalDate.parse("2026-11-27"));
    }

    @Test
    @Tag("rule-1")
    void theTimesStayTheSame_whenTheClocksChange_andTheStayIsAsLongAsTheyMakeIt() {
        // Clocks go forward on 28 March 2027 and back on 31 October 2027, in the night.
        TimeRange spring = stay("2027-03-26T22:00", "2027-03-27T06:00", BERLIN);
        assertThat(occurrences("FREQ=DAILY;COUNT=3", spring, BERLIN))
                .extracting(Occurrence::stay)
                .extracting(stay -> Objects.requireNonNull(stay).duration())
                .containsExactly(Duration.ofHours(8), Duration.ofHours(7), Duration.ofHours(8));
        TimeRange autumn = stay("2027-10-29T22:00", "2027-10-30T06:00", BERLIN);
        List<Occurrence> nights = occurrences("FREQ=DAILY;COUNT=3", autumn, BERLIN);
        assertThat(nights)
                .extracting(Occurrence::stay)
                .extracting(stay -> Objects.requireNonNull(stay).duration())
                .containsExactly(Duration.ofHours(8), Duration.ofHours(9), Duration.ofHours(8));
        assertThat(nights.getLast().stay()).isEqualTo(stay("2027-10-31T22:00", "2027-11-01T06:00", BERLIN));
    }

    @Test
    @Tag("rule-2")
    void aTimeThatTheClockSkips_isAConflict_andNotGuessed() {
        TimeRange first = stay("2027-03-27T02:30", "2027-03-27T05:00", BERLIN);
        List<Occurrence> days = occurrences("FREQ=DAILY;COUNT=3", first, BERLIN);
        assertThat(days.get(0).problem()).isNull();
        assertThat(days.get(2).stay()).isEqualTo(stay("2027-03-29T02:30", "2027-03-29T05:00", BERLIN));
        Occurrence skipped = days.get(1);
        assertThat(skipped.day()).isEqualTo(LocalDate.parse("2027-03-28"));
        assertThat(skipped.stay()).isNull();
        assertThat(Objects.requireNonNull(skipped.problem()).type()).isEqualTo(ProblemType.NONEXISTENT_LOCAL_TIME);
    }

    @Test
    @Tag("rule-2")
    void aTimeThatTheClockShowsTwice_isAConflict_unlessItWasWritten() {
        TimeRange before = stay("2027-10-30T01:00", "2027-10-30T02:30", BERLIN);
        Occurrence doubted = occurrences("FREQ=DAILY;COUNT=2", before, BERLIN).getLast();
        assertThat(Objects.requireNonNull(doubted.problem()).type()).isEqualTo(ProblemType.AMBIGUOUS_LOCAL_TIME);
        assertThat(doubted.problem().errors().getFirst().pointer()).isEqualTo("/to");

        TimeRange written = new TimeRange(Instant.parse("2027-10-31T01:30:00Z"), Instant.parse("2027-10-31T04:00:00Z"));
        assertThat(occurrences("FREQ=DAILY;COUNT=2", written, BERLIN))
                .extracting(Occurrence::stay)
                .containsExactly(written, stay("2027-11-01T02:30", "2027-11-01T05:00", BERLIN));
    }

    @Test
    @Tag("rule-2")
    void halfAnHour_isSkippedAndRepeatedOnLordHowe() {
        // Forward from 02:00 to 02:30 on 4 October 2026, back from 02:00 to 01:30 on 4 April 2027.
        TimeRange gap = stay("2026-10-03T02:15", "2026-10-03T08:00", LORD_HOWE);
        List<Occurrence> spring = occurrences("FREQ=DAILY;COUNT=3", gap, LORD_HOWE);
        assertThat(Objects.requireNonNull(spring.get(1).problem()).type())
                .isEqualTo(ProblemType.NONEXISTENT_LOCAL_TIME);
        TimeRange behind = stay("2026-10-03T02:30", "2026-10-03T08:00", LORD_HOWE);
        assertThat(occurrences("FREQ=DAILY;COUNT=3", behind, LORD_HOWE))
                .allSatisfy(day -> assertThat(day.problem()).isNull());
        TimeRange overlap = stay("2027-04-03T01:45", "2027-04-03T08:00", LORD_HOWE);
        List<Occurrence> autumn = occurrences("FREQ=DAILY;COUNT=3", overlap, LORD_HOWE);
        assertThat(Objects.requireNonNull(autumn.get(1).problem()).type()).isEqualTo(ProblemType.AMBIGUOUS_LOCAL_TIME);
        TimeRange night = stay("2027-04-02T20:00", "2027-04-03T06:00", LORD_HOWE);
        assertThat(occurrences("FREQ=DAILY;COUNT=3", night, LORD_HOWE))
                .extracting(Occurrence::stay)
                .extracting(stay -> Objects.requireNonNull(stay).duration())
                .containsExactly(Duration.ofHours(10), Duration.ofMinutes(630), Duration.ofHours(10));
    }

    @Test
    void aStayOverDays_endsAsManyDaysLater() {
        TimeRange first = stay("2026-11-27T18:00", "2026-11-30T07:00", BERLIN);
        Occurrence second = occurrences("FREQ=WEEKLY;COUNT=2", first, BERLIN).getLast();
        assertThat(second.stay()).isEqualTo(stay("2026-12-04T18:00", "2026-12-07T07:00", BERLIN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "every monday",
                "FREQ=FORTNIGHTLY;COUNT=2",
                "BYDAY=MO;COUNT=2",
                "FREQ=DAILY;COUNT=2;COLOUR=RED",
                "FREQ=DAILY;COUNT=0",
                "FREQ=DAILY;COUNT=2;UNTIL=20261218",
                "FREQ=DAILY;UNTIL=tomorrow",
                "FREQ=WEEKLY;BYDAY=XX;COUNT=2",
                "FREQ=DAILY",
                "FREQ=WEEKLY;BYDAY=MO",
                "FREQ=HOURLY;COUNT=2",
                "FREQ=MINUTELY;COUNT=2",
                "FREQ=DAILY;BYHOUR=8,9;COUNT=2",
                "FREQ=DAILY;BYMINUTE=8;COUNT=2",
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
                "FREQ=DAILY;INTERVAL=2147483647;COUNT=60",
                "FREQ=DAILY;UNTIL=20261101"
            })
    void whatIsNoRule_orNeverEnds_orNamesNoDay_isRefused(String rule) {
        Problem problem = refusal(rule);
        assertThat(problem.type()).as(rule).isEqualTo(ProblemType.RRULE_INVALID);
        assertThat(problem.errors().getFirst().pointer()).isEqualTo("/rrule");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FREQ=DAILY;COUNT=61", "FREQ=DAILY;UNTIL=20991231", "FREQ=DAILY;COUNT=2147483647"})
    void moreThanTheLimit_isRefused_atOnce(String rule) {
        assertThat(refusal(rule).type()).isEqualTo(ProblemType.SERIES_TOO_LONG);
    }

    @Test
    void asManyAsTheLimit_areGood() {
        ZonedDateTime begin = LocalDateTime.parse("2026-11-23T08:00").atZone(BERLIN);
        TimeRange first = new TimeRange(begin.toInstant(), begin.plusHours(1).toInstant());
        assertThat(occurrences("FREQ=DAILY;COUNT=60", first, BERLIN)).hasSize(60);
    }
}
