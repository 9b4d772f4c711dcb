package dev.berth.bench;

import io.vertx.core.Vertx;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Five thousand pages of ten tiles over two nodes: what they cost the cluster, which should be nothing, and each node's
 * heap; and how long after a booking on the first node its pin is heard on each.
 */
final class TwoNodesCase {
    private static final int PAGES = 5_000;
    private static final long CHANGE_EVERY_MILLIS = 50;
    private static final long SETTLE_MILLIS = 2_000;
    private static final int LOOKS_MAX = 15;
    private static final double P99_MILLIS_MAX = 250;
    private static final double KIB = 1_024;
    private static final int MIB = 1 << 20;

    /** What the cluster's registry of subscriptions is made of, on each of its members. */
    private static final List<String> ENTRIES = List.of(
            "com.hazelcast.multimap.impl.MultiMapRecord",
            "com.hazelcast.multimap.impl.MultiMapValue",
            "io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo",
            "io.vertx.core.spi.cluster.RegistrationInfo");

    private TwoNodesCase() {}

    private record Use(long entries, long heapBytes, long residentBytes) {
        static Use of(NodeProcess node) {
            return new Use(node.instances(ENTRIES), node.heapBytes(), node.residentBytes());
        }
    }

    static void run(Vertx vertx, NodeProcess first, NodeProcess second, Options options, Report report) {
        int count = options.pages().orElse(PAGES);
        List<NodeProcess> nodes = List.of(first, second);
        List<URI> addresses = List.of(first.url(), second.url());
        try (Api api = new Api(vertx, first.url())) {
            api.register();
            Tiles tiles = Tiles.of(api);
            settle(vertx, nodes);
            List<Use> before = nodes.stream().map(Use::of).toList();
            try (LivePages pages = new LivePages(vertx, addresses, count)) {
                pages.open(count, tiles);
                for (int i = 0; i < nodes.size(); i++) {
                    Use use = Use.of(nodes.get(i));
                    URI address = addresses.get(i);
                    long mine = pages.on(() -> pages.all().stream()
                            .filter(page -> address.equals(page.node()))
                            .count());
                    report.note(
                            "Node %d with %,d pages of %d tiles: cluster registrations %,d → %,d, heap %,d → %,d MB (%.1f kB a page), resident %,d → %,d MB"
                                    .formatted(
                                            i + 1,
                                            mine,
                                            Tiles.EACH,
                                            before.get(i).entries(),
                                            use.entries(),
                                            before.get(i).heapBytes() / MIB,
                                            use.heapBytes() / MIB,
                                            (use.heapBytes() - before.get(i).heapBytes()) / KIB / mine,
                                            before.get(i).residentBytes() / MIB,
                                            use.residentBytes() / MIB));
                }
                deliveries(vertx, pages, api, tiles, options, report);
            }
        }
    }

    /** A node that has just joined is still being given its part of the cluster's registry. */
    private static void settle(Vertx vertx, List<NodeProcess> nodes) {
        List<Long> last = List.of();
        for (int look = 0; look < LOOKS_MAX; look++) {
            List<Long> now = nodes.stream().map(node -> node.instances(ENTRIES)).toList();
            if (now.equals(last)) {
                return;
            }
            last = now;
            Wait.on(vertx.timer(SETTLE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    private static void deliveries(Vertx vertx, LivePages pages, Api api, Tiles tiles, Options options, Report report) {
        Map<String, Long> begun = new HashMap<>();
        Map<URI, Samples> heard = new HashMap<>();
        pages.listener((page, listing, version) -> {
            Long begin = begun.get(listing);
            URI node = page.node();
            if (begin != null && node != null) {
                heard.computeIfAbsent(node, first -> new Samples()).add("heard", begin, System.nanoTime());
            }
        });
        int booked;
        try (Changes changes =
                new Changes(vertx, api, tiles, CHANGE_EVERY_MILLIS, listing -> begun.put(listing, System.nanoTime()))) {
            // The first come to code that has never run.
            Wait.on(vertx.timer(SETTLE_MILLIS, TimeUnit.MILLISECONDS));
            pages.on(() -> {
                begun.clear();
                heard.clear();
                changes.count();
                return true;
            });
            Wait.on(vertx.timer(options.time().toMillis(), TimeUnit.MILLISECONDS));
            booked = changes.booked();
        }
        Wait.on(vertx.timer(SETTLE_MILLIS, TimeUnit.MILLISECONDS));
        for (Map.Entry<URI, Samples> node : new TreeMap<>(heard).entrySet()) {
            Samples samples = node.getValue();
            boolean isHere = node.getKey().equals(api.url());
            report.row(
                    "booking's request → its pin heard on " + (isHere ? "the same node" : "the other node"),
                    samples,
                    "",
                    "",
                    Report.bar("p99 ≤ 250 ms", samples.isAll("heard", P99_MILLIS_MAX)));
        }
        report.note("%d bookings, each heard by %,d pages of the two nodes; gaps %d, reloads %d"
                .formatted(booked, pages.all().size() * Tiles.EACH / tiles.count(), pages.gaps, pages.reloads));
    }
}
