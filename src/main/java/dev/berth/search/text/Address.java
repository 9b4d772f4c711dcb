package dev.berth.search.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an address names, as far as its form tells: "Street 12, District, 76133 Town, Country", "12 rue Street, Town". Parts
 * that are missing are null.
 */
record Address(
        @Nullable String street,
        List<String> districts,
        @Nullable String town) {
    private static final int MAX_PARTS = 6;
    private static final int MAX_NAME = 60;
    private static final int MAX_LENGTH = 200;
    private static final Pattern NUMBER_BEHIND =
            Pattern.compile("^(.*?\\p{L}.*?)\\s+\\d+\\s?\\p{L}?(\\s?[-–/+]\\s?\\d+\\s?\\p{L}?)*$");
    private static final Pattern NUMBER_BEFORE =
            Pattern.compile("^\\d+\\s?(?:\\p{L}\\s|bis\\s|ter\\s)?,?\\s*(\\p{L}.*)$");
    private static final Pattern POSTCODE_BEFORE = Pattern.compile("^(?:\\p{Lu}{1,2}-)?\\d{4,5}\\s+(\\p{L}.*)$");
    private static final Pattern NAME = Pattern.compile("^\\p{L}[\\p{L}\\p{M} .'’()/-]*$");
    private static final Pattern TITLE_TAIL = Pattern.compile("^.*,\\s*(\\p{Lu}[\\p{L}\\p{M} .'’-]*)$");
    private static final Pattern HOUSE = Pattern.compile("\\d+\\p{L}?");
    private static final Set<String> COUNTRIES = Set.of(
            "deutschland",
            "germany",
            "allemagne",
            "alemania",
            "france",
            "frankreich",
            "españa",
            "spain",
            "spanien",
            "österreich",
            "austria",
            "schweiz",
            "suisse",
            "switzerland",
            "uk",
            "united kingdom",
            "england",
            "usa",
            "nederland",
            "netherlands");

    Address {
        districts = List.copyOf(districts);
    }

    static Address of(String text) {
        List<String> parts = new ArrayList<>();
        String bounded = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
        for (String part : bounded.split(",", MAX_PARTS + 1)) {
            String stripped = part.strip();
            if (!stripped.isEmpty() && parts.size() < MAX_PARTS) {
                parts.add(stripped);
            }
        }
        if (parts.size() > 1 && COUNTRIES.contains(parts.getLast().toLowerCase(Locale.ROOT))) {
            parts.removeLast();
        }
        if (parts.isEmpty()) {
            return new Address(null, List.of(), null);
        }
        if (parts.size() == 1) {
            Matcher town = POSTCODE_BEFORE.matcher(parts.getFirst());
            return town.matches()
                    ? new Address(null, List.of(), name(town.group(1)))
                    : new Address(name(street(parts.getFirst())), List.of(), null);
        }
        // "12, rue de la Paix, Paris"
        if (parts.size() > 2 && HOUSE.matcher(parts.getFirst()).matches()) {
            parts.removeFirst();
        }
        Matcher postcode = POSTCODE_BEFORE.matcher(parts.getLast());
        String town = name(postcode.matches() ? postcode.group(1) : parts.getLast());
        List<String> districts = new ArrayList<>();
        for (String part : parts.subList(1, parts.size() - 1)) {
            String district = name(part);
            if (district != null) {
                districts.add(district);
            }
        }
        return new Address(name(street(parts.getFirst())), districts, town);
    }

    private static String street(String part) {
        Matcher behind = NUMBER_BEHIND.matcher(part);
        if (behind.matches()) {
            return behind.group(1);
        }
        Matcher before = NUMBER_BEFORE.matcher(part);
        return before.matches() ? before.group(1) : part;
    }

    private static @Nullable String name(String text) {
        String name = text.strip();
        return name.length() <= MAX_NAME && NAME.matcher(name).matches() ? name : null;
    }

    /** "Carport, Mühlburg" may name a district. */
    static @Nullable String districtInTitle(String title) {
        Matcher tail = TITLE_TAIL.matcher(title);
        return tail.matches() ? name(tail.group(1)) : null;
    }

    /** The words without numbers of houses and postcodes, unless there is nothing else. */
    static List<String> withoutNumbers(List<String> words) {
        return words.stream().filter(word -> !HOUSE.matcher(word).matches()).toList();
    }
}
