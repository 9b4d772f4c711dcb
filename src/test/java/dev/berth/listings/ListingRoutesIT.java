package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.availability.StayDefaults;
import dev.berth.platform.json.Json;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The listings operations as clients see them. */
@WithServices
@Tag("LI1")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListingRoutesIT {
    private static final String LISTING = """
            {"title": "Hof", "description": "Zufahrt über den Hof", "type": "DRIVEWAY",
             "location": {"lat": 49.0069, "lng": 8.4037}, "address": "Kaiserstraße 1, 76131 Karlsruhe",
             "timeZone": "Europe/Berlin", "capacity": 2,
             "tariff": {"currency": "EUR", "hour": 250, "day": 1500},
             "amenities": ["CCTV", "Nähe Schloss"], "instantBook": true, "cancellationPolicy": "FLEXIBLE"}
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = Json.mapper();
    private final TestNode node;
    private final URI base;
    private final Principal host = new Principal(UserId.next(), Set.of(Role.DRIVER, Role.HOST));

    /** An answer of the server. */
    private record Answer(HttpResponse<String> response, JsonNode body) {
        int status() {
            return response.statusCode();
        }

        String etag() {
            return response.headers().firstValue("etag").orElseThrow();
        }

        String code() {
            return body.path("code").asText();
        }

        List<String> pointers() {
            List<String> pointers = new ArrayList<>();
            body.path("errors")
                    .forEach(error -> pointers.add(error.path("pointer").asText()));
            return pointers;
        }
    }

    ListingRoutesIT(Services services) {
        node = new TestNode(services);
        node.deploy(new ListingVerticle(
                node.bus(), node.db(), node.outbox(), Json.mapper(), ListingConfig.STANDARD, StayDefaults.STANDARD));
        base = node.serve("listings", operations -> new ListingRoutes(node.bus()).addTo(operations));
    }

    @AfterAll
    void close() {
        node.close();
    }

    private Answer send(String method, String path, @Nullable Principal actor, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("content-type", "application/json");
        }
        if (actor != null) {
            request.header("authorization", "Bearer " + TestNode.token(actor));
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        return new Answer(response, json.readTree(response.body()));
    }

    private Answer create() throws IOException, InterruptedException {
        Answer created = send("POST", "/listings", host, LISTING);
        assertThat(created.status()).isEqualTo(201);
        return created;
    }

    private String with(Consumer<ObjectNode> change) throws JsonProcessingException {
        ObjectNode body = (ObjectNode) json.readTree(LISTING);
        change.accept(body);
        return body.toString();
    }

    @Test
    void listing_isMade_read_changed_andDeleted() throws Exception {
        Answer created = create();
        String path = "/listings/" + created.body().path("id").asText();
        assertThat(created.response().headers().firstValue("location")).hasValue("/api/v1" + path);
        assertThat(created.body().path("version").asLong()).isEqualTo(1);
        assertThat(created.body().path("slots")).hasSize(2);
        assertThat(created.body().path("capacity").asInt()).isEqualTo(2);
        assertThat(created.body().path("owner").asText()).isEqualTo(host.user().toString());
        assertThat(created.etag()).isEqualTo("\"1\"");

        Answer read = send("GET", path, host, null);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(created.body());
        assertThat(read.etag()).isEqualTo("\"1\"");

        // What was read may be sent back, changed.
        String changed = ((ObjectNode) read.body().deepCopy())
                .put("title", "Hof mit Tor")
                .toString();
        Answer updated = send("PUT", path, host, changed, "If-Match", "\"1\"");
        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.body().path("title").asText()).isEqualTo("Hof mit Tor");
        assertThat(updated.body().path("slots")).isEqualTo(read.body().path("slots"));
        assertThat(updated.etag()).isEqualTo("\"2\"");

        assertThat(send("PUT", path, host, changed, "If-Match", "\"1\"").status())
                .isEqualTo(412);
        assertThat(send("PUT", path, host, changed).status()).isEqualTo(428);

        assertThat(send("DELETE", path, host, null, "If-Match", "\"1\"").status())
                .isEqualTo(412);
        assertThat(send("DELETE", path, host, null).status()).isEqualTo(204);
        assertThat(send("GET", path, null, null).status()).isEqualTo(404);
    }

    @Test
    void owner_isTheOnlyOneWhoChanges() throws Exception {
        String path = "/listings/" + create().body().path("id").asText();
        Principal other = new Principal(UserId.next(), Set.of(Role.HOST));

        assertThat(send("POST", "/listings", null, LISTING).status()).isEqualTo(401);
        assertThat(send("PUT", path, null, LISTING, "If-Match", "\"1\"").status())
                .isEqualTo(401);
        assertThat(send("PUT", path, other, LISTING, "If-Match", "\"1\"").code())
                .isEqualTo("FORBIDDEN");
        assertThat(send("DELETE", path, other, null).status()).isEqualTo(403);
        assertThat(send("PUT", path + "/tariff", other, "{\"currency\":\"EUR\",\"hour\":1}")
                        .status())
                .isEqualTo(403);
        assertThat(send("POST", path + "/slots", other, "{\"name\":\"X\"}").status())
                .isEqualTo(403);
        assertThat(send("DELETE", "/listings/" + Ids.next(), other, null).status())
                .isEqualTo(404);
        assertThat(send("GET", "/listings/1", null, null).status()).isEqualTo(400);
    }

    @Test
    void badInput_isNamedByItsPlace_andNothingIsWritten() throws Exception {
        record Bad(String pointer, Consumer<ObjectNode> change) {}
        List<Bad> all = List.of(
                new Bad("/title", body -> body.put("title", "")),
                new Bad("/title", body -> body.put("title", "   ")),
                new Bad("/title", body -> body.put("title", "x".repeat(121))),
                new Bad("/title", body -> body.put("title", 7)),
                new Bad("/title", body -> body.remove("title")),
                new Bad("/title", body -> body.put("title", "a\u0000b")),
                new Bad("/description", body -> body.put("description", "x".repeat(4001))),
                new Bad("/type", body -> body.put("type", "SPACESHIP")),
                new Bad("/location/lat", body -> body.withObject("/location").put("lat", 91)),
                new Bad("/location/lng", body -> body.withObject("/location").put("lng", -180.5)),
                new Bad("/timeZone", body -> body.put("timeZone", "Europe/Karlsruhe")),
                new Bad("/capacity", body -> body.put("capacity", 0)),
                new Bad("/capacity", body -> body.put("capacity", 5001)),
                new Bad(
                        "/capacity",
                        body -> body.withArray("/slots").addObject().put("name", "A")),
                new Bad("/tariff/hour", body -> body.withObject("/tariff").put("hour", -1)),
                new Bad("/tariff/hour", body -> body.withObject("/tariff").put("hour", 2.5)),
                new Bad("/tariff/day", body -> body.withObject("/tariff").put("day", 249)),
                new Bad("/tariff/currency", body -> body.withObject("/tariff").put("currency", "XXX")),
                new Bad("/tariff/currency", body -> body.withObject("/tariff").put("currency", "euro")),
                new Bad("/tariff/week", body -> body.withObject("/tariff").put("week", 1499)),
                new Bad("/tariff/month", body -> body.withObject("/tariff").put("month", 1499)),
                new Bad("/tariff/dayStart", body -> body.withObject("/tariff").put("dayStart", "24:00")),
                new Bad(
                        "/tariff/holidays/region",
                        body -> body.withObject("/tariff/holidays")
                                .put("region", "DE-XX")
                                .put("hour", 100)),
                new Bad(
                        "/tariff/weekend",
                        body -> body.withObject("/tariff/weekend")
                                .put("hour", 100)
                                .put("day", 99)),
                new Bad(
                        "/tariff/segments/0",
                        body -> body.withArray("/tariff/segments")
                                .addObject()
                                .put("start", 60)
                                .put("end", 60)
                                .put("unit", "HOUR")
                                .put("amount", 100)),
                new Bad(
                        "/tariff/windows/0",
                        body -> body.withArray("/tariff/windows")
                                .addObject()
                                .put("from", "18:00")
                                .put("to", "18:00")
                                .put("maximum", 500)),
                new Bad("/tariff/weeks", body -> body.withObject("/tariff").put("weeks", 5000)),
                new Bad(
                        "/amenities/0",
                        body -> body.withArray("/amenities").removeAll().add("<b>")),
                new Bad("/cancellationPolicy", body -> body.put("cancellationPolicy", "NEVER")),
                new Bad("/maxHeightCentimetres", body -> body.put("maxHeightCentimetres", 20)),
                new Bad("/price", body -> body.put("price", 3)),
                new Bad("/owner", body -> body.put("owner", UserId.next().toString())));
        Principal owner = new Principal(UserId.next(), Set.of(Role.HOST));
        for (Bad bad : all) {
            Answer answer = send("POST", "/listings", owner, with(bad.change()));
            assertThat(answer.status()).as(bad.pointer() + ": " + answer.body()).isEqualTo(400);
            assertThat(answer.pointers()).as(answer.body().toString()).contains(bad.pointer());
        }
        assertThat(send("POST", "/listings", owner, "{\"title\":").code()).isEqualTo("MALFORMED_REQUEST");
        assertThat(send("GET", "/listings?owner=me", owner, null).body().path("items"))
                .isEmpty();
    }

    @Test
    void slotsOneByOne_haveUniqueNames() throws Exception {
        Answer created = send("POST", "/listings", host, with(body -> {
            body.remove("capacity");
            body.withArray("/slots").addObject().put("name", "A1").put("kind", "EV");
            body.withArray("/slots").addObject().put("name", "A2");
        }));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.body().at("/slots/0/kind").asText()).isEqualTo("EV");
        assertThat(created.body().at("/slots/1/kind").asText()).isEqualTo("STANDARD");

        Answer doubled = send("POST", "/listings", host, with(body -> {
            body.remove("capacity");
            body.withArray("/slots").addObject().put("name", "A1");
            body.withArray("/slots").addObject().put("name", " A1 ");
        }));
        assertThat(doubled.pointers()).containsExactly("/slots/1/name");
    }

    @Test
    void idempotencyKey_isForOneRequest() throws Exception {
        Answer first = send("POST", "/listings", host, LISTING, "Idempotency-Key", "listing-0001");
        Answer again = send("POST", "/listings", host, LISTING, "Idempotency-Key", "listing-0001");
        assertThat(again.body()).isEqualTo(first.body());

        Answer other = send(
                "POST", "/listings", host, with(body -> body.put("title", "X")), "Idempotency-Key", "listing-0001");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        assertThat(send("POST", "/listings", host, LISTING, "Idempotency-Key", "short")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void lists_arePaged() throws Exception {
        Principal owner = new Principal(UserId.next(), Set.of(Role.HOST));
        for (int i = 0; i < 3; i++) {
            send("POST", "/listings", owner, LISTING);
        }
        Answer first = send("GET", "/listings?owner=" + owner.user() + "&limit=2", null, null);
        assertThat(first.body().path("items")).hasSize(2);
        assertThat(first.body().at("/items/0/capacity").asInt()).isEqualTo(2);
        assertThat(first.body().at("/items/0").has("slots")).isFalse();
        assertThat(first.response().headers().firstValue("link")).isPresent();
        Answer second = send(
                "GET",
                "/listings?owner=me&limit=2&cursor=" + first.body().path("next").asText(),
                owner,
                null);
        assertThat(second.body().path("items")).hasSize(1);
        assertThat(second.body().get("next").isNull()).isTrue();

        assertThat(send("GET", "/listings?owner=me", null, null).status()).isEqualTo(401);
        assertThat(send("GET", "/listings?owner=you", null, null).pointers()).containsExactly("/query/owner");
        assertThat(send("GET", "/listings?cursor=x", null, null).code()).isEqualTo("INVALID_CURSOR");
        assertThat(send("GET", "/listings?limit=1000", null, null).status()).isEqualTo(400);
    }

    @Test
    @Tag("LI4")
    void price_saysWhichCapApplied() throws Exception {
        String path = "/listings/" + create().body().path("id").asText();

        Answer price =
                send("GET", path + "/price?from=2026-03-10T09:00:00%2B01:00&to=2026-03-10T18:00:00Z", null, null);
        assertThat(price.status()).isEqualTo(200);
        assertThat(price.body().path("total")).isEqualTo(json.readTree("{\"amount\":1500,\"currency\":\"EUR\"}"));
        assertThat(price.body().at("/lines/0/label").asText()).isEqualTo("day cap applied: 15.00 instead of 25.00");
        assertThat(price.body().at("/lines/0/kind").asText()).isEqualTo("DAY_CAP");
        // The night when clocks go forward: 01:00 to 04:00 are two hours (RULES 2).
        assertThat(send(
                                "GET",
                                path + "/price?from=2026-03-29T01:00:00%2B01:00&to=2026-03-29T04:00:00%2B02:00",
                                null,
                                null)
                        .body()
                        .at("/total/amount")
                        .asLong())
                .isEqualTo(500);

        String from = path + "/price?from=2026-03-10T09:00:00Z";
        assertThat(send("GET", from, null, null).status()).isEqualTo(400);
        assertThat(send("GET", from + "&to=2026-03-10T08:00:00Z", null, null).pointers())
                .containsExactly("/query/to");
        assertThat(send("GET", from + "&to=2026-03-10T09:00:00Z", null, null).status())
                .isEqualTo(422);
        assertThat(send("GET", from + "&to=2026-05-10T09:00:00Z", null, null).status())
                .isEqualTo(422);
        assertThat(send("GET", from + "&to=tomorrow", null, null).status()).isEqualTo(400);
        assertThat(send("GET", from + "&to=%2B999999999-01-01T00:00:00Z", null, null)
                        .status())
                .isBetween(400, 422);
    }

    @Test
    @Tag("LI4")
    void tariff_isReplaced() throws Exception {
        String path = "/listings/" + create().body().path("id").asText() + "/tariff";

        Answer updated = send("PUT", path, host, "{\"currency\":\"EUR\",\"hour\":300}", "If-Match", "\"1\"");
        assertThat(updated.body()).isEqualTo(json.readTree("{\"currency\":\"EUR\",\"hour\":300}"));
        assertThat(updated.etag()).isEqualTo("\"2\"");
        assertThat(send("GET", path, null, null).body()).isEqualTo(updated.body());
        assertThat(send("PUT", path, host, "{\"currency\":\"EUR\",\"hour\":300,\"day\":1}")
                        .pointers())
                .containsExactly("/day");
    }

    /** Everything that a tariff may say. */
    private static final String RULED = """
            {"currency": "EUR", "hour": 250, "day": 1500, "week": 6000, "month": 20000, "monthDays": 28,
             "dayStart": "05:00",
             "segments": [{"start": 0, "end": 30, "unit": "FLAT", "amount": 0},
                          {"start": 30, "end": 120, "unit": "HOUR", "amount": 200, "increment": 15, "maximumFee": 250}],
             "weekend": {"days": ["SATURDAY", "SUNDAY"], "hour": 100, "day": 400},
             "holidays": {"region": "DE-BW", "hour": 50},
             "windows": [{"name": "Night", "from": "18:00", "to": "08:00", "maximum": 500},
                         {"from": "06:00", "to": "19:00", "days": ["MONDAY"], "maximum": 900, "arriveBy": "09:00"}],
             "events": [{"name": "Concert", "from": "2026-12-05T16:00:00+01:00", "to": "2026-12-06T01:00:00+01:00",
                         "hour": 600, "maximum": 3000}],
             "tax": {"basisPoints": 1900, "inclusive": false},
             "surcharges": {"ev": 100, "oversize": 250, "oversizeAboveCentimetres": 210}}
            """;

    @Test
    @Tag("LI4")
    @Tag("rule-3")
    @DisplayName("Rule 3: a tariff with all its rules is kept as it was written")
    void ruledTariff_isKept() throws Exception {
        String path = "/listings/" + create().body().path("id").asText();

        Answer updated = send("PUT", path + "/tariff", host, RULED);
        assertThat(updated.status()).as(updated.body().toString()).isEqualTo(200);
        assertThat(updated.body()).isEqualTo(json.readTree(RULED));
        assertThat(send("GET", path, null, null).body().path("tariff")).isEqualTo(json.readTree(RULED));
        // The same once more changes nothing.
        assertThat(send("PUT", path + "/tariff", host, RULED).etag()).isEqualTo(updated.etag());
        Answer simple = send("PUT", path + "/tariff", host, "{\"currency\":\"EUR\",\"hour\":300}");
        assertThat(simple.body()).isEqualTo(json.readTree("{\"currency\":\"EUR\",\"hour\":300}"));
    }

    @Test
    @Tag("PY6")
    @Tag("rule-25")
    @DisplayName("Rule 25: the open price has surcharges for the vehicle and taxes as lines of their own")
    void price_isForTheVehicle() throws Exception {
        String path = "/listings/" + create().body().path("id").asText();
        send("PUT", path + "/tariff", host, RULED);
        String stay = path + "/price?from=2026-12-05T17:00:00%2B01:00&to=2026-12-05T19:00:00%2B01:00";

        assertThat(kinds(send("GET", stay, null, null))).containsExactly("EVENT_HOURS", "TAX");
        Answer large = send("GET", stay + "&height=220&ev=true", null, null);
        assertThat(kinds(large)).containsExactly("EVENT_HOURS", "EV_SURCHARGE", "OVERSIZE_SURCHARGE", "TAX");
        assertThat(large.body().at("/total/amount").asLong()).isEqualTo(1_200 + 100 + 250 + 228 + 19 + 48);
        assertThat(send("GET", stay + "&vehicleId=" + Ids.next(), null, null).status())
                .isEqualTo(401);
    }

    private static List<String> kinds(Answer price) {
        List<String> kinds = new ArrayList<>();
        price.body().path("lines").forEach(line -> kinds.add(line.path("kind").asText()));
        return kinds;
    }

    @Test
    @Tag("LI4")
    @Tag("rule-2")
    @DisplayName("Rule 2: an event's times are the place's, and those that its clocks skip or repeat are refused")
    void eventTimes_areThePlaces() throws Exception {
        String path = "/listings/" + create().body().path("id").asText() + "/tariff";
        String event =
                "{\"currency\":\"EUR\",\"hour\":1,\"events\":[{\"name\":\"X\",\"from\":\"%s\",\"to\":\"%s\",\"hour\":2}]}";

        Answer local = send("PUT", path, host, event.formatted("2026-07-01T18:00", "2026-07-01T22:00"));
        assertThat(local.body().at("/events/0/from").asText()).isEqualTo("2026-07-01T18:00:00+02:00");
        Answer skipped = send("PUT", path, host, event.formatted("2026-03-29T02:30", "2026-03-29T05:00"));
        assertThat(skipped.status()).isEqualTo(422);
        assertThat(skipped.code()).isEqualTo("NONEXISTENT_LOCAL_TIME");
        assertThat(skipped.pointers()).containsExactly("/events/0/from");
        Answer twice = send("PUT", path, host, event.formatted("2026-10-25T01:00", "2026-10-25T02:30"));
        assertThat(twice.code()).isEqualTo("AMBIGUOUS_LOCAL_TIME");
        assertThat(twice.pointers()).containsExactly("/events/0/to");
        assertThat(send("PUT", path, host, event.formatted("2026-10-25T01:00", "2026-10-25T02:30:00+01:00"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Tag("LI4")
    void previews_areThePricesOfATariffThatNobodyHas() throws Exception {
        String stays =
                "[{\"from\":\"2026-03-10T09:00:00Z\",\"to\":\"2026-03-10T10:00:00Z\"},{\"from\":\"2026-03-10T09:00:00Z\",\"to\":\"2026-03-16T20:00:00Z\"}]";
        String body = "{\"tariff\":{\"currency\":\"EUR\",\"hour\":250,\"day\":1500,\"week\":6000},"
                + "\"timeZone\":\"Europe/Berlin\",\"stays\":" + stays + "}";

        Answer previews = send("POST", "/price-previews", host, body);
        assertThat(previews.status()).as(previews.body().toString()).isEqualTo(200);
        assertThat(previews.body().at("/items/0/total/amount").asLong()).isEqualTo(250);
        assertThat(previews.body().at("/items/1/lines/0/kind").asText()).isEqualTo("WEEK_CAP");
        assertThat(send("POST", "/price-previews", host, body.replace("6000", "1000"))
                        .pointers())
                .containsExactly("/tariff/week");
        assertThat(send("POST", "/price-previews", null, body).status()).isEqualTo(401);
    }

    @Test
    @Tag("LI7")
    void slots_areListedAddedAndChanged() throws Exception {
        String path = "/listings/" + create().body().path("id").asText() + "/slots";

        Answer added = send("POST", path, host, "{\"name\":\"E\",\"kind\":\"EV\"}");
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.etag()).isEqualTo("\"2\"");
        String slot = path + "/" + added.body().path("id").asText();
        assertThat(send("POST", path, host, "{\"name\":\"E\"}").status()).isEqualTo(409);

        Answer changed = send("PATCH", slot, host, "{\"name\":\"E 1\"}");
        assertThat(changed.body().path("name").asText()).isEqualTo("E 1");
        assertThat(changed.body().path("kind").asText()).isEqualTo("EV");
        assertThat(send("PATCH", slot, host, "{}").status()).isEqualTo(400);
        assertThat(send("PATCH", slot, host, "{\"retired\":true}")
                        .body()
                        .path("retired")
                        .asBoolean())
                .isTrue();

        Answer first = send("GET", path + "?limit=1", null, null);
        assertThat(first.body().path("items")).hasSize(1);
        Answer rest = send("GET", path + "?cursor=" + first.body().path("next").asText(), null, null);
        assertThat(rest.body().path("items")).hasSize(1);
        assertThat(send("GET", path + "?cursor=-1", null, null).code()).isEqualTo("INVALID_CURSOR");
    }

    @Test
    @Tag("LI6")
    void amenities_areKnown() throws Exception {
        Answer amenities = send("GET", "/amenities", null, null);
        assertThat(amenities.body().path("items")).hasSize(Amenity.values().length);
        assertThat(amenities.body().at("/items/0"))
                .isEqualTo(json.readTree("{\"code\":\"CCTV\",\"label\":\"Video surveillance\"}"));
    }
}
