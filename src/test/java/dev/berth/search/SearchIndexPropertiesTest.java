package dev.berth.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.availability.Availability;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.search.ListingTable.Outcome;
import dev.berth.search.ListingTable.Put;
import dev.berth.search.SearchCommand.Filters;
import dev.berth.search.SearchCommand.FindFreeSlots;
import dev.berth.search.SearchCommand.Found;
import dev.berth.search.SearchCommand.FreeSlots;
import dev.berth.search.SearchCommand.Item;
import dev.berth.search.SearchCommand.Position;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.SearchCommand.Sort;
import dev.berth.search.text.TextCommand.Match;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.Tile;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

/**
 * The index against {@link NaiveIndex}: a random history of listings and calendars, then random questions. Everything is
 * drawn from the seed that jqwik chooses, so that a failure is repeated by its seed.
 */
@Tag("SM3")
@Tag("SM4")
class SearchIndexPropertiesTest {
    private static final int STEPS = 400;
    /** Enough for cells to split several times. */
    private static final int MANY_STEPS = 2_500;

    private static final int QUESTIONS = 60;
    /** The nights when clocks change in Europe/Berlin, and an ordinary day. */
    private static final List<Instant> TIMES = List.of(
            Instant.parse("2026-03-28T20:00:00Z"),
            Instant.parse("2026-10-24T20:00:00Z"),
            Instant.parse("2026-06-10T09:00:00Z"));

