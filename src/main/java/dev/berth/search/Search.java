package dev.berth.search;

import static java.util.Objects.requireNonNull;

import dev.berth.listings.ListingType;
import dev.berth.listings.SlotKind;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Pricing;
import dev.berth.pricing.VehicleTraits;
import dev.berth.search.SearchCommand.Filters;
import dev.berth.search.SearchCommand.Item;
import dev.berth.search.SearchCommand.Position;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.search.text.TextCommand.Match;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One search under way: leaf by leaf it offers to the heap what fits. {@link SearchIndex} says how and why. */
final class Search {
    /** About ten milliseconds of work. */
    static final int MAX_EXAMINED = 300_000;

    /** A leaf is read so many entries at a time, and one more for so many that have been read in all. */
    private static final int FIRST_ENTRIES = 2;

    private static final int ENTRIES_PER_ENTRY = 256;
    /** Nobody has rated anything yet. */
    private static final long UNRATED = 0;

    private static final int ACCESSIBLE_KIND = SlotTable.bit(SlotKind.ACCESSIBLE);

    private final ListingTable listings;
    private final PriceCells cells;
    private final SlotTable slots;
    private final Candidates candidates;
    private final Batch batch;
    private final SearchListings query;
    private final Instant now;
    /** Whether the stay is one that can be booked where the host does not say otherwise. */
    private final boolean plainAllowed;

    final Area area;
    private final Area.@Nullable Distances distances;
    private final int from;
    private final int to;
    private final @Nullable Position after;
    private final long floor;
    private final long maxPrice;
    private final int types;
    private final int flags;
    private final int anyFlags;
    private final long wantedAmenities;
    private final Set<String> wantedTags;
    private final boolean anyAmenities;
    private final int height;
    private final VehicleTraits vehicle;
    private final double radius;
    private final long[] leastPaidHours;
    private @Nullable StayHours[] hours = new @Nullable StayHours[8];
    private int examined;

    /** @param now when it is asked: how far ahead a stay is counts for some listings */
    Search(ListingTable listings, Candidates candidates, Batch batch, SearchListings query, Instant now) {
        this.listings = listings;
        this.cells = listings.cells;
        this.slots = listings.slots;
        this.candidates = candidates;
        this.batch = batch;
        this.query = query;
        this.now = now;
        plainAllowed = listings.plainAllows(query.stay(), now);
        area = Area.of(query.box(), query.near(), query.radiusMetres());
        distances = query.near() == null ? null : new Area.Distances(query.near());
        from = ListingTable.minuteOf(query.stay().from());
        to = ListingTable.minuteAfter(query.stay().to());
        after = query.after();
        floor = after == null ? Long.MIN_VALUE : after.key();
        Filters filters = query.filters();
        maxPrice = filters.maxPrice() == null ? Long.MAX_VALUE : filters.maxPrice();
        int typeBits = 0;
        for (ListingType type : filters.types()) {
            typeBits |= 1 << ListingTable.code(type);
        }
        types = typeBits == 0 ? -1 : typeBits;
        flags = filters.instantOnly() ? ListingTable.INSTANT : 0;
        anyFlags = filters.accessible() ? ListingTable.ACCESSIBLE_LISTING | ListingTable.ACCESSIBLE_SLOTS : 0;
        long amenityBits = 0;
        Set<String> tags = new HashSet<>();
        for (String amenity : filters.amenities()) {
            long bit = ListingTable.amenityBit(amenity);
            amenityBits |= bit;
            if (bit == 0) {
                tags.add(amenity);
            }
        }
        wantedAmenities = amenityBits;
        wantedTags = tags;
        anyAmenities = !filters.amenities().isEmpty();
        height = filters.heightCentimetres() == null ? 0 : filters.heightCentimetres();
        vehicle = new VehicleTraits(height, false);
        radius = query.radiusMetres() == null ? Double.POSITIVE_INFINITY : query.radiusMetres();
        leastPaidHours = StayHours.leastPaidHours(
                StayHours.startedHours(query.stay().from(), query.stay().to()));
    }

    /** Reads on where the next entry may be cheapest, until nothing cheap enough can be left. */
    void byPrice(PriceCells.Met met, Frontier frontier) {
        frontier.clear();
        batch.begin(candidates.missing());
        for (int i = 0; i < met.size(); i++) {
            int leaf = met.leaf(i);
            frontier.add(cells.cheapest(leaf) * leastPaidHours[cells.ratio(leaf)], i, 0);
        }
        while (true) {
            if (frontier.isEmpty() || frontier.bound() > ceiling()) {
                if (batch.isEmpty()) {
                    return;
                }
                settle();
                continue;
            }
            int leaf = met.leaf(frontier.leaf());
            int length = cells.length(leaf);
            // Where nearly everything is refused, asking for the cheapest leaf each time would cost more than reading.
            int entries = FIRST_ENTRIES + examined / ENTRIES_PER_ENTRY;
            int end = Math.min(length, frontier.offset() + entries * PriceCells.STRIDE);
            readByPrice(leaf, frontier.offset(), end, met.inside(frontier.leaf()));
            examine(entries);
            if (end == length) {
                frontier.removeTop();
            } else {
                frontier.advance(cells.entries(leaf)[end + PriceCells.HOUR] * leastPaidHours[cells.ratio(leaf)], end);
            }
        }
    }

