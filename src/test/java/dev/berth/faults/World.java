package dev.berth.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.faults.Client.Answer;
import dev.berth.faults.Client.Write;
import dev.berth.faults.FaultReport.Recovery;
import dev.berth.faults.History.Call;
import dev.berth.faults.History.Outcome;
import dev.berth.testing.Api;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.Platform.Place;
import dev.berth.values.GeoPoint;
import dev.berth.values.Tile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Nodes with all they need, people who work with them, open pages on each, and what was recorded of it all. Longer than
 * other files: whoever reads a fault's test finds here all that surrounds it.
 */
final class World implements AutoCloseable {
    private static final double LAT = 49.0094;
    private static final double LNG = 8.4044;
    /** Where all listings are. */
    static final String AROUND = "near=" + LAT + "," + LNG + "&radius=5000";

    private static final int LISTINGS = 7;
    private static final int SLOTS = 40;
    /** For all who come at once in the longest of the tests. */
    private static final int MANY_SLOTS = 5_000;
    /** Degrees: out of the maps' sight. */
    private static final double FAR = 0.5;

    private static final int CLIENTS = 6;
    /** Pace of one client: with all of them some tens of requests a second. */
    private static final Duration PACE = Duration.ofMillis(150);

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration WELL_WITHIN = Duration.ofMinutes(2);
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(4);
    private static final long LOOK_NANOS = Duration.ofMillis(150).toNanos();
    private static final Duration LOOK_TIMEOUT = Duration.ofMillis(700);

    /** Found out and given up sooner than in production, so that the tests need not wait as long. */
    private static final Map<String, String> QUICK = Map.ofEntries(
            Map.entry("cluster.heartbeatTimeout", "6s"),
            Map.entry("cluster.selfTestInterval", "1s"),
            Map.entry("cluster.mergeInterval", "4s"),
            Map.entry("events.sendTimeout", "5s"),
            Map.entry("events.groupSession", "6s"),
            Map.entry("bookings.holdTime", "6s"),
            Map.entry("bookings.quoteLifetime", "3h"),
            Map.entry("security.tokenLifetime", "4h"),
            Map.entry("payments.connectTimeout", "1s"),
            Map.entry("payments.readTimeout", "3s"),
            Map.entry("payments.resolveAfter", "12s"),
            Map.entry("payments.resolveBackoff", "1s"),
            Map.entry("node.drainNotice", "1500ms"));

    private static final Path LOGS = Path.of("target", "faults");

    private final String name;
    private final Backing backing;
    private final Platform platform;
    private final History history = new History();
    private final FaultReport report;
    private final EventLog events;
    private final List<Node> nodes = new ArrayList<>();
    private final List<String> listings = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<Page> pages = new ArrayList<>();
    private final List<Thread> working = new ArrayList<>();
    private final List<Thread> looking = new ArrayList<>();
    private final Set<Node> ready = ConcurrentHashMap.newKeySet();
    private final HttpClient looks =
            HttpClient.newBuilder().connectTimeout(LOOK_TIMEOUT).build();
    private final Client watcher;
    private final Client host;
    /** Where people come at once; apart from the others, since pins tell only of what is to come. */
    private final String arrivals;
    /** Whose host wants to be asked. */
    private final String asking;

    private volatile boolean isWorking;
    private volatile boolean isClosed;

    /** A fault: begins it, lets it last, and ends it. */
    interface Fault {
        void happen(World world) throws Exception;
    }

