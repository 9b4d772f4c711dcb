package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a dispute; a bare UUID in JSON. */
public record DisputeId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public DisputeId {}

    public static DisputeId next() {
        return new DisputeId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static DisputeId parse(String text) {
        return new DisputeId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
