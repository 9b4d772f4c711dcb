package dev.berth.search.geocode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.search.geocode.Located.Answer;
import dev.berth.values.GeoPoint;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** How a geocoder is asked and answers: two shapes that are documented and spoken by servers of many operators. */
sealed interface Protocol permits Protocol.Nominatim, Protocol.Photon {
    String OPEN_STREET_MAP = "© OpenStreetMap contributors, ODbL";

    /** The path and query for a text, behind the server's address. */
    String search(String text, @Nullable GeoPoint near, int limit, String language);

    /** The path and query for a point. */
    String reverse(GeoPoint at, String language);

    /** What came back; entries without a place are left out. */
    Answer read(JsonNode body);

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Null when it is not on the earth. */
    private static @Nullable GeoPoint point(double lat, double lng) {
        try {
            return new GeoPoint(lat, lng);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode node, String... names) {
        for (String name : names) {
            String text = node.path(name).asText("");
            if (!text.isBlank()) {
                return text;
            }
        }
        return null;
    }

    /** Of Nominatim, format {@code jsonv2}. */
    record Nominatim() implements Protocol {
        @Override
        public String search(String text, @Nullable GeoPoint near, int limit, String language) {
            String query = "/search?format=jsonv2&addressdetails=1&limit=" + limit + "&accept-language=" + language
                    + "&q=" + encoded(text);
            if (near == null) {
                return query;
            }
            // A preference, not a limit.
            return query
                    + String.format(
                            Locale.ROOT,
                            "&viewbox=%.4f,%.4f,%.4f,%.4f",
                            near.lng() - 0.5,
                            near.lat() + 0.5,
                            near.lng() + 0.5,
                            near.lat() - 0.5);
        }

        @Override
        public String reverse(GeoPoint at, String language) {
            return String.format(
                    Locale.ROOT,
                    "/reverse?format=jsonv2&addressdetails=1&zoom=18&accept-language=%s&lat=%.6f&lon=%.6f",
                    language,
                    at.lat(),
                    at.lng());
        }

        @Override
        public Answer read(JsonNode body) {
            List<Located> items = new ArrayList<>();
            String attribution = OPEN_STREET_MAP;
            // A search answers a list, a reverse one thing or an error.
            for (JsonNode each : body.isArray() ? body : List.of(body)) {
                GeoPoint location = point(
                        each.path("lat").asDouble(Double.NaN), each.path("lon").asDouble(Double.NaN));
                String line = text(each, "display_name");
                if (location == null || line == null) {
                    continue;
                }
                String name = text(each, "name");
                items.add(new Located(kind(each), name == null ? line.split(",", 2)[0] : name, line, location));
                String licence = text(each, "licence");
                attribution = licence == null ? attribution : licence;
            }
            return new Answer(items, "nominatim", attribution);
        }

        private static Located.Kind kind(JsonNode each) {
            String type = each.path("addresstype").asText(each.path("type").asText());
            return switch (type) {
                case "city", "town", "village", "municipality", "hamlet" -> Located.Kind.TOWN;
                case "suburb", "quarter", "neighbourhood", "city_district", "district", "borough" ->
                    Located.Kind.DISTRICT;
                case "road", "street", "pedestrian" -> Located.Kind.STREET;
                case "house", "building", "place" -> Located.Kind.ADDRESS;
                default -> Located.Kind.PLACE;
            };
        }
    }

    /** Of Photon: GeoJSON. */
    record Photon() implements Protocol {
        @Override
        public String search(String text, @Nullable GeoPoint near, int limit, String language) {
            String query = "/api?limit=" + limit + "&lang=" + language + "&q=" + encoded(text);
            return near == null
                    ? query
                    : query + String.format(Locale.ROOT, "&lat=%.4f&lon=%.4f", near.lat(), near.lng());
        }

        @Override
        public String reverse(GeoPoint at, String language) {
            return String.format(Locale.ROOT, "/reverse?lang=%s&lat=%.6f&lon=%.6f", language, at.lat(), at.lng());
        }

        @Override
        public Answer read(JsonNode body) {
            List<Located> items = new ArrayList<>();
            for (JsonNode feature : body.path("features")) {
                JsonNode coordinates = feature.path("geometry").path("coordinates");
                JsonNode of = feature.path("properties");
                GeoPoint location = point(
                        coordinates.path(1).asDouble(Double.NaN),
                        coordinates.path(0).asDouble(Double.NaN));
                String street = text(of, "street");
                String house = text(of, "housenumber");
                String road = street == null ? null : house == null ? street : street + " " + house;
                String name = text(of, "name");
                String shown = name != null ? name : road;
                if (location != null && shown != null) {
                    items.add(new Located(kind(of), shown, line(of, name, road), location));
                }
            }
            return new Answer(items, "photon", OPEN_STREET_MAP);
        }

        private static @Nullable String line(JsonNode of, @Nullable String name, @Nullable String road) {
            StringJoiner line = new StringJoiner(", ");
            if (name != null) {
                line.add(name);
            }
            if (road != null) {
                line.add(road);
            }
            String city = text(of, "city", "county");
            String postcode = text(of, "postcode");
            if (city != null && !city.equals(name)) {
                line.add(postcode == null ? city : postcode + " " + city);
            }
            String country = text(of, "country");
            if (country != null && !country.equals(name)) {
                line.add(country);
            }
            return line.length() == 0 ? null : line.toString();
        }

        private static Located.Kind kind(JsonNode of) {
            return switch (of.path("type").asText()) {
                case "city" -> Located.Kind.TOWN;
                case "district", "locality" -> Located.Kind.DISTRICT;
                case "street" -> Located.Kind.STREET;
                case "house" -> of.path("name").isMissingNode() ? Located.Kind.ADDRESS : Located.Kind.PLACE;
                default -> Located.Kind.PLACE;
            };
        }
    }
}
