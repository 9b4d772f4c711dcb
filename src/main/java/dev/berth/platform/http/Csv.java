package dev.berth.platform.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A table as text (RFC 4180): UTF-8, commas, lines that end with CR LF, the first with the names of the columns.
 *
 * <p>Cells that a spreadsheet would take for a formula begin with an apostrophe instead, which it shows as text: some of what
 * is in them was written by others.
 */
public final class Csv {
    public static final String MEDIA_TYPE = "text/csv; charset=utf-8; header=present";

    private static final String FORMULA_BEGINNINGS = "=+-@\t\r\n";

    private final StringBuilder text = new StringBuilder();

    public Csv(List<String> columns) {
        row(columns);
    }

    public Csv row(List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            if (i > 0) {
                text.append(',');
            }
            append(cells.get(i));
        }
        text.append("\r\n");
        return this;
    }

    private void append(String cell) {
        String safe = !cell.isEmpty() && FORMULA_BEGINNINGS.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
        if (safe.chars().anyMatch(each -> each == '"' || each == ',' || each == '\r' || each == '\n')) {
            text.append('"').append(safe.replace("\"", "\"\"")).append('"');
        } else {
            text.append(safe);
        }
    }

    public Buffer toBuffer() {
        return Buffer.buffer(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
