package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a payment, known to clients as its intent; a bare UUID in JSON. */
public record PaymentId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PaymentId {}

    public static PaymentId next() {
        return new PaymentId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static PaymentId parse(String text) {
        return new PaymentId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
