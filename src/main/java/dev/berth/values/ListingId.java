package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a listing; a bare UUID in JSON. */
public record ListingId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ListingId {}

    public static ListingId next() {
        return new ListingId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static ListingId parse(String text) {
        return new ListingId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
