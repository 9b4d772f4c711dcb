package dev.berth.search.text;

import dev.berth.listings.ListingType;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Listings for tests of words. */
final class Texts {
    static final GeoPoint KARLSRUHE = new GeoPoint(49.0069, 8.4037);
    static final GeoBox EVERYWHERE = new GeoBox(-180, -90, 180, 90);

    private Texts() {}

    static TextConfig config() {
        return ConfigLoader.load(TextConfig.class, Path.of("no-such-file.yaml"), Map.of("BERTH_QUERY_TIMEOUT", "60s"));
    }

    static TextDocument document(String title, String description, String address) {
        return new TextDocument(
                ListingId.next(), title, description, address, ListingType.SURFACE_LOT, Set.of(), KARLSRUHE);
    }

    static TextDocument at(TextDocument document, GeoPoint location) {
        return new TextDocument(
                document.id(),
                document.title(),
                document.description(),
                document.address(),
                document.type(),
                document.amenities(),
                location);
    }

    static void put(TextIndex index, TextDocument... documents) throws IOException {
        put(index, Arrays.asList(documents));
    }

    static void put(TextIndex index, List<TextDocument> documents) throws IOException {
        Map<ListingId, @Nullable TextDocument> changes = new HashMap<>();
        documents.forEach(document -> changes.put(document.id(), document));
        index.apply(changes);
    }

    static void remove(TextIndex index, ListingId id) throws IOException {
        Map<ListingId, @Nullable TextDocument> changes = new HashMap<>();
        changes.put(id, null);
        index.apply(changes);
    }
}
