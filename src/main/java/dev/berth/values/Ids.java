package dev.berth.values;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import java.util.UUID;

/** Makes and reads ids: UUID version 7, so that they sort by the time they were made. */
public final class Ids {
    private static final TimeBasedEpochRandomGenerator GENERATOR = Generators.timeBasedEpochRandomGenerator();
    private static final int CANONICAL_LENGTH = 36;

    private Ids() {}

    public static UUID next() {
        return GENERATOR.generate();
    }

    /**
     * Reads the canonical form only: {@link UUID#fromString} alone takes shortened groups, and two texts for one id
     * would defeat comparisons made on the text.
     *
     * @throws IllegalArgumentException when the text is no UUID in canonical form
     */
    public static UUID parse(String text) {
        if (text.length() != CANONICAL_LENGTH) {
            throw new IllegalArgumentException("not a UUID");
        }
        return UUID.fromString(text);
    }
}
