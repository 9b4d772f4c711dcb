package dev.berth.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.availability.Availability;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Tariff;
import dev.berth.search.ListingTable.Outcome;
import dev.berth.search.SearchCommand.Filters;
import dev.berth.search.SearchCommand.FindFreeSlots;
import dev.berth.search.SearchCommand.Item;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.SearchCommand.Sort;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SearchIndexTest {
    private static final List<SlotKind> KINDS = List.of(SlotKind.STANDARD, SlotKind.EV, SlotKind.ACCESSIBLE);
    private static final TimeRange TWO_HOURS = Samples.stay("2026-03-20T12:00:00Z", "2026-03-20T14:00:00Z");
    private static final GeoBox TOWN = new GeoBox(8.3, 48.9, 8.5, 49.1);

    private final SearchIndex index = new SearchIndex(Samples.DEFAULTS);
    private final Listing garage = Samples.garage(ListingId.next(), 1, 3);

    private Occupancy busy(int slot, String from, String to) {
        return Samples.occupancy(UUID.randomUUID(), garage.slots().get(slot), Samples.stay(from, to), true);
    }

    private static Occupancy ended(Occupancy occupancy) {
        return new Occupancy(occupancy.id(), occupancy.slot(), occupancy.stay(), false);
    }

    private List<Item> search(TimeRange stay) {
        return index.search(new SearchListings(TOWN, null, null, stay, Filters.NONE, Sort.PRICE, 50, null), Samples.NOW)
                .items();
    }

    private List<SlotId> candidates(TimeRange stay) {
        return index.freeSlots(new FindFreeSlots(garage.id(), stay, KINDS, 32), Samples.NOW)
                .slots();
    }

    @Test
    void backToBackStays_leaveTheSlotFreeBetween() {
        index.put(garage);
        index.apply(
                garage.id(),
                1,
                List.of(
                        busy(0, "2026-03-20T11:00:00Z", "2026-03-20T12:00:00Z"),
                        busy(0, "2026-03-20T14:00:00Z", "2026-03-20T15:00:00Z"),
                        busy(1, "2026-03-20T13:59:59Z", "2026-03-20T14:30:00Z")),
                Samples.NOW);
        Item item = search(TWO_HOURS).getFirst();
        assertThat(item.freeSlots()).isEqualTo(2);
        assertThat(item.capacity()).isEqualTo(3);
        assertThat(item.price().amount()).isEqualTo(500);
        assertThat(item.version()).isEqualTo(2);
    }

    @Test
    @Tag("BK1")
    void freeSlots_bestFitFirst_thenPosition() {
        index.put(garage);
        index.apply(
                garage.id(),
                1,
                List.of(
                        busy(2, "2026-03-20T11:00:00Z", "2026-03-20T12:00:00Z"),
                        busy(1, "2026-03-20T14:30:00Z", "2026-03-20T15:00:00Z")),
                Samples.NOW);
        // 30 minutes after and two hours before; a day after and none before; a day after and two hours before.
        assertThat(candidates(TWO_HOURS))
                .containsExactly(
                        garage.slots().get(1).id(),
                        garage.slots().get(2).id(),
                        garage.slots().get(0).id());
    }

    @Test
    @Tag("rule-11")
    void freeSlots_areInTheOrderOfTheKindsThatAreAskedFor() {
        List<Slot> slots = new ArrayList<>();
        for (SlotKind kind : List.of(SlotKind.ACCESSIBLE, SlotKind.EV, SlotKind.STANDARD)) {
            slots.add(new Slot(SlotId.next(), kind.name(), kind, slots.size()));
        }
        ListingId id = garage.id();
        index.put(Samples.listing(
                id,
                1,
                "Mixed",
                Samples.KARLSRUHE,
                "Europe/Berlin",
                new Tariff("EUR", 0, null),
                Set.of(),
                true,
                null,
                ListingType.GARAGE,
                slots));
        assertThat(candidates(TWO_HOURS))
                .containsExactly(
                        slots.get(2).id(), slots.get(1).id(), slots.get(0).id());
        Filters accessible = new Filters(null, Set.of(), Set.of(), false, true, null);
        Item item = index.search(
                        new SearchListings(TOWN, null, null, TWO_HOURS, accessible, Sort.PRICE, 50, null), Samples.NOW)
                .items()
                .getFirst();
        assertThat(item.freeSlots()).isEqualTo(1);
    }

    @Test
    void changes_thatContradictWhatIsKnown_areRefused() {
        index.put(garage);
        Occupancy first = busy(0, "2026-03-20T12:00:00Z", "2026-03-20T14:00:00Z");
        assertThat(index.apply(garage.id(), 1, List.of(first), Samples.NOW)).isEqualTo(Outcome.APPLIED);
        Occupancy overlapping = busy(0, "2026-03-20T13:00:00Z", "2026-03-20T15:00:00Z");
        Occupancy longer = new Occupancy(
                first.id(), first.slot(), Samples.stay("2026-03-20T12:00:00Z", "2026-03-20T15:00:00Z"), true);
        Occupancy elsewhere = new Occupancy(first.id(), garage.slots().get(1).id(), first.stay(), true);
        Occupancy noSlot = new Occupancy(UUID.randomUUID(), SlotId.next(), first.stay(), true);
        for (Occupancy other : List.of(overlapping, longer, elsewhere, noSlot)) {
            assertThat(index.apply(garage.id(), 2, List.of(other), Samples.NOW)).isEqualTo(Outcome.CONFLICT);
        }
        assertThat(index.apply(ListingId.next(), 1, List.of(first), Samples.NOW))
                .isEqualTo(Outcome.UNKNOWN);
        // One that moves says what it leaves.
        assertThat(index.apply(garage.id(), 2, List.of(ended(first), longer), Samples.NOW))
                .isEqualTo(Outcome.APPLIED);
        assertThat(search(TWO_HOURS).getFirst().freeSlots()).isEqualTo(2);
    }

    @Test
    void ending_whatWasNeverSeen_changesNothingButTheVersion() {
        index.put(garage);
        Occupancy unseen = busy(0, "2026-03-20T12:00:00Z", "2026-03-20T14:00:00Z");
        assertThat(index.apply(garage.id(), 1, List.of(ended(unseen)), Samples.NOW))
                .isEqualTo(Outcome.APPLIED);
        assertThat(search(TWO_HOURS).getFirst().freeSlots()).isEqualTo(3);
    }

    @Test
    void deletedListing_staysAway() {
        index.put(garage);
        assertThat(index.remove(garage.id(), 2)).isTrue();
        assertThat(index.put(garage)).isEqualTo(ListingTable.Put.STALE);
        assertThat(index.size()).isZero();
        assertThat(search(TWO_HOURS)).isEmpty();
    }

    @Test
    void pastStays_areForgotten() {
        index.put(garage);
        index.apply(garage.id(), 1, List.of(busy(0, "2026-03-20T12:00:00Z", "2026-03-20T14:00:00Z")), Samples.NOW);
        Instant end = Instant.parse("2026-03-20T14:00:00Z");
        // As long as a slot may have to stay empty.
        index.forgetPast(1_000, end.plusSeconds(3_540));
        assertThat(index.pin(index.find(garage.id()), Samples.NOW).busy()).hasSize(3);
        index.forgetPast(1_000, end.plusSeconds(3_600));
        assertThat(index.pin(index.find(garage.id()), Samples.NOW).busy()).isEmpty();
    }

    @Test
    @Tag("SM4")
    void walking_takesTheDetour() {
        GeoPoint near = new GeoPoint(Samples.KARLSRUHE.lat() + 0.0072, Samples.KARLSRUHE.lng());
        index.put(garage);
        Item item = index.search(
                        new SearchListings(null, near, 1_000, TWO_HOURS, Filters.NONE, Sort.DISTANCE, 50, null),
                        Samples.NOW)
                .items()
                .getFirst();
        assertThat(item.distanceMetres()).isEqualTo(801);
        assertThat(item.walkingMinutes()).isEqualTo(14);
        assertThat(index.search(
                                new SearchListings(null, near, 800, TWO_HOURS, Filters.NONE, Sort.DISTANCE, 50, null),
                                Samples.NOW)
                        .items())
                .isEmpty();
    }

    @Test
    void hundredsAtOnePlace_areAllFound() {
        for (int i = 0; i < 700; i++) {
            index.put(Samples.garage(ListingId.next(), 1, 1));
        }
        assertThat(search(TWO_HOURS)).hasSize(50);
        assertThat(index.size()).isEqualTo(700);
    }

    @Test
    void search_thatWouldHoldUpOthers_isRefused() {
        Instant from = TWO_HOURS.from();
        for (int i = 0; i <= Search.MAX_EXAMINED; i++) {
            Listing listing = Samples.listing(
                    new ListingId(new UUID(i, i)),
                    1,
                    "Place",
                    new GeoPoint(
                            Samples.snap(48.95 + i % 1_000 * 1e-4),
                            Samples.snap(8.35 + Math.floorDiv(i, 1_000) * 1e-4)),
                    "Europe/Berlin",
                    new Tariff("EUR", i % 997, null),
                    Set.of(),
                    true,
                    null,
                    ListingType.DRIVEWAY,
                    List.of(new Slot(new SlotId(new UUID(5, i)), "P", SlotKind.STANDARD, 0)));
            index.put(listing);
            index.apply(
                    listing.id(),
                    1,
                    List.of(Samples.occupancy(
                            new UUID(7, i),
                            listing.slots().getFirst(),
                            new TimeRange(from, from.plus(Duration.ofHours(2))),
                            true)),
                    Samples.NOW);
        }
        assertThatThrownBy(() -> search(TWO_HOURS)).isInstanceOf(Rejection.class);
        TimeRange tomorrow = Samples.stay("2026-03-21T12:00:00Z", "2026-03-21T14:00:00Z");
        assertThat(search(tomorrow)).hasSize(50);
    }

    @Test
    void manySteps_areToldByTheHour_neverTooFewTaken() {
        Listing large = Samples.garage(garage.id(), 1, 300);
        index.put(large);
        List<Occupancy> occupancies = new ArrayList<>();
        Instant start = Samples.NOW.plus(Duration.ofHours(1));
        for (int slot = 0; slot < 300; slot++) {
            for (int i = 0; i < 20; i++) {
                Instant from = start.plus(Duration.ofMinutes(slot * 7L + i * 600L));
                occupancies.add(Samples.occupancy(
                        UUID.randomUUID(),
                        large.slots().get(slot),
                        new TimeRange(from, from.plus(Duration.ofMinutes(95))),
                        true));
            }
        }
        index.setCalendar(large.id(), 6_000, occupancies);
        int[] busy = index.pin(index.find(large.id()), Samples.NOW).busy();
        assertThat(busy.length / BusySteps.STRIDE).isBetween(1, BusySteps.MAX_STEPS);
        for (int i = 0; i < busy.length; i += BusySteps.STRIDE) {
            int from = busy[i];
            int to = busy[i + 1];
            int taken = busy[i + 2];
            long exact = occupancies.stream()
                    .filter(occupancy -> ListingTable.minuteOf(occupancy.stay().from()) <= from
                            && ListingTable.minuteOf(occupancy.stay().to()) > from)
                    .count();
            assertThat(taken).isGreaterThanOrEqualTo((int) exact);
            assertThat(to).isGreaterThan(from);
        }
    }

    @Test
    @Tag("rule-7")
    void slotThatWasUsed_staysEmptyForItsBuffer() {
        Listing buffered = Samples.garage(garage.id(), 1, 1).withAvailability(bufferOf(30));
        index.put(buffered);
        Occupancy stay = Samples.occupancy(
                UUID.randomUUID(),
                buffered.slots().getFirst(),
                Samples.stay("2026-03-20T09:00:00Z", "2026-03-20T12:00:00Z"),
                true);
        assertThat(index.apply(buffered.id(), 1, List.of(stay), Samples.NOW)).isEqualTo(Outcome.APPLIED);
        Occupancy used = new Occupancy(stay.id(), stay.slot(), stay.stay(), false, Occupancy.Kind.USED);
        assertThat(index.apply(buffered.id(), 2, List.of(used), Samples.NOW)).isEqualTo(Outcome.APPLIED);

        TimeRange tooSoon = Samples.stay("2026-03-20T10:15:00Z", "2026-03-20T11:15:00Z");
        TimeRange afterwards = Samples.stay("2026-03-20T10:30:00Z", "2026-03-20T11:30:00Z");
        assertThat(search(tooSoon)).isEmpty();
        assertThat(candidates(tooSoon)).isEmpty();
        index.forgetPast(100, Samples.NOW.plusSeconds(1_200));
        assertThat(search(tooSoon)).isEmpty();
        assertThat(search(afterwards)).hasSize(1);
        assertThat(index.pin(index.find(buffered.id()), Samples.NOW).free()).isEqualTo(1);
        assertThat(index.pin(index.find(buffered.id()), Samples.NOW).limited()).isTrue();
    }

    @Test
    @Tag("rule-7")
    void blocks_mayStandBesideBookings_bookingsNot() {
        Listing buffered = Samples.garage(garage.id(), 1, 1).withAvailability(bufferOf(30));
        index.put(buffered);
        TimeRange before = Samples.stay("2026-03-20T11:00:00Z", "2026-03-20T12:00:00Z");
        Occupancy block =
                new Occupancy(UUID.randomUUID(), buffered.slots().getFirst().id(), before, true, Occupancy.Kind.BLOCK);
        index.apply(buffered.id(), 1, List.of(block), Samples.NOW);
        assertThat(search(TWO_HOURS)).hasSize(1);
        Occupancy gone = new Occupancy(block.id(), block.slot(), block.stay(), false, Occupancy.Kind.BLOCK);
        Occupancy booking = new Occupancy(UUID.randomUUID(), block.slot(), before, true);
        assertThat(index.apply(buffered.id(), 2, List.of(gone, booking), Samples.NOW))
                .isEqualTo(Outcome.APPLIED);
        assertThat(search(TWO_HOURS)).isEmpty();
    }

    @Test
    @Tag("rule-6")
    @Tag("rule-7")
    void listingsThatSayNothing_areThoseOfTheDefaults() {
        index.put(garage);
        Listing open = Samples.garage(ListingId.next(), 1, 1)
                .withAvailability(new Availability("24/7", null, null, List.of(), null, 365, null, 43_200, null, null));
        Listing closed = Samples.garage(ListingId.next(), 1, 1)
                .withAvailability(new Availability(
                        "Mo-Th 08:00-18:00", null, null, List.of(), null, null, null, null, null, null));
        index.put(open);
        index.put(closed);
        // A Friday.
        assertThat(search(TWO_HOURS)).extracting(Item::id).containsExactlyInAnyOrder(garage.id(), open.id());
        assertThat(index.pin(index.find(open.id()), Samples.NOW).limited()).isFalse();
        assertThat(index.pin(index.find(closed.id()), Samples.NOW).limited()).isTrue();
        Instant far = Samples.NOW.plus(Duration.ofDays(366));
        assertThat(search(new TimeRange(far, far.plusSeconds(7_200)))).isEmpty();
    }

    private static Availability bufferOf(int minutes) {
        return new Availability(null, null, null, List.of(), null, null, null, null, minutes, null);
    }
}
