package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a vehicle of a driver; a bare UUID in JSON. */
public record VehicleId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public VehicleId {}

    public static VehicleId next() {
        return new VehicleId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static VehicleId parse(String text) {
        return new VehicleId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
