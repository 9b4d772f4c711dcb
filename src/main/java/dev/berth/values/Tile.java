package dev.berth.values;

/** A web-mercator tile. Written {@code z.x.y}, as in the bridge's addresses. */
public record Tile(int z, int x, int y) {
    /** The zoom of the tiles that pins are published by. */
    public static final int PIN_ZOOM = 14;

    private static final int MAX_ZOOM = 22;
    /** Web mercator ends here; points nearer to the poles lie in the outermost row. */
    private static final double MAX_LATITUDE = 85.05112877980659;

    /** @throws IllegalArgumentException when there is no such tile */
    public Tile {
        if (z < 0 || z > MAX_ZOOM || x < 0 || y < 0 || x >= 1 << z || y >= 1 << z) {
            throw new IllegalArgumentException("no such tile");
        }
    }

    public static Tile at(GeoPoint point, int zoom) {
        int tiles = 1 << zoom;
        double lat = Math.toRadians(Math.clamp(point.lat(), -MAX_LATITUDE, MAX_LATITUDE));
        int x = (int) Math.floor((point.lng() + 180) / 360 * tiles);
        int y = (int) Math.floor((1 - Math.log(Math.tan(lat) + 1 / Math.cos(lat)) / Math.PI) / 2 * tiles);
        return new Tile(zoom, Math.clamp(x, 0, tiles - 1), Math.clamp(y, 0, tiles - 1));
    }

    /** @throws IllegalArgumentException when the text is not {@code z.x.y} of an existing tile */
    public static Tile parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a tile");
        }
        return new Tile(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public String toString() {
        return z + "." + x + "." + y;
    }
}
