package dev.berth.promotions;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import java.security.SecureRandom;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How codes are read and made up. */
final class PromoCodes {
    /** The alphabet of Crockford's Base32: nothing in it is taken for something else, and no I, L, O, U. */
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /** Three groups of four: 60 random bits, of which nobody guesses one. */
    private static final int GROUPS = 3;

    private static final int GROUP = 4;

    /** What people choose themselves is at least so long. */
    static final int SHORTEST = 6;

    static final int LONGEST = 24;

    private PromoCodes() {}

    /**
     * A code as it is stored, however it is typed: case, spaces and hyphens do not count, and what looks alike is the same.
     *
     * @return null when it can be no code
     */
    static @Nullable String normal(String typed) {
        String code = typed.toUpperCase(Locale.ROOT)
                .replaceAll("[\\s\\p{Pd}_]", "")
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
        return code.matches("[0-9A-Z]{4," + LONGEST + "}") ? code : null;
    }

    /** One that somebody has chosen. */
    static String chosen(String typed) {
        String code = normal(typed);
        if (code == null || code.length() < SHORTEST) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE,
                    "a code has %d to %d letters and digits".formatted(SHORTEST, LONGEST),
                    "/code");
        }
        return code;
    }

    /** One that nobody guesses, as it is printed. */
    static String generate(SecureRandom random) {
        StringBuilder code = new StringBuilder();
        for (int group = 0; group < GROUPS; group++) {
            if (group > 0) {
                code.append('-');
            }
            for (int i = 0; i < GROUP; i++) {
                code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
        }
        return code.toString();
    }
}
