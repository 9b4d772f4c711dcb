package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a saved card; a bare UUID in JSON. */
public record CardId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public CardId {}

    public static CardId next() {
        return new CardId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static CardId parse(String text) {
        return new CardId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
