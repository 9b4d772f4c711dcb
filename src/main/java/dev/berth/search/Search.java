package dev.berth.search;

import dev.berth.listings.ListingType;
import dev.berth.listings.SlotKind;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.search.SearchCommand.Filters;
import dev.berth.search.SearchCommand.Item;
import dev.berth.search.SearchCommand.Position;
import dev.berth.search.SearchCommand.SearchListings;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One search under way: leaf by leaf it offers to the heap what fits. {@link SearchIndex} says how and why. */
final class Search {
    /** About ten milliseconds of work. */
    static final int MAX_EXAMINED = 300_000;

    private static final int ACCESSIBLE_KIND = SlotTable.bit(SlotKind.ACCESSIBLE);

    private final ListingTable listings;
    private final PriceCells cells;
    private final SlotTable slots;
    private final Candidates candidates;
    private final SearchListings query;
    final Area area;
    private final Area.@Nullable Distances distances;
    private final int from;
    private final int to;
    private final long maxPrice;
    private final int types;
    private final int flags;
    private final int anyFlags;
    private final long wantedAmenities;
    private final boolean impossible;
    private final int height;
    private final double radius;
    private final long[] leastPaidHours;
    private @Nullable StayHours[] hours = new @Nullable StayHours[8];
    private int examined;

    Search(ListingTable listings, Candidates candidates, SearchListings query) {
        this.listings = listings;
        this.cells = listings.cells;
        this.slots = listings.slots;
        this.candidates = candidates;
        this.query = query;
        area = Area.of(query.box(), query.near(), query.radiusMetres());
        distances = query.near() == null ? null : new Area.Distances(query.near());
        from = ListingTable.minuteOf(query.stay().from());
        to = ListingTable.minuteAfter(query.stay().to());
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
        boolean unknown = false;
        for (String amenity : filters.amenities()) {
            long bit = listings.amenityBit(amenity);
            unknown |= bit == 0;
            amenityBits |= bit;
        }
        wantedAmenities = amenityBits;
        impossible = unknown;
        height = filters.heightCentimetres() == null ? 0 : filters.heightCentimetres();
        radius = query.radiusMetres() == null ? Double.POSITIVE_INFINITY : query.radiusMetres();
        leastPaidHours = StayHours.leastPaidHours(
                StayHours.startedHours(query.stay().from(), query.stay().to()));
    }

    void byPrice(int leaf, boolean inside, @Nullable Position after) {
        int[] entries = cells.entries(leaf);
        int length = cells.length(leaf);
        long leastHours = leastPaidHours[cells.ratio(leaf)];
        long ceiling = Math.min(maxPrice, candidates.worstKey());
        long floor = after == null ? Long.MIN_VALUE : after.key();
        int i = 0;
        for (; i < length; i += PriceCells.STRIDE) {
            int hour = entries[i + PriceCells.HOUR];
            if (hour * leastHours > ceiling) {
                break;
            }
            int bits = entries[i + PriceCells.BITS];
            long price = hours(bits).price(hour, entries[i + PriceCells.DAY_CAP]);
            if (price > ceiling || price < floor || !plainly(bits)) {
                continue;
            }
            int x = entries[i + PriceCells.X];
            int y = entries[i + PriceCells.Y];
            if (!inside && !area.contains(x, y)) {
                continue;
            }
            int ordinal = entries[i + PriceCells.ORDINAL];
            if (distances != null && radius < Double.POSITIVE_INFINITY && distances.metresTo(x, y) > radius) {
                continue;
            }
            take(price, ordinal, bits, after);
            ceiling = Math.min(maxPrice, candidates.worstKey());
        }
        examine(i / PriceCells.STRIDE);
    }

    void byDistance(int leaf, boolean inside, @Nullable Position after) {
        if (distances == null) {
            throw new IllegalArgumentException("distance from nowhere");
        }
        int[] entries = cells.entries(leaf);
        int length = cells.length(leaf);
        long floor = after == null ? Long.MIN_VALUE : after.key();
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
            if (maxPrice < Long.MAX_VALUE
                    && hours(bits).price(entries[i + PriceCells.HOUR], entries[i + PriceCells.DAY_CAP]) > maxPrice) {
                continue;
            }
            take(key, entries[i + PriceCells.ORDINAL], bits, after);
            worst = candidates.worstKey();
            reach = reach(worst);
        }
        examine(length / PriceCells.STRIDE);
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
                && !impossible;
    }

    private void take(long key, int ordinal, int bits, @Nullable Position after) {
        long most = listings.ids.mostBits(ordinal);
        long least = listings.ids.leastBits(ordinal);
        if (after != null && !isAfter(key, most, least, after)) {
            return;
        }
        if (candidates.wants(key, most, least)
                && listings.hasAmenities(ordinal, wantedAmenities)
                && listings.isHighEnough(ordinal, height)
                && slots.anyFree(listings.slotStart(ordinal), listings.slotCount(ordinal), from, to, kinds(bits))) {
            candidates.offer(key, most, least, ordinal);
        }
    }

    /** Which of a listing's slots count. */
    private int kinds(int bits) {
        return anyFlags != 0 && (bits & ListingTable.ACCESSIBLE_SLOTS) != 0 ? ACCESSIBLE_KIND : SlotTable.ANY_KIND;
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

    Item item(int ordinal) {
        int[] entries = cells.entries(cells.leafOf(ordinal));
        int i = cells.offsetOf(ordinal);
        int bits = entries[i + PriceCells.BITS];
        int x = entries[i + PriceCells.X];
        int y = entries[i + PriceCells.Y];
        long price = hours(bits).price(entries[i + PriceCells.HOUR], entries[i + PriceCells.DAY_CAP]);
        return new Item(
                listings.id(ordinal),
                listings.title(ordinal),
                ListingTable.typeOf(bits),
                Area.point(x, y),
                new Money(price, listings.currencyOf(bits)),
                slots.countFree(listings.slotStart(ordinal), listings.slotCount(ordinal), from, to, kinds(bits)),
                listings.slotCount(ordinal),
                distances == null ? null : (int) Math.round(distances.metresTo(x, y)),
                (bits & ListingTable.INSTANT) != 0,
                (bits & ListingTable.DEMO) != 0,
                listings.pinVersion(ordinal));
    }

    private static boolean isAfter(long key, long most, long least, Position after) {
        UUID id = after.id().value();
        return Candidates.compare(
                        key, most, least, after.key(), id.getMostSignificantBits(), id.getLeastSignificantBits())
                > 0;
    }

    static long decimetres(double metres) {
        return Math.round(metres * 10);
    }
}
