package dev.berth.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.testing.Api;
import dev.berth.testing.CommonNode;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.WithServices;
import dev.berth.values.GeoPoint;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Where somebody lives is told to nobody but themselves and drivers whose booking is confirmed: looked for in everything that
 * a node answers, tells, sends to Kafka and stores.
 *
 * <p>Longer than other files, because what must not tell it is read as a whole.
 */
@WithServices
@Tag("rule-38")
@TestInstance(Lifecycle.PER_CLASS)
class ArrivalIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** What is told has six digits behind the point: neither of these is ever part of it. */
    private static final GeoPoint PLACE = new GeoPoint(49.0171717, 8.4242424);

    private static final String ADDRESS = "Amselsteig 4711b, 76133 Karlsruhe";
    private static final String TOLD = "Amselsteig, 76133 Karlsruhe";
    private static final String NOTES = "Klingel bei Zwetschgenbaum, Torcode 0815";
    private static final List<String> SECRETS = List.of("4711b", "49.0171717", "8.4242424", "Zwetschgenbaum");
    private static final int LEAST_METRES = 49;
    private static final int MOST_METRES = 121;

    private final Node node;
    private final DatabaseConfig database;
    private Api host;
    private Api driver;
    private String listing = "";

    ArrivalIT(CommonNode common) throws Exception {
        node = common.node();
        database = common.platform().database();
        // The relay takes rows away as soon as they are in Kafka: what was in them is kept here.
        execute("""
                CREATE TABLE public.told (body text);
                CREATE FUNCTION public.keep() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO public.told VALUES (new::text); RETURN new; END $$;
                CREATE TRIGGER keep AFTER INSERT ON platform.outbox FOR EACH ROW EXECUTE FUNCTION public.keep()
                """);
        host = Api.of(node.url()).register("host");
        driver = Api.of(node.url()).register("driver");
    }

    @AfterAll
    void close() {
        execute("DROP TRIGGER keep ON platform.outbox; DROP FUNCTION public.keep; DROP TABLE public.told");
    }

    @BeforeEach
    void offer() throws Exception {
        host = Api.of(node.url()).register("host");
        driver = Api.of(node.url()).register("driver");
        JsonNode made = host.post("/listings", draft(true)).expect(201).body();
        listing = made.path("id").asText();
        assertThat(made.path("address").asText()).isEqualTo(ADDRESS);
    }

    private static ObjectNode draft(boolean instant) {
        ObjectNode body = Api.object()
                .put("title", "Einfahrt an der Hecke")
                .put("type", "DRIVEWAY")
                .put("address", ADDRESS)
                .put("accessNotes", NOTES)
                .put("timeZone", "Europe/Berlin")
                .put("capacity", 2)
                .put("instantBook", instant)
                .put("cancellationPolicy", "FLEXIBLE");
        body.putObject("location").put("lat", PLACE.lat()).put("lng", PLACE.lng());
        body.putObject("tariff").put("currency", "EUR").put("hour", 250);
        return body;
    }

    private static void tellsNothing(Object answer) {
        assertThat(answer.toString()).doesNotContain(SECRETS);
    }

    /** Told of the place, but not where it is. */
    private static void isNear(JsonNode location) {
        GeoPoint point = new GeoPoint(
                location.path("lat").asDouble(), location.path("lng").asDouble());
        assertThat(point.metresTo(PLACE)).isBetween((double) LEAST_METRES, (double) MOST_METRES);
    }

    private static void isThere(JsonNode place) {
        assertThat(place.path("address").asText()).isEqualTo(ADDRESS);
        assertThat(place.path("accessNotes").asText()).isEqualTo(NOTES);
        assertThat(place.path("location").path("lat").asDouble()).isEqualTo(PLACE.lat());
        assertThat(place.path("location").path("lng").asDouble()).isEqualTo(PLACE.lng());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonNode get(Api reader, String path) throws Exception {
        return reader.get(path).expect(200).body();
    }

    private JsonNode quote() throws Exception {
        Instant from = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);
        return driver.quote(
                        listing, from.toString(), from.plus(2, ChronoUnit.HOURS).toString())
                .expect(201)
                .body();
    }

    private JsonNode book(@Nullable String card) throws Exception {
        return driver.post("/bookings", Api.bookingOf(quote(), card))
                .expect(201)
                .body();
    }

    @Test
    void theOwner_seesWhereItIs_andWhatOthersAreTold_andOthersSeeOnlyThat() throws Exception {
        JsonNode own = get(host, "/listings/" + listing);
        isThere(own);
        isNear(own.path("shown").path("location"));
        assertThat(own.path("shown").path("address").asText()).isEqualTo(TOLD);
        isThere(get(host, "/listings?owner=me").path("items").path(0));

        for (Api reader : List.of(Api.of(node.url()), driver)) {
            JsonNode told = get(reader, "/listings/" + listing);
            tellsNothing(told);
            isNear(told.path("location"));
            assertThat(told.path("location")).isEqualTo(own.path("shown").path("location"));
            assertThat(told.path("address").asText()).isEqualTo(TOLD);
            assertThat(told.path("addressPrivacy").asText()).isEqualTo("AFTER_CONFIRMATION");
            assertThat(told.has("shown") || told.has("accessNotes")).isFalse();
            tellsNothing(get(reader, "/listings?owner=" + host.userId()));
            tellsNothing(get(reader, "/listings?limit=100"));
        }
        // What one keeps by its tag must not be taken for what the other is told.
        assertThat(tag(host)).isEqualTo("\"1\"").isNotEqualTo(tag(driver));
        HttpResponse<String> cached = send(driver, "GET", "/listings/" + listing, null, "If-None-Match", tag(host));
        assertThat(cached.statusCode()).isEqualTo(200);
        tellsNothing(cached.body());
    }

    private String tag(Api reader) throws Exception {
        return reader.get("/listings/" + listing)
                .raw()
                .headers()
                .firstValue("etag")
                .orElseThrow();
    }

    @Test
    void whatIsTold_staysWhileThePlaceDoes() throws Exception {
        JsonNode shown = get(host, "/listings/" + listing).path("shown");
        ObjectNode again = draft(false).put("title", "Einfahrt, neu");
        put(again, 1);
        assertThat(get(host, "/listings/" + listing).path("shown")).isEqualTo(shown);
        host.post("/listings/" + listing + "/slots", Api.object().put("name", "hinten"))
                .expect(201);
        JsonNode own = get(host, "/listings/" + listing);
        isThere(own);
        assertThat(own.path("shown")).isEqualTo(shown);

        again.remove("accessNotes");
        again.withObject("/location").put("lat", 49.03);
        put(again, own.path("version").asLong());
        JsonNode moved = get(host, "/listings/" + listing);
        assertThat(moved.path("accessNotes").asText()).isEqualTo(NOTES);
        assertThat(moved.path("shown").path("location").path("lat").asDouble()).isBetween(49.028, 49.032);

        String elsewhere = "Amselsteig 5, 76133 Karlsruhe";
        again.put("addressPrivacy", "PUBLIC").put("accessNotes", "").put("address", elsewhere);
        again.withObject("/location").put("lng", 8.43);
        put(again, moved.path("version").asLong());
        JsonNode open = get(driver, "/listings/" + listing);
        assertThat(open.path("address").asText()).isEqualTo(elsewhere);
        assertThat(open.path("location").path("lat").asDouble()).isEqualTo(49.03);
        assertThat(get(host, "/listings/" + listing).has("accessNotes")).isFalse();
    }

    private void put(ObjectNode body, long version) throws Exception {
        HttpResponse<String> answer =
                send(host, "PUT", "/listings/" + listing, body.toString(), "If-Match", "\"" + version + "\"");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private HttpResponse<String> send(Api actor, String method, String path, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url() + "/api/v1" + path))
                .header("authorization", "Bearer " + actor.token())
                .headers(headers)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("content-type", "application/json");
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void whatHostsArePreviewed_isWhatIsTold() throws Exception {
        assertThat(host.post("/address-previews", Api.object().put("address", ADDRESS))
                        .expect(200)
                        .body()
                        .path("address")
                        .asText())
                .isEqualTo(TOLD);
    }

    @Test
    void neitherSearch_norNames_norPins_tellIt() throws Exception {
        String near = PLACE.lat() + "," + PLACE.lng();
        Platform.await("it is found", SOON, () -> found("/search/listings?limit=100&near=" + near));
        JsonNode items = get(driver, "/search/listings?limit=100&near=" + near).path("items");
        tellsNothing(items);
        // Other places of the common node are elsewhere.
        assertThat(items)
                .filteredOn(item -> item.path("id").asText().equals(listing))
                .singleElement()
                .satisfies(item -> isNear(item.path("location")));
        tellsNothing(get(driver, "/search/listings?limit=100&near=" + near + "&q=" + encoded("Amselsteig")));
        for (String words : List.of("Amsel", "Amselsteig", "Amselsteig 4711b", "4711b", "Einfahrt an der")) {
            tellsNothing(get(driver, "/search/suggest?q=" + encoded(words)));
            JsonNode located = get(driver, "/geocode?q=" + encoded(words)).path("items");
            // Searched for by the very number, it is found no better than without.
            assertThat(located.toString()).doesNotContain("49.0171717", "8.4242424", "Zwetschgenbaum");
            located.forEach(place -> {
                if (place.toString().contains("Amselsteig")) {
                    assertThat(new GeoPoint(
                                            place.path("location").path("lat").asDouble(),
                                            place.path("location").path("lng").asDouble())
                                    .metresTo(PLACE))
                            .isGreaterThan(1);
                }
            });
        }
        assertThat(get(driver, "/search/listings?limit=100&near=" + near + "&q=Zwetschgenbaum")
                        .path("items"))
                .isEmpty();
        tellsNothing(get(driver, "/geocode/reverse?at=" + near));
    }

    private boolean found(String path) {
        try {
            return driver.get(path).body().toString().contains(listing);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aDriver_isToldOnceTheBookingIsConfirmed_andNoLongerWhenItIsCancelled() throws Exception {
        try (Listener page = new Listener(node, driver)) {
            JsonNode quote = quote();
            tellsNothing(quote);
            String token = quote.path("quoteId").asText();
            for (String part : token.split("\\.", -1)) {
                tellsNothing(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
            }
            JsonNode held = driver.post("/bookings", Api.bookingOf(quote, null))
                    .expect(201)
                    .body();
            assertThat(held.path("status").asText()).isEqualTo("HELD");
            tellsNothing(held);
            String path = "/bookings/" + held.path("id").asText();
            tellsNothing(get(driver, path));
            tellsNothing(get(driver, "/bookings?role=driver"));
            isThere(get(host, path).path("arrival"));

            driver.post(
                            "/payments/intents/"
                                    + held.path("payment").path("intentId").asText() + "/confirm",
                            Api.object()
                                    .set(
                                            "paymentMethod",
                                            Api.object().put("type", "card").put("token", "pm_card_visa")))
                    .expect(200);
            JsonNode confirmed = get(driver, path);
            assertThat(confirmed.path("status").asText()).isEqualTo("CONFIRMED");
            isThere(confirmed.path("arrival"));
            assertThat(confirmed.path("listing").path("address").asText()).isEqualTo(TOLD);
            isNear(confirmed.path("listing").path("location"));
            isThere(get(driver, "/bookings?role=driver").path("items").path(0).path("arrival"));
            assertThat(calendar()).contains("4711b");
            assertThat(pass(path)).contains("4711b", "Zwetschgenbaum");
            Platform.await("the driver's page is told", SOON, () -> page.heard().contains("CONFIRMED"));

            driver.post(path + "/cancel", Api.object()).expect(200);
            tellsNothing(get(driver, path));
            tellsNothing(get(driver, "/bookings?role=driver"));
            assertThat(calendar()).doesNotContain(SECRETS);
            Platform.await("the driver's page is told", SOON, () -> page.heard().contains("CANCELLED_BY_DRIVER"));
            tellsNothing(page.heard());
        }
        Platform.await(
                "everything has been told",
                SOON,
                () -> rows("SELECT 1 FROM platform.outbox").isEmpty());
        nothingElseHasIt();
    }

    @Test
    void whoAsksTheHost_isToldWhenTheyAccept_andWhoIsDeclinedIsNot() throws Exception {
        put(draft(false), 1);
        JsonNode asked = book("pm_card_visa");
        assertThat(asked.path("status").asText()).isEqualTo("PENDING_HOST");
        tellsNothing(asked);
        String path = "/bookings/" + asked.path("id").asText();
        tellsNothing(get(driver, path));
        host.post(path + "/confirm", Api.object()).expect(200);
        isThere(get(driver, path).path("arrival"));

        JsonNode other = book("pm_card_visa");
        String declined = "/bookings/" + other.path("id").asText();
        host.post(declined + "/decline", Api.object()).expect(200);
        tellsNothing(get(driver, declined));
    }

    @Test
    void aStay_goesOnToTellIt_alsoWhenTheListingIsDeleted() throws Exception {
        JsonNode booking = book("pm_card_visa");
        String path = "/bookings/" + booking.path("id").asText();
        host.delete("/listings/" + listing).expect(204);
        isThere(get(driver, path).path("arrival"));
    }

    @Test
    void administrators_seeIt_andStrangersOfABookingSeeNothing() throws Exception {
        String email = "admin-" + UUID.randomUUID() + "@example.org";
        Api.of(node.url())
                .post(
                        "/auth/register",
                        Api.object()
                                .put("email", email)
                                .put("password", "correct horse battery")
                                .put("name", "Ada"))
                .expect(201);
        execute("UPDATE identity.account SET roles = '{DRIVER,ADMIN}' WHERE email = '" + email + "'");
        Api admin = Api.of(node.url()).logIn(email, "correct horse battery");
        isThere(get(admin, "/listings/" + listing));
        String path = "/bookings/" + book(null).path("id").asText();
        isThere(get(admin, path).path("arrival"));
        assertThat(Api.of(node.url()).register("stranger").get(path).status()).isEqualTo(404);
    }

    /** Everything that is stored, sent or mailed, but for the one table that is for it. */
    private void nothingElseHasIt() throws Exception {
        List<String> tables = rows("""
                SELECT table_schema || '.' || table_name FROM information_schema.tables
                WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
                """);
        assertThat(tables).contains("listings.arrival", "public.told", "bookings.occupation", "notifications.mail");
        for (String table : tables) {
            boolean isForIt = table.equals("listings.arrival");
            for (String secret : SECRETS) {
                assertThat(rows("SELECT t::text FROM " + table + " t WHERE t::text LIKE '%" + secret + "%'")
                                .isEmpty())
                        .as(table + " has " + secret)
                        .isNotEqualTo(isForIt);
            }
        }
        assertThat(rows("SELECT body FROM public.told WHERE body LIKE '%" + listing + "%'"))
                .as("what went to Kafka")
                .isNotEmpty();
    }

    private String calendar() throws Exception {
        String url = driver.post("/calendar-feeds", Api.object())
                .expect(201)
                .body()
                .path("url")
                .asText();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(node.url() + "/calendar" + url.substring(url.lastIndexOf('/'))))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .replaceAll("\r\n ", "");
        }
    }

    private String pass(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            byte[] file = http.send(
                            HttpRequest.newBuilder(URI.create(node.url() + "/api/v1" + path + "/pass.pdf"))
                                    .header("authorization", "Bearer " + driver.token())
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray())
                    .body();
            try (PDDocument document = Loader.loadPDF(file)) {
                return new PDFTextStripper().getText(document);
            }
        }
    }

    private void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> rows(String sql) {
        List<String> found = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + database.url(), database.user(), database.password().value());
    }

    /** The driver's own messages over the bridge. */
    private static final class Listener implements WebSocket.Listener, AutoCloseable {
        private final HttpClient http = HttpClient.newHttpClient();
        private final Queue<String> heard = new ConcurrentLinkedQueue<>();
        private final WebSocket socket;

        Listener(Node node, Api user) throws Exception {
            socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create(node.url().replaceFirst("^http", "ws") + "/eventbus/websocket"), this)
                    .get(SOON.toSeconds(), TimeUnit.SECONDS);
            socket.sendText(
                            "{\"type\":\"register\",\"address\":\"user.%s\",\"headers\":{\"Authorization\":\"Bearer %s\"}}"
                                    .formatted(user.userId(), user.token()),
                            true)
                    .get(SOON.toSeconds(), TimeUnit.SECONDS);
        }

        String heard() {
            return String.join("", heard);
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            heard.add(data.toString());
            webSocket.request(1);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, java.nio.ByteBuffer data, boolean last) {
            heard.add(StandardCharsets.UTF_8.decode(data).toString());
            webSocket.request(1);
            return java.util.concurrent.CompletableFuture.completedStage(null);
        }

        @Override
        public void close() {
            socket.abort();
            http.shutdownNow();
        }
    }
}
