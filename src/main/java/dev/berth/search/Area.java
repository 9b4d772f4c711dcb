package dev.berth.search;

import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import org.jspecify.annotations.Nullable;

/**
 * Where to look, in the index's whole-number coordinates: one stretch of latitudes and one or two of longitudes (two across
 * the antimeridian), and for a circle its exact distance as well.
 */
final class Area {
    /** Units per degree: a unit is about a centimetre. */
    static final double UNITS_PER_DEGREE = 1e7;

    private static final double EARTH_RADIUS_METRES = 6_371_008.8;
    private static final double METRES_PER_UNIT = Math.toRadians(1 / UNITS_PER_DEGREE) * EARTH_RADIUS_METRES;
    private static final int HALF_TURN = (int) (180 * UNITS_PER_DEGREE);
    private static final int POLE = (int) (90 * UNITS_PER_DEGREE);
    /** Widens a circle's box by more than rounding can take away from it. */
    private static final double SLACK_DEGREES = 1e-6;

    final int south;
    final int north;
    final int west;
    final int east;
    /** The second stretch, empty ({@code moreWest > moreEast}) unless the area crosses the antimeridian. */
    final int moreWest;

    final int moreEast;

    private Area(double south, double north, double west, double east, double moreWest, double moreEast) {
        this.south = Math.max(units(south), -POLE);
        this.north = Math.min(units(north), POLE);
        this.west = units(west);
        this.east = units(east);
        this.moreWest = units(moreWest);
        this.moreEast = units(moreEast);
    }

    static Area of(GeoBox box) {
        return box.west() <= box.east()
                ? new Area(box.south(), box.north(), box.west(), box.east(), 1, 0)
                : new Area(box.south(), box.north(), box.west(), 180, -180, box.east());
    }

    /** A box around a circle. */
    static Area of(GeoPoint centre, double radiusMetres) {
        double angle = radiusMetres / EARTH_RADIUS_METRES;
        double lat = Math.toRadians(centre.lat());
        double south = Math.toDegrees(lat - angle) - SLACK_DEGREES;
        double north = Math.toDegrees(lat + angle) + SLACK_DEGREES;
        double reach = Math.sin(angle) / Math.cos(lat);
        if (south <= -90 || north >= 90 || !(reach < 1)) {
            return new Area(Math.max(south, -90), Math.min(north, 90), -180, 180, 1, 0); // a pole is inside
        }
        double width = Math.toDegrees(Math.asin(reach)) + SLACK_DEGREES;
        double west = centre.lng() - width;
        double east = centre.lng() + width;
        if (west < -180) {
            return new Area(south, north, west + 360, 180, -180, east);
        }
        if (east > 180) {
            return new Area(south, north, west, 180, -180, east - 360);
        }
        return new Area(south, north, west, east, 1, 0);
    }

    static Area of(@Nullable GeoBox box, @Nullable GeoPoint near, @Nullable Integer radiusMetres) {
        if (box != null) {
            return of(box);
        }
        if (near == null || radiusMetres == null) {
            throw new IllegalArgumentException("nowhere to look");
        }
        return of(near, radiusMetres);
    }

    boolean contains(int x, int y) {
        return y >= south && y <= north && ((x >= west && x <= east) || (x >= moreWest && x <= moreEast));
    }

    /** Whether the cell {@code [x, x + size) × [y, y + size)} has a point of the area. */
    boolean meets(long x, long y, long size) {
        return y <= north
                && y + size > south
                && ((x <= east && x + size > west) || (moreWest <= moreEast && x <= moreEast && x + size > moreWest));
    }

    /** Whether the cell lies wholly inside. */
    boolean covers(long x, long y, long size) {
        return y >= south
                && y + size - 1 <= north
                && ((x >= west && x + size - 1 <= east) || (x >= moreWest && x + size - 1 <= moreEast));
    }

    static int units(double degrees) {
        return Math.clamp(Math.round(degrees * UNITS_PER_DEGREE), -HALF_TURN, HALF_TURN);
    }

    static double degrees(int units) {
        return units / UNITS_PER_DEGREE;
    }

    static GeoPoint point(int x, int y) {
        return new GeoPoint(degrees(y), degrees(x));
    }

    /** Distances from one point; the same formula as {@link GeoPoint#metresTo} with what is constant taken out. */
    static final class Distances {
        private final double lat;
        private final double lng;
        private final double cosLat;
        private final int y;

        Distances(GeoPoint from) {
            lat = from.lat();
            lng = from.lng();
            cosLat = Math.cos(Math.toRadians(lat));
            y = units(lat);
        }

        double metresTo(int otherX, int otherY) {
            double otherLat = degrees(otherY);
            double sinLat = Math.sin(Math.toRadians(otherLat - lat) / 2);
            double sinLng = Math.sin(Math.toRadians(degrees(otherX) - lng) / 2);
            double a = sinLat * sinLat + cosLat * Math.cos(Math.toRadians(otherLat)) * sinLng * sinLng;
            return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(a)));
        }

        /** Never more than the distance, and without trigonometry: the way along the meridian alone. */
        double leastMetresTo(int otherY) {
            return Math.abs((long) otherY - y) * METRES_PER_UNIT - 1;
        }
    }
}
