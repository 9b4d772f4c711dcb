package dev.berth.search;

import dev.berth.values.GeoBox;
import dev.berth.values.Tile;

/** The box around a tile. */
final class TileBox {
    /** Covers what rounding to the index's coordinates may move over an edge. */
    private static final double SLACK_DEGREES = 1e-6;

    private TileBox() {}

    static Area of(Tile tile) {
        int tiles = 1 << tile.z();
        double west = tile.x() * 360.0 / tiles - 180;
        double east = (tile.x() + 1) * 360.0 / tiles - 180;
        // The outermost rows reach to the poles.
        double north = tile.y() == 0 ? 90 : latitude(tile.y(), tiles);
        double south = tile.y() == tiles - 1 ? -90 : latitude(tile.y() + 1, tiles);
        return Area.of(new GeoBox(
                Math.max(-180, west - SLACK_DEGREES),
                Math.max(-90, south - SLACK_DEGREES),
                Math.min(180, east + SLACK_DEGREES),
                Math.min(90, north + SLACK_DEGREES)));
    }

    private static double latitude(int y, int tiles) {
        return Math.toDegrees(Math.atan(Math.sinh(Math.PI * (1 - 2.0 * y / tiles))));
    }
}
