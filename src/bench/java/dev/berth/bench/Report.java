package dev.berth.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table for the README. */
final class Report {
    private final List<String> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final PrintStream log;

    /** @param log where each row is told as soon as it is known */
    Report(PrintStream log) {
        this.log = log;
    }

    /**
     * Adds a row.
     *
     * @param use what the server used, as in {@code 0.9 cores, 210 MB}; may be empty
     * @param ratio to what it is compared with; may be empty
     * @param bar what it should reach, and whether it does; may be empty
     */
    void row(String name, Samples samples, String use, String ratio, String bar) {
        add("| %s | %,.0f | %.1f | %.1f | %.1f | %s | %s | %s | %s |"
                .formatted(
                        name,
                        samples.rate(),
                        samples.millis(50),
                        samples.millis(99),
                        samples.maxMillis(),
                        samples.answers(),
                        use,
                        ratio,
                        bar));
    }

    /** Adds a row that has a rate and nothing else. */
    void row(String name, double rate, String note) {
        add("| %s | %,.0f | | | | %s | | | |".formatted(name, rate, note));
    }

    void note(String text) {
        notes.add(text);
        tell(text);
    }

    /** Says something on the way that the table does not keep. */
    void tell(String text) {
        log.println("  " + text);
        log.flush();
    }

    private void add(String row) {
        rows.add(row);
        log.println(row);
        log.flush();
    }

    static String ratio(double value, String to) {
        return String.format(Locale.ROOT, "%.2f × %s", value, to);
    }

    /** Such as {@code ≤ 10 ms: yes}. */
    static String bar(String bar, boolean reached) {
        return bar + (reached ? ": yes" : ": **no**");
    }

    void print(PrintStream out) {
        out.println();
        out.println("| case | per s | p50 ms | p99 ms | max ms | answers | server | ratio | bar |");
        out.println("|---|---:|---:|---:|---:|---|---|---|---|");
        rows.forEach(out::println);
        out.println();
        notes.forEach(note -> out.println("- " + note));
    }
}
