package dev.berth.listings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address without what singles out a house: "Kaiserstr. 12a, 76133 Karlsruhe" becomes "Kaiserstr., 76133 Karlsruhe".
 * Where the form of an address is not clear, less is told: numbers are left out unless they are postcodes, and so is what
 * stands before the street, since it may be a name.
 */
final class PublicAddress {
    /** Of an address of which nothing can be told. */
    static final String NOTHING = "—";

    private static final Pattern SEPARATORS = Pattern.compile("[,;]");
    private static final Pattern BLANKS = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern POSTCODE = Pattern.compile("(\\p{L}{1,3}-)?[0-9]{4,5}");
    private static final Pattern HOUSE = Pattern.compile("[0-9]{1,3}\\p{L}?([-–/+][0-9]+\\p{L}?)?");
    private static final Pattern STREET = Pattern.compile(
            ".{2,}(str\\.?|straße|strasse|weg|allee|gasse|platz|ring|ufer|straat|laan|gatan)"
                    + "|(st|street|ave|avenue|rd|road|blvd|boulevard|lane|ln|drive|dr|way|court|ct|square|sq|terrace|rue|"
                    + "calle|avenida|via|straße|strasse|weg|allee)\\.?",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    /** What goes with the number of a house, a flat or a bay. */
    private static final Set<String> UNITS = Set.of(
            "nr",
            "no",
            "nº",
            "n°",
            "number",
            "num",
            "haus",
            "hs",
            "hausnummer",
            "house",
            "vorderhaus",
            "vh",
            "hinterhaus",
            "hh",
            "hinterhof",
            "seitenflügel",
            "gartenhaus",
            "wohnung",
            "whg",
            "stellplatz",
            "platznr",
            "garage",
            "carport",
            "tür",
            "top",
            "stiege",
            "stock",
            "etage",
            "og",
            "eg",
            "ug",
            "dg",
            "apt",
            "apartment",
            "appartement",
            "app",
            "flat",
            "unit",
            "suite",
            "ste",
            "floor",
            "room",
            "rm",
            "bay",
            "space",
            "door",
            "gate",
            "building",
            "bldg",
            "block",
            "bât",
            "batiment",
            "bâtiment",
            "bis",
            "ter",
            "quater",
            "étage",
            "piso",
            "puerta",
            "escalera",
            "bajo",
            "izquierda",
            "derecha",
            "links",
            "rechts",
            "left",
            "right",
            "und",
            "and",
            "to");

    private static final int FEWEST_LETTERS = 3;

    private PublicAddress() {}

    static String of(String exact) {
        List<String> parts = new ArrayList<>();
        for (String part : SEPARATORS.split(exact, -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        StringBuilder told = new StringBuilder();
        int street = street(parts);
        for (int i = street; i < parts.size(); i++) {
            String left = i == street ? withoutNumbers(words(parts.get(i))) : later(words(parts.get(i)));
            String more = told.isEmpty() || left.isEmpty() ? left : ", " + left;
            // Blanks behind commas may make it longer than it was: then its end is left out.
            if (told.length() + more.length() <= ListingDetails.MAX_ADDRESS_LENGTH) {
                told.append(more);
            }
        }
        return told.isEmpty() ? NOTHING : told.toString();
    }

    /** The part with the street: the last one in which a house's number stands beside a name, else the first. */
    private static int street(List<String> parts) {
        for (int i = parts.size() - 1; i > 0; i--) {
            List<String> words = words(parts.get(i));
            boolean hasNumber = words.stream().anyMatch(PublicAddress::hasDigit);
            boolean hasHouse =
                    words.stream().anyMatch(word -> HOUSE.matcher(word).matches());
            boolean hasName = !withoutNumbers(words).isEmpty();
            if ((hasHouse && hasName) || (hasNumber && namesStreet(words))) {
                return i;
            }
        }
        return 0;
    }

    /** Town, district or country, with the postcode; a number that stands alone may be a house's. */
    private static String later(List<String> words) {
        if (namesStreet(words) || words.stream().noneMatch(PublicAddress::isPostcode)) {
            return withoutNumbers(words);
        }
        List<String> kept = words.stream()
                .filter(word -> isPostcode(word) || !hasDigit(word))
                .toList();
        boolean hasName = kept.stream().anyMatch(word -> !isPostcode(word) && letters(word) > 0);
        return hasName ? String.join(" ", kept) : "";
    }

    private static String withoutNumbers(List<String> words) {
        List<String> kept = new ArrayList<>();
        boolean afterNumber = false;
        for (String word : words) {
            String left = beforeDigit(word);
            if (left != null && !(afterNumber && letters(left) == 1)) {
                kept.add(left);
                afterNumber = false;
            } else {
                afterNumber = true;
            }
        }
        return String.join(" ", kept);
    }

    /** A word, or the street's name of "Kaiserstr.12"; null when the word is a number, a unit, or no word. */
    private static @Nullable String beforeDigit(String word) {
        int digit = 0;
        while (digit < word.length() && !isDigit(word.codePointAt(digit))) {
            digit += Character.charCount(word.codePointAt(digit));
        }
        String left = word.substring(0, digit);
        boolean isCut = digit < word.length();
        boolean isUnit = UNITS.contains(bare(left));
        return isUnit || letters(left) < (isCut ? FEWEST_LETTERS : 1) ? null : left;
    }

    private static String bare(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("^[^\\p{L}]+|[^\\p{L}°]+$", "");
    }

    private static boolean namesStreet(List<String> words) {
        return words.stream().anyMatch(word -> STREET.matcher(word).matches());
    }

    private static boolean isPostcode(String word) {
        return POSTCODE.matcher(word).matches();
    }

    private static boolean hasDigit(String word) {
        return word.codePoints().anyMatch(PublicAddress::isDigit);
    }

    private static boolean isDigit(int point) {
        int type = Character.getType(point);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    private static long letters(String word) {
        return word.codePoints().filter(Character::isLetter).count();
    }

    private static List<String> words(String part) {
        return BLANKS.splitAsStream(part).filter(word -> !word.isEmpty()).toList();
    }
}