    private long ceiling() {
        return Math.min(maxPrice, candidates.worstKey());
    }

    private void readByPrice(int leaf, int start, int end, boolean inside) {
        int[] entries = cells.entries(leaf);
        long ceiling = ceiling();
        for (int i = start; i < end; i += PriceCells.STRIDE) {
            int bits = entries[i + PriceCells.BITS];
            // Of a tariff with further rules it is the least that it may be.
            long price = hours(bits).price(entries[i + PriceCells.HOUR], entries[i + PriceCells.DAY_CAP]);
            boolean ruled = (bits & ListingTable.RULED) != 0;
            if (price > ceiling || (price < floor && !ruled) || !plainly(bits)) {
                continue;
            }
            int x = entries[i + PriceCells.X];
            int y = entries[i + PriceCells.Y];
            if ((inside || area.contains(x, y))
                    && (radius == Double.POSITIVE_INFINITY || distances().metresTo(x, y) <= radius)) {
                if (ruled) {
                    price = price(entries, i);
                    if (price > ceiling || price < floor) {
                        continue;
                    }
                }
                batch.add(price, leaf, i, entries[i + PriceCells.ORDINAL], bits);
                if (batch.isFull()) {
                    settle();
                    ceiling = ceiling();
                }
            }
        }
    }

    /** Looks at the calendars of a batch, and offers what is free. */
    private void settle() {
        batch.gather(listings);
        for (int i = 0; i < batch.size(); i++) {
            int ordinal = batch.ordinal(i);
            long key = batch.key(i);
            int bits = batch.bits(i);
            boolean fits = (bits & ListingTable.LIMITED) == 0
                    ? isWanted(key, ordinal) && batch.isFree(i, slots, from, to, kinds(bits))
                    : isWanted(key, ordinal) && isBookable(ordinal, bits);
            if (fits) {
                candidates.offer(key, ordinal, batch.leaf(i), batch.offset(i));
            }
        }
        batch.begin(candidates.missing());
    }

    void byDistance(int leaf, boolean inside) {
        Area.Distances distances = distances();
        int[] entries = cells.entries(leaf);
        int length = cells.length(leaf);
        long worst = candidates.worstKey();
        double reach = reach(worst);
        for (int i = 0; i < length; i += PriceCells.STRIDE) {
            int bits = entries[i + PriceCells.BITS];
            int x = entries[i + PriceCells.X];
            int y = entries[i + PriceCells.Y];
            if (!plainly(bits) || distances.leastMetresTo(y) > reach || !(inside || area.contains(x, y))) {
                continue;
            }
            double metres = distances.metresTo(x, y);
            long key = decimetres(metres);
            if (metres > radius || key > worst || key < floor) {
                continue;
            }
            if (maxPrice < Long.MAX_VALUE && price(entries, i) > maxPrice) {
                continue;
            }
            take(key, leaf, i, bits);
            worst = candidates.worstKey();
            reach = reach(worst);
        }
        examine(length / PriceCells.STRIDE);
    }

    /** In an order that no leaf knows: looks at all entries. */
    void byKey(int leaf, boolean inside) {
        int length = cells.length(leaf);
        for (int i = 0; i < length; i += PriceCells.STRIDE) {
            offer(leaf, i, inside, 0);
        }
        examine(length / PriceCells.STRIDE);
    }

    /** Looks at these alone. */
    void byMatches(List<Match> matches) {
        for (Match match : matches) {
            int ordinal = listings.find(match.id());
            if (ordinal >= 0) {
                offer(cells.leafOf(ordinal), cells.offsetOf(ordinal), false, match.score());
            }
        }
    }

    private void offer(int leaf, int i, boolean inside, int score) {
        int[] entries = cells.entries(leaf);
        int bits = entries[i + PriceCells.BITS];
        int x = entries[i + PriceCells.X];
        int y = entries[i + PriceCells.Y];
        if (!plainly(bits) || !(inside || area.contains(x, y))) {
            return;
        }
        double metres = distances == null ? 0 : distances.metresTo(x, y);
        long price = price(entries, i);
        if (metres > radius || price > maxPrice) {
            return;
        }
        long key = switch (query.sort()) {
            case PRICE -> price;
            case DISTANCE -> decimetres(metres);
            case RATING -> UNRATED;
            case RELEVANCE -> (long) (Match.MAX_SCORE - score) << Integer.SIZE | decimetres(metres);
        };
        if (key >= floor && key <= candidates.worstKey()) {
            take(key, leaf, i, bits);
        }
    }

    private double reach(long worst) {
        return worst == Long.MAX_VALUE ? radius : Math.min(radius, worst / 10.0 + 1);
    }

