package dev.berth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long after its commit a booking is in the search answers of each of two nodes. The version of a listing grows with
 * each of its bookings, so that it tells which are counted in an answer; each listing is booked once, and asked for on
 * both nodes again and again until it has grown.
 */
final class FreshnessCase {
    private static final int BOOKINGS = 600;
    private static final int WARM_UP_BOOKINGS = 100;
    private static final int PER_SECOND = 20;
    private static final double P99_MILLIS_MAX = 250;
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Degrees around a listing. */
    private static final double NEAR = 0.00005;

    private final Vertx vertx;
    private final List<Api> nodes;
    private final Instant from = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);
    private Samples sinceBegin = new Samples();
    private Samples sinceAnswer = new Samples();

    private FreshnessCase(Vertx vertx, List<Api> nodes) {
        this.vertx = vertx;
        this.nodes = nodes;
    }

    private record Place(String listing, double lat, double lng, String booking) {}

    static void run(Vertx vertx, Load load, NodeProcess first, NodeProcess second, Report report) {
        try (Api here = new Api(vertx, first.url());
                Api there = new Api(vertx, second.url())) {
            here.register();
            there.use(here.token());
            FreshnessCase freshness = new FreshnessCase(vertx, List.of(here, there));
            Deque<Place> places = freshness.places(here, BOOKINGS + WARM_UP_BOOKINGS);
            freshness.round(load, places, WARM_UP_BOOKINGS);
            freshness.round(load, places, Math.min(BOOKINGS, places.size()));
            report.row(
                    "booking's transaction begins → in the search of both nodes, " + PER_SECOND + "/s",
                    freshness.sinceBegin,
                    "",
                    "",
                    Report.bar("p99 ≤ 250 ms", freshness.sinceBegin.isAll("seen", P99_MILLIS_MAX)));
            report.row("its 201 is there → in the search of both nodes", freshness.sinceAnswer, "", "", "");
        }
    }

    /** Places with a quote each, none twice. */
    private Deque<Place> places(Api api, int count) {
        Deque<Place> places = new ArrayDeque<>();
        String cursor = "";
        do {
            JsonNode page = Wait.on(api.get("/search/listings?bbox=%s&from=%s&to=%s&limit=100%s"
                            .formatted(Quotes.REGION, from, to(), cursor)))
                    .json(api.json());
            List<Future<?>> quoted = new ArrayList<>();
            for (JsonNode item : page.path("items")) {
                quoted.add(quote(api, item).onSuccess(places::add));
            }
            Wait.on(Future.join(quoted).otherwise(failure -> null));
            cursor = page.path("next").isTextual()
                    ? "&cursor=" + page.path("next").asText()
                    : "";
        } while (!cursor.isEmpty() && places.size() < count);
        return places;
    }

    private Instant to() {
        return from.plus(2, ChronoUnit.HOURS);
    }

    private Future<Place> quote(Api api, JsonNode item) {
        String listing = item.path("id").asText();
        return api.post(
                        "/quotes",
                        api.json()
                                .createObjectNode()
                                .put("listingId", listing)
                                .put("from", from.toString())
                                .put("to", to().toString())
                                .toString())
                .map(answer -> new Place(
                        listing,
                        item.path("location").path("lat").asDouble(),
                        item.path("location").path("lng").asDouble(),
                        Quotes.booking(api.json(), answer.json(api.json()))));
    }

    private void round(Load load, Deque<Place> places, int count) {
        sinceBegin = new Samples();
        sinceAnswer = new Samples();
        Duration time = Duration.ofMillis(count * TimeUnit.SECONDS.toMillis(1) / PER_SECOND);
        load.open(PER_SECOND, Duration.ZERO, time, () -> {
            Place place = places.poll();
            return place == null ? Future.succeededFuture("out of places") : bookAndFind(place);
        });
    }

    private Future<String> bookAndFind(Place place) {
        return version(nodes.getFirst(), place)
                .compose(before -> before < 0
                        ? Future.failedFuture("not in the search")
                        : nodes.getFirst().post("/bookings", place.booking()).compose(answer -> {
                            if (answer.status() != 201) {
                                return Future.succeededFuture(
                                        answer.label(nodes.getFirst().json()));
                            }
                            long answered = System.nanoTime();
                            Instant begin =
                                    Instant.parse(answer.json(nodes.getFirst().json())
                                            .path("createdAt")
                                            .asText());
                            // One machine, one clock.
                            long began = answered
                                    - Duration.between(begin, Instant.now()).toNanos();
                            List<Future<?>> seen = new ArrayList<>();
                            for (Api node : nodes) {
                                Promise<Void> done = Promise.promise();
                                find(node, place, before, began, answered, done);
                                seen.add(done.future());
                            }
                            return Future.join(seen).map("201");
                        }));
    }

    private void find(Api node, Place place, long before, long began, long answered, Promise<Void> done) {
        version(node, place).onComplete((version, failure) -> {
            long now = System.nanoTime();
            if (failure == null && version > before) {
                sinceBegin.add("seen", began, now);
                sinceAnswer.add("seen", answered, now);
                done.complete();
            } else if (now - answered > LOST_NANOS) {
                sinceBegin.add("not within 10 s", began, now);
                done.complete();
            } else {
                vertx.setTimer(1, timer -> find(node, place, before, began, answered, done));
            }
        });
    }

    /** Searched for another day, on which the booking takes nothing away. */
    private Future<Long> version(Api node, Place place) {
        Instant later = from.plus(20, ChronoUnit.DAYS);
        String path = String.format(
                Locale.ROOT,
                "/search/listings?bbox=%.6f,%.6f,%.6f,%.6f&from=%s&to=%s&limit=100",
                place.lng() - NEAR,
                place.lat() - NEAR,
                place.lng() + NEAR,
                place.lat() + NEAR,
                later,
                later.plus(2, ChronoUnit.HOURS));
        return node.get(path).map(answer -> {
            for (JsonNode item : answer.json(node.json()).path("items")) {
                if (item.path("id").asText().equals(place.listing())) {
                    return item.path("version").asLong();
                }
            }
            return -1L;
        });
    }
}
