package dev.berth.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.availability.StayDefaults;
import dev.berth.bookings.BookingCommand;
import dev.berth.bookings.BookingEvent;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand.CreateListing;
import dev.berth.listings.ListingCommand.DeleteListing;
import dev.berth.listings.ListingConfig;
import dev.berth.listings.ListingDetails;
import dev.berth.listings.ListingEvent;
import dev.berth.listings.ListingType;
import dev.berth.listings.ListingVerticle;
import dev.berth.listings.SlotDraft;
import dev.berth.listings.SlotKind;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventReader;
import dev.berth.platform.events.EventsConfig;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.RelayVerticle;
import dev.berth.platform.json.Json;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.platform.security.Signers;
import dev.berth.pricing.Tariff;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.GeoPoint;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Search as clients see it, fed by real listings through a real Kafka; calendars are played. */
@WithServices
@Tag("SM3")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchIT {
    private static final long DEADLINE_SECONDS = 60;
    private static final MessageCatalog CATALOG = MessageCatalog.of(List.of(ListingEvent.class, BookingEvent.class));
    /** An hour of its own for each test, so that they share listings and not calendars. */
    private final Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS);

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = Json.mapper();
    private final Truth truth = new Truth();
    private final Principal host = new Principal(UserId.next(), Set.of(Role.HOST));
    /** A bus that search does not hear: what is told here reaches it through Kafka alone. */
    private final Vertx elsewhere = Vertx.vertx();

    private final Outbox outboxElsewhere;
    private final TestNode node;
    private final URI base;
    private int places;

    private record Answer(int status, JsonNode body) {
        List<String> ids() {
            List<String> ids = new ArrayList<>();
            body.path("items").forEach(item -> ids.add(item.path("id").asText()));
            return ids;
        }
    }

    SearchIT(Services services) {
        node = new TestNode(services);
        EventsConfig events = ConfigLoader.load(
                EventsConfig.class, Path.of("no-such-file.yaml"), Map.of("BERTH_KAFKA", services.kafka()));
        EventConsumers consumers =
                new EventConsumers(new EventReader(CATALOG, json), node.db(), events, new SimpleMeterRegistry());
        SearchConfig config = ConfigLoader.load(SearchConfig.class, Path.of("no-such-file.yaml"), Map.of());
        node.deploy(new ListingVerticle(
                node.bus(), node.db(), node.outbox(), json, ListingConfig.STANDARD, StayDefaults.STANDARD));
        TestNode.await(
                node.bus().<BookingCommand<?>>serve(BookingCommand.ADDRESS, BookingCommand.class, truth::answer));
        node.deploy(new RelayVerticle(node.db(), events, SearchVerticle.TOPICS, new SimpleMeterRegistry()));
        Clock clock = Clock.systemUTC();
        TestNode.await(node.vertx()
                .deployVerticle(new SearchVerticle(
                        node.bus(),
                        () -> consumers.follower(node.vertx(), SearchVerticle.TOPICS),
                        config,
                        StayDefaults.STANDARD,
                        new SimpleMeterRegistry(),
                        clock)));
        outboxElsewhere = new Outbox(node.db(), Bus.install(elsewhere, CATALOG, json), json);
        Signers signers = new Signers(SecurityConfig.forTests());
        base = node.serve(
                "search",
                operations -> new SearchRoutes(node.bus(), signers.signer("search cursors"), config, clock)
                        .addTo(operations));
    }

    @AfterAll
    void close() {
        node.close();
        TestNode.await(elsewhere.close());
    }

    private Answer get(String query) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create(base + "/search/listings?" + query))
                        .build(),
                BodyHandlers.ofString());
        return new Answer(response.statusCode(), json.readTree(response.body()));
    }

    private interface Question {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void until(Question question) throws IOException, InterruptedException, TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!question.holds()) {
            if (System.nanoTime() > end) {
                throw new TimeoutException("it never held");
            }
        }
    }

    /** Listings in a row to the east, each a euro dearer, in a place of the test's own. */
    private List<Listing> listings(GeoPoint first, int count) {
        List<Listing> listings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ListingDetails details = new ListingDetails(
                    "Place \"" + i + "\"",
                    "",
                    ListingType.SURFACE_LOT,
                    new GeoPoint(first.lat(), first.lng() + i * 0.001),
                    "Street 1",
                    "Europe/Berlin",
                    new Tariff("EUR", 100 + 100L * i, null),
                    i % 2 == 0 ? Set.of("CCTV", "near the castle") : Set.of("lift"),
                    true,
                    CancellationPolicy.FLEXIBLE,
                    null);
            listings.add(node.ask(new CreateListing(
                    host,
                    details,
                    List.of(
                            new SlotDraft(null, "1", SlotKind.STANDARD),
                            new SlotDraft(null, "2", i == 0 ? SlotKind.ACCESSIBLE : SlotKind.STANDARD)),
                    null)));
        }
        return listings;
    }

    /** Far enough from the places of other tests. */
    private GeoPoint place() {
        return new GeoPoint(40 + places++, 10);
    }

    private static String around(GeoPoint place) {
        return "bbox=%s,%s,%s,%s".formatted(place.lng() - 0.1, place.lat() - 0.1, place.lng() + 0.1, place.lat() + 0.1);
    }

    private String window() {
        return "&from=" + tomorrow + "&to=" + tomorrow.plus(3, ChronoUnit.HOURS);
    }

    @Test
    @Tag("SM4")
    void listings_areFound_cheapestOrNearestFirst() throws Exception {
        GeoPoint place = place();
        List<Listing> made = listings(place, 4);
        until(() -> get(around(place)).ids().size() == 4);
        List<String> ids = made.stream().map(listing -> listing.id().toString()).toList();
        assertThat(get(around(place) + window()).ids()).isEqualTo(ids);
        assertThat(get(around(place) + "&amenities=cctv").ids()).containsExactly(ids.get(0), ids.get(2));
        assertThat(get(around(place) + "&amenities=Near%20the%20Castle,CCTV").ids())
                .containsExactly(ids.get(0), ids.get(2));
        assertThat(get(around(place) + "&accessible=true").ids()).containsExactly(ids.get(0));
        assertThat(get(around(place) + window() + "&maxPrice=600").ids()).containsExactly(ids.get(0), ids.get(1));
        assertThat(get(around(place) + "&type=GARAGE,DRIVEWAY").ids()).isEmpty();

        String near = "near=%s,%s".formatted(place.lat(), place.lng() + 0.003);
        Answer nearest = get(near + "&radius=200&sort=distance" + window());
        assertThat(nearest.ids()).containsExactly(ids.get(3), ids.get(2), ids.get(1));
        JsonNode item = nearest.body().path("items").get(1);
        assertThat(item.path("title").asText()).isEqualTo("Place \"2\"");
        assertThat(item.path("price").path("amount").asLong()).isEqualTo(900);
        assertThat(item.path("freeSlots").asInt()).isEqualTo(2);
        assertThat(item.path("distanceMeters").asInt()).isBetween(50, 120);
        assertThat(item.path("walkingMinutes").asInt()).isBetween(1, 2);
    }

    @Test
    @Tag("SM9")
    void cursor_leadsThroughAllPages_andIsNobodyElses() throws Exception {
        GeoPoint place = place();
        listings(place, 5);
        until(() -> get(around(place)).ids().size() == 5);
        String query = around(place) + "&limit=2";
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            Answer page = get(cursor == null ? query : query + "&cursor=" + cursor);
            assertThat(page.status()).isEqualTo(200);
            ids.addAll(page.ids());
            cursor = page.body().path("next").asText(null);
        } while (cursor != null);
        assertThat(ids).isEqualTo(get(around(place)).ids());

        String real = get(query).body().path("next").asText();
        String forged = (real.charAt(10) == 'A' ? "B" : "A");
        for (String other : List.of(
                "&cursor=" + real.substring(0, 10) + forged + real.substring(11),
                "&cursor=abc",
                "&maxPrice=900&cursor=" + real)) {
            Answer refused = get(query + other);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body().path("code").asText()).isEqualTo("INVALID_CURSOR");
        }
    }

    private JsonNode answer(String path) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json.readTree(response.body());
    }

    @Test
    @Tag("SM5")
    void words_findListings_togetherWithAreaStayAndFilters_pageByPage() throws Exception {
        GeoPoint place = place();
        List<Listing> made = listings(place, 5);
        listings(place(), 2);
        until(() -> get(around(place) + "&q=place").ids().size() == 5);
        List<String> ids = made.stream().map(listing -> listing.id().toString()).toList();
        assertThat(get(around(place) + "&q=plase%203&sort=relevance").ids()).containsExactly(ids.get(3));
        assertThat(get(around(place) + window() + "&q=street&maxPrice=600").ids())
                .containsExactly(ids.get(0), ids.get(1));
        assertThat(get(around(place) + "&q=nowhere").ids()).isEmpty();
        for (String sort : List.of("price", "rating", "relevance", "distance")) {
            String query = around(place) + "&q=place&limit=2&sort=" + sort + "&near=" + place.lat() + "," + place.lng();
            List<String> paged = new ArrayList<>();
            String cursor = null;
            do {
                Answer page = get(cursor == null ? query : query + "&cursor=" + cursor);
                paged.addAll(page.ids());
                cursor = page.body().path("next").asText(null);
            } while (cursor != null);
            assertThat(paged).as(sort).hasSize(5).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(get(query.replace("limit=2", "limit=100")).ids())
                    .as(sort)
                    .isEqualTo(paged);
        }
        TimeRange stay = new TimeRange(tomorrow.plus(9, ChronoUnit.HOURS), tomorrow.plus(10, ChronoUnit.HOURS));
        for (int slot = 0; slot < 2; slot++) {
            tellElsewhere(
                    truth.occupy(made.get(2).id(), made.get(2).slots().get(slot).id(), stay));
        }
        String then = "&q=place&from=" + stay.from() + "&to=" + stay.to();
        until(() -> get(around(place) + then).ids().size() == 4);
        for (String strange : List.of("%2A", "%22", "%00", "title%3A%2A", "%5C", "%F0%9F%9A%97", "a".repeat(200))) {
            assertThat(get(around(place) + "&q=" + strange).status())
                    .as(strange)
                    .isIn(200, 400);
        }
        assertThat(get(around(place) + "&q=" + "a".repeat(201)).status()).isEqualTo(400);
    }

    @Test
    @Tag("SM2")
    void suggestionsHeatAndClusters_followTheListings() throws Exception {
        GeoPoint place = place();
        List<Listing> made = listings(place, 3);
        String near = "&near=" + place.lat() + "," + place.lng();
        until(() -> answer("/search/suggest?q=place%202" + near).path("items").size() > 0);
        JsonNode suggested = answer("/search/suggest?q=pl" + near).path("items").get(0);
        assertThat(suggested.path("kind").asText()).isEqualTo("LISTING");
        assertThat(suggested.path("id").asText()).isEqualTo(made.getFirst().id().toString());

        TimeRange stay = new TimeRange(tomorrow, tomorrow.plus(3, ChronoUnit.HOURS));
        tellElsewhere(
                truth.occupy(made.get(1).id(), made.get(1).slots().getFirst().id(), stay));
        String overview = around(place) + "&zoom=8";
        until(() -> freeSlots(answer("/search/clusters?" + overview + window())) == 5);
        JsonNode clusters = answer("/search/clusters?" + overview + window());
        assertThat(clusters.path("exact").asBoolean()).isFalse();
        assertThat(clusters.path("items")
                        .get(0)
                        .path("cheapestHour")
                        .path("amount")
                        .asLong())
                .isEqualTo(100);
        assertThat(freeSlots(answer("/search/clusters?" + around(place) + "&zoom=11" + window())))
                .isEqualTo(5);
        JsonNode heat = answer("/search/heatmap?" + overview);
        int capacity = 0;
        for (JsonNode cell : heat.path("cells")) {
            capacity += cell.path("capacity").asInt();
            assertThat(cell.path("taken").asInt()).isZero();
        }
        assertThat(capacity).isEqualTo(6);
    }

    private static int freeSlots(JsonNode clusters) {
        int free = 0;
        for (JsonNode cluster : clusters.path("items")) {
            free += cluster.path("freeSlots").asInt();
        }
        return free;
    }

    @Test
    @Tag("RT3")
    void whatOnlyKafkaTells_isTakenIn() throws Exception {
        GeoPoint place = place();
        List<Listing> made = listings(place, 2);
        until(() -> get(around(place)).ids().size() == 2);
        TimeRange stay = new TimeRange(tomorrow, tomorrow.plus(3, ChronoUnit.HOURS));
        Listing first = made.getFirst();
        for (int slot = 0; slot < 2; slot++) {
            tellElsewhere(truth.occupy(first.id(), first.slots().get(slot).id(), stay));
        }
        until(() -> get(around(place) + window())
                .ids()
                .equals(List.of(made.get(1).id().toString())));
        assertThat(get(around(place)).ids()).hasSize(2);
        assertThat(truth.reloads).hasValue(0);

        node.ask(new DeleteListing(host, made.get(1).id(), null));
        until(() -> get(around(place)).ids().equals(List.of(first.id().toString())));
    }

    private void tellElsewhere(Event event) {
        TestNode.await(elsewhere.deployVerticle(
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        outboxElsewhere.inTransaction(changes -> {
                            changes.record(event);
                            return event;
                        });
                        return Future.succeededFuture();
                    }
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';                                                    400; /query/bbox",
                "bbox=8,49,9;                                           400; /query/bbox",
                "bbox=8,50,9,49;                                        422; /query/bbox",
                "bbox=8,49,9,91;                                        422; /query/bbox",
                "bbox=8,49,9,x;                                         400; /query/bbox",
                "near=91,8;                                             422; /query/near",
                "near=49,8&radius=0;                                    400; /query/radius",
                "near=49,8&radius=50001;                                400; /query/radius",
                "bbox=8,49,9,50&radius=100;                             422; /query/radius",
                "bbox=8,49,9,50&sort=distance;                          422; /query/sort",
                "bbox=8,49,9,50&sort=relevance;                         422; /query/sort",
                "bbox=8,49,9,50&sort=best;                              400; /query/sort",
                "bbox=8,49,9,50&q=;                                     400; /query/q",
                "bbox=8,49,9,50&limit=101;                              400; /query/limit",
                "bbox=8,49,9,50&from=2020-01-01T00:00:00Z;              422; /query/from",
                "bbox=8,49,9,50&from=tomorrow;                          400; /query/from",
                "bbox=8,49,9,50&to=2020-01-01T00:00:00Z;                422; /query/to",
                "'bbox=8,49,9,50&from=2999-01-01T00:00:00Z&to=2999-02-01T00:00:00Z'; 422; /query/to",
                "bbox=8,49,9,50&maxPrice=-1;                            400; /query/maxPrice",
                "bbox=8,49,9,50&type=SHED;                              400; /query/type",
            })
    void badInput_isRefusedWithItsPointer(@Nullable String query, int status, String pointer) throws Exception {
        Answer answer = get(query == null ? "" : query);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().path("errors").get(0).path("pointer").asText()).isEqualTo(pointer);
    }
}
