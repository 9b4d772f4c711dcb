package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a slot of a listing; a bare UUID in JSON. */
public record SlotId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public SlotId {}

    public static SlotId next() {
        return new SlotId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static SlotId parse(String text) {
        return new SlotId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
