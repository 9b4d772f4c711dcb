package dev.berth.search.geocode;

import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.GeoPoint;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The geocoding operations of the HTTP contract. */
public final class GeocodeRoutes {
    private static final int MAX_PLACES = 10;

    private final Geocoding geocoding;

    public GeocodeRoutes(Geocoding geocoding) {
        this.geocoding = geocoding;
    }

    public void addTo(Operations operations) {
        operations.on("geocode", this::geocode);
        operations.on("reverseGeocode", this::reverseGeocode);
    }

    private Future<Response> geocode(Request request) {
        return geocoding
                .search(
                        request.requiredQuery("q"),
                        point(request.queryList("near"), "/query/near"),
                        MAX_PLACES,
                        request.locale().getLanguage())
                .map(Response::ok);
    }

    private Future<Response> reverseGeocode(Request request) {
        GeoPoint at = point(request.queryList("at"), "/query/at");
        if (at == null) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "must be latitude, longitude", "/query/at");
        }
        return geocoding.reverse(at, request.locale().getLanguage()).map(Response::ok);
    }

    private static @Nullable GeoPoint point(List<String> values, String pointer) {
        if (values.isEmpty()) {
            return null;
        }
        try {
            return new GeoPoint(Double.parseDouble(values.get(0)), Double.parseDouble(values.get(1)));
        } catch (IllegalArgumentException e) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "must be latitude, longitude on the earth", pointer);
        }
    }
}
