package dev.berth.promotions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.platform.problems.Rejection;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("PY12")
class PromoCodesTest {
    @Test
    void caseSpacesHyphens_andWhatLooksAlike_doNotCount() {
        assertThat(PromoCodes.normal(" sommer-2026 ")).isEqualTo("S0MMER2026");
        assertThat(PromoCodes.normal("S0MMER\u20132026")).isEqualTo("S0MMER2026");
        assertThat(PromoCodes.normal("lIlI-Oo0O")).isEqualTo("11110000");
    }

    @Test
    void whatCanBeNoCode_isNone() {
        assertThat(PromoCodes.normal("")).isNull();
        assertThat(PromoCodes.normal("abc")).isNull();
        assertThat(PromoCodes.normal("'; DROP TABLE")).isNull();
        assertThat(PromoCodes.normal("A".repeat(25))).isNull();
        assertThatThrownBy(() -> PromoCodes.chosen("short")).isInstanceOf(Rejection.class);
    }

    @Test
    void generatedCodes_areAllDifferent_andReadAsTheyArePrinted() {
        SecureRandom random = new SecureRandom();
        Set<String> codes = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String code = PromoCodes.generate(random);
            assertThat(code).matches("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}");
            assertThat(PromoCodes.normal(code)).isEqualTo(code.replace("-", ""));
            codes.add(code);
        }
        assertThat(codes).hasSize(10_000);
    }
}
