package dev.berth.search.geocode;

import dev.berth.search.text.TextCommand.Place;
import dev.berth.values.GeoPoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place and where it is.
 *
 * @param address in one line, where it is more than the name
 */
record Located(Kind kind, String name, @Nullable String address, GeoPoint location) {
    /** What was found, from the town to the house. */
    enum Kind {
        TOWN,
        DISTRICT,
        STREET,
        ADDRESS,
        PLACE
    }

    /**
     * An answer, with whom it is owed to.
     *
     * @param source {@code listings}, {@code nominatim} or {@code photon}
     * @param attribution to be shown beside it
     */
    record Answer(List<Located> items, String source, String attribution) {
        Answer {
            items = List.copyOf(items);
        }
    }

    static Located of(Place place) {
        Kind kind = switch (place.kind()) {
            case TOWN -> Kind.TOWN;
            case DISTRICT -> Kind.DISTRICT;
            case STREET -> Kind.STREET;
        };
        return new Located(
                kind, place.name(), place.town() == null ? null : place.name() + ", " + place.town(), place.location());
    }
}
