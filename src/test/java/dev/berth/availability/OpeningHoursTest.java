package dev.berth.availability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.availability.Availability.DatedHours;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("rule-6")
@Tag("LI10")
class OpeningHoursTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate MONDAY = LocalDate.parse("2026-11-23");

    private static Timetable timetable(String hours, DatedHours... exceptions) {
        return Timetable.of(
                new Availability(hours, "DE-BW", null, List.of(exceptions), null, null, null, null, null, null),
                BERLIN,
                StayDefaults.STANDARD);
    }

    private static String on(Timetable timetable, LocalDate day) {
        int[] minutes = timetable.minutesOf(day);
        List<String> spans = new ArrayList<>();
        for (int i = 0; i < minutes.length; i += 2) {
            spans.add(OpeningHours.time(minutes[i]) + "-" + OpeningHours.time(minutes[i + 1]));
        }
        return String.join(",", spans);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            24/7                                             | 2026-11-23 | 00:00-24:00
            Mo-Fr 08:00-18:00                                | 2026-11-23 | 08:00-18:00
            Mo-Fr 08:00-18:00                                | 2026-11-28 | ''
            Mo-Fr 08:00-12:00,13:00-18:00; Sa 09:00-14:00    | 2026-11-23 | 08:00-12:00,13:00-18:00
            Mo-Fr 08:00-12:00,13:00-18:00; Sa 09:00-14:00    | 2026-11-28 | 09:00-14:00
            Sa-Mo 10:00-12:00                                | 2026-11-23 | 10:00-12:00
            Sa-Mo 10:00-12:00                                | 2026-11-24 | ''
            22:00-06:00                                      | 2026-11-23 | 00:00-06:00,22:00-24:00
            Mo 22:00-06:00                                   | 2026-11-23 | 22:00-24:00
            Mo 22:00-06:00                                   | 2026-11-24 | 00:00-06:00
            Mo 22:00-30:00                                   | 2026-11-24 | 00:00-06:00
            Mo 22:00-06:00; Tu 10:00-12:00                   | 2026-11-24 | 00:00-06:00,10:00-12:00
            Mo 22:00-06:00; Tu off                           | 2026-11-24 | ''
            24/7; Mo 12:00-13:00 off                         | 2026-11-23 | 00:00-12:00,13:00-24:00
            24/7; Mo 22:00-02:00 off                         | 2026-11-24 | 02:00-24:00
            Mo-Fr 08:00-18:00, Mo 20:00-22:00                | 2026-11-23 | 08:00-18:00,20:00-22:00
            Mo-Fr 08:00-18:00; Mo 20:00-22:00                | 2026-11-23 | 20:00-22:00
            Mo-Sa 08:00-20:00; PH off                        | 2026-12-25 | ''
            Mo-Sa 08:00-20:00; PH off                        | 2026-12-24 | 08:00-20:00
            Mo-Fr 08:00-18:00; PH 10:00-14:00                | 2026-12-25 | 10:00-14:00
            Sa,PH 10:00-14:00                                | 2026-12-25 | 10:00-14:00
            Sa,PH 10:00-14:00                                | 2026-12-26 | 10:00-14:00
            Sa,PH 10:00-14:00                                | 2026-12-24 | ''
            Dec 24-26 off                                    | 2026-12-25 | ''
            24/7; Dec 24-Dec 26 off                          | 2026-12-27 | 00:00-24:00
            24/7; Dec 28-Jan 05 off                          | 2027-01-02 | ''
            24/7; Dec 28-Jan 05 off                          | 2027-01-06 | 00:00-24:00
            May-Sep 08:00-20:00                              | 2026-09-30 | 08:00-20:00
            May-Sep 08:00-20:00                              | 2026-10-01 | ''
            24/7; 2026 Dec 31 10:00-14:00                    | 2026-12-31 | 10:00-14:00
            24/7; 2026 Dec 31 10:00-14:00                    | 2027-12-31 | 00:00-24:00
            off                                              | 2026-11-23 | ''
            """)
    void knownSyntax_meansWhatItSays(String hours, LocalDate day, @Nullable String expected) {
        assertThat(on(timetable(hours), day)).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mo-Fr 08:00-25:61                | 15
            Mo-Fr 08:00-18:00; SH off        | 20
            sunrise-sunset                   | 1
            Mo-Fr 08:00+                     | 12
            week 1-10 08:00-18:00            | 1
            Mo[1] 08:00-18:00                | 3
            Mo-Fr 08:00-18:00 "call us"      | 19
            easter off                       | 1
            Xx 08:00-18:00                   | 1
            Mo-Fr 8-18                       | 8
            Mo-Fr 08:00-18:00; Sa 10:00      | 20
            Feb 30 off                       | 1
            """)
    void unknownSyntax_isRefusedWithItsPosition(String hours, int position) {
        InvalidAvailability refusal = catchThrowableOfType(InvalidAvailability.class, () -> timetable(hours));
        assertThat(refusal).isNotNull();
        assertThat(refusal.pointer()).isEqualTo("/openingHours");
        assertThat(refusal.position()).as(refusal.detail()).isEqualTo(position);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mo-Fr",
                "",
                ";",
                "Mo-Fr 08:00-18:00;",
                "Mo-Fr 08:00-18:00 \"comment\"",
                "Mo-Fr 18:00-18:00",
                "08:00-18:00/00:30",
                "PH -1 day off",
                "2026-2028 Mo",
                "\"",
                "08:00-18:00 unknown",
                "\\",
                "[",
                "Mo-Fr 08:00-18:00\tSa"
            })
    void whateverIsWritten_isReadOrRefused(String hours) {
        try {
            on(timetable(hours), MONDAY);
        } catch (InvalidAvailability refused) {
            assertThat(refused.detail()).isNotBlank();
        }
    }

    @Test
    void exceptions_goBeforeTheWeek() {
        Timetable timetable = timetable(
                "Mo-Sa 08:00-20:00; PH off",
                new DatedHours(MONDAY, MONDAY.plusDays(1), null, "Umbau"),
                new DatedHours(MONDAY.plusDays(2), null, "10:00-12:00,14:00-16:00", null),
                new DatedHours(LocalDate.parse("2026-12-25"), null, "00:00-24:00", null));
        assertThat(on(timetable, MONDAY)).isEmpty();
        assertThat(on(timetable, MONDAY.plusDays(1))).isEmpty();
        assertThat(on(timetable, MONDAY.plusDays(2))).isEqualTo("10:00-12:00,14:00-16:00");
        assertThat(on(timetable, MONDAY.plusDays(3))).isEqualTo("08:00-20:00");
        assertThat(on(timetable, LocalDate.parse("2026-12-25"))).isEqualTo("00:00-24:00");
    }

    @Test
    void exceptionsThatAreNotTimes_areRefused() {
        DatedHours wrong = new DatedHours(MONDAY, null, "Mo 10:00-12:00", null);
        InvalidAvailability refusal = catchThrowableOfType(InvalidAvailability.class, () -> timetable("24/7", wrong));
        assertThat(refusal).isNotNull();
        assertThat(refusal.pointer()).isEqualTo("/exceptions/0/hours");
    }

    @Test
    void publicHolidays_needARegion() {
        InvalidAvailability refusal = catchThrowableOfType(
                InvalidAvailability.class,
                () -> Timetable.of(
                        new Availability("PH off", null, null, List.of(), null, null, null, null, null, null),
                        BERLIN,
                        StayDefaults.STANDARD));
        assertThat(refusal).isNotNull();
        assertThat(refusal.pointer()).isEqualTo("/holidayRegion");
    }

    @Test
    void entryAndExit_mustBeInside() {
        Timetable timetable = timetable("Mo-Fr 08:00-18:00");
        assertThat(timetable.hindrance(stay("08:00", "18:00"))).isNull();
        assertThat(timetable.hindrance(stay("07:59", "10:00"))).isEqualTo(Hindrance.CLOSED_AT_START);
        assertThat(timetable.hindrance(stay("17:00", "18:01"))).isEqualTo(Hindrance.CLOSED_AT_END);
        // Over night is no matter when both ends are inside.
        assertThat(timetable.hindrance(new TimeRange(at(MONDAY, "17:00"), at(MONDAY.plusDays(1), "09:00"))))
                .isNull();
        assertThat(timetable.hindrance(new TimeRange(at(MONDAY, "18:00"), at(MONDAY.plusDays(1), "09:00"))))
                .isEqualTo(Hindrance.CLOSED_AT_START);
    }

    @Test
    void exitAfterHours_letsDriversGo() {
        Timetable timetable = Timetable.of(
                new Availability("Mo-Fr 08:00-18:00", null, true, List.of(), null, null, null, null, null, null),
                BERLIN,
                StayDefaults.STANDARD);
        assertThat(timetable.hindrance(stay("17:00", "23:00"))).isNull();
        assertThat(timetable.hindrance(stay("06:00", "09:00"))).isEqualTo(Hindrance.CLOSED_AT_START);
    }

    @Test
    @Tag("rule-7")
    void lengthLeadAndHorizon_areKept() {
        Timetable timetable = Timetable.of(
                new Availability(null, null, null, List.of(), 120, 10, 60, 600, 15, null),
                BERLIN,
                StayDefaults.STANDARD);
        Instant now = at(MONDAY, "06:00");
        assertThat(timetable.hindrance(stay("08:00", "10:00"), now)).isNull();
        assertThat(timetable.hindrance(stay("07:59", "10:00"), now)).isEqualTo(Hindrance.TOO_SOON);
        assertThat(timetable.hindrance(stay("08:00", "08:59"), now)).isEqualTo(Hindrance.TOO_SHORT);
        assertThat(timetable.hindrance(stay("08:00", "18:01"), now)).isEqualTo(Hindrance.TOO_LONG);
        assertThat(timetable.hindrance(stay("08:00", "10:00"), now.minusSeconds(864_000)))
                .isEqualTo(Hindrance.TOO_FAR_AHEAD);
    }

    @Test
    void nextOpening_isFound() {
        Timetable timetable = timetable("Mo-Fr 08:00-18:00; PH off");
        Instant friday = at(MONDAY.plusDays(4), "19:00");
        assertThat(timetable.nextOpen(friday)).isEqualTo(range(MONDAY.plusDays(7), "08:00", "18:00"));
        assertThat(timetable.nextOpen(at(MONDAY, "12:00"))).isEqualTo(range(MONDAY, "12:00", "18:00"));
        assertThat(timetable("off").nextOpen(friday)).isNull();
        assertThat(timetable("2027 May 01 10:00-12:00").nextOpen(friday))
                .isEqualTo(range(LocalDate.parse("2027-05-01"), "10:00", "12:00"));
        assertThat(timetable.lastExit(at(MONDAY, "16:00"), at(MONDAY, "22:00"))).isEqualTo(at(MONDAY, "18:00"));
        assertThat(timetable.lastExit(at(MONDAY, "18:00"), at(MONDAY, "22:00"))).isNull();
    }

    @Test
    @Tag("rule-1")
    void placesAreOpenByTheirOwnClock() {
        Availability rules =
                new Availability("Mo-Fr 08:00-18:00", null, null, List.of(), null, null, null, null, null, null);
        Timetable auckland = Timetable.of(rules, ZoneId.of("Pacific/Auckland"), StayDefaults.STANDARD);
        // Sunday evening in Berlin is Monday morning in Auckland.
        assertThat(auckland.isOpen(Instant.parse("2026-11-22T19:30:00Z"))).isTrue();
        assertThat(auckland.isOpen(Instant.parse("2026-11-22T18:30:00Z"))).isFalse();
    }

    private static TimeRange stay(String from, String to) {
        return range(MONDAY, from, to);
    }

    private static TimeRange range(LocalDate day, String from, String to) {
        return new TimeRange(at(day, from), at(day, to));
    }

    private static Instant at(LocalDate day, String time) {
        return day.atTime(LocalTime.parse(time)).atZone(BERLIN).toInstant();
    }
}
