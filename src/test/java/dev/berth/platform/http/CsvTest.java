package dev.berth.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("PY4")
class CsvTest {
    private static String table(String... cells) {
        return new Csv(List.of("a", "b")).row(List.of(cells)).toBuffer().toString();
    }

    @Test
    void plainCells_areAsTheyAre() {
        assertThat(table("3.50", "Tiefgarage Süd")).isEqualTo("a,b\r\n3.50,Tiefgarage Süd\r\n");
    }

    @Test
    void commasQuotesAndLines_areQuoted() {
        assertThat(table("Ost, 2", "\"A\"\nB")).isEqualTo("a,b\r\n\"Ost, 2\",\"\"\"A\"\"\nB\"\r\n");
    }

    @Test
    void whatASpreadsheetWouldReckon_isText() {
        for (String formula : List.of("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")) {
            assertThat(table(formula, "")).as(formula).contains("'" + formula);
        }
        assertThat(table("=HYPERLINK(\"http://x\",\"y\")", ""))
                .isEqualTo("a,b\r\n\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",\r\n");
    }
}
