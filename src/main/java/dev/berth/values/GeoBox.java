package dev.berth.values;

/** A box between two parallels and two meridians, in degrees; {@code west > east} crosses the antimeridian. */
public record GeoBox(double west, double south, double east, double north) {
    /** @throws IllegalArgumentException when an edge is not on the earth or south is above north */
    public GeoBox {
        if (!(west >= -180 && west <= 180 && east >= -180 && east <= 180)
                || !(south >= -90 && north <= 90 && south <= north)) {
            throw new IllegalArgumentException("not a box on the earth");
        }
    }

    public boolean contains(GeoPoint point) {
        boolean inside =
                west <= east ? point.lng() >= west && point.lng() <= east : point.lng() >= west || point.lng() <= east;
        return inside && point.lat() >= south && point.lat() <= north;
    }
}
