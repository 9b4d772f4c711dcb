package dev.berth.search.text;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked by words. Each node answers from its own memory; these never leave the node. */
public sealed interface TextCommand<R extends Message> extends Command<R>
        permits TextCommand.MatchTexts, TextCommand.Suggest, TextCommand.FindPlaces, TextCommand.NamePlace {
    String ADDRESS = "search.texts";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Listings that say these words, in a box or around a point. UNAVAILABLE while the words are still being read.
     *
     * @param box where, or null for around {@code near}
     * @param radiusMetres around {@code near} where there is no box
     */
    record MatchTexts(
            String text,
            @Nullable GeoBox box,
            @Nullable GeoPoint near,
            @Nullable Integer radiusMetres) implements TextCommand<Matches> {}

    /** @param matches the most relevant first, those of equal relevance by id; as many as the configuration allows */
    record Matches(List<Match> matches) implements Message {
        public Matches {
            matches = List.copyOf(matches);
        }
    }

    /**
     * A listing that says the words.
     *
     * @param score 1 to {@value #MAX_SCORE}; of the listing's words and the question alone, so that it is the same on
     *     every node and however many other listings there are
     */
    record Match(ListingId id, int score) {
        public static final int MAX_SCORE = 10_000;
    }

    /** Listings and places whose names begin so, those near the point first. */
    record Suggest(String text, @Nullable GeoPoint near) implements TextCommand<Suggestions> {}

    record Suggestions(List<Place> places, List<Suggested> listings) implements Message {
        public Suggestions {
            places = List.copyOf(places);
            listings = List.copyOf(listings);
        }
    }

    record Suggested(ListingId id, String title, String address, GeoPoint location) {}

    /** Places of that name, as far as the listings' addresses tell. */
    record FindPlaces(String text, @Nullable GeoPoint near, int limit) implements TextCommand<Places> {}

    /** The place that a point is in, as far as the listings around it tell. */
    record NamePlace(GeoPoint at) implements TextCommand<Places> {}

    record Places(List<Place> places) implements Message {
        public Places {
            places = List.copyOf(places);
        }
    }

    /** What a {@link Place} is. */
    enum Kind {
        TOWN,
        DISTRICT,
        STREET
    }

    /**
     * A place that addresses name.
     *
     * @param town that a district or street is in, where it is known
     * @param location the middle of the listings there
     * @param listings how many there are
     */
    record Place(Kind kind, String name, @Nullable String town, GeoPoint location, int listings) {}
}
