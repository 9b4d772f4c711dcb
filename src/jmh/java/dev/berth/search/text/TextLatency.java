package dev.berth.search.text;

import dev.berth.listings.ListingType;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.values.GeoBox;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How long words take, one after the other on one thread: {@code mvn -Pbench test-compile exec:exec@text}.
 *
 * <p>Workload: listings with a title of three words, a description of a sentence, an address in one of 2,000 streets of 20
 * towns, in a box of 4 × 2 degrees. {@code suggest} types words of titles and streets letter by letter, one in ten with a
 * letter wrong, near a random point. {@code match} asks for one to three words, one in five misspelt, in a box of 1 %.
 */
public final class TextLatency {
    private static final List<ListingType> TYPES = List.of(ListingType.values());
    private static final List<String> KINDS =
            List.of("Tiefgarage", "Stellplatz", "Einfahrt", "Parkhaus", "Carport", "Garage", "Hof", "Parkplatz");
    private static final List<String> SYLLABLES = List.of(
            "ka", "ri", "mo", "ste", "lin", "dor", "fel", "berg", "tal", "wald", "hei", "neu", "alt", "ro", "ber",
            "gar", "sen", "bach", "min", "ze");
    private static final int WARM_UP = 3_000;
    private static final int QUESTIONS = 20_000;
    private static final int BATCH = 2_000;
    private static final int TOWNS = 20;
    private static final int STREETS = 2_000;

    private final Random random = new Random(42);
    private final List<String> names = new ArrayList<>();
    private final TextIndex index;
    private final Gazetteer gazetteer;

    private TextLatency() throws IOException {
        index = new TextIndex(ConfigLoader.load(TextConfig.class, Path.of("no-such-file.yaml"), Map.of()));
        gazetteer = index.gazetteer();
        for (int i = 0; i < STREETS; i++) {
            names.add(name());
        }
    }

    /** @param arguments how many listings, otherwise 100,000 */
    public static void main(String[] arguments) throws IOException, TimeoutException {
        new TextLatency().run(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000);
    }

    private void run(int listings) throws IOException, TimeoutException {
        long start = System.nanoTime();
        Map<ListingId, @Nullable TextDocument> batch = new HashMap<>();
        for (int i = 0; i < listings; i++) {
            TextDocument document = document();
            batch.put(document.id(), document);
            if (batch.size() == BATCH || i == listings - 1) {
                index.apply(batch);
                batch = new HashMap<>();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%,d listings: indexed in %.1f s (%,.0f/s), %,.1f MB, %,d places%n",
                listings, seconds, listings / seconds, index.bytes() / 1e6, gazetteer.size());
        measure("suggest", this::suggest);
        measure("match", this::match);
        measure("geocode", () -> gazetteer.find(typed(), point(), 10).size());
        measure("update of one", () -> {
            TextDocument document = document();
            Map<ListingId, @Nullable TextDocument> one = new HashMap<>();
            one.put(document.id(), document);
            index.apply(one);
            return 1;
        });
        index.close();
    }

    private interface Question {
        int answers() throws IOException, TimeoutException;
    }

    private static void measure(String name, Question question) throws IOException, TimeoutException {
        for (int i = 0; i < WARM_UP; i++) {
            question.answers();
        }
        Histogram nanos = new Histogram(3);
        long answers = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            long start = System.nanoTime();
            answers += question.answers();
            nanos.recordValue(System.nanoTime() - start);
        }
        System.out.printf(
                "%-14s p50 %6.3f ms  p99 %6.3f ms  p99.9 %6.3f ms  worst %6.2f ms  %.1f answers each%n",
                name,
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getValueAtPercentile(99.9) / 1e6,
                nanos.getMaxValue() / 1e6,
                answers / (double) QUESTIONS);
    }

    private int suggest() throws IOException, TimeoutException {
        String typed = typed();
        GeoPoint near = point();
        List<TextCommand.Place> places = gazetteer.find(typed, near, 5);
        return places.size() + index.suggest(typed, near, 10 - places.size()).size();
    }

    private String typed() {
        String word = random.nextBoolean() ? oneOf(KINDS) + " " + oneOf(names) : oneOf(names);
        String begun = word.substring(0, 1 + random.nextInt(word.length()));
        return random.nextInt(10) == 0 ? misspelt(begun) : begun;
    }

    private int match() throws IOException, TimeoutException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i <= random.nextInt(3); i++) {
            String word = random.nextBoolean() ? oneOf(KINDS) : oneOf(names);
            text.append(random.nextInt(5) == 0 ? misspelt(word) : word).append(' ');
        }
        GeoPoint at = point();
        GeoBox box = new GeoBox(at.lng(), at.lat(), at.lng() + 0.4, at.lat() + 0.2);
        return index.match(text.toString(), box, null, null).size();
    }

    private String misspelt(String word) {
        int at = random.nextInt(word.length());
        return word.substring(0, at)
                + (char) ('a' + random.nextInt(26))
                + word.substring(Math.min(word.length(), at + 1));
    }

    private TextDocument document() {
        String street = oneOf(names) + "straße";
        return new TextDocument(
                new ListingId(new UUID(random.nextLong(), random.nextLong())),
                oneOf(KINDS) + " " + oneOf(names) + ", " + oneOf(names),
                "Ruhige Lage bei " + oneOf(names) + ", wenige Minuten zur Haltestelle; bitte vorwärts einparken.",
                street + " " + random.nextInt(100) + ", 7" + (1_000 + random.nextInt(9_000)) + " "
                        + names.get(random.nextInt(TOWNS)) + "stadt",
                TYPES.get(random.nextInt(TYPES.size())),
                Set.of("CCTV"),
                point());
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            name.append(oneOf(SYLLABLES));
        }
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private GeoPoint point() {
        return new GeoPoint(48 + 2 * random.nextDouble(), 7 + 4 * random.nextDouble());
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
