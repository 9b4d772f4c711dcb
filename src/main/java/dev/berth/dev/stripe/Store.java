package dev.berth.dev.stripe;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** All objects of the simulated account, in memory and in a journal. What a request changes is written as one line. */
final class Store {
    /** As long as Stripe keeps them. */
    private static final Duration EVENTS_KEPT = Duration.ofDays(30);

    private static final Duration IDEMPOTENCY_KEPT = Duration.ofHours(24);
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 24;
    private static final int PAGE_DEFAULT = 10;
    private static final int PAGE_MAX = 100;

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<String, JsonObject> objects;
    private final Journal journal;
    private JsonArray changes = new JsonArray();

    private Store(InstantSource clock, RandomGenerator random, Map<String, JsonObject> objects, Journal journal) {
        this.clock = clock;
        this.random = random;
        this.objects = objects;
        this.journal = journal;
    }

    static Store open(Path folder, InstantSource clock, RandomGenerator random, Context context) throws IOException {
        Path file = Files.createDirectories(folder).resolve("journal.jsonl");
        Map<String, JsonObject> objects = new LinkedHashMap<>();
        Journal.read(file, line -> {
            for (Object each : new JsonArray(line)) {
                JsonObject object = (JsonObject) each;
                objects.put(object.getString("id"), object);
            }
        });
        long now = clock.instant().getEpochSecond();
        objects.values().removeIf(object -> isOld(object, now));
        // What is old is left out here, so that the journal does not grow for ever.
        List<String> lines = objects.values().stream()
                .map(object -> new JsonArray().add(object).encode())
                .toList();
        return new Store(clock, random, objects, Journal.open(file, lines, context));
    }

    private static boolean isOld(JsonObject object, long nowSeconds) {
        long ageSeconds = nowSeconds - object.getLong("created", nowSeconds);
        return switch (object.getString("object", "")) {
            case "event" -> ageSeconds > EVENTS_KEPT.toSeconds();
            case "_idempotency", "_account_link" -> ageSeconds > IDEMPOTENCY_KEPT.toSeconds();
            default -> false;
        };
    }

    /** What the API shows of an object: a copy without the simulator's own fields. */
    static JsonObject shown(JsonObject object) {
        JsonObject copy = object.copy();
        copy.fieldNames().stream().filter(name -> name.startsWith("_")).toList().forEach(copy::remove);
        return copy;
    }

    String newId(String prefix) {
        return prefix + "_" + secret(ID_LENGTH);
    }

    String secret(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    long now() {
        return clock.instant().getEpochSecond();
    }

    /** Keeps the object's present state; it is written by the next {@link #flush()}. */
    JsonObject put(JsonObject object) {
        objects.put(object.getString("id"), object);
        changes.add(object.copy());
        return object;
    }

    /** Completes when all that was put is on the disk. */
    Future<Void> flush() {
        if (changes.isEmpty()) {
            return Future.succeededFuture();
        }
        String line = changes.encode();
        changes = new JsonArray();
        return journal.append(line);
    }

    Optional<JsonObject> find(String type, String id) {
        return Optional.ofNullable(objects.get(id))
                .filter(object -> object.getString("object", "").equals(type));
    }

    /** By its id alone, among what the API shows. */
    Optional<JsonObject> any(String id) {
        return Optional.ofNullable(objects.get(id))
                .filter(object -> !object.getString("object", "").startsWith("_"));
    }

    JsonObject get(String type, String param, String id) {
        return find(type, id)
                .orElseThrow(() -> StripeProblem.missing(type.replace("payment_method", "PaymentMethod"), param, id));
    }

    List<JsonObject> all(String type, Predicate<JsonObject> filter) {
        return objects.values().stream()
                .filter(object -> object.getString("object", "").equals(type))
                .filter(filter)
                .toList();
    }

    /** A page of a list, newest first, by the parameters that all lists have. */
    JsonObject list(String type, String url, JsonObject parameters, Predicate<JsonObject> filter) {
        List<JsonObject> matching = new ArrayList<>(all(type, filter.and(created(parameters)))).reversed();
        String limitText = Form.text(parameters, "limit");
        long limit = limitText == null ? PAGE_DEFAULT : Form.integer("limit", limitText);
        if (limit < 1 || limit > PAGE_MAX) {
            throw StripeProblem.invalid("limit", "This value must be between 1 and " + PAGE_MAX + ".");
        }
        int from = 0;
        int to = matching.size();
        String after = Form.text(parameters, "starting_after");
        String before = Form.text(parameters, "ending_before");
        boolean more;
        if (before != null) {
            to = position(matching, before, "ending_before");
            from = Math.max(0, to - (int) limit);
            more = from > 0;
        } else {
            from = after == null ? 0 : position(matching, after, "starting_after") + 1;
            to = Math.min(matching.size(), from + (int) limit);
            more = to < matching.size();
        }
        JsonArray data = new JsonArray();
        matching.subList(from, to).forEach(object -> data.add(shown(object)));
        return new JsonObject()
                .put("object", "list")
                .put("url", url)
                .put("has_more", more)
                .put("data", data);
    }

    /** Takes out of memory what the next start takes out of the journal. */
    void forgetOld() {
        long now = now();
        objects.values().removeIf(object -> isOld(object, now));
    }

    void close() {
        journal.close();
    }

    private static int position(List<JsonObject> objects, String id, String param) {
        for (int i = 0; i < objects.size(); i++) {
            if (objects.get(i).getString("id").equals(id)) {
                return i;
            }
        }
        throw StripeProblem.missing("object", param, id);
    }

    private static Predicate<JsonObject> created(JsonObject parameters) {
        Object wanted = parameters.getValue("created");
        JsonObject bounds = wanted instanceof JsonObject object
                ? object
                : wanted == null
                        ? new JsonObject()
                        : new JsonObject().put("gte", wanted).put("lte", wanted);
        Predicate<JsonObject> all = object -> true;
        for (String bound : bounds.fieldNames()) {
            long value = Form.integer("created[" + bound + "]", String.valueOf(bounds.getValue(bound)));
            all = all.and(object -> {
                long created = object.getLong("created");
                return switch (bound) {
                    case "gt" -> created > value;
                    case "gte" -> created >= value;
                    case "lt" -> created < value;
                    case "lte" -> created <= value;
                    default -> throw StripeProblem.invalid("created", "Invalid bound: " + bound);
                };
            });
        }
        return all;
    }
}
