package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a promotion; a bare UUID in JSON. */
public record PromotionId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PromotionId {}

    public static PromotionId next() {
        return new PromotionId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static PromotionId parse(String text) {
        return new PromotionId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
