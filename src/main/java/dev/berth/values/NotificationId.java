package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of an entry of an inbox; a bare UUID in JSON. */
public record NotificationId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public NotificationId {}

    public static NotificationId next() {
        return new NotificationId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static NotificationId parse(String text) {
        return new NotificationId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
