package dev.berth.search.text;

import dev.berth.search.text.TextCommand.Kind;
import dev.berth.search.text.TextCommand.Place;
import dev.berth.values.GeoPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * The places that listings name in their addresses, each in the middle of its listings: towns, districts, streets. Written
 * by one thread, read by any.
 *
 * <p>"Karlsruhe-Mühlburg" may be a town, or a district of one. It is a district when there is such a town without it, or
 * when two such districts are known: so Baden-Baden stays whole.
 */
final class Gazetteer {
    /** How many entries of the vocabulary one question looks at. */
    private static final int MAX_LOOKED_AT = 20_000;

    /** So many listings must agree before a name in their titles counts as one of a district. */
    private static final int LEAST_TITLES = 3;

    private static final int LEAST_DISTRICTS = 2;
    private static final double METRES_PER_KILOMETRE = 1_000;
    /** What one letter that fits better is worth in orders of magnitude of listings and distance. */
    private static final double FIT_WEIGHT = 3;

    private static final char END = '\uffff';
    private static final char BETWEEN = '\u0000';

    private final Map<String, Known> places = new ConcurrentHashMap<>();
    /** The folded words of names, each with the key of its place behind it. */
    private final NavigableSet<String> words = new ConcurrentSkipListSet<>();

    /** Districts that are known of each possible town. */
    private final Map<String, Set<String>> districts = new ConcurrentHashMap<>();

    /**
     * @param plain listings whose address names it just so
     * @param joined those that name it joined to another name by a hyphen
     * @param titles those that name it in their title
     */
    private record Known(
            Kind kind, String name, @Nullable String town, int plain, int joined, int titles, double lat, double lng) {
        int listings() {
            return plain + joined + titles;
        }

        GeoPoint middle() {
            int count = listings();
            return new GeoPoint(Math.clamp(lat / count, -90, 90), Math.clamp(lng / count, -180, 180));
        }

        Known plus(Source source, GeoPoint at, int sign) {
            return new Known(
                    kind,
                    name,
                    town,
                    plain + (source == Source.PLAIN ? sign : 0),
                    joined + (source == Source.JOINED ? sign : 0),
                    titles + (source == Source.TITLE ? sign : 0),
                    lat + sign * at.lat(),
                    lng + sign * at.lng());
        }
    }

    private enum Source {
        PLAIN,
        JOINED,
        TITLE
    }

    int size() {
        return places.size();
    }

    void add(String address, String title, GeoPoint at) {
        change(address, title, at, 1);
    }

    void remove(String address, String title, GeoPoint at) {
        change(address, title, at, -1);
    }

    private void change(String address, String title, GeoPoint at, int sign) {
        Address parts = Address.of(address);
        String town = parts.town();
        String inTown = town;
        if (town != null) {
            count(Kind.TOWN, town, null, Source.PLAIN, at, sign);
            int hyphen = town.indexOf('-');
            if (hyphen > 0 && hyphen < town.length() - 1) {
                inTown = town.substring(0, hyphen);
                count(Kind.TOWN, inTown, null, Source.JOINED, at, sign);
                count(Kind.DISTRICT, town.substring(hyphen + 1), inTown, Source.JOINED, at, sign);
            }
            for (String district : parts.districts()) {
                count(Kind.DISTRICT, district, inTown, Source.PLAIN, at, sign);
            }
        }
        String street = parts.street();
        if (street != null) {
            count(Kind.STREET, street, inTown, Source.PLAIN, at, sign);
        }
        String named = Address.districtInTitle(title);
        if (named != null && inTown != null && !isSame(named, street) && !isSame(named, inTown)) {
            count(Kind.DISTRICT, named, inTown, Source.TITLE, at, sign);
        }
    }

    private static boolean isSame(String name, @Nullable String other) {
        return other != null && Words.fold(name).equals(Words.fold(other));
    }

    private void count(Kind kind, String name, @Nullable String town, Source source, GeoPoint at, int sign) {
        String folded = Words.fold(name);
        if (folded.isEmpty()) {
            return;
        }
        String key = kind.name() + BETWEEN + folded + BETWEEN + (town == null ? "" : Words.fold(town));
        Known after = places.compute(key, (same, before) -> {
            Known counted =
                    (before == null ? new Known(kind, name, town, 0, 0, 0, 0, 0) : before).plus(source, at, sign);
            return counted.listings() <= 0 ? null : counted;
        });
        for (String word : Words.folded(name)) {
            if (after != null) {
                words.add(word + BETWEEN + key);
            } else {
                words.remove(word + BETWEEN + key);
            }
        }
        if (kind == Kind.DISTRICT && town != null && source == Source.JOINED) {
            Set<String> known = districts.computeIfAbsent(Words.fold(town), first -> ConcurrentHashMap.newKeySet());
            if (after != null && after.joined > 0) {
                known.add(folded);
            } else {
                known.remove(folded);
            }
        }
    }

    /** Whether a name before a hyphen is a town's. */
    private boolean isTown(String name) {
        String folded = Words.fold(name);
        Known town = places.get(Kind.TOWN.name() + BETWEEN + folded + BETWEEN);
        return (town != null && town.plain > 0)
                || districts.getOrDefault(folded, Set.of()).size() >= LEAST_DISTRICTS;
    }

