package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a series of bookings; a bare UUID in JSON. */
public record SeriesId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public SeriesId {}

    public static SeriesId next() {
        return new SeriesId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static SeriesId parse(String text) {
        return new SeriesId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
