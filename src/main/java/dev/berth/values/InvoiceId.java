package dev.berth.values;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of an invoice or credit note; a bare UUID in JSON. */
public record InvoiceId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public InvoiceId {}

    public static InvoiceId next() {
        return new InvoiceId(Ids.next());
    }

    /** @throws IllegalArgumentException when the text is no UUID */
    public static InvoiceId parse(String text) {
        return new InvoiceId(Ids.parse(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