    private SearchIndex index = new SearchIndex(Samples.DEFAULTS);
    private NaiveIndex naive = new NaiveIndex();

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void search_answersAsTheModel(@ForAll long seed) {
        Samples samples = new Samples(seed);
        history(samples, samples.random.nextInt(3) == 0 ? MANY_STEPS : STEPS);
        int found = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            SearchListings query = query(samples, null, 1 + samples.random.nextInt(100));
            List<Item> items = index.search(query, Samples.NOW).items();
            assertThat(items).isEqualTo(naive.search(query));
            found += items.size();
        }
        assertThat(found).as("questions that find something").isGreaterThan(QUESTIONS);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    @Tag("SM9")
    void pages_togetherAreTheWholeAnswer(@ForAll long seed) {
        Samples samples = new Samples(seed);
        history(samples, STEPS);
        for (int i = 0; i < 10; i++) {
            SearchListings whole = query(samples, null, SearchListings.MAX_LIMIT);
            List<ListingId> expected = new ArrayList<>();
            Position after = null;
            do {
                SearchListings page = page(whole, after, SearchListings.MAX_LIMIT);
                List<Item> items = naive.search(page);
                items.forEach(item -> expected.add(item.id()));
                after = items.size() < SearchListings.MAX_LIMIT
                        ? null
                        : index.search(page, Samples.NOW).next();
            } while (after != null);
            List<ListingId> ids = new ArrayList<>();
            int limit = 1 + samples.random.nextInt(20);
            do {
                Found found = index.search(page(whole, after, limit), Samples.NOW);
                found.items().forEach(item -> ids.add(item.id()));
                after = found.next();
                assertThat(found.items()).hasSizeLessThanOrEqualTo(limit);
            } while (after != null);
            assertThat(ids).isEqualTo(expected);
        }
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void freeSlots_areThoseOfTheModel(@ForAll long seed) {
        Samples samples = new Samples(seed);
        history(samples, STEPS);
        for (Listing listing : naive.listings.values()) {
            TimeRange stay = stay(samples);
            FreeSlots free =
                    index.freeSlots(new FindFreeSlots(listing.id(), stay, List.of(SlotKind.values()), 32), Samples.NOW);
            Set<SlotId> expected = new java.util.HashSet<>();
            for (Slot slot : listing.slots()) {
                if (naive.isBookable(listing, slot, stay)) {
                    expected.add(slot.id());
                }
            }
            assertThat(free.known()).isTrue();
            assertThat(free.freeCount()).isEqualTo(expected.size());
            assertThat(free.slots()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    @Tag("SM1")
    void pins_tellEveryMinuteOfTheModel(@ForAll long seed) {
        Samples samples = new Samples(seed);
        history(samples, STEPS);
        Map<Tile, Set<String>> tiles = new HashMap<>();
        for (Listing listing : naive.listings.values()) {
            tiles.computeIfAbsent(Tile.at(listing.location(), Tile.PIN_ZOOM), tile -> new TreeSet<>())
                    .add(listing.id().toString());
            Pin pin = index.pin(index.find(listing.id()), Samples.NOW);
            int now = ListingTable.minuteOf(Samples.NOW);
            for (int i = 0; i < 50; i++) {
                int minute = now + samples.random.nextInt(BusySteps.HORIZON_MINUTES);
                assertThat(taken(pin, minute)).isEqualTo(taken(listing, minute));
            }
            int forThem = (int) listing.slots().stream()
                    .filter(slot -> NaiveIndex.isForThem(listing, slot))
                    .count();
            assertThat(pin.capacity()).isEqualTo(forThem);
            assertThat(pin.free()).isEqualTo(forThem - taken(listing, now));
            assertThat(pin.location()).isEqualTo(listing.location());
        }
        tiles.forEach((tile, ids) -> {
            Set<String> found = new TreeSet<>();
            index.inTile(
                    tile,
                    ordinal -> found.add(index.pin(ordinal, Samples.NOW).id().toString()));
            assertThat(found).isEqualTo(ids);
        });
    }

    private static int taken(Pin pin, int minute) {
        for (int i = 0; i < pin.busy().length; i += BusySteps.STRIDE) {
            if (pin.busy()[i] <= minute && minute < pin.busy()[i + 1]) {
                return pin.busy()[i + 2];
            }
        }
        return 0;
    }

    private int taken(Listing listing, int minute) {
        Instant at = Instant.ofEpochSecond(minute * 60L);
        TimeRange range = new TimeRange(at, at.plusSeconds(60));
        return (int) listing.slots().stream()
                .filter(slot -> NaiveIndex.isForThem(listing, slot))
                .filter(slot -> !naive.isFree(listing.id(), slot, range))
                .count();
    }

    // --- a random history, kept by both

    private void history(Samples samples, int steps) {
        index = new SearchIndex(Samples.DEFAULTS);
        naive = new NaiveIndex();
        List<ListingId> ids = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            if (ids.size() < 3 || samples.random.nextInt(3) == 0) {
                ListingId id = new ListingId(samples.uuid());
                // Some share a place, so that cells cannot be told apart by splitting.
                GeoPoint point =
                        ids.isEmpty() || samples.random.nextInt(10) > 0 ? samples.point() : locationOfAny(samples, ids);
                ids.add(id);
                change(limited(samples, samples.listing(id, 1, point, 6)));
            } else {
                step(samples, samples.oneOf(ids));
            }
        }
    }

    private GeoPoint locationOfAny(Samples samples, List<ListingId> ids) {
        Listing listing = naive.listings.get(samples.oneOf(ids));
        return listing == null ? Samples.KARLSRUHE : listing.location();
    }

    private void step(Samples samples, ListingId id) {
        Listing listing = naive.listings.get(id);
        if (listing == null) {
            return;
        }
        switch (samples.random.nextInt(10)) {
            case 0 -> delete(samples, listing);
            case 1 -> change(limited(samples, changed(samples, listing)));
            case 2, 3 -> end(samples, id);
            default -> occupy(samples, listing);
        }
    }

    private void change(Listing listing) {
        assertThat(index.put(listing)).isNotEqualTo(Put.STALE);
        assertThat(index.put(listing)).isEqualTo(Put.STALE);
        naive.listings.put(listing.id(), listing);
        Map<UUID, Occupancy> calendar = naive.calendars.computeIfAbsent(listing.id(), id -> new HashMap<>());
        List<SlotId> slots = listing.slots().stream().map(Slot::id).toList();
        calendar.values().removeIf(occupancy -> !slots.contains(occupancy.slot()));
    }

    private static Listing changed(Samples samples, Listing listing) {
        Listing other = samples.listing(listing.id(), listing.version() + 1, samples.point(), 6);
        List<Slot> slots = new ArrayList<>(other.slots());
        slots.addAll(listing.slots()
                .subList(
                        samples.random.nextInt(listing.slots().size()),
                        listing.slots().size()));
        List<Slot> numbered = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            numbered.add(new Slot(slots.get(i).id(), "S" + i, slots.get(i).kind(), i));
        }
        return Samples.listing(
                other.id(),
                other.version(),
                other.title(),
                other.location(),
                other.timeZone(),
                other.tariff(),
                other.amenities(),
                other.instantBook(),
                other.maxHeightCentimetres(),
                other.type(),
                numbered);
    }

    /** Some say when they can be booked; few ways, so that timetables are shared. */
    private static Listing limited(Samples samples, Listing listing) {
        if (samples.random.nextInt(3) > 0) {
            return listing;
        }
        return listing.withAvailability(new Availability(
                samples.oneOf(
                        List.of("24/7", "Mo-Fr 08:00-18:00", "22:00-06:00", "Sa,Su 00:00-24:00; Mo-Fr 07:00-23:30")),
                null,
                samples.random.nextBoolean(),
                List.of(),
                samples.random.nextBoolean() ? null : Integer.valueOf(1_440),
                samples.random.nextBoolean() ? null : Integer.valueOf(30),
                samples.random.nextBoolean() ? null : Integer.valueOf(60),
                samples.random.nextBoolean() ? null : Integer.valueOf(600),
                samples.random.nextBoolean() ? null : Integer.valueOf(30),
                null));
    }

    private void delete(Samples samples, Listing listing) {
        long version = listing.version() + 1;
        assertThat(index.remove(listing.id(), version)).isTrue();
        assertThat(index.remove(listing.id(), version)).isFalse();
        assertThat(index.put(samples.listing(listing.id(), version - 1, listing.location(), 2)))
                .isEqualTo(Put.STALE);
        naive.listings.remove(listing.id());
        naive.calendars.remove(listing.id());
        naive.calendarVersions.remove(listing.id());
    }

    private void occupy(Samples samples, Listing listing) {
        Slot slot = samples.oneOf(listing.slots());
        TimeRange stay = stay(samples);
        if (naive.isFree(listing.id(), slot, stay)) {
            Occupancy.Kind kind = samples.random.nextInt(4) == 0 ? Occupancy.Kind.BLOCK : Occupancy.Kind.BOOKING;
            Occupancy occupancy = new Occupancy(samples.uuid(), slot.id(), stay, true, kind);
            apply(listing.id(), occupancy);
            naive.calendars.computeIfAbsent(listing.id(), id -> new HashMap<>()).put(occupancy.id(), occupancy);
        }
    }

    private void end(Samples samples, ListingId id) {
        Map<UUID, Occupancy> calendar = naive.calendars.get(id);
        if (calendar == null || calendar.isEmpty()) {
            return;
        }
        Occupancy occupancy = samples.oneOf(List.copyOf(calendar.values()));
        apply(id, new Occupancy(occupancy.id(), occupancy.slot(), occupancy.stay(), false, occupancy.kind()));
        calendar.remove(occupancy.id());
        if (samples.random.nextInt(4) == 0) {
            long version = naive.calendarVersions.getOrDefault(id, 0L);
            assertThat(index.setCalendar(id, version, List.copyOf(calendar.values())))
                    .isTrue();
        }
    }

    private void apply(ListingId id, Occupancy occupancy) {
        long version = naive.calendarVersions.merge(id, 1L, Long::sum);
        List<Occupancy> change = List.of(occupancy);
        assertThat(index.apply(id, version + 1, change, Samples.NOW)).isEqualTo(Outcome.GAP);
        assertThat(index.apply(id, version, change, Samples.NOW)).isEqualTo(Outcome.APPLIED);
        assertThat(index.apply(id, version, change, Samples.NOW)).isEqualTo(Outcome.STALE);
    }

    // --- random questions

    private static TimeRange stay(Samples samples) {
        Instant from = samples.oneOf(TIMES).plus(Duration.ofMinutes(15L * samples.random.nextInt(48)));
        if (samples.random.nextInt(4) == 0) {
            from = Samples.NOW.plus(Duration.ofMinutes(15L * samples.random.nextInt(14 * 96)));
        }
        long minutes = samples.random.nextInt(5) == 0
                ? 15L * (1 + samples.random.nextInt(30 * 96))
                : 15L * (1 + samples.random.nextInt(20));
        return new TimeRange(from, from.plus(Duration.ofMinutes(minutes)));
    }

    private SearchListings query(Samples samples, @Nullable Position after, int limit) {
        boolean circle = samples.random.nextInt(3) == 0;
        GeoBox box = circle ? null : box(samples);
        GeoPoint near = circle || samples.random.nextInt(3) == 0 ? samples.point() : null;
        Integer radius = circle || (near != null && samples.random.nextInt(3) == 0)
                ? Integer.valueOf(1 + samples.random.nextInt(SearchListings.MAX_RADIUS_METRES))
                : null;
        List<Match> matches = samples.random.nextInt(3) == 0 ? matches(samples) : null;
        List<Sort> sorts = new ArrayList<>(List.of(Sort.PRICE, Sort.PRICE, Sort.RATING));
        if (near != null) {
            sorts.addAll(List.of(Sort.DISTANCE, Sort.DISTANCE));
        }
        if (matches != null) {
            sorts.addAll(List.of(Sort.RELEVANCE, Sort.RELEVANCE));
        }
        Sort sort = samples.oneOf(sorts);
        return new SearchListings(box, near, radius, stay(samples), filters(samples), sort, limit, after, matches);
    }

    /** Of about half of the listings, and of one that is unknown here; few scores, so that ties are common. */
    private List<Match> matches(Samples samples) {
        List<Match> matches = new ArrayList<>();
        matches.add(new Match(new ListingId(samples.uuid()), 400));
        for (ListingId id : naive.listings.keySet()) {
            if (samples.random.nextBoolean()) {
                matches.add(new Match(id, 100 * (1 + samples.random.nextInt(3))));
            }
        }
        return matches;
    }

    private static SearchListings page(SearchListings query, @Nullable Position after, int limit) {
        return new SearchListings(
                query.box(),
                query.near(),
                query.radiusMetres(),
                query.stay(),
                query.filters(),
                query.sort(),
                limit,
                after,
                query.matches());
    }

    /** Also boxes of no width, and boxes across the antimeridian. */
    private static GeoBox box(Samples samples) {
        GeoPoint centre = samples.point();
        double height = samples.random.nextDouble(0, samples.random.nextBoolean() ? 0.05 : 60);
        double south = Math.max(-90, Samples.snap(centre.lat() - height / 2));
        double north = Math.min(90, Samples.snap(centre.lat() + height / 2));
        double width = samples.random.nextDouble(0, samples.random.nextBoolean() ? 0.05 : 300);
        double west = Samples.snap(centre.lng() - width / 2);
        double east = Samples.snap(centre.lng() + width / 2);
        return new GeoBox(
                west < -180 ? Samples.snap(west + 360) : west,
                south,
                east > 180 ? Samples.snap(east - 360) : east,
                north);
    }

    private static Filters filters(Samples samples) {
        if (samples.random.nextBoolean()) {
            return Filters.NONE;
        }
        return new Filters(
                samples.random.nextBoolean() ? Long.valueOf(samples.random.nextInt(3000)) : null,
                samples.random.nextInt(3) == 0
                        ? Set.of(ListingType.GARAGE, ListingType.DRIVEWAY, ListingType.COVERED)
                        : Set.of(),
                samples.random.nextInt(3) == 0
                        ? Set.of(samples.oneOf(List.of("CCTV", "LIFT", "RIVERSIDE", "SAUNA")))
                        : Set.of(),
                samples.random.nextInt(3) == 0,
                samples.random.nextInt(3) == 0,
                samples.random.nextInt(3) == 0 ? Integer.valueOf(175 + samples.random.nextInt(50)) : null);
    }
}