    private void examine(int entries) {
        examined += entries;
        if (examined > MAX_EXAMINED) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "too many places to look at: choose a smaller area");
        }
    }

    /** What the entry alone can tell. */
    private boolean plainly(int bits) {
        return (types >>> (bits & ListingTable.TYPE_MASK) & 1) != 0
                && (bits & flags) == flags
                && (anyFlags == 0 || (bits & anyFlags) != 0)
                && (plainAllowed || (bits & ListingTable.LIMITED) != 0);
    }

    private Area.Distances distances() {
        return requireNonNull(distances, "distance from nowhere");
    }

    private void take(long key, int leaf, int offset, int bits) {
        int ordinal = cells.entries(leaf)[offset + PriceCells.ORDINAL];
        if (isWanted(key, ordinal) && isBookable(ordinal, bits)) {
            candidates.offer(key, ordinal, leaf, offset);
        }
    }

    private boolean isBookable(int ordinal, int bits) {
        int start = listings.slotStart(ordinal);
        int count = listings.slotCount(ordinal);
        if ((bits & ListingTable.LIMITED) == 0) {
            return slots.anyFree(start, count, from, to, kinds(bits));
        }
        return slots.anyFree(start, count, from, to, kinds(bits), listings.bufferMinutes(ordinal))
                && listings.allows(ordinal, query.stay(), now);
    }

    /** All but whether it is free. */
    private boolean isWanted(long key, int ordinal) {
        return (after == null
                        || candidates.isAfter(
                                key, ordinal, after.key(), after.id().value()))
                && candidates.wants(key, ordinal)
                && (!anyAmenities || listings.hasAmenities(ordinal, wantedAmenities, wantedTags))
                && (height == 0 || listings.isHighEnough(ordinal, height));
    }

    /** Which of a listing's slots count. */
    private int kinds(int bits) {
        return anyFlags != 0 && (bits & ListingTable.ACCESSIBLE_SLOTS) != 0
                ? ACCESSIBLE_KIND
                : ListingTable.kindsForAll(bits);
    }

    /** What the stay costs, for a vehicle of the wanted height: the same as a quote says. */
    private long price(int[] entries, int i) {
        int bits = entries[i + PriceCells.BITS];
        if ((bits & ListingTable.RULED) == 0) {
            return hours(bits).price(entries[i + PriceCells.HOUR], entries[i + PriceCells.DAY_CAP]);
        }
        ZoneId zone = ZoneId.of(listings.zone(ListingTable.zoneOf(bits)));
        return Pricing.amount(listings.tariff(entries[i + PriceCells.ORDINAL]), query.stay(), zone, vehicle);
    }

    private StayHours hours(int bits) {
        int zone = ListingTable.zoneOf(bits);
        StayHours known = zone < hours.length ? hours[zone] : null;
        return known != null ? known : countHours(zone);
    }

    private StayHours countHours(int zone) {
        if (zone >= hours.length) {
            hours = Arrays.copyOf(hours, Math.max(zone + 1, hours.length * 2));
        }
        TimeRange stay = query.stay();
        StayHours counted = StayHours.of(stay.from(), stay.to(), ZoneId.of(listings.zone(zone)));
        hours[zone] = counted;
        return counted;
    }

    /** The first candidates as they are answered; what lies far away in memory is fetched for all at once. */
    Item[] items(int count) {
        ListingId[] ids = new ListingId[count];
        String[] titles = new String[count];
        long[] versions = new long[count];
        for (int i = 0; i < count; i++) {
            int ordinal = candidates.ordinal(i);
            ids[i] = listings.id(ordinal);
            titles[i] = listings.title(ordinal);
            versions[i] = listings.pinVersion(ordinal);
        }
        Item[] items = new Item[count];
        for (int i = 0; i < count; i++) {
            items[i] = item(i, ids[i], titles[i], versions[i]);
        }
        return items;
    }

    private Item item(int candidate, ListingId id, String title, long version) {
        int[] entries = cells.entries(candidates.leaf(candidate));
        int i = candidates.offset(candidate);
        int ordinal = candidates.ordinal(candidate);
        int bits = entries[i + PriceCells.BITS];
        int x = entries[i + PriceCells.X];
        int y = entries[i + PriceCells.Y];
        long price = price(entries, i);
        return new Item(
                id,
                title,
                ListingTable.typeOf(bits),
                Area.point(x, y),
                new Money(price, listings.currencyOf(bits)),
                slots.countFree(
                        listings.slotStart(ordinal),
                        listings.slotCount(ordinal),
                        from,
                        to,
                        kinds(bits),
                        (bits & ListingTable.LIMITED) == 0 ? 0 : listings.bufferMinutes(ordinal)),
                listings.slotCount(ordinal),
                distances == null ? null : (int) Math.round(distances.metresTo(x, y)),
                listings.zone(ListingTable.zoneOf(bits)),
                (bits & ListingTable.INSTANT) != 0,
                (bits & ListingTable.ACCESSIBLE_ONLY) != 0,
                (bits & ListingTable.DEMO) != 0,
                version);
    }

    static long decimetres(double metres) {
        return Math.round(metres * 10);
    }
}
