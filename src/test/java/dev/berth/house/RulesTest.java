package dev.berth.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.house.Rules.Shown;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static List<Shown> all() {
        return new ArrayList<>(Rules.REQUIRED.stream()
                .map(rule -> new Shown(rule, "SomeTest.shows" + rule, true))
                .toList());
    }

    @Test
    void whenEachRuleIsShown_nothingIsMissing() {
        assertThat(Rules.missing(all())).isEmpty();
    }

    @Test
    void aRule_thatNoTestShows_isMissing() {
        List<Shown> shown = all();
        shown.removeIf(one -> one.rule() == 13);
        assertThat(Rules.missing(shown)).containsExactly("rule 13: no test has shown it");
        assertThat(Rules.listing(shown)).contains("| 13 | The states of a booking | **none** |");
    }

    @Test
    void aRule_ofWhichATestFails_isMissing() {
        List<Shown> shown = all();
        shown.add(new Shown(2, "OtherTest.fails", false));
        assertThat(Rules.missing(shown)).containsExactly("rule 2: a test of it has failed");
        assertThat(Rules.listing(shown))
                .anyMatch(line -> line.endsWith("SomeTest.shows2, **failed:** OtherTest.fails |"));
    }
}
