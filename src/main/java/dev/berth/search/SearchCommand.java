package dev.berth.search;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.listings.ListingType;
import dev.berth.listings.SlotKind;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.pricing.Pricing;
import dev.berth.search.text.TextCommand.Match;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.SlotId;
import dev.berth.values.Tile;
import dev.berth.values.TimeRange;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the search of this node can be asked. Each node answers from its own memory; these never leave the node. */
public sealed interface SearchCommand<R extends Message> extends Command<R>
        permits SearchCommand.SearchListings,
                SearchCommand.FindFreeSlots,
                SearchCommand.GetHeat,
                SearchCommand.FindClusters {
    String ADDRESS = "search.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Listings with a slot that is free for the whole stay, in order, one page. UNPROCESSABLE when the area holds so many
     * candidates that do not fit that looking at all of them would hold up others.
     *
     * @param box where to look, or null for around {@code near}
     * @param near what distances are measured from, or null; one of {@code box} and {@code near} is given
     * @param radiusMetres how far from {@code near}, or null for no limit but the box
     * @param stay the wanted stay, at most {@link Pricing#MAX_STAY}
     * @param limit 1 to {@value #MAX_LIMIT}
     * @param after the position of the last item of the page before, null for the first page
     * @param matches only these, which say the wanted words; null for all
     */
    record SearchListings(
            @Nullable GeoBox box,
            @Nullable GeoPoint near,
            @Nullable Integer radiusMetres,
            TimeRange stay,
            Filters filters,
            Sort sort,
            int limit,
            @Nullable Position after,
            @Nullable List<Match> matches)
            implements SearchCommand<Found> {
        public static final int MAX_LIMIT = 100;
        public static final int MAX_RADIUS_METRES = 50_000;

        /** @throws IllegalArgumentException when there is nowhere to look, or nothing to measure distances from */
        public SearchListings {
            matches = matches == null ? null : List.copyOf(matches);
            if (limit < 1 || limit > MAX_LIMIT) {
                throw new IllegalArgumentException("limit is out of range");
            }
            if (stay.duration().compareTo(Pricing.MAX_STAY) > 0) {
                throw new IllegalArgumentException("stay is too long");
            }
            if (box == null && (near == null || radiusMetres == null)) {
                throw new IllegalArgumentException("neither a box nor a circle");
            }
            if (near == null && (sort == Sort.DISTANCE || radiusMetres != null)) {
                throw new IllegalArgumentException("distance from nowhere");
            }
            if (radiusMetres != null && (radiusMetres < 1 || radiusMetres > MAX_RADIUS_METRES)) {
                throw new IllegalArgumentException("radius is out of range");
            }
            if (matches == null && sort == Sort.RELEVANCE) {
                throw new IllegalArgumentException("relevance without words");
            }
        }

        /** Whatever they say. */
        public SearchListings(
                @Nullable GeoBox box,
                @Nullable GeoPoint near,
                @Nullable Integer radiusMetres,
                TimeRange stay,
                Filters filters,
                Sort sort,
                int limit,
                @Nullable Position after) {
            this(box, near, radiusMetres, stay, filters, sort, limit, after, null);
        }
    }

    /** What the items of a page are ordered by, least first; ties by id. */
    enum Sort {
        /** Of the whole stay, in minor units; amounts of different currencies are compared as numbers. */
        PRICE,
        DISTANCE,
        /** The best rated first; those of equal rating, and those that nobody has rated, by their ids. */
        RATING,
        /** What says the wanted words best, of equals the nearest to {@code near}. */
        RELEVANCE
    }

    /**
     * What a listing must be like.
     *
     * @param maxPrice most that the whole stay may cost, in minor units of the listing's currency; null for any
     * @param types one of these; empty for any
     * @param amenities all of these
     * @param instantOnly bookable without asking the host
     * @param accessible a bay for people with disabilities: only such bays are looked at where a listing marks them, all of
     *     its slots where the listing as a whole is {@code ACCESSIBLE}
     * @param heightCentimetres of the vehicle; null for any
     */
    record Filters(
            @Nullable Long maxPrice,
            Set<ListingType> types,
            Set<String> amenities,
            boolean instantOnly,
            boolean accessible,
            @Nullable Integer heightCentimetres) {
        public static final Filters NONE = new Filters(null, Set.of(), Set.of(), false, false, null);

        public Filters {
            types = Set.copyOf(types);
            amenities = Set.copyOf(amenities);
        }
    }

    /**
     * A place in the order of a search.
     *
     * @param key the price in minor units, the distance in decimetres, or what else the order goes by, the least first
     */
    record Position(long key, ListingId id) {}

    /** @param next the position after which the next page begins, null at the end */
    record Found(List<Item> items, @Nullable Position next) implements Message {
        public Found {
            items = List.copyOf(items);
        }
    }

    /**
     * A listing that fits.
     *
     * @param price of the whole stay
     * @param freeSlots how many of its slots are free for the whole stay
     * @param distanceMetres as the crow flies from {@code near}; null without
     * @param timeZone the place's IANA zone
     * @param accessibleOnly whether all slots are for people with disabilities
     * @param version of its pin: grows with every change of the listing or its bookings
     */
    record Item(
            ListingId id,
            String title,
            ListingType type,
            GeoPoint location,
            Money price,
            int freeSlots,
            int capacity,
            @Nullable Integer distanceMetres,
            String timeZone,
            boolean instantBook,
            boolean accessibleOnly,
            boolean demo,
            long version) {
        private static final double WALK_METRES_PER_MINUTE = 80;
        /** Streets are longer than the crow's flight by about this much. */
        private static final double WALK_DETOUR = 1.3;

        /** Null without a distance. */
        @JsonIgnore
        public @Nullable Integer walkingMinutes() {
            return distanceMetres == null
                    ? null
                    : (int) Math.ceil(distanceMetres * WALK_DETOUR / WALK_METRES_PER_MINUTE);
        }
    }

    /**
     * How full it is now, by tiles.
     *
     * @param zoom of the map: cells are an eighth of its tiles
     */
    record GetHeat(GeoBox box, int zoom) implements SearchCommand<Heat> {}

    /**
     * @param zoom of the cells
     * @param minute that it is counted of, in minutes since 1970
     * @param cells those in which something is
     */
    record Heat(int zoom, int minute, List<HeatCell> cells) implements Message {
        public Heat {
            cells = List.copyOf(cells);
        }
    }

    /**
     * A tile.
     *
     * @param taken how many of the slots are
     */
    record HeatCell(int x, int y, int listings, int capacity, int taken) {}

    /**
     * Listings put together by tiles, with what is free of them for a stay.
     *
     * @param zoom of the map: cells are a quarter of its tiles
     */
    record FindClusters(GeoBox box, int zoom, TimeRange stay) implements SearchCommand<Clusters> {}

    /**
     * @param zoom of the cells
     * @param isExact whether {@link Cluster#free} is exact. Otherwise it is the least that is free: whole hours are counted,
     *     and two bookings as two slots
     */
    record Clusters(int zoom, boolean isExact, List<Cluster> clusters) implements Message {
        public Clusters {
            clusters = List.copyOf(clusters);
        }
    }

    /**
     * The listings of a tile, also of the part of it that lies outside of the box.
     *
     * @param middle of the listings
     * @param cheapestHour the least hourly price; amounts of different currencies are compared as numbers
     */
    record Cluster(Tile tile, GeoPoint middle, int listings, int capacity, int free, Money cheapestHour) {}

    /**
     * Slots of a listing that are free for the whole stay, best first: in the order of their kinds; then those where the stay
     * leaves the least unused time before and after it; then by position. A hint: the database decides.
     *
     * @param kinds those that count, the best first
     * @param limit how many are named at most
     */
    record FindFreeSlots(ListingId listing, TimeRange stay, List<SlotKind> kinds, int limit)
            implements SearchCommand<FreeSlots> {
        public FindFreeSlots {
            kinds = List.copyOf(kinds);
        }
    }

    /**
     * @param known whether this node knows the listing at all; a listing of a moment ago may be unknown yet
     * @param freeCount how many are free in all
     */
    record FreeSlots(boolean known, int freeCount, List<SlotId> slots) implements Message {
        public FreeSlots {
            slots = List.copyOf(slots);
        }
    }
}
