package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a monthly pass or permit; a bare UUID in JSON. */
public record SubscriptionId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public SubscriptionId {}

    public static SubscriptionId next() {
        return new SubscriptionId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static SubscriptionId parse(String text) {
        return new SubscriptionId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
