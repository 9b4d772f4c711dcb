package dev.berth.values;

/**
 * A place on the earth (WGS 84).
 *
 * @param lat degrees north, −90 to 90
 * @param lng degrees east, −180 to 180
 */
public record GeoPoint(double lat, double lng) {
    private static final double EARTH_RADIUS_METRES = 6_371_008.8;

    /** @throws IllegalArgumentException when the point is not on the earth */
    public GeoPoint {
        if (!(lat >= -90 && lat <= 90 && lng >= -180 && lng <= 180)) {
            throw new IllegalArgumentException("not on the earth: " + lat + ", " + lng);
        }
    }

    /** Great-circle distance on a sphere: within 0.6 % of the ellipsoid, enough to rank and to walk by. */
    public double metresTo(GeoPoint other) {
        double halfLat = Math.toRadians(other.lat - lat) / 2;
        double halfLng = Math.toRadians(other.lng - lng) / 2;
        double a = Math.sin(halfLat) * Math.sin(halfLat)
                + Math.cos(Math.toRadians(lat))
                        * Math.cos(Math.toRadians(other.lat))
                        * Math.sin(halfLng)
                        * Math.sin(halfLng);
        return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(a)));
    }
}
