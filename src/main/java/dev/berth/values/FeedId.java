package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a calendar feed; a bare UUID in JSON. */
public record FeedId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public FeedId {}

    public static FeedId next() {
        return new FeedId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static FeedId parse(String text) {
        return new FeedId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
