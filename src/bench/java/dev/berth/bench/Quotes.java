package dev.berth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Quotes made before a case, so that only the bookings are measured. */
final class Quotes {
    private static final int AT_ONCE = 32;
    private static final int FAILURES_MAX = 1_000;
    private static final int HOURS = 12 * 24;
    /** Where the demo data lie. */
    static final String REGION = "8.2,48.8,8.7,49.2";

    private static final int PAGE = 100;
    private static final int SEED = 11;
    private static final String NO_BAY = "NO_FITTING_BAY";

    private final Api api;
    private final List<Place> places = new ArrayList<>();
    private final Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
    private final Random random = new Random(SEED);

    private record Place(String listing, int capacity) {}

    Quotes(Api api) {
        this.api = api;
        String cursor = "";
        do {
            JsonNode page = Wait.on(api.get("/search/listings?bbox=%s&from=%s&to=%s&limit=%d%s"
                            .formatted(REGION, tomorrow, tomorrow.plus(2, ChronoUnit.HOURS), PAGE, cursor)))
                    .json(api.json());
            page.path("items")
                    .forEach(item -> places.add(new Place(
                            item.path("id").asText(), item.path("capacity").asInt(1))));
            cursor = page.path("next").isTextual()
                    ? "&cursor=" + page.path("next").asText()
                    : "";
        } while (!cursor.isEmpty());
        if (places.isEmpty()) {
            throw new IllegalStateException("the platform has no listing to book");
        }
    }

    int places() {
        return places.size();
    }

    /** The body of a booking, without a payment method; null when there is none, or the host would be asked. */
    private @Nullable String booking(Api.Answer answer) {
        if (answer.status() != 201) {
            return null;
        }
        JsonNode quote = answer.json(api.json());
        return quote.path("instantBook").asBoolean(true) ? booking(api.json(), quote) : null;
    }

    static String booking(JsonMapper json, JsonNode quote) {
        ObjectNode booking = json.createObjectNode();
        booking.set("quoteId", quote.path("quoteId"));
        booking.set("finalPrice", quote.path("finalPrice"));
        return booking.toString();
    }

    /** Bookings of two hours each, spread over all places and the next days. */
    Deque<String> spread(int count) {
        return make(count, () -> {
            Place place = places.get(random.nextInt(places.size()));
            return quote(place, tomorrow.plus(random.nextInt(HOURS), ChronoUnit.HOURS));
        });
    }

    /** Bookings of the one slot of some place, all for the same time. */
    Deque<String> contended(int count) {
        List<Place> single =
                places.stream().filter(place -> place.capacity() == 1).toList();
        if (single.isEmpty()) {
            throw new IllegalStateException("the platform has no place with one slot");
        }
        Place place = single.get(random.nextInt(single.size()));
        Instant from = tomorrow.plus(14, ChronoUnit.DAYS).plus(random.nextInt(HOURS), ChronoUnit.HOURS);
        return make(count, () -> quote(place, from));
    }

    private record Asked(Place place, Future<Api.Answer> answer) {}

    private Asked quote(Place place, Instant from) {
        return new Asked(
                place,
                api.post(
                        "/quotes",
                        api.json()
                                .createObjectNode()
                                .put("listingId", place.listing())
                                .put("from", from.toString())
                                .put("to", from.plus(2, ChronoUnit.HOURS).toString())
                                .toString()));
    }

    private Deque<String> make(int count, Supplier<Asked> quote) {
        Deque<String> made = new ArrayDeque<>(count);
        int failures = 0;
        while (made.size() < count) {
            List<Asked> batch = new ArrayList<>();
            for (int i = 0; i < Math.min(AT_ONCE, count - made.size()); i++) {
                batch.add(quote.get());
            }
            for (Asked each : batch) {
                Api.Answer answer = Wait.on(each.answer());
                String booking = booking(answer);
                if (booking != null) {
                    made.add(booking);
                } else if (answer.status() == 201 || answer.label(api.json()).endsWith(NO_BAY)) {
                    // Its host is asked first, or its bays are for vehicles of a kind that ours is not.
                    places.remove(each.place());
                } else if (++failures > FAILURES_MAX) {
                    throw new IllegalStateException("no quotes: " + answer.label(api.json()));
                }
            }
        }
        return made;
    }
}
