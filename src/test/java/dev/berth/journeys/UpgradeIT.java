package dev.berth.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.security.Passwords;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.testing.Api;
import dev.berth.testing.Platform;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.GeoPoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database as the first release left it, with bookings in each state, comes to be used by this one: {@code upgrade/first}
 * has that release's migrations, as they were, and {@code upgrade/first-data.sql} what was stored.
 */
@WithServices
class UpgradeIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PASSWORD = "correct horse battery";
    private static final String DRIVEWAY = "01980000-0000-7000-8000-0000000000b2";
    private static final String GARAGE = "01980000-0000-7000-8000-0000000000b1";
    /** Addresses of driveways, and what is told of them from now on. */
    private static final Map<String, String> DRIVEWAYS = Map.of(
            "Waldstraße 12a", "Waldstraße",
            "Waldstr.12a, 76133 Karlsruhe", "76133 Karlsruhe",
            "Waldstraße 12 - 14 b, Hinterhaus, 76133 Karlsruhe", "Waldstraße, 76133 Karlsruhe",
            "12 rue de la Paix, 75002 Paris", "rue de la Paix, 75002 Paris",
            "Calle Mayor, 12, Madrid", "Calle Mayor, Madrid",
            "Calle Mayor, 12", "Calle Mayor",
            "12", "—",
            "Am Markt 3 Nr. 5 Whg. 7, D-76133 Karlsruhe", "Am Markt, Karlsruhe");

    private static final List<Integer> PAID = List.of(2, 3, 4, 5, 6, 9, 10, 11, 12);

    private final Services services;
    private final DatabaseConfig database;

    UpgradeIT(Services services) {
        this.services = services;
        this.database = DatabaseConfig.of(services.freshDatabase());
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + database.url(), database.user(), database.password().value());
    }

    private void fill(Platform platform) throws Exception {
        Flyway.configure()
                .dataSource(
                        "jdbc:" + database.url(),
                        database.user(),
                        database.password().value())
                .locations("classpath:upgrade/first")
                .defaultSchema("public")
                .load()
                .migrate();
        String data = resource("/upgrade/first-data.sql");
        for (Map.Entry<String, String> variable : variables(platform).entrySet()) {
            data = data.replace("${" + variable.getKey() + "}", variable.getValue());
        }
        assertThat(data.lines().skip(2)).noneMatch(line -> line.contains("${"));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(data);
        }
    }

    /** What the provider knows of the payments, and a password's hash. */
    private static Map<String, String> variables(Platform platform) throws StripeException {
        Map<String, String> variables = new HashMap<>();
        variables.put(
                "hash", TestNode.await(new Passwords(platform.vertx(), SecurityConfig.forTests()).hash(PASSWORD)));
        StripeClient stripe = StripeClient.builder()
                .setApiKey(Platform.providerKey())
                .setApiBase(platform.provider())
                .build();
        String customer = stripe.v1()
                .customers()
                .create(CustomerCreateParams.builder().build())
                .getId();
        variables.put("customer", customer);
        Map<Integer, Long> prices =
                Map.of(2, 400L, 3, 750L, 4, 500L, 5, 500L, 6, 1_000L, 9, 250L, 10, 250L, 11, 500L, 12, 500L);
        for (int number : PAID) {
            PaymentIntent intent = stripe.v1()
                    .paymentIntents()
                    .create(PaymentIntentCreateParams.builder()
                            .setAmount(prices.get(number))
                            .setCurrency("eur")
                            .setCustomer(customer)
                            .addPaymentMethodType("card")
                            .putMetadata("payment", id(number))
                            .putMetadata("booking", id(number))
                            .build());
            stripe.v1()
                    .paymentIntents()
                    .confirm(
                            intent.getId(),
                            PaymentIntentConfirmParams.builder()
                                    .setPaymentMethod("pm_card_visa")
                                    .setReturnUrl("https://berth.example")
                                    .build());
            variables.put("intent" + number, intent.getId());
        }
        return variables;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(UpgradeIT.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String id(int number) {
        return "01980000-0000-7000-8000-00000001%04d".formatted(number);
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** The columns of each table. */
    private Map<String, String> tables() throws SQLException {
        Map<String, String> tables = new TreeMap<>();
        for (String row : rows("""
                SELECT t.table_schema || '.' || t.table_name || '|' || string_agg(c.column_name, ', ' ORDER BY c.ordinal_position)
                FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)
                WHERE t.table_type = 'BASE TABLE' AND t.table_schema IN
                    ('platform', 'identity', 'listings', 'bookings', 'payments', 'notifications')
                GROUP BY t.table_schema, t.table_name
                """)) {
            String[] parts = row.split("\\|", 2);
            tables.put(parts[0], parts[1]);
        }
        return tables;
    }

    /** All that is stored in these columns. */
    private Map<String, List<String>> contents(Map<String, String> tables) throws SQLException {
        Map<String, List<String>> contents = new TreeMap<>();
        for (Map.Entry<String, String> table : tables.entrySet()) {
            contents.put(
                    table.getKey(),
                    rows("SELECT row(%s)::text FROM %s ORDER BY 1".formatted(table.getValue(), table.getKey())));
        }
        return contents;
    }

    @Test
    void whatTheFirstReleaseHasStored_isThere_andGoesOn(@TempDir Path folder) throws Exception {
        try (Platform platform = new Platform(
                new Platform.Backends(database, services.redis(), services.kafka()),
                folder,
                List.of(Platform.Place.HERE))) {
            fill(platform);
            addDriveways();
            Map<String, String> tables = tables();
            Map<String, List<String>> before = contents(tables);
            assertThat(before).allSatisfy((table, rows) -> {
                // Nothing had failed, and nobody had called off what was never tried.
                if (!List.of("platform.parked_event", "payments.never_charge", "payments.webhook_event")
                        .contains(table)) {
                    assertThat(rows).as(table).isNotEmpty();
                }
            });
            Database.migrate(database);
            assertThat(withoutDriveways(contents(tables))).isEqualTo(withoutDriveways(before));
            whereDrivewaysAre_isNotForEverybody();

            String url = platform.start().url();
            Api driver = Api.of(url).logIn("driver@first.example", PASSWORD);
            Api host = Api.of(url).logIn("host@first.example", PASSWORD);
            everythingIsShown(driver, host);
            whatWasUnderWay_goesOn(platform, driver);
            bookingsCanBeChanged(driver);
            Platform.await(
                    "the money is where it belongs", SOON, () -> wrongMoney().isEmpty());
            assertThat(rows("SELECT consumer || type || reason FROM platform.parked_event"))
                    .isEmpty();
            assertThat(rows("""
                    SELECT transfer FROM payments.entry GROUP BY transfer, currency HAVING sum(amount) <> 0
                    """)).isEmpty();
        }
    }

    /** Beside the first release's own one: whatever their addresses look like. */
    private void addDriveways() throws SQLException {
        int number = 0;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String address : DRIVEWAYS.keySet()) {
                String id = "01980000-0000-7000-8000-00000000c%03d".formatted(++number);
                statement.execute("""
                        INSERT INTO listings.listing (id, version, owner_id, title, description, type, lat, lng, address,
                            time_zone, currency, hour_amount, amenities, instant_book, cancellation_policy, demo)
                        SELECT '%s', 1, owner_id, title, '', type, lat, lng, '%s', time_zone, currency, hour_amount,
                            amenities, true, cancellation_policy, demo
                        FROM listings.listing WHERE id = '%s'
                        """.formatted(id, address, DRIVEWAY));
                statement.execute("""
                        INSERT INTO listings.slot (id, listing_id, name, kind, position)
                        VALUES (gen_random_uuid(), '%s', '1', 'STANDARD', 0)
                        """.formatted(id));
            }
        }
    }

    /** Without the listings that are not told in full any more. */
    private static Map<String, List<String>> withoutDriveways(Map<String, List<String>> contents) {
        Map<String, List<String>> others = new TreeMap<>(contents);
        others.computeIfPresent(
                "listings.listing",
                (table, rows) ->
                        rows.stream().filter(row -> !row.contains(",DRIVEWAY,")).toList());
        return others;
    }

    private void whereDrivewaysAre_isNotForEverybody() throws SQLException {
        Map<String, String> told = new TreeMap<>();
        List<String> places = new ArrayList<>();
        for (String row : rows("""
                SELECT a.address || '|' || l.address || '|' || l.version || '|' || l.address_privacy || '|' || l.lat || '|' || l.lng
                FROM listings.arrival a JOIN listings.listing l ON l.id = a.listing_id WHERE a.lat = 49.01 AND a.lng = 8.41
                """)) {
            String[] cells = row.split("\\|", -1);
            told.put(cells[0], cells[1]);
            assertThat(List.of(cells[2], cells[3])).containsExactly("2", "AFTER_CONFIRMATION");
            GeoPoint shown = new GeoPoint(Double.parseDouble(cells[4]), Double.parseDouble(cells[5]));
            assertThat(new GeoPoint(49.01, 8.41).metresTo(shown)).isBetween(49.0, 121.0);
            places.add(shown.toString());
        }
        Map<String, String> expected = new TreeMap<>(DRIVEWAYS);
        expected.put("Waldstraße 2, 76133 Karlsruhe", "Waldstraße, 76133 Karlsruhe");
        assertThat(told).isEqualTo(expected);
        assertThat(places).as("each is drawn by itself").doesNotHaveDuplicates();
        assertThat(rows("SELECT id FROM listings.listing WHERE address_privacy = 'PUBLIC' AND type = 'DRIVEWAY'"))
                .isEmpty();
        assertThat(rows("SELECT address_privacy FROM listings.listing WHERE id = '" + GARAGE + "'"))
                .containsExactly("PUBLIC");
    }

    private static void everythingIsShown(Api driver, Api host) throws Exception {
        assertThat(driver.get("/bookings?role=driver&limit=50")
                        .expect(200)
                        .body()
                        .path("items"))
                .hasSize(12);
        assertThat(host.get("/bookings?role=host&limit=50").expect(200).body().path("items"))
                .hasSize(12);
        assertThat(statusOf(driver, 1)).isEqualTo("HELD");
        assertThat(statusOf(driver, 2)).isEqualTo("CONFIRMED");
        assertThat(statusOf(driver, 7)).isEqualTo("EXPIRED");
        assertThat(statusOf(driver, 8)).isEqualTo("EXPIRED");
        assertThat(statusOf(driver, 9)).isEqualTo("CANCELLED_BY_DRIVER");
        assertThat(statusOf(driver, 10)).isEqualTo("CANCELLED_BY_HOST");
        JsonNode listing = driver.get("/listings/" + GARAGE).expect(200).body();
        assertThat(listing.path("title").asText()).isEqualTo("Garage of the first days");
        assertThat(listing.path("capacity").asInt()).isEqualTo(3);
        assertThat(host.get("/listings/" + GARAGE + "/blocks")
                        .expect(200)
                        .body()
                        .path("items"))
                .hasSize(1);
        assertThat(driver.get("/notifications").expect(200).body().toString()).contains("Buchung bestätigt");
        assertThat(driver.get("/vehicles").expect(200).body().toString()).contains("KA B 1234");
        assertThat(driver.get("/bookings/" + id(2) + "/pass")
                        .expect(200)
                        .body()
                        .path("pin")
                        .asText())
                .matches("\\d{6}");
    }

    private static String statusOf(Api reader, int number) {
        try {
            return reader.get("/bookings/" + id(number))
                    .expect(200)
                    .body()
                    .path("status")
                    .asText();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void whatWasUnderWay_goesOn(Platform platform, Api driver) {
        Platform.await(
                "a stay that is over is completed",
                SOON,
                () -> statusOf(driver, 12).equals("COMPLETED"));
        Platform.await(
                "the mail that waited is sent",
                SOON,
                () -> query("SELECT id FROM notifications.mail WHERE status = 'QUEUED'")
                        .isEmpty());
        assertThat(platform.mails()).isNotNull();
        Platform.await(
                "the outbox drains",
                SOON,
                () -> query("SELECT sequence FROM platform.outbox").isEmpty());
    }

    private List<String> query(String sql) {
        try {
            return rows(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void bookingsCanBeChanged(Api driver) throws Exception {
        JsonNode paid = driver.post(
                        "/payments/intents/" + id(1) + "/confirm", Api.object().set("paymentMethod", card()))
                .expect(200)
                .body();
        assertThat(paid.path("status").asText()).isEqualTo("CONFIRMED");

        assertThat(refund(driver.get("/bookings/" + id(2) + "/cancellation").expect(200)))
                .isEqualTo(400);
        driver.post("/bookings/" + id(2) + "/cancel", Api.object()).expect(200);
        assertThat(refund(driver.get("/bookings/" + id(3) + "/cancellation").expect(200)))
                .isEqualTo(375);
        driver.post("/bookings/" + id(3) + "/cancel", Api.object()).expect(200);

        JsonNode before = driver.get("/bookings/" + id(4)).expect(200).body();
        Instant from = Instant.parse(before.path("from").asText()).plus(Duration.ofHours(5));
        JsonNode quote = driver.post(
                        "/quotes",
                        Api.object()
                                .put("listingId", GARAGE)
                                .put("from", from.toString())
                                .put("to", from.plus(Duration.ofHours(3)).toString()))
                .expect(201)
                .body();
        JsonNode modified = driver.post("/bookings/" + id(4) + "/modify", Api.bookingOf(quote, null))
                .expect(200)
                .body();
        assertThat(Instant.parse(modified.path("from").asText())).isEqualTo(from);
        assertThat(modified.path("price").path("amount").asLong()).isEqualTo(750);

        JsonNode short5 = driver.get("/bookings/" + id(5)).expect(200).body();
        Instant to = Instant.parse(short5.path("to").asText()).plus(Duration.ofHours(1));
        JsonNode longer = driver.post(
                        "/bookings/" + id(5) + "/extend", Api.object().put("to", to.toString()))
                .expect(200)
                .body();
        assertThat(Instant.parse(longer.path("to").asText())).isEqualTo(to);
        assertThat(longer.path("price").path("amount").asLong()).isEqualTo(750);

        assertThat(driver.post("/bookings/" + id(6) + "/check-in", Api.object())
                        .expect(200)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("ACTIVE");
        assertThat(driver.post("/bookings/" + id(6) + "/check-out", Api.object())
                        .expect(200)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("COMPLETED");
    }

    private static JsonNode card() {
        return Api.object().put("type", "card").put("token", "pm_card_visa");
    }

    private static long refund(Api.Answer preview) {
        return preview.body().path("refund").path("amount").asLong();
    }

    /** What the provider holds of each booking is what the rules leave: of 3 its half, of 11 nothing. */
    private List<String> wrongMoney() {
        Map<Integer, Integer> due = new TreeMap<>(Map.of(1, 500, 3, 375, 4, 750, 5, 750, 6, 1_000, 12, 500));
        Map<String, String> expected = new TreeMap<>();
        due.forEach((number, amount) -> expected.put(id(number), amount.toString()));
        Map<String, String> kept = new TreeMap<>();
        for (String row : query("""
                SELECT t.booking || '=' || sum(e.amount) FROM payments.transfer t
                JOIN payments.entry e ON e.transfer = t.id
                JOIN payments.account a ON a.id = e.account AND a.kind = 'processor_clearing'
                GROUP BY t.booking HAVING sum(e.amount) <> 0
                """)) {
            String[] parts = row.split("=", 2);
            kept.put(parts[0], parts[1]);
        }
        return kept.equals(expected) ? List.of() : List.of("kept " + kept + ", due " + expected);
    }
}
