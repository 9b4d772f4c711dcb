package dev.berth.calendars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.calendars.BusyTimes.Busy;
import dev.berth.calendars.CalendarReader.NotACalendar;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read out of calendars, and what hostile ones cost. */
@Tag("LI9")
@Tag("BK13")
@Timeout(60)
class CalendarReaderTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final TimeRange WINDOW = range("2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z");
    private static final int MOST = 200;

    private static TimeRange range(String from, String to) {
        return new TimeRange(Instant.parse(from), Instant.parse(to));
    }

    private static BusyTimes read(String text) {
        return new CalendarReader(BERLIN, WINDOW, MOST, "berth.example", Duration.ofSeconds(20)).read(text);
    }

    private static String calendar(String... events) {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n"
                + List.of(events).stream()
                        .map(event -> "BEGIN:VEVENT\r\n" + event.strip().replace("\n", "\r\n") + "\r\nEND:VEVENT\r\n")
                        .collect(Collectors.joining())
                + "END:VCALENDAR\r\n";
    }

    private static List<TimeRange> times(String... events) {
        return read(calendar(events)).busy().stream().map(Busy::time).toList();
    }

    private static List<String> begins(String... events) {
        return times(events).stream().map(time -> time.from().toString()).toList();
    }

    @Test
    void days_andTimesWithoutAZone_areThePlacesOwn() {
        assertThat(times("UID:1\nDTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330"))
                .containsExactly(range("2026-03-27T23:00:00Z", "2026-03-29T22:00:00Z"));
        assertThat(times("UID:1\nDTSTART;VALUE=DATE:20260401"))
                .containsExactly(range("2026-03-31T22:00:00Z", "2026-04-01T22:00:00Z"));
        assertThat(times("UID:1\nDTSTART:20260401T100000\nDTEND:20260401T120000"))
                .containsExactly(range("2026-04-01T08:00:00Z", "2026-04-01T10:00:00Z"));
    }

    @Test
    void zones_areJavasOrWindows_andOthersThePlaces() {
        TimeRange two = range("2026-04-01T14:00:00Z", "2026-04-01T15:30:00Z");
        assertThat(times("UID:1\nDTSTART:20260401T140000Z\nDURATION:PT1H30M")).containsExactly(two);
        assertThat(times("UID:1\nDTSTART;TZID=America/New_York:20260401T100000\nDTEND:20260401T153000Z"))
                .containsExactly(two);
        assertThat(times("UID:1\nDTSTART;TZID=\"Eastern Standard Time\":20260401T100000\nDURATION:PT90M"))
                .containsExactly(two);
        assertThat(times("UID:1\nDTSTART;TZID=/somebody's/own:20260401T160000\nDURATION:PT90M"))
                .containsExactly(two);
    }

    @Test
    void whatKeepsNobodyOut_isLeftOut() {
        assertThat(times(
                        "UID:1\nSTATUS:CANCELLED\nDTSTART:20260401T140000Z\nDURATION:PT1H",
                        "UID:2\nTRANSP:TRANSPARENT\nDTSTART:20260401T140000Z\nDURATION:PT1H",
                        "UID:3\nDTSTART:20260401T140000Z",
                        "UID:4\nDTSTART:20250401T140000Z\nDURATION:PT1H",
                        "UID:5\nDTSTART:20270401T140000Z\nDURATION:PT1H",
                        "UID:6\nSUMMARY:no beginning"))
                .isEmpty();
    }

    @Test
    void whatBerthHasToldItself_itDoesNotHearAgain() {
        assertThat(
                        times(
                                "UID:0190a1b2-0000-7000-8000-000000000001@berth.example\nDTSTART:20260401T140000Z\nDURATION:PT1H"))
                .isEmpty();
        assertThat(times("UID:1@other.example\nDTSTART:20260401T140000Z\nDURATION:PT1H"))
                .hasSize(1);
    }

    @Test
    void repetitions_keepTheirClock_overTheChangeToSummerTime() {
        String weekly = "UID:1\nDTSTART;TZID=Europe/Berlin:20260320T090000\nDTEND;TZID=Europe/Berlin:20260320T100000\n"
                + "RRULE:FREQ=WEEKLY;COUNT=3";
        assertThat(begins(weekly))
                .containsExactly("2026-03-20T08:00:00Z", "2026-03-27T08:00:00Z", "2026-04-03T07:00:00Z");
    }

    @Test
    void exceptions_movedAndCancelledOccurrences_andAdditionalOnes() {
        String daily = "UID:1\nDTSTART:20260401T080000Z\nDTEND:20260401T090000Z\n"
                + "RRULE:FREQ=DAILY;UNTIL=20260405T080000Z\nEXDATE:20260402T080000Z\nRDATE:20260410T080000Z";
        String moved = "UID:1\nRECURRENCE-ID:20260403T080000Z\nDTSTART:20260403T180000Z\nDTEND:20260403T190000Z";
        String cancelled =
                "UID:1\nRECURRENCE-ID:20260404T080000Z\nSTATUS:CANCELLED\nDTSTART:20260404T080000Z\nDURATION:PT1H";
        BusyTimes read = read(calendar(daily, moved, cancelled));
        assertThat(read.busy())
                .extracting(each -> each.time().from().toString())
                .containsExactly(
                        "2026-04-01T08:00:00Z", "2026-04-03T18:00:00Z", "2026-04-05T08:00:00Z", "2026-04-10T08:00:00Z");
        assertThat(read.busy()).extracting(Busy::key).doesNotHaveDuplicates().contains("1/2026-04-03T08:00:00Z");
        assertThat(read(calendar(daily, moved, cancelled))).isEqualTo(read);
    }

    @Test
    void endlessOnes_endWithTheHorizon_andBeginWithinIt() {
        List<String> fridays = begins("UID:1\nDTSTART:20150105T080000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=FR");
        assertThat(fridays).hasSize(13).startsWith("2026-03-06T08:00:00Z").endsWith("2026-05-29T08:00:00Z");
        assertThat(begins("UID:1\nDTSTART:20150131T080000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY"))
                .containsExactly("2026-03-31T08:00:00Z", "2026-05-31T08:00:00Z");
        assertThat(begins("UID:1\nDTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"))
                .containsExactly("2026-03-28T23:00:00Z");
        assertThat(times("UID:1\nDTSTART:20260401T080000Z\nDTEND:99990401T080000Z"))
                .containsExactly(range("2026-04-01T08:00:00Z", "2026-06-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FREQ=SECONDLY",
                "FREQ=MINUTELY;INTERVAL=1",
                "FREQ=HOURLY",
                "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,1,2,3,4,5,6,7,8,9",
                "FREQ=DAILY;BYMONTHDAY=1,1,1,1,1,1",
                "FREQ=DAILY;INTERVAL=0",
                "FREQ=DAILY;INTERVAL=-1",
                "FREQ=DAILY;COUNT=99999999999",
                "FREQ=NEVER",
                "INTERVAL=1",
                "BYDAY=MO",
                "FREQ=DAILY;UNTIL=tomorrow"
            })
    void rulesThatAreNone_orCostTooMuch_areCounted_andTheirFirstTimeStands(String rule) {
        BusyTimes read = read(calendar("UID:1\nDTSTART:20260401T080000Z\nDURATION:PT1H\nRRULE:" + rule));
        assertThat(read.busy()).hasSize(1);
        assertThat(read.skipped()).isEqualTo(1);
    }

    @Test
    void whatNeverComes_orComesFromLongAgo_costsLittle() {
        assertThat(begins("UID:1\nDTSTART:20260401T080000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"))
                .containsExactly("2026-04-01T08:00:00Z");
        BusyTimes ancient = read(calendar("UID:1\nDTSTART:00010101T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"));
        assertThat(ancient.busy()).isEmpty();
        assertThat(ancient.skipped()).isEqualTo(1);
        String[] many = IntStream.range(0, 500)
                .mapToObj(i -> "UID:" + i + "\nDTSTART:19900101T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY")
                .toArray(String[]::new);
        BusyTimes read = read(calendar(many));
        assertThat(read.busy()).hasSize(MOST);
        assertThat(read.skipped()).isPositive();
    }

    @Test
    void badEvents_spoilNoOthers() {
        BusyTimes read = read(calendar(
                "UID:1\nDTSTART:yesterday\nDURATION:PT1H",
                "UID:2\nDTSTART:20260401T080000Z\nDURATION:long",
                "UID:3\nDTSTART:20260401T250000Z\nDURATION:PT1H",
                "UID:4\nSUMMARY:Line\\nfeed\\, and " + "x".repeat(200) + "\nDTSTART:20260401T080000Z\nDURATION:PT1H"));
        assertThat(read.busy()).singleElement().satisfies(busy -> {
            assertThat(busy.key()).isEqualTo("4");
            assertThat(busy.summary()).startsWith("Line feed, and x").hasSizeLessThanOrEqualTo(100);
        });
        assertThat(read.skipped()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html><body>Please log in</body></html>",
                "BEGIN:VCALENDAR",
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260401T080000Z\r\n",
                "{\"calendar\":[]}"
            })
    void whatIsNoCalendar_orNotAllOfIt_isRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(NotACalendar.class);
    }

    @Test
    void partsWithinParts_areNotFollowedForEver() {
        String text = "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n".repeat(10_000) + "END:VCALENDAR\r\n";
        assertThatThrownBy(() -> read(text)).isInstanceOf(NotACalendar.class);
    }
}
