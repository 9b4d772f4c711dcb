package dev.berth.search;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.Tile;
import dev.berth.values.TimeRange;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** What the search of this node can be asked. Each node answers from its own memory; these never leave the node. */
public sealed interface SearchCommand<R extends Message> extends Command<R>
        permits SearchCommand.FindFreeSlots, SearchCommand.SnapshotTiles {
    String ADDRESS = "search.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Slots of a listing that are free for the whole stay, best first. A hint: the database decides.
     *
     * @param limit at most {@value #MAX_CANDIDATES}
     */
    record FindFreeSlots(ListingId listing, TimeRange stay, int limit) implements SearchCommand<FreeSlots> {
        public static final int MAX_CANDIDATES = 32;
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

    /** The pins of tiles, consistent with the stream of changes that this node publishes for them. */
    record SnapshotTiles(List<Tile> tiles) implements SearchCommand<TileSnapshots> {
        public SnapshotTiles {
            tiles = List.copyOf(tiles);
        }
    }

    record TileSnapshots(List<TileSnapshot> tiles) implements Message {
        public TileSnapshots {
            tiles = List.copyOf(tiles);
        }
    }

    /**
     * @param json {@code {"tile","epoch","seq","pins":[…]}}, encoded: changes with a greater {@code seq} follow it
     */
    record TileSnapshot(Tile tile, Buffer json) {}
}
