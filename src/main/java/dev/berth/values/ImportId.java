package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a calendar that is imported; a bare UUID in JSON. */
public record ImportId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ImportId {}

    public static ImportId next() {
        return new ImportId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static ImportId parse(String text) {
        return new ImportId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
