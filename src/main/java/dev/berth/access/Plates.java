package dev.berth.access;

import dev.berth.access.AccessCommand.PlateMatch;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Number plates as cameras read them (RULES 22). What a plate says about country and region is part of it; only what is
 * between its letters is not. Two plates look alike when they differ in one character at most, and only in one that
 * cameras mix up.
 */
final class Plates {
    /** Characters that cameras take for each other, after Genetec's lists; each group's first stands for all. */
    private static final List<String> LOOK_ALIKE = List.of("0ODQ", "1I", "2Z", "5S", "8B", "6G");

    private Plates() {}

    /** Upper case, letters and digits only; empty when nothing is left. */
    static String normalised(String plate) {
        String upper = Normalizer.normalize(plate, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT);
        StringBuilder kept = new StringBuilder(upper.length());
        upper.codePoints().filter(Character::isLetterOrDigit).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    /** Whether two normalised plates differ in exactly one character, and in one that cameras mix up. */
    static boolean lookAlike(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        int differences = 0;
        for (int i = 0; i < one.length(); i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                differences++;
                if (differences > 1 || group(a) < 0 || group(a) != group(b)) {
                    return false;
                }
            }
        }
        return differences == 1;
    }

    private static int group(char character) {
        for (int i = 0; i < LOOK_ALIKE.size(); i++) {
            if (LOOK_ALIKE.get(i).indexOf(character) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Those that fit, and how: all have the same match. */
    record Fitting<T>(List<T> found, PlateMatch match) {
        Fitting {
            found = List.copyOf(found);
        }
    }

    /**
     * Who has the plate: those whose plate is the same if there are any, else those whose plate looks alike.
     *
     * @param read normalised
     * @param plate of a candidate, normalised
     */
    static <T> Fitting<T> find(String read, List<T> candidates, Function<T, String> plate) {
        List<T> same = candidates.stream()
                .filter(each -> plate.apply(each).equals(read))
                .toList();
        if (!same.isEmpty()) {
            return new Fitting<>(same, PlateMatch.EXACT);
        }
        List<T> alike = candidates.stream()
                .filter(each -> lookAlike(read, plate.apply(each)))
                .toList();
        return new Fitting<>(alike, PlateMatch.OCR);
    }
}
