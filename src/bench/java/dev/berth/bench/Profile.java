package dev.berth.bench;

import com.google.gson.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A processor profile of the browser, by function and its place in the bundle. */
final class Profile {
    private static final double MICROS_PER_MILLI = 1_000;

    private final Map<String, Double> micros = new HashMap<>();
    private double all;

    private Profile() {}

    static Profile of(JsonObject profile) {
        Profile made = new Profile();
        Map<Integer, String> functions = new HashMap<>();
        profile.getAsJsonArray("nodes").forEach(node -> {
            JsonObject frame = node.getAsJsonObject().getAsJsonObject("callFrame");
            String url = frame.get("url").getAsString();
            functions.put(
                    node.getAsJsonObject().get("id").getAsInt(),
                    "%s %s:%d:%d"
                            .formatted(
                                    frame.get("functionName").getAsString(),
                                    url.substring(url.lastIndexOf('/') + 1),
                                    frame.get("lineNumber").getAsInt() + 1,
                                    frame.get("columnNumber").getAsInt() + 1));
        });
        var samples = profile.getAsJsonArray("samples");
        var deltas = profile.getAsJsonArray("timeDeltas");
        for (int i = 0; i < samples.size(); i++) {
            double delta = Math.max(0, deltas.get(i).getAsDouble());
            made.all += delta;
            made.micros.merge(functions.get(samples.get(i).getAsInt()), delta, Double::sum);
        }
        return made;
    }

    /** The functions with the most time of their own. */
    String top(int count) {
        return String.format(Locale.ROOT, "of %.0f ms: ", all / MICROS_PER_MILLI)
                + micros.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(count)
                        .map(entry -> String.format(
                                Locale.ROOT, "%.0f %s", entry.getValue() / MICROS_PER_MILLI, entry.getKey()))
                        .collect(Collectors.joining("; "));
    }
}
