package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a payout; a bare UUID in JSON. */
public record PayoutId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PayoutId {}

    public static PayoutId next() {
        return new PayoutId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static PayoutId parse(String text) {
        return new PayoutId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
