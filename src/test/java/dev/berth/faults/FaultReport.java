package dev.berth.faults;

import dev.berth.faults.History.Call;
import dev.berth.faults.History.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of each fault, as the table that a run prints and the README keeps. */
final class FaultReport {
    /**
     * How long after a fault's end.
     *
     * @param seen what any node that takes requests sells is seen in every page, wherever that is connected by then
     * @param whole every node is back, sells, and tells the pages that are connected to it
     */
    record Recovery(Duration seen, Duration whole) {}

    private final List<String> rows = new ArrayList<>();

    void add(String fault, List<Call> calls, Duration pause, Recovery recovery, List<String> broken) {
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %d | %d / %d / %d | %.1f s | %.1f s | %.1f s | %s |",
                fault,
                calls.size(),
                History.count(calls, Outcome.UNAVAILABLE),
                History.count(calls, Outcome.LOST),
                History.count(calls, Outcome.UNSENT),
                pause.toMillis() / 1_000.0,
                recovery.seen().toMillis() / 1_000.0,
                recovery.whole().toMillis() / 1_000.0,
                broken.isEmpty() ? "all hold" : String.join("; ", broken)));
        // Each as soon as it is known: a run of all takes long.
        System.out.println(rows.getLast());
    }

    void failed(String fault, Throwable failure) {
        rows.add("| " + fault + " | failed: " + failure.getMessage() + " | | | | | |");
        System.out.println(fault + " failed: " + failure);
    }

    void notRun(String fault, String why) {
        rows.add("| " + fault + " | not run: " + why + " | | | | | |");
    }

    void print() {
        System.out.println();
        System.out.println("| fault | requests | 503 / not answered / not taken | longest time without a booking"
                + " | seen everywhere after its end | all nodes back | invariants |");
        System.out.println("|---|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
        System.out.println();
    }
}
