package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a block of slots; a bare UUID in JSON. */
public record BlockId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public BlockId {}

    public static BlockId next() {
        return new BlockId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static BlockId parse(String text) {
        return new BlockId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
