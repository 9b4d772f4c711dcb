package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a plan for monthly passes; a bare UUID in JSON. */
public record PlanId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PlanId {}

    public static PlanId next() {
        return new PlanId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static PlanId parse(String text) {
        return new PlanId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
