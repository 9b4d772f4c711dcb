package dev.berth.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalTimesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "2026-03-29T01:59:59+01:00, 2026-03-29T00:59:59Z",
        "2026-03-29T03:00:00+02:00, 2026-03-29T01:00:00Z",
        // Twice there; the offset says which.
        "2026-10-25T02:30:00+02:00, 2026-10-25T00:30:00Z",
        "2026-10-25T02:30:00+01:00, 2026-10-25T01:30:00Z",
        // Not the place's clock.
        "2026-03-29T02:30:00Z, 2026-03-29T02:30:00Z",
        "2026-03-29T02:30:00-05:00, 2026-03-29T07:30:00Z",
        "2026-03-01T10:00:00.123456789+01:00, 2026-03-01T09:00:00.123456Z"
    })
    void instants_areTakenByTheirWord(String text, Instant instant) {
        assertThat(LocalTimes.instant(text, BERLIN, "/from")).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-29T02:30:00+01:00", "2026-03-29T02:00:00+02:00"})
    @Tag("rule-2")
    @DisplayName("Rule 2: a local time that the clocks skip is refused")
    void aTimeThatTheClocksSkip_isRefused(String text) {
        assertThatThrownBy(() -> LocalTimes.instant(text, BERLIN, "/to"))
                .isInstanceOfSatisfying(Rejection.class, rejection -> {
                    assertThat(rejection.problem().type()).isEqualTo(ProblemType.NONEXISTENT_LOCAL_TIME);
                    assertThat(rejection.problem().errors().getFirst().pointer())
                            .isEqualTo("/to");
                });
    }

    @Test
    void universalTime_isNeverALocalOne() {
        // London skips 01:00 to 02:00, where its offset is that of Z.
        ZoneId london = ZoneId.of("Europe/London");
        assertThat(LocalTimes.instant("2026-03-29T01:30:00Z", london, "/from"))
                .isEqualTo(Instant.parse("2026-03-29T01:30:00Z"));
        assertThatThrownBy(() -> LocalTimes.instant("2026-03-29T01:30:00+00:00", london, "/from"))
                .isInstanceOf(Rejection.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tomorrow", "2026-03-29T02:30:00", "2026-13-01T00:00:00Z"})
    void otherTexts_areRefused(String text) {
        assertThatThrownBy(() -> LocalTimes.instant(text, BERLIN, "/from"))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        rejection -> assertThat(rejection.problem().type()).isEqualTo(ProblemType.INVALID_REQUEST));
    }

    @Test
    @Tag("rule-2")
    @DisplayName("Rule 2: a local time needs no offset, but where the clocks show it twice one must say which")
    void localTimes_areThePlaces() {
        assertThat(LocalTimes.instantOrLocal("2026-07-01T18:00", BERLIN, "/from"))
                .isEqualTo(Instant.parse("2026-07-01T16:00:00Z"));
        assertThat(LocalTimes.instantOrLocal("2026-10-25T02:30:00+01:00", BERLIN, "/from"))
                .isEqualTo(Instant.parse("2026-10-25T01:30:00Z"));
        assertThatThrownBy(() -> LocalTimes.instantOrLocal("2026-10-25T02:30", BERLIN, "/from"))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        rejection ->
                                assertThat(rejection.problem().type()).isEqualTo(ProblemType.AMBIGUOUS_LOCAL_TIME));
        assertThatThrownBy(() -> LocalTimes.instantOrLocal("2026-03-29T02:30", BERLIN, "/from"))
                .isInstanceOfSatisfying(
                        Rejection.class,
                        rejection ->
                                assertThat(rejection.problem().type()).isEqualTo(ProblemType.NONEXISTENT_LOCAL_TIME));
    }
}
