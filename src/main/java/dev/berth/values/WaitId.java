package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a place on a waitlist; a bare UUID in JSON. */
public record WaitId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public WaitId {}

    public static WaitId next() {
        return new WaitId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static WaitId parse(String text) {
        return new WaitId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
