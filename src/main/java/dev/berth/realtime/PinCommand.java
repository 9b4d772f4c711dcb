package dev.berth.realtime;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.Tile;
import io.vertx.core.buffer.Buffer;
import java.util.Collections;
import java.util.List;

/**
 * What the bridge asks of whoever publishes the pins of its own node. It lives here because search, which does, is made of
 * bookings' events, and bookings tells the bridge: the three must not know each other in a circle.
 */
public sealed interface PinCommand<R extends Message> extends Command<R> permits PinCommand.SnapshotTiles {
    String ADDRESS = "pins.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * The pins of tiles, consistent with the stream of changes that this node publishes for them.
     *
     * @param digests of the pins that the asker has of each of them, as many as tiles; empty texts where it has none
     */
    record SnapshotTiles(List<Tile> tiles, List<String> digests) implements PinCommand<TileSnapshots> {
        /** @throws IllegalArgumentException when there is not one digest for each tile */
        public SnapshotTiles {
            tiles = List.copyOf(tiles);
            digests = List.copyOf(digests);
            if (tiles.size() != digests.size()) {
                throw new IllegalArgumentException("a digest for each tile");
            }
        }

        /** Of an asker that has none. */
        public SnapshotTiles(List<Tile> tiles) {
            this(tiles, Collections.nCopies(tiles.size(), ""));
        }
    }

    record TileSnapshots(List<TileSnapshot> tiles) implements Message {
        public TileSnapshots {
            tiles = List.copyOf(tiles);
        }
    }

    /**
     * @param json {@code {"tile","epoch","seq","pins":[…]}}, encoded: changes with a greater {@code seq} follow it;
     *     {@code "same":true} instead of the pins where the asker has them
     */
    record TileSnapshot(Tile tile, Buffer json) {}
}
