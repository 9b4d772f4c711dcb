package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.problems.Problem.FieldError;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.GeoPoint;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("LI1")
class ListingDetailsTest {
    private static ListingDetails details(String title, String description, String zone, Set<String> amenities) {
        return new ListingDetails(
                title,
                description,
                ListingType.GARAGE,
                new GeoPoint(0, 0),
                "Somewhere 1",
                zone,
                Drafts.TARIFF,
                amenities,
                true,
                CancellationPolicy.STRICT,
                null);
    }

    @Test
    void everythingThatIsWrong_isToldAtOnce() {
        assertThatThrownBy(() -> details(" ", "x".repeat(4_001), "Mars/Olympus", Set.of("<script>")))
                .asInstanceOf(InstanceOfAssertFactories.type(Rejection.class))
                .extracting(Rejection::problem)
                .satisfies(problem -> {
                    assertThat(problem.type()).isEqualTo(ProblemType.INVALID_REQUEST);
                    assertThat(problem.errors())
                            .extracting(FieldError::pointer)
                            .containsExactly("/title", "/description", "/timeZone", "/amenities/0");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hof\u0000", "Hof\nStraße", "\uD83D"})
    void title_withCharactersThatCannotBeShown_isRefused(String title) {
        assertThatThrownBy(() -> details(title, "", "Europe/Berlin", Set.of())).isInstanceOf(Rejection.class);
    }

    @Test
    void lengths_countCharactersAsPeopleDo() {
        assertThat(details("🚗".repeat(120), "", "Europe/Berlin", Set.of()).title())
                .hasSize(240);
        assertThatThrownBy(() -> details("🚗".repeat(121), "", "Europe/Berlin", Set.of()))
                .isInstanceOf(Rejection.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Berlin", "+02:00", "UTC+2", "europe/berlin", "SystemV/PST8"})
    void timeZone_mustBeOneOfThePlacesOfTheDatabase(String zone) {
        assertThatThrownBy(() -> details("Hof", "", zone, Set.of())).isInstanceOf(Rejection.class);
    }

    @ParameterizedTest
    @Tag("LI6")
    @CsvSource({
        "cctv, CCTV",
        "EV Charging, EV_CHARGING",
        "ev-charging, EV_CHARGING",
        "open 24/7, ",
        "OPEN_24_7, OPEN_24_7",
        "nähe Schloss, NÄHE SCHLOSS",
        "'  ', ",
        "_x, "
    })
    void amenities_areWrittenInOneWay(String given, String normalised) {
        assertThat(Amenity.normalise(given)).isEqualTo(normalised);
    }
}
