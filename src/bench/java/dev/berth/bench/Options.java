package dev.berth.bench;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What the program was asked for.
 *
 * @param cases in the order given
 * @param url a platform that runs already; else the program starts its own
 * @param database PostgreSQL of that platform, for the calibration
 * @param time that each round is measured for
 * @param rounds of which the middle one counts
 * @param pages how many of them, where a case has another number
 * @param minutes that the soak takes
 * @param perSecond the full rate of searches, of which the soak takes half
 * @param peerSearchPerSecond what the peers' script measured on this machine, for the ratio
 * @param peerBookingPerSecond likewise
 */
record Options(
        List<String> cases,
        Optional<URI> url,
        Optional<URI> database,
        Duration time,
        int rounds,
        OptionalInt pages,
        int minutes,
        int perSecond,
        Optional<Double> peerSearchPerSecond,
        Optional<Double> peerBookingPerSecond) {
    private static final List<String> USUAL = List.of(
            "search",
            "booking",
            "wallet",
            "hot-slot",
            "flash-sale",
            "pins",
            "idle-sockets",
            "freshness",
            "storm",
            "connect",
            "slow-sockets",
            "two-nodes");

    /** Those that take long, or need more than others. */
    private static final List<String> SPECIAL = List.of("load-million", "soak", "frames");

    static final List<String> CASES =
            Stream.concat(USUAL.stream(), SPECIAL.stream()).toList();

    static final String USAGE = """
            Usage: [case…] [--option=value…]
              cases     %s (default: all but the last three)
              --url=http://localhost:8080   a platform that runs; default: one is started, with demo data in target/bench
              --database=postgresql://user:password@host:port/name   its PostgreSQL, for the calibration
              --seconds=8                   how long each round is measured
              --rounds=3                    of which the middle one is reported
              --pages=1000                  how many pages or sockets, or listings of load-million
              --minutes=30                  of the soak
              --per-second=1000             the full rate of searches, of which the soak takes half
              --peer-search=400             what the peers' script measured on this machine, for the ratio
              --peer-booking=1400
            """.formatted(String.join(" ", CASES));

    /** @throws IllegalArgumentException when an argument is none of the known */
    static Options parse(List<String> arguments) {
        List<String> cases = new ArrayList<>();
        Map<String, String> named = new HashMap<>();
        for (String argument : arguments) {
            if (argument.startsWith("--") && argument.contains("=")) {
                String[] parts = argument.substring(2).split("=", 2);
                named.put(parts[0], parts[1]);
            } else if (CASES.contains(argument)) {
                cases.add(argument);
            } else {
                throw new IllegalArgumentException("Unknown argument " + argument);
            }
        }
        Options options = new Options(
                cases.isEmpty() ? USUAL : List.copyOf(cases),
                Optional.ofNullable(named.remove("url")).map(URI::create),
                Optional.ofNullable(named.remove("database")).map(URI::create),
                Duration.ofSeconds(Long.parseLong(named.getOrDefault("seconds", "8"))),
                Integer.parseInt(named.getOrDefault("rounds", "3")),
                named.containsKey("pages") ? OptionalInt.of(Integer.parseInt(named.get("pages"))) : OptionalInt.empty(),
                Integer.parseInt(named.getOrDefault("minutes", "30")),
                Integer.parseInt(named.getOrDefault("per-second", "1000")),
                Optional.ofNullable(named.remove("peer-search")).map(Double::valueOf),
                Optional.ofNullable(named.remove("peer-booking")).map(Double::valueOf));
        named.keySet().removeAll(List.of("seconds", "rounds", "pages", "minutes", "per-second"));
        if (!named.isEmpty()) {
            throw new IllegalArgumentException("Unknown options " + named.keySet());
        }
        return options;
    }
}
