package dev.berth.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.testing.Api;
import dev.berth.testing.CommonNode;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** A host's calendar on a small web server, and the blocks that two nodes make of it. */
@WithServices
@Tag("LI9")
@Tag("BK13")
@TestInstance(Lifecycle.PER_CLASS)
class CalendarImportJourneyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<String> text = new AtomicReference<>(calendar(List.of()));
    private final AtomicInteger status = new AtomicInteger(200);
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final HttpServer server =
            TestNode.await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
    private final Instant day = Instant.now().plus(3, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);
    private final Node first;
    private final Node second;

    CalendarImportJourneyIT(CommonNode common) throws Exception {
        first = common.node();
        second = common.second();
    }

    @BeforeEach
    void answersAgain() {
        status.set(200);
    }

    @AfterAll
    void close() {
        TestNode.await(vertx.close());
    }

    private void answer(HttpServerRequest request) {
        asked.computeIfAbsent(String.valueOf(request.path()), path -> new AtomicInteger())
                .incrementAndGet();
        String body = text.get();
        String tag = "\"" + body.hashCode() + "\"";
        boolean same = status.get() == 200 && tag.equals(request.getHeader("if-none-match"));
        request.response()
                .putHeader("etag", tag)
                .setStatusCode(same ? 304 : status.get())
                .end(same ? "" : body);
    }

    private record Event(String uid, Instant from, Instant to) {}

    private Event event(String uid, int fromHour, int toHour) {
        return new Event(uid, day.plus(fromHour, ChronoUnit.HOURS), day.plus(toHour, ChronoUnit.HOURS));
    }

    private static String calendar(Collection<Event> events) {
        StringBuilder all = new StringBuilder("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n");
        for (Event event : events) {
            all.append("BEGIN:VEVENT\r\nUID:").append(event.uid()).append("\r\nSUMMARY:Reserved\r\nDTSTART:");
            all.append(compact(event.from())).append("\r\nDTEND:").append(compact(event.to()));
            all.append("\r\nEND:VEVENT\r\n");
        }
        return all.append("END:VCALENDAR\r\n").toString();
    }

    private static String compact(Instant instant) {
        return instant.toString().replaceAll("[-:]", "");
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.actualPort() + path;
    }

    private JsonNode imported(Api host, String listing, String path) throws Exception {
        return host.post(
                        "/calendar-imports",
                        Api.object().put("listingId", listing).put("url", url(path)))
                .expect(201)
                .body();
    }

    /** The import once it has been read since then, or has failed. */
    private JsonNode refreshed(Api host, JsonNode calendar) throws Exception {
        String id = calendar.path("id").asText();
        Instant since = Instant.now();
        host.post("/calendar-imports/" + id + "/refresh", Api.object()).expect(200);
        return awaited(host, id, since);
    }

    private static JsonNode awaited(Api host, String id, Instant since) {
        AtomicReference<JsonNode> found = new AtomicReference<>();
        Platform.await("the calendar is read", PATIENCE, () -> {
            try {
                for (JsonNode each :
                        host.get("/calendar-imports").expect(200).body().path("items")) {
                    boolean isLater = each.has("readAt")
                            && Instant.parse(each.path("readAt").asText()).isAfter(since);
                    if (each.path("id").asText().equals(id)
                            && !each.path("refreshing").asBoolean()
                            && (isLater || each.has("error"))) {
                        found.set(each);
                        return true;
                    }
                }
                return false;
            } catch (java.io.IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        });
        return found.get();
    }

    private List<String> blocks(Api host, String listing) throws Exception {
        List<String> blocks = new ArrayList<>();
        for (JsonNode block : host.get("/listings/" + listing + "/blocks?limit=100")
                .expect(200)
                .body()
                .path("items")) {
            long from = Duration.between(day, Instant.parse(block.path("from").asText()))
                    .toHours();
            long to = Duration.between(day, Instant.parse(block.path("to").asText()))
                    .toHours();
            blocks.add(from + "-" + to + "x" + block.path("slots").size());
        }
        return blocks.stream().sorted().toList();
    }

    @Test
    void busyTimes_becomeBlocks_onlyWhatDiffersIsWritten_andAllGoesWithTheImport() throws Exception {
        Api host = Api.of(first.url()).register("host");
        String listing = host.createListing("Yard with a calendar", 2, 49.0194, 8.4144);
        text.set(calendar(List.of(event("a", 0, 4), event("b", 3, 6), event("c", 10, 12))));
        JsonNode calendar = imported(host, listing, "/one.ics?secret=abc");
        assertThat(calendar.path("site").asText()).isEqualTo("127.0.0.1");
        assertThat(calendar.toString()).doesNotContain("secret=abc");
        JsonNode read = awaited(host, calendar.path("id").asText(), Instant.EPOCH);
        assertThat(read.path("busy").asInt()).isEqualTo(3);
        assertThat(read.path("conflicts")).isEmpty();
        // Events that overlap block each hour once.
        assertThat(blocks(host, listing)).containsExactly("0-4x2", "10-12x2", "4-6x2");

        // What has not changed is not even sent.
        int before = count("/one.ics");
        refreshed(host, calendar);
        assertThat(count("/one.ics")).isGreaterThan(before);
        List<String> ids = ids(host, listing);

        // c is longer now, a has gone.
        text.set(calendar(List.of(event("b", 3, 6), event("c", 10, 14))));
        assertThat(refreshed(host, calendar).path("busy").asInt()).isEqualTo(2);
        assertThat(blocks(host, listing)).containsExactly("10-12x2", "12-14x2", "3-4x2", "4-6x2");
        assertThat(ids(host, listing)).filteredOn(ids::contains).hasSize(2);

        // A server that does not answer takes nothing away.
        status.set(500);
        JsonNode failed = refreshed(host, calendar);
        assertThat(failed.path("error").asText()).isEqualTo("REFUSED");
        assertThat(blocks(host, listing)).hasSize(4);
        assertThat(Instant.parse(failed.path("nextAt").asText()))
                .isAfter(Instant.now().plusSeconds(60));
        status.set(200);
        text.set("<html>Please log in</html>");
        assertThat(refreshed(host, calendar).path("error").asText()).isEqualTo("NOT_A_CALENDAR");
        assertThat(blocks(host, listing)).hasSize(4);

        // A block that the host has taken away by hand comes back while the calendar has it.
        text.set(calendar(List.of(event("b", 3, 6))));
        host.delete("/listings/" + listing + "/blocks/" + ids(host, listing).getFirst())
                .expect(204);
        assertThat(refreshed(host, calendar).has("error")).isFalse();
        assertThat(blocks(host, listing)).containsExactly("3-4x2", "4-6x2");

        host.delete("/calendar-imports/" + calendar.path("id").asText()).expect(204);
        assertThat(host.get("/calendar-imports").expect(200).body().path("items"))
                .isEmpty();
        Platform.await("the blocks are gone", PATIENCE, () -> {
            try {
                return blocks(host, listing).isEmpty();
            } catch (Exception e) {
                return false;
            }
        });
        assertThat(first.output()).noneMatch(line -> line.contains("secret=abc"));
        assertThat(second.output()).noneMatch(line -> line.contains("secret=abc"));
    }

    private int count(String path) {
        return asked.getOrDefault(path, new AtomicInteger()).get();
    }

    private static List<String> ids(Api host, String listing) throws Exception {
        List<String> ids = new ArrayList<>();
        host.get("/listings/" + listing + "/blocks?limit=100")
                .expect(200)
                .body()
                .path("items")
                .forEach(block -> ids.add(block.path("id").asText()));
        return ids;
    }

    @Test
    void bookings_stand_andAreToldAsConflicts() throws Exception {
        Api host = Api.of(second.url()).register("host");
        Api driver = Api.of(first.url()).register("driver");
        String listing = host.createListing("Yard that is booked", 1, 49.0204, 8.4154);
        JsonNode quote = driver.quote(
                        listing,
                        day.plus(2, ChronoUnit.HOURS).toString(),
                        day.plus(4, ChronoUnit.HOURS).toString())
                .expect(201)
                .body();
        String booking = driver.post("/bookings", Api.bookingOf(quote, "pm_card_visa"))
                .expect(201)
                .body()
                .path("id")
                .asText();
        text.set(calendar(List.of(event("long", 0, 8))));
        JsonNode calendar = imported(host, listing, "/two.ics");
        JsonNode read = awaited(host, calendar.path("id").asText(), Instant.EPOCH);
        assertThat(read.path("conflicts")).hasSize(1);
        assertThat(read.at("/conflicts/0/summary").asText()).isEqualTo("Reserved");
        assertThat(read.at("/conflicts/0/bookings/0").asText()).isEqualTo(booking);
        assertThat(driver.get("/bookings/" + booking)
                        .expect(200)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("CONFIRMED");
        assertThat(blocks(host, listing)).containsExactly("0-2x1", "4-8x1");

        driver.post("/bookings/" + booking + "/cancel", Api.object()).expect(200);
        assertThat(refreshed(host, calendar).path("conflicts")).isEmpty();
        assertThat(blocks(host, listing)).containsExactly("0-2x1", "2-4x1", "4-8x1");
        assertThat(driver.quote(
                                listing,
                                day.plus(2, ChronoUnit.HOURS).toString(),
                                day.plus(4, ChronoUnit.HOURS).toString())
                        .body()
                        .path("freeSlots")
                        .asInt(0))
                .isZero();
    }

    @Test
    void berthsOwnCalendar_readAgain_makesNoBlocksOfItsBookings() throws Exception {
        Api host = Api.of(first.url()).register("host");
        Api driver = Api.of(first.url()).register("driver");
        String listing = host.createListing("Yard that hears itself", 2, 49.0214, 8.4164);
        JsonNode quote = driver.quote(
                        listing, day.toString(), day.plus(2, ChronoUnit.HOURS).toString())
                .expect(201)
                .body();
        driver.post("/bookings", Api.bookingOf(quote, "pm_card_visa")).expect(201);
        String feed = host.post("/calendar-feeds", Api.object().put("listingId", listing))
                .expect(201)
                .body()
                .path("url")
                .asText();
        String own = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(feed)).build(), BodyHandlers.ofString())
                .body();
        assertThat(own).contains("BEGIN:VEVENT");
        text.set(own);
        JsonNode calendar = imported(host, listing, "/own.ics");
        JsonNode read = awaited(host, calendar.path("id").asText(), Instant.EPOCH);
        assertThat(read.has("error")).isFalse();
        assertThat(read.path("busy").asInt()).isZero();
        assertThat(blocks(host, listing)).isEmpty();
    }

    @Test
    void importsAreTheirHostsOwn() throws Exception {
        Api host = Api.of(first.url()).register("host");
        Api other = Api.of(first.url()).register("other");
        String listing = host.createListing("Yard of one host", 1, 49.0224, 8.4174);
        var body = Api.object().put("listingId", listing).put("url", url("/three.ics"));
        assertThat(other.post("/calendar-imports", body).expect(403).code()).isEqualTo("FORBIDDEN");
        assertThat(host.post("/calendar-imports", body.deepCopy().put("url", "ftp://example.org/a.ics"))
                        .expect(422)
                        .code())
                .isEqualTo("UNPROCESSABLE");
        assertThat(host.post(
                                "/calendar-imports",
                                body.deepCopy()
                                        .put(
                                                "slotId",
                                                java.util.UUID.randomUUID().toString()))
                        .expect(422)
                        .code())
                .isEqualTo("UNPROCESSABLE");
        String id = imported(host, listing, "/three.ics").path("id").asText();
        assertThat(other.delete("/calendar-imports/" + id).code()).isEqualTo("NOT_FOUND");
        assertThat(other.post("/calendar-imports/" + id + "/refresh", Api.object())
                        .code())
                .isEqualTo("NOT_FOUND");
        assertThat(other.get("/calendar-imports").expect(200).body().path("items"))
                .isEmpty();
    }
}