    /**
     * @param name of the logs that are kept below {@code target}
     * @param settings of the nodes beside those that make detection quick
     */
    World(
            String name,
            Backing backing,
            Path folder,
            List<Place> places,
            Map<String, String> settings,
            FaultReport report)
            throws Exception {
        this.name = name;
        this.backing = backing;
        this.report = report;
        this.platform = new Platform(backing.backends(), folder, places);
        Map<String, String> all = new LinkedHashMap<>(QUICK);
        Wire provider = backing.wireTo(URI.create(platform.provider()).getPort());
        all.put("payments.apiBase", "http://" + provider.host() + ":" + provider.port());
        Wire mails = backing.wireTo(platform.mails().smtpPort());
        all.put("mail.host", mails.host());
        all.put("mail.port", Integer.toString(mails.port()));
        all.putAll(settings);
        all.forEach(platform::set);
        for (int i = 0; i < places.size(); i++) {
            nodes.add(platform.begin().supervised());
        }
        for (Node node : nodes) {
            node.awaitReady();
            looking.add(Thread.ofVirtual().name("look").start(() -> look(node)));
        }
        String first = nodes.getFirst().url();
        Api hostAccount = register(first, "host");
        for (int i = 0; i < LISTINGS; i++) {
            // Two tiles, and one listing that is soon sold out at times.
            int slots = i == 0 ? 2 : SLOTS;
            listings.add(hostAccount.createListing("Faults " + i, slots, LAT, LNG + (i % 2) * 0.03));
        }
        arrivals = hostAccount.createListing("Faults arrivals", MANY_SLOTS, LAT + FAR, LNG);
        asking = hostAccount.createListing("Faults asking", SLOTS, LAT + FAR, LNG, false);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client(this, "driver" + i, register(first, "driver" + i), i));
        }
        watcher = new Client(this, "watcher", register(first, "watcher"), CLIENTS);
        host = new Client(this, "host", hostAccount, CLIENTS + 1);
        List<String> tiles = List.of(
                Tile.at(new GeoPoint(LAT, LNG), Tile.PIN_ZOOM).toString(),
                Tile.at(new GeoPoint(LAT, LNG + 0.03), Tile.PIN_ZOOM).toString());
        for (Node node : nodes) {
            pages.add(
                    new Page(() -> placeOfPage(node), tiles, watcher.userId(), watcher.token(), hostAccount.userId()));
        }
        events = new EventLog(backing.kafka());
        recover();
    }

    /** A machine that has much to do may let the first requests wait for too long. */
    private static Api register(String url, String name) {
        List<Api> registered = new ArrayList<>();
        Platform.await(name + " is registered", WELL_WITHIN, () -> {
            try {
                registered.add(Api.of(url).register(name));
                return true;
            } catch (IOException | AssertionError again) {
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return registered.getFirst();
    }

    Backing backing() {
        return backing;
    }

    Platform platform() {
        return platform;
    }

    History history() {
        return history;
    }

    Node node(int number) {
        return nodes.get(number);
    }

    List<Node> nodes() {
        return nodes;
    }

    List<String> listings() {
        return listings;
    }

    List<Page> pages() {
        return pages;
    }

    EventLog events() {
        return events;
    }

    /** Those who book, with the one who watches and the host. */
    List<Client> clients() {
        List<Client> all = new ArrayList<>(clients);
        all.add(watcher);
        all.add(host);
        return all;
    }

    Client host() {
        return host;
    }

    String arrivals() {
        return arrivals;
    }

    String asking() {
        return asking;
    }

    boolean isWorking() {
        return isWorking;
    }

    /** As a load balancer chooses: a node that says it is ready. */
    Node anyNode(Random random) {
        List<Node> choices = nodes.stream().filter(ready::contains).toList();
        List<Node> from = choices.isEmpty() ? nodes : choices;
        return from.get(random.nextInt(from.size()));
    }

    /** A page's own node, or another one while that is not ready. */
    private String placeOfPage(Node home) {
        Optional<Node> other = nodes.stream()
                .filter(node -> !ready.contains(home) && ready.contains(node))
                .findFirst();
        return other.orElse(home).url();
    }

    /** Under load: the fault, then the way back, then all that must hold. */
    Recovery under(String title, Fault fault) throws Exception {
        long begin = System.nanoTime();
        work();
        Recovery recovery;
        long healed;
        try {
            progress(10);
            fault.happen(this);
            healed = System.nanoTime();
            recovery = recover();
            progress(10);
        } catch (Exception | AssertionError failure) {
            report.failed(title, failure);
            isWorking = false;
            keepLogs();
            throw failure;
        }
        rest();
        long end = System.nanoTime();
        List<Call> calls = history.since(begin);
        List<String> broken = Invariants.broken(this);
        List<Call> faults =
                calls.stream().filter(call -> call.outcome() == Outcome.FAULT).toList();
        if (!faults.isEmpty()) {
            broken.add("answered with faults: " + History.summary(faults));
        }
        report.add(title, calls, History.longestPause(calls, begin, end), recovery, broken);
        if (!broken.isEmpty()) {
            keepLogs();
        }
        System.out.println(title + ": " + History.summary(calls) + ", fault and all " + Duration.ofNanos(healed - begin)
                + ", checks " + Duration.ofNanos(System.nanoTime() - end));
        assertThat(broken).as(title).isEmpty();
        return recovery;
    }

    /** Lets a fault last: nothing else says when it has lasted long enough. */
    void last(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Waits until so many more bookings were answered. */
    void progress(int bookings) {
        long begin = System.nanoTime();
        Platform.await(
                bookings + " more bookings",
                WELL_WITHIN,
                () -> history.since(begin).stream()
                                .filter(call -> call.outcome() == Outcome.DONE && call.status() == 201)
                                .count()
                        >= bookings);
    }

    private void work() throws InterruptedException {
        // After a fault that was not got over some may be at it still.
        rest();
        isWorking = true;
        clients.forEach(client -> working.add(client.work(() -> Operations.any(client), PACE)));
    }

    private void rest() throws InterruptedException {
        isWorking = false;
        for (Thread each : working) {
            each.join();
        }
        working.clear();
        clients.forEach(Client::decide);
        host.decide();
    }

    /**
     * Waits until all is as it should be: what is sold is seen at once in every page, by the pins and by what its user is
     * told; first by the nodes that take requests, then by all of them, and in the pages on every node.
     */
    Recovery recover() {
        long begin = System.nanoTime();
        awaitRound(
                "sold and seen in every page",
                () -> nodes.stream().filter(ready::contains).toList());
        Duration seen = Duration.ofNanos(System.nanoTime() - begin);
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            Platform.await(node.url() + " is ready", WELL_WITHIN, () -> ready.contains(node));
            if (!pages.get(i).isAt(node.url())) {
                pages.get(i).cut();
            }
        }
        awaitRound("sold by every node and seen on every node", () -> nodes);
        return new Recovery(seen, Duration.ofNanos(System.nanoTime() - begin));
    }

    private void awaitRound(String what, Supplier<List<Node>> sellers) {
        List<String> missing = new ArrayList<>();
        try {
            Platform.await(what, WELL_WITHIN, () -> {
                missing.clear();
                List<Node> selling = sellers.get();
                if (selling.isEmpty()) {
                    missing.add("no node is ready");
                } else {
                    round(selling, missing);
                }
                return missing.isEmpty();
            });
        } catch (AssertionError late) {
            throw new AssertionError(missing.toString(), late);
        }
    }

    /**
     * Sells each listing once, over the nodes in turn.
     *
     * @param missing is added to: what of it was not done or not seen
     */
    private void round(List<Node> selling, List<String> missing) {
        Map<String, String> sold = new LinkedHashMap<>();
        for (int i = 1; i < listings.size(); i++) {
            String listing = listings.get(i);
            Node node = selling.get(i % selling.size());
            Instant from = Instant.now()
                    .truncatedTo(ChronoUnit.HOURS)
                    .plus(240 + watcher.random().nextInt(60), ChronoUnit.HOURS);
            Write quote = new Write(
                    "quote",
                    "/quotes",
                    Operations.quoteOf(listing, from, from.plus(1, ChronoUnit.HOURS)),
                    Operations.key(),
                    answer -> {});
            Answer quoted = watcher.send(quote, node);
            if (quoted.status() != 201) {
                missing.add("quote by " + node.url() + ": " + quoted);
                return;
            }
            Write write = Operations.booking(watcher, quoted.body(), "pm_card_visa");
            Answer booked = watcher.send(write, node);
            write.then().accept(booked);
            if (!booked.body().path("status").asText().equals("CONFIRMED")) {
                missing.add("booking by " + node.url() + ": " + booked);
                return;
            }
            sold.put(listing, booked.body().path("id").asText());
        }
        Map<String, Long> versions = versions();
        long end = System.nanoTime() + HEARD_WITHIN.toNanos();
        List<String> unseen = unseen(sold, versions);
        while (!unseen.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS / 10);
            unseen = unseen(sold, versions);
        }
        missing.addAll(unseen);
    }

    private List<String> unseen(Map<String, String> sold, Map<String, Long> versions) {
        List<String> unseen = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            Page page = pages.get(i);
            int number = i;
            if (!page.isUp()) {
                unseen.add("page " + number + " is not up");
            }
            sold.forEach((listing, booking) -> {
                JsonNode pin = page.pin(listing);
                if (pin == null || pin.path("v").asLong() < versions.getOrDefault(listing, 0L)) {
                    unseen.add("page " + number + " has not seen " + booking);
                }
                if (!page.wasTold("/bookings/" + booking)) {
                    unseen.add("page " + number + " was not told of " + booking);
                }
            });
        }
        return unseen;
    }

    /** What a pin of each listing must say it is, by the database. */
    Map<String, Long> versions() {
        Map<String, Long> versions = new LinkedHashMap<>();
        rows("SELECT l.id, l.version + coalesce(c.version, 0) FROM listings.listing l"
                        + " LEFT JOIN bookings.calendar c ON c.listing_id = l.id")
                .forEach(row -> versions.put(row.getFirst(), Long.valueOf(row.getLast())));
        return versions;
    }

    /** What the database says, all as text. */
    List<List<String>> rows(String sql) {
        try (Connection connection = backing.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    long count(String sql) {
        return Long.parseLong(rows(sql).getFirst().getFirst());
    }

    /** Waits until a count of the database is zero; what it is otherwise, when it is not in time. */
    long countSoonZero(String sql) {
        long end = System.nanoTime() + SOON.toNanos();
        long count = count(sql);
        while (count != 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
            count = count(sql);
        }
        return count;
    }

    private void look(Node node) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/health/ready"))
                .timeout(LOOK_TIMEOUT)
                .build();
        while (!isClosed) {
            boolean isReady;
            try {
                isReady = looks.send(request, BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException e) {
                isReady = false;
            } catch (InterruptedException e) {
                return;
            }
            if (isReady) {
                ready.add(node);
            } else {
                ready.remove(node);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public void close() {
        isWorking = false;
        isClosed = true;
        looking.forEach(Thread::interrupt);
        pages.forEach(Page::close);
        events.close();
        platform.close();
        keepLogs();
    }

    private void keepLogs() {
        for (int i = 0; i < nodes.size(); i++) {
            try {
                // What a fault looked like from inside.
                Files.createDirectories(LOGS);
                Files.write(
                        LOGS.resolve(name + "-node" + i + ".log"), nodes.get(i).output());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
