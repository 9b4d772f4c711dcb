package dev.berth.search;

import dev.berth.availability.StayDefaults;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules;
import dev.berth.search.SearchCommand.Filters;
import dev.berth.search.SearchCommand.Found;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.SearchCommand.Sort;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The index under one thread: {@code mvn -Pbench test-compile exec:exec@bench}; the figures are per second of that thread.
 *
 * <p>Workload, as that of {@code DESIGN.md}'s bar: listings of one slot (every hundredth a garage of 50) at random in a box
 * of 0.4 × 0.2 degrees, 0.50 to 10.00 an hour, two in three with a day cap of 3 to 10 hours, each slot with ten stays
 * of one to 96 hours within 60 days. A query is a random viewport of 1 % of the box and a random window of two hours;
 * wanted are the 50 cheapest that are free throughout. {@code updates} places and ends a stay of a random listing in turn.
 *
 * <p>The calibration is {@code scan}: the same question by looking at every listing of plain arrays in the same run. A
 * machine that is twice as fast, or half occupied by others, moves both; their ratio it leaves alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class SearchIndexBenchmark {
    private static final Instant FIRST_DAY = Instant.parse("2030-01-01T00:00:00Z");
    private static final double WEST = 8.2;
    private static final double SOUTH = 48.9;
    private static final double WIDTH = 0.4;
    private static final double HEIGHT = 0.2;
    private static final int GARAGE_SLOTS = 50;
    private static final int LIMIT = 50;
    private static final int QUERIES = 4_096;
    private static final int STAYS = 10;
    private static final int SEED = 42;
    /** Of what says in a label which case it is. */
    private static final int CASE_LENGTH = 13;

    private static final TariffRules NIGHTS_AND_WEEKS = new TariffRules(
            30_000L,
            90_000L,
            null,
            null,
            List.of(),
            null,
            null,
            List.of(new TariffRules.Window(null, LocalTime.of(18, 0), LocalTime.of(8, 0), Set.of(), 1_500, null)),
            List.of(),
            null,
            null);

    @Param({"100000", "1000000"})
    int listings;

    /** So many of a hundred tariffs have a price for the night, the week and the month: more than an entry can hold. */
    @Param({"0", "10"})
    int ruled;

    private final Random random = new Random(SEED);
    private SearchIndex index = new SearchIndex(StayDefaults.STANDARD);
    private Scan scan = new Scan(0);
    private final List<SearchListings> queries = new ArrayList<>();
    private int next;

    private ListingId[] ids = {};
    private long[] calendarVersions = {};
    private List<Occupancy> free = List.of();
    private Occupancy[] changes = {};
    private int change;

    /** What of the time the thread was on a processor: the machine may be shared. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Processor {
        public long nanos;
        private long start;

        @Setup(Level.Iteration)
        public void start() {
            start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }

        @TearDown(Level.Iteration)
        public void stop() {
            nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        }
    }

    /**
     * Runs all and prints what they come to.
     *
     * @param arguments how many listings, otherwise 100,000 and 1,000,000
     */
    public static void main(String[] arguments) throws RunnerException {
        var options = new OptionsBuilder().include(SearchIndexBenchmark.class.getName());
        if (arguments.length > 0) {
            options.param("listings", arguments);
        }
        Map<String, Double> perProcessorSecond = new TreeMap<>();
        for (RunResult result : new Runner(options.build()).run()) {
            String label = "%8s %2s%% %s"
                    .formatted(
                            result.getParams().getParam("listings"),
                            result.getParams().getParam("ruled"),
                            result.getPrimaryResult().getLabel());
            double busy = Objects.requireNonNull(result.getSecondaryResults().get("nanos"))
                            .getScore()
                    / TimeUnit.SECONDS.toNanos(1);
            perProcessorSecond.put(label, result.getPrimaryResult().getScore() / busy);
        }
        perProcessorSecond.forEach((label, rate) -> {
            double scan = perProcessorSecond.getOrDefault(label.substring(0, CASE_LENGTH) + "scan", Double.NaN);
            System.out.printf("%-24s %,12.0f per CPU-second, %,8.1f of scan%n", label, rate, rate / scan);
        });
    }

    @Setup(Level.Trial)
    public void load() {
        long before = usedBytes();
        index = new SearchIndex(StayDefaults.STANDARD);
        for (int i = 0; i < listings; i++) {
            Made made = make(i);
            index.put(made.listing());
            index.setCalendar(made.listing().id(), made.stays().size(), made.stays());
        }
        System.out.printf("%n# the index takes %d bytes per listing%n", (usedBytes() - before) / listings);
        // The same listings again, for what is kept beside it.
        random.setSeed(SEED);
        ids = new ListingId[listings];
        calendarVersions = new long[listings];
        changes = new Occupancy[listings];
        scan = new Scan(listings);
        for (int i = 0; i < listings; i++) {
            add(i);
        }
        for (int i = 0; i < QUERIES; i++) {
            queries.add(query());
        }
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private record Made(Listing listing, List<Occupancy> stays) {}

    private Made make(int i) {
        GeoPoint location = new GeoPoint(SOUTH + random.nextDouble() * HEIGHT, WEST + random.nextDouble() * WIDTH);
        long hour = 50L + random.nextInt(951);
        Long day = random.nextInt(3) == 0 ? null : Long.valueOf(hour * (3L + random.nextInt(8)));
        List<Slot> slots = new ArrayList<>();
        for (int slot = 0; slot < (i % 100 == 0 ? GARAGE_SLOTS : 1); slot++) {
            slots.add(new Slot(new SlotId(uuid()), "P" + slot, SlotKind.STANDARD, slot));
        }
        Listing listing = new Listing(
                new ListingId(uuid()),
                1,
                new UserId(new UUID(1, 1)),
                "Parking space " + i,
                "",
                ListingType.DRIVEWAY,
                location,
                "",
                "Europe/Berlin",
                i % 100 < ruled ? new Tariff("EUR", hour, day, NIGHTS_AND_WEEKS) : new Tariff("EUR", hour, day),
                Set.of(),
                true,
                CancellationPolicy.FLEXIBLE,
                null,
                false,
                null,
                slots);
        List<Occupancy> stays = new ArrayList<>();
        for (Slot slot : slots) {
            for (int k = 0; k < STAYS; k++) {
                Instant from = FIRST_DAY.plus(Duration.ofMinutes(8_640L * k + 30L * random.nextInt(91)));
                Duration length = Duration.ofMinutes(60L + 30L * random.nextInt(191));
                stays.add(new Occupancy(uuid(), slot.id(), new TimeRange(from, from.plus(length)), true));
            }
        }
        return new Made(listing, stays);
    }

    private void add(int i) {
        Made made = make(i);
        Listing listing = made.listing();
        List<Occupancy> stays = made.stays();
        ids[i] = listing.id();
        calendarVersions[i] = stays.size();
        scan.add(
                i,
                listing.location(),
                listing.tariff().hour(),
                listing.tariff().day(),
                stays,
                listing.slots().size());
        Instant far = FIRST_DAY.plus(Duration.ofDays(100));
        changes[i] = new Occupancy(
                uuidOf(i), listing.slots().getFirst().id(), new TimeRange(far, far.plus(Duration.ofHours(2))), true);
    }

    private static UUID uuidOf(int i) {
        return new UUID(i, 1);
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private SearchListings query() {
        double west = WEST + random.nextDouble() * WIDTH * 0.9;
        double south = SOUTH + random.nextDouble() * HEIGHT * 0.9;
        GeoBox box = new GeoBox(west, south, west + WIDTH / 10, south + HEIGHT / 10);
        Instant from = FIRST_DAY.plus(Duration.ofHours(24L * random.nextInt(60) + random.nextLong(22)));
        TimeRange stay = new TimeRange(from, from.plus(Duration.ofHours(2)));
        return new SearchListings(box, null, null, stay, Filters.NONE, Sort.PRICE, LIMIT, null);
    }

    @Benchmark
    public Found search(Processor processor) {
        return index.search(queries.get(next++ % QUERIES), FIRST_DAY);
    }

    /** The calibration: every listing is looked at, the price computed, the calendar scanned. */
    @Benchmark
    public int scan(Processor processor) {
        return scan.search(queries.get(next++ % QUERIES));
    }

    @Benchmark
    public Object updates(Processor processor) {
        if (free.isEmpty()) {
            change = random.nextInt(listings);
            free = List.of(changes[change]);
            return index.apply(ids[change], ++calendarVersions[change], free, FIRST_DAY);
        }
        Occupancy placed = free.getFirst();
        free = List.of();
        List<Occupancy> ended = List.of(new Occupancy(placed.id(), placed.slot(), placed.stay(), false));
        return index.apply(ids[change], ++calendarVersions[change], ended, FIRST_DAY);
    }

    /** Plain arrays, looked at from end to end. */
    private static final class Scan {
        private final double[] lats;
        private final double[] lngs;
        private final long[] hours;
        private final long[] dayCaps;
        private final int[][][] busy;

        Scan(int size) {
            lats = new double[size];
            lngs = new double[size];
            hours = new long[size];
            dayCaps = new long[size];
            busy = new int[size][][];
        }

        void add(int i, GeoPoint location, long hour, @Nullable Long day, List<Occupancy> stays, int slots) {
            lats[i] = location.lat();
            lngs[i] = location.lng();
            hours[i] = hour;
            dayCaps[i] = day == null ? Long.MAX_VALUE : day;
            busy[i] = new int[slots][2 * STAYS];
            for (int k = 0; k < stays.size(); k++) {
                TimeRange stay = stays.get(k).stay();
                busy[i][k / STAYS][k % STAYS * 2] = ListingTable.minuteOf(stay.from());
                busy[i][k / STAYS][k % STAYS * 2 + 1] = ListingTable.minuteOf(stay.to());
            }
        }

        int search(SearchListings query) {
            GeoBox box = Objects.requireNonNull(query.box());
            int from = ListingTable.minuteOf(query.stay().from());
            int to = ListingTable.minuteOf(query.stay().to());
            long[] best = new long[LIMIT];
            int found = 0;
            for (int i = 0; i < lats.length; i++) {
                if (lats[i] < box.south() || lats[i] > box.north() || lngs[i] < box.west() || lngs[i] > box.east()) {
                    continue;
                }
                long price = Math.min(hours[i] * 2, dayCaps[i]);
                if ((found < LIMIT || price < best[LIMIT - 1]) && isFree(busy[i], from, to)) {
                    int at = found < LIMIT ? found++ : LIMIT - 1;
                    while (at > 0 && best[at - 1] > price) {
                        best[at] = best[at - 1];
                        at--;
                    }
                    best[at] = price;
                }
            }
            return found;
        }

        private static boolean isFree(int[][] slots, int from, int to) {
            for (int[] slot : slots) {
                boolean free = true;
                for (int k = 0; k < slot.length; k += 2) {
                    free &= slot[k] >= to || slot[k + 1] <= from;
                }
                if (free) {
                    return true;
                }
            }
            return false;
        }
    }
}
