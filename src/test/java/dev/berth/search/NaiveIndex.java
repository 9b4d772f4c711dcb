package dev.berth.search;

import static java.util.Objects.requireNonNull;

import dev.berth.availability.Availability;
import dev.berth.availability.Timetable;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.pricing.Pricing;
import dev.berth.pricing.VehicleTraits;
import dev.berth.search.SearchCommand.Filters;
import dev.berth.search.SearchCommand.Item;
import dev.berth.search.SearchCommand.Position;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.text.TextCommand.Match;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What the index must answer, said as plainly as possible: look at everything, sort, cut. */
final class NaiveIndex {
    final Map<ListingId, Listing> listings = new HashMap<>();
    final Map<ListingId, Map<UUID, Occupancy>> calendars = new HashMap<>();
    final Map<ListingId, Long> calendarVersions = new HashMap<>();

    private record Hit(long key, Item item) {}

    List<Item> search(SearchListings query) {
        List<Hit> hits = new ArrayList<>();
        Map<ListingId, Integer> scores = new HashMap<>();
        if (query.matches() != null) {
            query.matches().forEach(match -> scores.put(match.id(), match.score()));
        }
        for (Listing listing : listings.values()) {
            GeoPoint near = query.near();
            double metres = near == null ? 0 : near.metresTo(listing.location());
            Integer height = query.filters().heightCentimetres();
            VehicleTraits vehicle = new VehicleTraits(height == null ? 0 : height, false);
            Money price = Pricing.price(listing.tariff(), query.stay(), ZoneId.of(listing.timeZone()), vehicle)
                    .total();
            int free = isAllowed(listing, query.stay()) ? countFree(listing, query.stay(), query.filters()) : 0;
            Integer score = query.matches() == null ? Integer.valueOf(0) : scores.get(listing.id());
            if (free > 0
                    && score != null
                    && (query.box() == null || query.box().contains(listing.location()))
                    && (query.radiusMetres() == null || metres <= query.radiusMetres())
                    && fits(listing, price, query.filters())) {
                long decimetres = Math.round(metres * 10);
                long key = switch (query.sort()) {
                    case PRICE -> price.amount();
                    case DISTANCE -> decimetres;
                    case RATING -> 0;
                    case RELEVANCE -> (Match.MAX_SCORE - score) * (1L << 32) + decimetres;
                };
                hits.add(new Hit(
                        key,
                        new Item(
                                listing.id(),
                                listing.title(),
                                listing.type(),
                                listing.location(),
                                price,
                                free,
                                listing.slots().size(),
                                near == null ? null : (int) Math.round(metres),
                                listing.timeZone(),
                                listing.instantBook(),
                                listing.slots().stream().allMatch(slot -> slot.kind() == SlotKind.ACCESSIBLE),
                                listing.demo(),
                                listing.version() + calendarVersions.getOrDefault(listing.id(), 0L))));
            }
        }
        Position after = query.after();
        // The text of a UUID sorts as its unsigned bits do.
        return hits.stream()
                .filter(hit -> after == null
                        || hit.key > after.key()
                        || (hit.key == after.key()
                                && hit.item.id().toString().compareTo(after.id().toString()) > 0))
                .sorted(Comparator.comparingLong(Hit::key)
                        .thenComparing(hit -> hit.item.id().toString()))
                .limit(query.limit())
                .map(Hit::item)
                .toList();
    }

    private static boolean fits(Listing listing, Money price, Filters filters) {
        Integer height = listing.maxHeightCentimetres();
        boolean accessible = listing.amenities().contains("ACCESSIBLE")
                || listing.slots().stream().anyMatch(slot -> slot.kind() == SlotKind.ACCESSIBLE);
        return (filters.maxPrice() == null || price.amount() <= filters.maxPrice())
                && (filters.types().isEmpty() || filters.types().contains(listing.type()))
                && listing.amenities().containsAll(filters.amenities())
                && (!filters.instantOnly() || listing.instantBook())
                && (!filters.accessible() || accessible)
                && (filters.heightCentimetres() == null || height == null || filters.heightCentimetres() <= height);
    }

    private int countFree(Listing listing, TimeRange stay, Filters filters) {
        boolean marked = listing.slots().stream().anyMatch(slot -> slot.kind() == SlotKind.ACCESSIBLE);
        int free = 0;
        for (Slot slot : listing.slots()) {
            boolean counts =
                    (filters.accessible() && marked) ? slot.kind() == SlotKind.ACCESSIBLE : isForThem(listing, slot);
            if (counts && isBookable(listing, slot, stay)) {
                free++;
            }
        }
        return free;
    }

    /** Slots for everybody, unless there are none. */
    static boolean isForThem(Listing listing, Slot slot) {
        return isForAll(slot) || listing.slots().stream().noneMatch(NaiveIndex::isForAll);
    }

    private static boolean isForAll(Slot slot) {
        return slot.kind() == SlotKind.STANDARD || slot.kind() == SlotKind.EV;
    }

    /** Not before its time, not too far ahead, neither too short nor too long, and open at both ends. */
    private static boolean isAllowed(Listing listing, TimeRange stay) {
        Availability rules = listing.availability().completed(Samples.DEFAULTS);
        long minutes = stay.duration().toMinutes();
        long ahead = Duration.between(Samples.NOW, stay.from()).toMinutes();
        Timetable timetable = Timetable.of(rules, ZoneId.of(listing.timeZone()), Samples.DEFAULTS);
        return ahead <= requireNonNull(rules.horizonDays()) * 1_440L
                && (rules.leadMinutes() == null || ahead >= rules.leadMinutes())
                && minutes >= requireNonNull(rules.minStayMinutes())
                && minutes <= requireNonNull(rules.maxStayMinutes())
                && timetable.allowsEntry(stay.from())
                && timetable.allowsExit(stay.to());
    }

    boolean isFree(ListingId listing, Slot slot, TimeRange stay) {
        return calendars.getOrDefault(listing, Map.of()).values().stream()
                .noneMatch(busy -> busy.slot().equals(slot.id()) && busy.stay().overlaps(stay));
    }

    /** It may be booked: no other booking is too near. */
    boolean isBookable(Listing listing, Slot slot, TimeRange stay) {
        Duration buffer = Duration.ofMinutes(listing.availability().buffer());
        TimeRange near = new TimeRange(stay.from().minus(buffer), stay.to().plus(buffer));
        return calendars.getOrDefault(listing.id(), Map.of()).values().stream()
                .noneMatch(busy -> busy.slot().equals(slot.id())
                        && busy.stay().overlaps(busy.kind() == Occupancy.Kind.BLOCK ? stay : near));
    }
}
