package dev.berth.bench;

import dev.berth.bench.PinClients.Protocol;
import dev.berth.bench.PinClients.Round;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Pins to a thousand browsers: the bridge alone, beside Socket.IO with rooms, with the same client, messages and
 * machine in the same run.
 */
final class PinsCase {
    private static final int SOCKETS = 1_000;
    private static final int EACH_HEARD_BY = SOCKETS * PinClients.TILES_EACH / PinClients.TILES;
    private static final int WINDOW = 64;
    private static final Map<Integer, Double> P99_MILLIS_MAX = Map.of(20_000, 10.0, 60_000, 50.0);
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Pattern LISTENING = Pattern.compile("LISTENING (\\d+)");
    private static final Path NODE_SOURCES = Path.of("src", "bench", "node");
    private static final Path NODE_FOLDER = Path.of("target", "bench-node");

    private PinsCase() {}

    /** A server to compare: what it is called, how it is spoken to, how it is started. */
    private enum Contender {
        SOCKET_IO("Socket.IO", Protocol.SOCKET_IO) {
            @Override
            Child start() {
                install();
                return Child.start(List.of("node", "socketio-server.cjs"), NODE_FOLDER, Map.of());
            }
        },
        BERTH("Berth", Protocol.SOCKJS) {
            @Override
            Child start() {
                return bridge();
            }
        };

        private final String title;
        private final Protocol protocol;

        Contender(String title, Protocol protocol) {
            this.title = title;
            this.protocol = protocol;
        }

        abstract Child start();
    }

    /** The bridge in a process of its own. */
    static Child bridge() {
        return Child.java(List.of("-Xmx512m", "-XX:+UseSerialGC"), PinServer.class.getName());
    }

    static int port(Child server) {
        return Integer.parseInt(server.await(LISTENING));
    }

    static void run(Vertx vertx, Load load, Options options, Report report) {
        OptionalDouble saturationOfPeer = OptionalDouble.empty();
        for (Contender system : Contender.values()) {
            try (Child server = system.start();
                    PinClients clients = new PinClients(vertx, system.protocol, port(server), SOCKETS)) {
                Measured saturation = median(server, clients, load, options, 0);
                report.row(
                        system.title + ", " + SOCKETS + " sockets: saturation",
                        saturation.deliveries(),
                        saturation.note());
                if (system == Contender.BERTH && saturationOfPeer.isPresent()) {
                    double ratio = saturation.round().deliveriesPerSecond() / saturationOfPeer.getAsDouble();
                    report.note("Pins, saturation: " + Report.ratio(ratio, "Socket.IO") + ", "
                            + Report.bar("≥ 1", ratio >= 1));
                } else {
                    saturationOfPeer = OptionalDouble.of(saturation.round().deliveriesPerSecond());
                }
                for (int deliveries : List.of(20_000, 60_000)) {
                    Measured open = median(server, clients, load, options, deliveries / (double) EACH_HEARD_BY);
                    double max = P99_MILLIS_MAX.getOrDefault(deliveries, Double.MAX_VALUE);
                    boolean isComplete =
                            open.round().gaps() == 0 && open.round().owed() == 0;
                    report.row(
                            "%s, %d sockets: open %,d deliveries/s".formatted(system.title, SOCKETS, deliveries),
                            open.round().samples(),
                            open.note(),
                            "",
                            Report.bar(
                                    "p99 ≤ %.0f ms, no gap".formatted(max),
                                    isComplete && open.round().samples().millis(99) <= max));
                }
            }
        }
    }

    private record Measured(Round round, Duration processor, long residentBytes) {
        double deliveries() {
            return round.deliveriesPerSecond();
        }

        String note() {
            double seconds = processor.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
            return "%,.0f deliveries per CPU-second, %d MB, gaps %d, owed %d"
                    .formatted(
                            round.samples().count() / seconds,
                            residentBytes / (1_024 * 1_024),
                            round.gaps(),
                            round.owed());
        }
    }

    private static Measured median(Child server, PinClients clients, Load load, Options options, double perSecond) {
        return Rounds.median(
                options.rounds(),
                () -> {
                    clients.run(load, perSecond, WINDOW, 0, WARM_UP.toNanos());
                    Duration before = server.processorTime();
                    Round round = clients.run(
                            load, perSecond, WINDOW, 0, options.time().toNanos());
                    return new Measured(round, server.processorTime().minus(before), server.residentBytes(""));
                },
                measured -> perSecond == 0
                        ? measured.deliveries()
                        : measured.round().samples().millis(99));
    }

    private static void install() {
        try {
            Files.createDirectories(NODE_FOLDER);
            for (String file : List.of("package.json", "package-lock.json", ".npmrc", "socketio-server.cjs")) {
                Files.copy(NODE_SOURCES.resolve(file), NODE_FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!Files.isDirectory(NODE_FOLDER.resolve("node_modules"))) {
                int status = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                        .directory(NODE_FOLDER.toFile())
                        .inheritIO()
                        .start()
                        .waitFor();
                if (status != 0) {
                    throw new IllegalStateException("npm ci ended with status " + status);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
