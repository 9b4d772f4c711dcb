package dev.berth.search.text;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

class EditsTest {
    @Property(tries = 500)
    void atMost_isTheDistance(
            @ForAll @StringLength(max = 6) @CharRange(from = 'a', to = 'c') String word,
            @ForAll @StringLength(max = 6) @CharRange(from = 'a', to = 'c') String other) {
        int distance = distance(word, other);
        for (int edits = 0; edits <= 3; edits++) {
            assertThat(Edits.atMost(word, other, edits)).as("%d", edits).isEqualTo(distance <= edits);
        }
    }

    /** As the definition has it (optimal string alignment). */
    private static int distance(String word, String other) {
        if (word.isEmpty() || other.isEmpty()) {
            return word.length() + other.length();
        }
        String shorter = word.substring(1);
        String otherShorter = other.substring(1);
        int best = Math.min(
                Math.min(distance(shorter, other), distance(word, otherShorter)) + 1,
                distance(shorter, otherShorter) + (word.charAt(0) == other.charAt(0) ? 0 : 1));
        if (word.length() > 1
                && other.length() > 1
                && word.charAt(0) == other.charAt(1)
                && word.charAt(1) == other.charAt(0)) {
            best = Math.min(best, distance(word.substring(2), other.substring(2)) + 1);
        }
        return best;
    }
}
