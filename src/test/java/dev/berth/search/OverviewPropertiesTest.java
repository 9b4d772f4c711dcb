package dev.berth.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.search.SearchCommand.Cluster;
import dev.berth.search.SearchCommand.Clusters;
import dev.berth.search.SearchCommand.FindClusters;
import dev.berth.search.SearchCommand.GetHeat;
import dev.berth.search.SearchCommand.Heat;
import dev.berth.search.SearchCommand.HeatCell;
import dev.berth.values.GeoBox;
import dev.berth.values.ListingId;
import dev.berth.values.Tile;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** Heat maps and clusters against looking at everything: a random history in which time passes, then each zoom. */
@Tag("SM2")
class OverviewPropertiesTest {
    private static final int STEPS = 500;
    private static final GeoBox WORLD = new GeoBox(-180, -90, 180, 90);

    private SearchIndex index = new SearchIndex(Samples.DEFAULTS);
    private Occupancies occupancies = new Occupancies(index, Samples.NOW);
    private NaiveIndex naive = new NaiveIndex();
    private Instant now = Samples.NOW;

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void heatAndClusters_areThoseOfTheModel(@ForAll long seed) {
        Samples samples = new Samples(seed);
        history(samples);
        Overview exact = new Overview(index, occupancies, Integer.MAX_VALUE, Integer.MAX_VALUE);
        Overview rough = new Overview(index, occupancies, Integer.MAX_VALUE, 0);
        Instant from = now.plus(Duration.ofMinutes(samples.random.nextInt(3_000)));
        // Not shorter than a stay may be: of those nothing is free.
        Duration length = Samples.DEFAULTS.minStay().plusMinutes(samples.random.nextInt(2_000));
        TimeRange stay = new TimeRange(from, from.plus(length));
        for (int zoom = 0; zoom <= 9; zoom++) {
            // The world in cells of zoom 12 would be 16 million looks.
            GeoBox box = zoom < 6 ? WORLD : new GeoBox(7.9, 48.8, 8.9, 49.2);
            checkHeat(exact.heat(new GetHeat(box, zoom)), box);
            checkClusters(exact.clusters(new FindClusters(box, zoom, stay), now), box, stay);
            checkClusters(rough.clusters(new FindClusters(box, zoom, stay), now), box, stay);
        }
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void whenAllHasGone_nothingIsLeft(@ForAll long seed) {
        history(new Samples(seed));
        index.missing(Set.of()).forEach(id -> occupancies.remove(id, index.version(id) + 1));
        TileTree tree = occupancies.tree;
        for (int node = 0; node < tree.size(); node++) {
            assertThat(tree.listings(node)).isZero();
            assertThat(tree.capacity(node)).isZero();
            assertThat(tree.taken(node)).isZero();
            assertThat(tree.cheapest(node)).isEqualTo(TileTree.NO_PRICE);
            assertThat(tree.freeAtLeast(node, occupancies.hour(), occupancies.hour() + 1_000, occupancies.hour()))
                    .isZero();
        }
    }

    private Map<Tile, List<Listing>> byTile(int zoom, GeoBox box) {
        Tile first = Tile.at(new dev.berth.values.GeoPoint(box.north(), box.west()), zoom);
        Tile last = Tile.at(new dev.berth.values.GeoPoint(box.south(), box.east()), zoom);
        return naive.listings.values().stream()
                .collect(Collectors.groupingBy(listing -> Tile.at(listing.location(), zoom)))
                .entrySet()
                .stream()
                .filter(each -> each.getKey().x() >= first.x()
                        && each.getKey().x() <= last.x()
                        && each.getKey().y() >= first.y()
                        && each.getKey().y() <= last.y())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private void checkHeat(Heat heat, GeoBox box) {
        Instant minute = Instant.ofEpochSecond(heat.minute() * 60L);
        TimeRange present = new TimeRange(minute, minute.plusSeconds(60));
        Map<Tile, List<Listing>> expected = byTile(heat.zoom(), box);
        assertThat(heat.cells()).hasSize(expected.size());
        for (HeatCell cell : heat.cells()) {
            List<Listing> listings = expected.getOrDefault(new Tile(heat.zoom(), cell.x(), cell.y()), List.of());
            assertThat(cell.listings()).isEqualTo(listings.size());
            assertThat(cell.capacity()).isEqualTo(capacity(listings));
            assertThat(cell.taken()).isEqualTo(capacity(listings) - free(listings, present));
        }
    }

    /** Of those that anybody may book, where there are such. */
    private static long cheapest(List<Listing> listings) {
        List<Listing> forAll = listings.stream()
                .filter(listing -> listing.slots().stream().anyMatch(slot -> slot.kind() != SlotKind.ACCESSIBLE))
                .toList();
        List<Listing> counting = forAll.isEmpty() ? listings : forAll;
        return counting.stream()
                .mapToLong(listing -> listing.tariff().hour())
                .min()
                .orElse(-1);
    }

    private void checkClusters(Clusters clusters, GeoBox box, TimeRange stay) {
        Map<Tile, List<Listing>> expected = byTile(clusters.zoom(), box);
        assertThat(clusters.clusters()).hasSize(expected.size());
        for (Cluster cluster : clusters.clusters()) {
            List<Listing> listings = expected.getOrDefault(cluster.tile(), List.of());
            assertThat(cluster.listings()).isEqualTo(listings.size());
            assertThat(cluster.capacity()).isEqualTo(capacity(listings));
            assertThat(cluster.cheapestHour().amount()).isEqualTo(cheapest(listings));
            assertThat(cluster.middle().lat())
                    .isCloseTo(
                            listings.stream()
                                    .mapToDouble(listing -> listing.location().lat())
                                    .average()
                                    .orElseThrow(),
                            within(1e-6));
            int free = free(listings, stay);
            assertThat(cluster.free()).isEqualTo(clusters.isExact() ? free : Math.max(0, untouched(listings, stay)));
            assertThat(cluster.free()).isLessThanOrEqualTo(free);
        }
    }

    private static int capacity(List<Listing> listings) {
        return listings.stream().mapToInt(Listing::capacity).sum();
    }

    private int free(List<Listing> listings, TimeRange stay) {
        int free = 0;
        for (Listing listing : listings) {
            for (Slot slot : listing.slots()) {
                free += naive.isFree(listing.id(), slot, stay) ? 1 : 0;
            }
        }
        return free;
    }

    /** The lower bound as it is promised: a slot less for each stay that has an hour of these. */
    private int untouched(List<Listing> listings, TimeRange stay) {
        long from = Math.floorDiv(stay.from().getEpochSecond(), 3_600L);
        long to = Math.ceilDiv(stay.to().getEpochSecond(), 3_600L);
        int free = capacity(listings);
        for (Listing listing : listings) {
            for (Occupancy busy :
                    naive.calendars.getOrDefault(listing.id(), Map.of()).values()) {
                boolean isOffered =
                        listing.slots().stream().anyMatch(slot -> slot.id().equals(busy.slot()));
                long first = Math.floorDiv(busy.stay().from().getEpochSecond(), 3_600L);
                long after = Math.ceilDiv(busy.stay().to().getEpochSecond(), 3_600L);
                free -= isOffered && first < to && after > from ? 1 : 0;
            }
        }
        return free;
    }

    private void history(Samples samples) {
        index = new SearchIndex(Samples.DEFAULTS);
        now = Samples.NOW;
        occupancies = new Occupancies(index, now);
        naive = new NaiveIndex();
        List<ListingId> ids = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int what = samples.random.nextInt(20);
            if (ids.isEmpty() || what < 4) {
                ListingId id = new ListingId(samples.uuid());
                ids.add(id);
                put(samples.listing(id, 1, samples.point(), 4));
            } else if (what == 4) {
                Listing old = listing(samples.oneOf(ids));
                Listing other = samples.listing(old.id(), old.version() + 1, samples.point(), 4);
                // With the same slots: those that go take their calendars with them, which the model does not know.
                put(Samples.listing(
                        old.id(),
                        other.version(),
                        other.title(),
                        other.location(),
                        other.timeZone(),
                        other.tariff(),
                        other.amenities(),
                        other.instantBook(),
                        null,
                        other.type(),
                        old.slots()));
            } else if (what == 5) {
                ListingId id = samples.oneOf(ids);
                assertThat(occupancies.remove(id, listing(id).version() + 1)).isTrue();
                naive.listings.remove(id);
                naive.calendars.remove(id);
                naive.calendarVersions.remove(id);
                ids.remove(id);
            } else if (what == 6) {
                now = now.plus(Duration.ofMinutes(samples.random.nextInt(samples.random.nextBoolean() ? 30 : 3_000)));
                // In shares, sometimes left unfinished for the next step.
                while (occupancies.sweep(now, 1 + samples.random.nextInt(5)) && samples.random.nextInt(10) != 0) {}
            } else if (what == 7) {
                index.forgetPast(100, now);
            } else if (what == 8) {
                ListingId id = samples.oneOf(ids);
                Map<UUID, Occupancy> calendar = naive.calendars.getOrDefault(id, Map.of());
                long version = naive.calendarVersions.merge(id, 1L, Long::sum);
                assertThat(occupancies.setCalendar(id, version, List.copyOf(calendar.values())))
                        .isTrue();
            } else {
                book(samples, listing(samples.oneOf(ids)));
            }
        }
        while (occupancies.sweep(now, 1_000)) {}
    }

    private Listing listing(ListingId id) {
        return java.util.Objects.requireNonNull(naive.listings.get(id));
    }

    private void put(Listing listing) {
        occupancies.put(listing);
        naive.listings.put(listing.id(), listing);
    }

    private void book(Samples samples, Listing listing) {
        Map<UUID, Occupancy> calendar = naive.calendars.computeIfAbsent(listing.id(), first -> new HashMap<>());
        Slot slot = samples.oneOf(listing.slots());
        Occupancy change;
        if (!calendar.isEmpty() && samples.random.nextInt(4) == 0) {
            Occupancy old = samples.oneOf(List.copyOf(calendar.values()));
            change = new Occupancy(old.id(), old.slot(), old.stay(), false);
            calendar.remove(old.id());
        } else {
            // Some far ahead; whole minutes, as the index keeps them.
            Instant from = now.plus(
                    Duration.ofMinutes(samples.random.nextInt(samples.random.nextInt(5) == 0 ? 90_000 : 4_000) - 100));
            TimeRange stay = new TimeRange(from, from.plus(Duration.ofMinutes(1 + samples.random.nextInt(1_000))));
            if (!naive.isFree(listing.id(), slot, stay)) {
                return;
            }
            change = Samples.occupancy(samples.uuid(), slot, stay, true);
            calendar.put(change.id(), change);
        }
        long version = naive.calendarVersions.merge(listing.id(), 1L, Long::sum);
        assertThat(occupancies.apply(listing.id(), version, List.of(change), now))
                .isEqualTo(ListingTable.Outcome.APPLIED);
    }
}
