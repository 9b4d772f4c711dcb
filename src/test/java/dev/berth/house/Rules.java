package dev.berth.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The rules of a parking business by their numbers, and the tests that show them: those tagged {@code rule-N}. What has run
 * is listed in {@code target/rules.md}; {@code mvn verify} fails when one of them is not shown by a test that has passed.
 */
public final class Rules {
    /** The system property that names what a JVM runs: {@code unit} or {@code integration} tests. */
    static final String PART = "berth.rules";

    private static final Path FOLDER = Path.of("target", "rules");
    private static final Path LISTING = Path.of("target", "rules.md");
    private static final String SUFFIX = ".tsv";

    private static final Map<Integer, String> TITLES = new TreeMap<>(Map.ofEntries(
            Map.entry(1, "Instants in UTC, rules in the place's time; intervals are half open"),
            Map.entry(2, "Days on which the clocks change"),
            Map.entry(3, "Rates of segments, rounded up to the increment"),
            Map.entry(4, "Caps of hour, day, week and month"),
            Map.entry(5, "The day's cut-off, and months"),
            Map.entry(6, "Opening hours"),
            Map.entry(7, "Shortest and longest stay, buffer, lead time, horizon"),
            Map.entry(8, "A quote holds, and another price is refused with a fresh one"),
            Map.entry(9, "A hold ends by itself; money that comes late finds a place or goes back"),
            Map.entry(10, "No slot is sold twice"),
            Map.entry(11, "Typed bays"),
            Map.entry(12, "Hosts who want to be asked"),
            Map.entry(13, "The states of a booking"),
            Map.entry(14, "Another time for a booking"),
            Map.entry(15, "A longer stay, or the longest free tail"),
            Map.entry(16, "Early check-in and late arrival"),
            Map.entry(17, "Grace"),
            Map.entry(18, "Overstay, and the rescue of who comes next"),
            Map.entry(19, "No-show"),
            Map.entry(20, "Check-out by itself only where exits are seen"),
            Map.entry(21, "In and out, anti-passback"),
            Map.entry(22, "Plates"),
            Map.entry(23, "QR codes and PINs"),
            Map.entry(24, "What a gate answers, and how it fails"),
            Map.entry(25, "Vehicles that fit, and what they cost"),
            Map.entry(26, "Money in minor units, entered twice"),
            Map.entry(27, "The split of a price by the policy in force"),
            Map.entry(28, "Set aside, then collected; what comes on top is charged to the method that has paid"),
            Map.entry(29, "Refunds"),
            Map.entry(30, "Payouts: holdback, weekly and on demand, minimum, what is owed is carried over"),
            Map.entry(31, "Taxes, invoices, credit notes"),
            Map.entry(32, "Points, then the wallet, then the card pay, and are paid back in reverse; never negative"),
            Map.entry(33, "Deposits: an account of their own, given back at the end"),
            Map.entry(34, "Monthly passes: rolling months, notice, grace, so many inside at once"),
            Map.entry(36, "Merchants' validations: one use, expiry, and who pays"),
            Map.entry(38, "The exact address after the confirmation only"),
            Map.entry(40, "Live counts"),
            Map.entry(41, "Privacy of plates")));

    /** Those that the build is to show, beside which others may be shown. */
    static final Set<Integer> REQUIRED = required();

    /** Of those, what is not built yet: each is taken off this list with the test that shows it. */
    private static final Set<Integer> NOT_YET = new TreeSet<>();

    private Rules() {}

    private static Set<Integer> required() {
        Set<Integer> required = new TreeSet<>(Set.of(26, 27, 28, 29, 30, 31, 32, 33, 34, 36, 38));
        for (int rule = 1; rule <= 25; rule++) {
            required.add(rule);
        }
        return required;
    }

    /** A test that was there to show a rule. */
    record Shown(int rule, String test, boolean passed) {}

    /** Keeps what the tests of one JVM have shown, and lists it with what others have. */
    static void write(String part, Collection<Shown> shown) throws IOException {
        Files.createDirectories(FOLDER);
        Files.write(
                FOLDER.resolve(part + SUFFIX),
                shown.stream()
                        .map(one -> one.rule() + "\t" + one.test() + "\t" + one.passed())
                        .sorted()
                        .distinct()
                        .toList());
        Files.write(LISTING, listing(read()));
    }

    private static List<Shown> read() throws IOException {
        List<Shown> shown = new ArrayList<>();
        if (Files.isDirectory(FOLDER)) {
            try (Stream<Path> parts = Files.list(FOLDER)) {
                for (Path part : parts.sorted().toList()) {
                    for (String line : Files.readAllLines(part)) {
                        String[] cells = line.split("\t", 3);
                        shown.add(new Shown(Integer.parseInt(cells[0]), cells[1], Boolean.parseBoolean(cells[2])));
                    }
                }
            }
        }
        return shown;
    }

    static List<String> listing(List<Shown> shown) {
        List<String> lines = new ArrayList<>(List.of("| rule | | tests |", "|---:|---|---|"));
        Set<Integer> rules = new TreeSet<>(TITLES.keySet());
        shown.forEach(one -> rules.add(one.rule()));
        for (int rule : rules) {
            List<String> tests = shown.stream()
                    .filter(one -> one.rule() == rule)
                    .map(one -> (one.passed() ? "" : "**failed:** ") + one.test())
                    .distinct()
                    .toList();
            String words = tests.isEmpty() ? NOT_YET.contains(rule) ? "not yet" : "**none**" : String.join(", ", tests);
            lines.add("| %d | %s | %s |".formatted(rule, TITLES.getOrDefault(rule, ""), words));
        }
        return lines;
    }

    /** Which rules no test has shown that has passed, and which are shown only by ones of which some have failed. */
    static List<String> missing(List<Shown> shown) {
        List<String> missing = new ArrayList<>();
        for (int rule : REQUIRED) {
            List<Shown> tests = shown.stream().filter(one -> one.rule() == rule).toList();
            if (tests.stream().anyMatch(one -> !one.passed())) {
                missing.add("rule %d: a test of it has failed".formatted(rule));
            } else if (tests.isEmpty() && !NOT_YET.contains(rule)) {
                missing.add("rule %d: no test has shown it".formatted(rule));
            }
        }
        return missing;
    }

    /**
     * Lists the rules and fails when one is missing.
     *
     * @param arguments {@code only=…} and {@code skip=…} say that not all tests have run; unless Maven knew no such property
     */
    public static void main(String[] arguments) throws IOException {
        List<Shown> shown = read();
        listing(shown).forEach(System.out::println);
        shown.stream()
                .map(Shown::rule)
                .filter(NOT_YET::contains)
                .distinct()
                .forEach(rule -> System.out.println("rule " + rule + " is shown now: it is not \"not yet\" any more"));
        List<String> missing = missing(shown);
        if (isPart(arguments)) {
            System.out.println("Not all tests were to run: what is missing does not count.");
        } else if (!missing.isEmpty()) {
            missing.forEach(System.err::println);
            System.exit(1);
        }
    }

    private static boolean isPart(String[] arguments) {
        return Stream.of(arguments)
                .filter(argument -> !argument.contains("${"))
                .anyMatch(argument -> (argument.startsWith("only=") && !argument.equals("only="))
                        || (argument.startsWith("skip=")
                                && !Set.of("skip=", "skip=false").contains(argument)));
    }
}
