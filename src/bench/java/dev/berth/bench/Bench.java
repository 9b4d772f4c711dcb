package dev.berth.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;

/**
 * Measures the platform from outside and prints a table for the README. {@code mvn -Pbench test-compile exec:exec@load
 * -Dbench.arguments="search booking"}; without arguments, everything.
 *
 * <p>Everything shares one machine: load, node and servers. Compare within one run; single figures of two runs differ by
 * a quarter.
 */
public final class Bench {
    private static final int EXIT_USAGE = 2;

    private Bench() {}

    public static void main(String[] arguments) {
        Options options;
        try {
            options = Options.parse(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
            System.exit(EXIT_USAGE);
            return;
        }
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        Report report = new Report(System.out);
        try {
            run(vertx, options, report);
        } finally {
            report.print(System.out);
            Wait.on(vertx.close());
        }
    }

    private static void run(Vertx vertx, Options options, Report report) {
        Load load = new Load(vertx);
        List<String> onPlatform = List.of("search", "booking", "hot-slot");
        if (options.cases().stream().anyMatch(onPlatform::contains)) {
            try (Platform platform = Platform.of(options);
                    Api api = new Api(vertx, platform.url())) {
                for (String name : options.cases()) {
                    switch (name) {
                        case "search" -> SearchCase.run(load, platform, api, options, report);
                        case "booking" -> BookingCase.run(vertx, load, platform, api, options, report);
                        case "hot-slot" -> HotSlotCase.run(vertx, load, platform, api, options, report);
                        default -> {
                            // Needs no platform: below.
                        }
                    }
                }
            }
        }
        if (options.cases().contains("pins")) {
            PinsCase.run(vertx, load, options, report);
        }
        if (options.cases().contains("idle-sockets")) {
            IdleSocketsCase.run(vertx, report);
        }
    }
}
