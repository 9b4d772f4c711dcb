package dev.berth.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.subscriptions.AccessHours.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** When passes let in (RULES 34). */
@Tag("PY7")
@Tag("rule-34")
class AccessHoursPropertiesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDateTime MONDAY = LocalDateTime.parse("2027-01-04T00:00");
    private static final int MINUTES_PER_DAY = 1_440;
    private static final int MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

    private static Instant at(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
    }

    @Example
    void workdays_withGrace() {
        AccessHours hours = new AccessHours(
                List.of(new Window(
                        EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY), LocalTime.of(8, 0), LocalTime.of(18, 0))),
                15,
                30);
        assertThat(hours.letIn(at("2027-01-04T07:44"), BERLIN)).isFalse();
        assertThat(hours.letIn(at("2027-01-04T07:45"), BERLIN)).isTrue();
        assertThat(hours.letIn(at("2027-01-04T18:00"), BERLIN)).isFalse();
        assertThat(hours.bear(at("2027-01-04T18:29"), BERLIN)).isTrue();
        assertThat(hours.bear(at("2027-01-04T18:30"), BERLIN)).isFalse();
        assertThat(hours.letIn(at("2027-01-09T12:00"), BERLIN))
                .as("on a Saturday")
                .isFalse();
        // In summer the clocks there are another hour ahead, and the rule stays theirs.
        assertThat(hours.letIn(at("2027-07-05T08:00"), BERLIN)).isTrue();
        assertThat(AccessHours.ALWAYS.letIn(at("2027-01-09T12:00"), BERLIN)).isTrue();
        assertThatThrownBy(() -> new Window(Set.of(), LocalTime.MIN, LocalTime.NOON))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Against a plain reckoning in minutes of a week without changes of the clocks. */
    @Property
    void windows_areThoseOfTheWeek_alsoAcrossMidnight(
            @ForAll @Size(min = 1, max = 7) Set<DayOfWeek> days,
            @ForAll @IntRange(min = 0, max = MINUTES_PER_DAY - 1) int from,
            @ForAll @IntRange(min = 0, max = MINUTES_PER_DAY - 1) int to,
            @ForAll @IntRange(min = 0, max = 240) int before,
            @ForAll @IntRange(min = 0, max = 240) int after,
            @ForAll @IntRange(min = 0, max = MINUTES_PER_WEEK - 1) int minute) {
        AccessHours hours = new AccessHours(
                List.of(new Window(days, LocalTime.MIN.plusMinutes(from), LocalTime.MIN.plusMinutes(to))),
                before,
                after);
        int length = to > from ? to - from : to + MINUTES_PER_DAY - from;
        boolean entry = false;
        boolean stay = false;
        for (DayOfWeek day : days) {
            int begins = (day.getValue() - 1) * MINUTES_PER_DAY + from;
            for (int week = -1; week <= 1; week++) {
                int now = minute + week * MINUTES_PER_WEEK;
                entry |= now >= begins - before && now < begins + length;
                stay |= now >= begins - before && now < begins + length + after;
            }
        }
        Instant when = MONDAY.plusMinutes(minute).atZone(BERLIN).toInstant();
        assertThat(hours.letIn(when, BERLIN)).isEqualTo(entry);
        assertThat(hours.bear(when, BERLIN)).isEqualTo(stay);
    }
}
