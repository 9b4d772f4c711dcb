package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a booking; a bare UUID in JSON. */
public record BookingId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public BookingId {}

    public static BookingId next() {
        return new BookingId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static BookingId parse(String text) {
        return new BookingId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
