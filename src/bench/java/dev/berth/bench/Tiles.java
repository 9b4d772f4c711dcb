package dev.berth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.values.GeoPoint;
import dev.berth.values.Tile;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tiles of a platform, those with the most listings that need no host's answer and empty ones beside them, and who looks
 * at which of them.
 */
final class Tiles {
    static final int COUNT = 200;
    static final int EACH = 10;

    private static final int STEP = 7;
    /** Tiles to a side of where empty ones are looked for. */
    private static final int WIDE = 24;

    private final List<String> names;
    private final List<String> filled;
    private final Map<String, List<String>> listings;

    private Tiles(List<String> names, List<String> filled, Map<String, List<String>> listings) {
        this.names = names;
        this.filled = filled;
        this.listings = listings;
    }

    static Tiles of(Api api) {
        Map<String, List<String>> listings = new HashMap<>();
        Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
        String cursor = "";
        do {
            JsonNode page = Wait.on(api.get("/search/listings?bbox=%s&from=%s&to=%s&limit=100%s"
                            .formatted(Quotes.REGION, tomorrow, tomorrow.plus(2, ChronoUnit.HOURS), cursor)))
                    .json(api.json());
            for (JsonNode item : page.path("items")) {
                if (!item.path("instantBook").asBoolean()) {
                    continue;
                }
                JsonNode place = item.path("location");
                Tile tile = Tile.at(
                        new GeoPoint(
                                place.path("lat").asDouble(), place.path("lng").asDouble()),
                        Tile.PIN_ZOOM);
                listings.computeIfAbsent(tile.toString(), first -> new ArrayList<>())
                        .add(item.path("id").asText());
            }
            cursor = page.path("next").isTextual()
                    ? "&cursor=" + page.path("next").asText()
                    : "";
        } while (!cursor.isEmpty());
        List<String> names = new ArrayList<>(listings.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, List<String>> tile) ->
                                -tile.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .limit(COUNT)
                .toList());
        List<String> filled = List.copyOf(names);
        Tile middle = Tile.parse(names.getFirst());
        for (int i = 0; names.size() < COUNT; i++) {
            String name = new Tile(Tile.PIN_ZOOM, middle.x() + i / WIDE - WIDE / 2, middle.y() + i % WIDE - WIDE / 2)
                    .toString();
            if (!listings.containsKey(name)) {
                names.add(name);
            }
        }
        return new Tiles(names, filled, listings);
    }

    /** How many of them have listings. */
    int filled() {
        return filled.size();
    }

    int count() {
        return names.size();
    }

    List<String> names() {
        return names;
    }

    /** The tiles of a page, all of them heard by equally many. */
    List<String> of(int page) {
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            mine.add(names.get((page * EACH + i * STEP) % names.size()));
        }
        return mine;
    }

    /** Some listing of each tile, those of the fullest first. */
    String listing(int number) {
        List<String> of = listings.getOrDefault(filled.get(number % filled.size()), List.of());
        return of.get(number / filled.size() % of.size());
    }
}