    private boolean isPlace(Known known) {
        return switch (known.kind) {
            case TOWN -> {
                int hyphen = known.name.indexOf('-');
                yield hyphen > 0 ? !isTown(known.name.substring(0, hyphen)) : isTown(known.name);
            }
            case DISTRICT ->
                known.plain > 0
                        || (known.joined > 0 && known.town != null && isTown(known.town))
                        || known.titles >= LEAST_TITLES;
            case STREET -> true;
        };
    }

    /** Places of which each word of the text, but for numbers of houses, begins a word of their name or town. */
    List<Place> find(String text, @Nullable GeoPoint near, int limit) {
        List<String> asked = Address.withoutNumbers(Words.folded(text));
        if (asked.isEmpty()) {
            return List.of();
        }
        List<String> begun = asked.stream()
                .map(Words::begun)
                .map(word -> word.isEmpty() ? "str" : word)
                .toList();
        Map<String, Double> fits = new HashMap<>();
        for (String driver : begun) {
            int looked = 0;
            for (String entry : words.subSet(driver, driver + END)) {
                if (++looked > MAX_LOOKED_AT) {
                    break;
                }
                offer(entry.substring(entry.indexOf(BETWEEN) + 1), begun, fits);
            }
        }
        return ranked(fits.isEmpty() ? misspelt(asked) : fits, near, limit);
    }

    private void offer(String key, List<String> begun, Map<String, Double> fits) {
        Known known = places.get(key);
        if (known == null || fits.containsKey(key) || !isPlace(known)) {
            return;
        }
        List<String> name = Words.folded(known.name);
        List<String> town = known.town == null ? List.of() : Words.folded(known.town);
        int inName = 0;
        int whole = 0;
        for (String word : begun) {
            if (name.stream().anyMatch(part -> part.startsWith(word))) {
                inName++;
                whole += name.contains(word) ? 1 : 0;
            } else if (town.stream().noneMatch(part -> part.startsWith(word))) {
                return;
            }
        }
        if (inName > 0) {
            // The whole name, all of its words, its first word, any word.
            boolean all = whole == name.size();
            boolean first = name.getFirst().startsWith(begun.getFirst());
            fits.put(key, (all ? 2.0 : 0) + (first ? 1.0 : 0));
        }
    }

    private Map<String, Double> misspelt(List<String> asked) {
        Map<String, Double> fits = new HashMap<>();
        for (String word : asked) {
            int edits = Questions.edits(word);
            if (edits == 0) {
                continue;
            }
            int looked = 0;
            String first = word.substring(0, 1);
            Set<String> seen = new HashSet<>();
            for (String entry : words.subSet(first, first + END)) {
                if (++looked > MAX_LOOKED_AT) {
                    break;
                }
                int end = entry.indexOf(BETWEEN);
                String known = entry.substring(0, end);
                if (seen.contains(known) || Edits.atMost(word, known, edits)) {
                    seen.add(known);
                    Known place = places.get(entry.substring(end + 1));
                    if (place != null && isPlace(place)) {
                        fits.merge(entry.substring(end + 1), 1.0, Double::sum);
                    }
                }
            }
        }
        return fits;
    }

    private List<Place> ranked(Map<String, Double> fits, @Nullable GeoPoint near, int limit) {
        record Ranked(double rank, Place place) {}
        List<Ranked> ranked = new ArrayList<>();
        fits.forEach((key, fit) -> {
            Known known = places.get(key);
            if (known != null) {
                Place place = place(known);
                double size = Math.log10(1 + place.listings());
                double far = near == null ? 0 : Math.log10(1 + near.metresTo(place.location()) / METRES_PER_KILOMETRE);
                int kind = place.kind() == Kind.TOWN ? 2 : place.kind() == Kind.DISTRICT ? 1 : 0;
                ranked.add(new Ranked(fit * FIT_WEIGHT + kind + size - far, place));
            }
        });
        return ranked.stream()
                .sorted(Comparator.comparingDouble((Ranked each) -> -each.rank)
                        .thenComparing(each -> each.place.name())
                        .thenComparing(each -> String.valueOf(each.place.town())))
                .limit(limit)
                .map(Ranked::place)
                .toList();
    }

    private static Place place(Known known) {
        return new Place(known.kind, known.name, known.town, known.middle(), known.listings());
    }

    /** The street, district and town of an address, as far as they are known. */
    List<Place> named(String address) {
        Address parts = Address.of(address);
        String town = parts.town();
        List<Place> named = new ArrayList<>();
        int hyphen = town == null ? -1 : town.indexOf('-');
        String before = hyphen > 0 && town != null ? town.substring(0, hyphen) : null;
        String inTown = before != null ? before : town;
        add(named, Kind.STREET, parts.street(), inTown);
        parts.districts().forEach(district -> add(named, Kind.DISTRICT, district, inTown));
        if (before != null && town != null && isTown(before)) {
            add(named, Kind.DISTRICT, town.substring(hyphen + 1), before);
            add(named, Kind.TOWN, before, null);
        } else {
            add(named, Kind.TOWN, town, null);
        }
        return named;
    }

    private void add(List<Place> named, Kind kind, @Nullable String name, @Nullable String town) {
        if (name != null) {
            Known known = places.get(
                    kind.name() + BETWEEN + Words.fold(name) + BETWEEN + (town == null ? "" : Words.fold(town)));
            if (known != null) {
                named.add(place(known));
            }
        }
    }
}
