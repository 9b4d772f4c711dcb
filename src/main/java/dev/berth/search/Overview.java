package dev.berth.search;

import dev.berth.search.SearchCommand.Cluster;
import dev.berth.search.SearchCommand.Clusters;
import dev.berth.search.SearchCommand.FindClusters;
import dev.berth.search.SearchCommand.GetHeat;
import dev.berth.search.SearchCommand.Heat;
import dev.berth.search.SearchCommand.HeatCell;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.Money;
import dev.berth.values.Tile;
import dev.berth.values.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a map shows from afar: by tiles, without looking at listings where there are many. */
final class Overview {
    /** Cells are so many zooms smaller than the map's tiles: a quarter of a tile's edge, and an eighth. */
    private static final int CLUSTER_STEPS = 2;

    private static final int HEAT_STEPS = 3;
    private static final int MINUTES_PER_HOUR = 60;

    private final SearchIndex index;
    private final Occupancies occupancies;
    private final TileTree tree;
    private final int cellsMax;
    private final int scanMax;

    /**
     * @param cellsMax cells of an answer: where there were more, they are larger
     * @param scanMax listings that are looked at one by one at most
     */
    Overview(SearchIndex index, Occupancies occupancies, int cellsMax, int scanMax) {
        this.index = index;
        this.occupancies = occupancies;
        this.tree = occupancies.tree;
        this.cellsMax = cellsMax;
        this.scanMax = scanMax;
    }

    private interface Seen {
        void node(int node, int x, int y);
    }

    /** Tiles of one zoom that a box touches; across the antimeridian those of both sides. */
    private record Range(int z, int west, int north, int east, int south) {
        static Range of(GeoBox box, int z) {
            Tile first = Tile.at(new GeoPoint(box.north(), box.west()), z);
            Tile last = Tile.at(new GeoPoint(box.south(), box.east()), z);
            int around = box.west() > box.east() ? 1 << z : 0;
            return new Range(z, first.x(), first.y(), Math.min(last.x() + around, first.x() + (1 << z) - 1), last.y());
        }

        long cells() {
            return (long) (east - west + 1) * (south - north + 1);
        }
    }

    private Range range(GeoBox box, int wantedZoom) {
        int z = Math.clamp(wantedZoom, 0, TileTree.MAX_ZOOM);
        Range range = Range.of(box, z);
        while (range.cells() > cellsMax && z > 0) {
            range = Range.of(box, --z);
        }
        return range;
    }

    private void forEach(Range range, Seen seen) {
        for (int column = range.west; column <= range.east; column++) {
            int x = column & (1 << range.z) - 1;
            for (int y = range.north; y <= range.south; y++) {
                int node = tree.find(range.z, x, y);
                if (node >= 0 && tree.listings(node) > 0) {
                    seen.node(node, x, y);
                }
            }
        }
    }

    Heat heat(GetHeat query) {
        Range range = range(query.box(), query.zoom() + HEAT_STEPS);
        List<HeatCell> cells = new ArrayList<>();
        forEach(
                range,
                (node, x, y) ->
                        cells.add(new HeatCell(x, y, tree.listings(node), tree.capacity(node), tree.taken(node))));
        return new Heat(range.z, occupancies.minute(), cells);
    }

    /** @param now when it is asked */
    Clusters clusters(FindClusters query, Instant now) {
        Range range = range(query.box(), query.zoom() + CLUSTER_STEPS);
        int from = ListingTable.minuteOf(query.stay().from());
        int to = ListingTable.minuteAfter(query.stay().to());
        List<Cluster> clusters = new ArrayList<>();
        if (range.z > TileTree.MAX_HOURS_ZOOM) {
            long[] listings = {0};
            forEach(range, (node, x, y) -> listings[0] += tree.listings(node));
            if (listings[0] <= scanMax) {
                Range exact = range;
                forEach(
                        exact,
                        (node, x, y) -> clusters.add(
                                cluster(node, exact.z, x, y, free(new Tile(exact.z, x, y), query.stay(), now))));
                return new Clusters(range.z, true, clusters);
            }
            range = range(query.box(), TileTree.MAX_HOURS_ZOOM);
        }
        int fromHour = Math.floorDiv(from, MINUTES_PER_HOUR);
        int toHour = Math.ceilDiv(to, MINUTES_PER_HOUR);
        int z = range.z;
        forEach(
                range,
                (node, x, y) -> clusters.add(
                        cluster(node, z, x, y, tree.freeAtLeast(node, fromHour, toHour, occupancies.hour()))));
        return new Clusters(z, false, clusters);
    }

    private int free(Tile tile, TimeRange stay, Instant now) {
        int from = ListingTable.minuteOf(stay.from());
        int to = ListingTable.minuteAfter(stay.to());
        int[] free = {0};
        ListingTable listings = index.listings;
        index.inTile(tile, ordinal -> {
            if (listings.allows(ordinal, stay, now)) {
                free[0] += listings.slots.countFree(
                        listings.slotStart(ordinal),
                        listings.slotCount(ordinal),
                        from,
                        to,
                        SlotTable.ANY_KIND,
                        listings.bufferMinutes(ordinal));
            }
        });
        return free[0];
    }

    private Cluster cluster(int node, int z, int x, int y, int free) {
        long cheapest = tree.cheapest(node);
        return new Cluster(
                new Tile(z, x, y),
                Area.point(tree.middleX(node), tree.middleY(node)),
                tree.listings(node),
                tree.capacity(node),
                free,
                new Money(TileTree.hourOf(cheapest), index.listings.currency(TileTree.currencyOf(cheapest))));
    }
}
