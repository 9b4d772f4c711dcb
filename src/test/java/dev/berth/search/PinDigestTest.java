package dev.berth.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PinDigestTest {
    private static final Map.Entry<String, Long> FIRST = Map.entry("01a10000-0000-7000-8000-000000000001", 1L);
    private static final Map.Entry<String, Long> SECOND = Map.entry("01a10000-0000-7000-8000-000000000002", 40L);
    private static final Map.Entry<String, Long> THIRD =
            Map.entry("01a10000-0000-7000-8000-00000000abcd", 12_345_678_901L);

    private static String digest(List<Map.Entry<String, Long>> pins) {
        PinDigest digest = new PinDigest();
        pins.forEach(pin -> digest.add(pin.getKey(), pin.getValue()));
        return digest.toString();
    }

    /** The web app's test has the same example. */
    @Test
    void digest_isThePages_inAnyOrder() {
        assertThat(digest(List.of(FIRST, SECOND, THIRD))).isEqualTo("d51264fd11d43977");
        assertThat(digest(List.of(THIRD, FIRST, SECOND))).isEqualTo("d51264fd11d43977");
        assertThat(digest(List.of())).isEqualTo("0000000000000000");
    }

    @Test
    void anotherVersion_orOnePinLess_isAnotherDigest() {
        String all = digest(List.of(FIRST, SECOND, THIRD));
        assertThat(digest(List.of(FIRST, Map.entry(SECOND.getKey(), 41L), THIRD)))
                .isNotEqualTo(all);
        assertThat(digest(List.of(FIRST, THIRD))).isNotEqualTo(all);
    }
}
