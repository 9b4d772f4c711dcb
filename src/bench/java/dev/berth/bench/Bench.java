package dev.berth.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Set;

/**
 * Measures the platform from outside and prints a table for the README. {@code mvn -Pbench test-compile exec:exec@load
 * -Dbench.arguments="search booking"}; without arguments, everything.
 *
 * <p>Everything shares one machine: load, node and servers. Compare within one run; single figures of two runs differ by
 * a quarter.
 */
public final class Bench {
    private static final int EXIT_USAGE = 2;
    private static final Set<String> ON_PLATFORM = Set.of(
            "search",
            "booking",
            "wallet",
            "hot-slot",
            "flash-sale",
            "freshness",
            "storm",
            "connect",
            "two-nodes",
            "soak");

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
        if (options.cases().stream().anyMatch(ON_PLATFORM::contains)) {
            try (Platform platform = Platform.of(options);
                    Api api = new Api(vertx, platform.url())) {
                for (String name : options.cases()) {
                    onPlatform(name, vertx, load, platform, api, options, report);
                }
            }
        }
        if (options.cases().contains("pins")) {
            PinsCase.run(vertx, load, options, report);
        }
        if (options.cases().contains("idle-sockets")) {
            IdleSocketsCase.run(vertx, report);
        }
        if (options.cases().contains("slow-sockets")) {
            SlowSocketsCase.run(vertx, load, options, report);
        }
        if (options.cases().contains("load-million")) {
            LoadMillionCase.run(options, report);
        }
        if (options.cases().contains("frames")) {
            FramesCase.run(vertx, report);
        }
    }

    private static void onPlatform(
            String name, Vertx vertx, Load load, Platform platform, Api api, Options options, Report report) {
        switch (name) {
            case "search" -> SearchCase.run(load, platform, api, options, report);
            case "booking" -> BookingCase.run(vertx, load, platform, api, options, report);
            case "wallet" -> WalletCase.run(vertx, load, platform, api, options, report);
            case "hot-slot" -> HotSlotCase.run(vertx, load, platform, api, options, report);
            case "flash-sale" -> FlashSaleCase.run(load, platform, api, options, report);
            case "freshness" -> FreshnessCase.run(vertx, load, platform.node(), platform.second(), report);
            case "storm" -> StormCase.run(vertx, platform.node(), platform.second(), options, report);
            case "connect" -> ConnectCase.run(vertx, load, platform, api, report);
            case "two-nodes" -> TwoNodesCase.run(vertx, platform.node(), platform.second(), options, report);
            case "soak" -> SoakCase.run(vertx, load, platform.node(), api, options, report);
            default -> {
                // Needs no platform.
            }
        }
    }
}
