package dev.berth.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.testing.Api;
import dev.berth.testing.CommonNode;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.WithServices;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Somebody without an account books, comes back by the mailed link, extends and cancels, and makes an account of it. */
@WithServices
@Tag("BK11")
@TestInstance(Lifecycle.PER_CLASS)
class GuestJourneyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private final Platform platform;
    private final Node node;

    GuestJourneyIT(CommonNode common) {
        platform = common.platform();
        node = common.node();
    }

    @Test
    void aGuestBooks_comesBackByTheMailedLink_cancels_andMakesAnAccountOfIt() throws Exception {
        Api host = Api.of(node.url()).register("host");
        String listing = host.createListing("Yard for guests", 1, 49.0094, 8.4044);
        String email = "guest-" + UUID.randomUUID() + "@example.org";
        JsonNode begun = Api.of(node.url())
                .post("/auth/guests", Api.object().put("email", email).put("name", "Gerda Gast"))
                .expect(201)
                .body();
        Api guest = Api.of(node.url()).as(begun);

        Instant from = Instant.now().plus(2, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);
        JsonNode quote = guest.quote(
                        listing, from.toString(), from.plus(2, ChronoUnit.HOURS).toString())
                .expect(201)
                .body();
        String booking = guest.post("/bookings", Api.bookingOf(quote, "pm_card_visa"))
                .expect(201)
                .body()
                .path("id")
                .asText();
        assertThat(guest.get("/bookings/" + booking)
                        .expect(200)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("CONFIRMED");
        refusals(guest, listing, from);

        String secret = secretOf(mailTo(email, "Booked"));
        nothingButTheMailHas(secret);
        JsonNode opened = Api.of(node.url())
                .post("/auth/guest-links", Api.object().put("secret", secret))
                .expect(200)
                .body();
        assertThat(opened.at("/user/id")).isEqualTo(begun.at("/user/id"));
        Api elsewhere = Api.of(node.url()).as(opened);
        assertThat(elsewhere.get("/bookings").expect(200).body().path("items")).hasSize(1);
        assertThat(elsewhere
                        .get("/bookings/" + booking + "/pass")
                        .expect(200)
                        .body()
                        .path("pin")
                        .asText())
                .hasSize(6);
        // What it opens is this guest's, and nothing else.
        Api other = Api.of(node.url())
                .as(Api.of(node.url())
                        .post("/auth/guests", Api.object().put("email", email).put("name", "Another"))
                        .expect(201)
                        .body());
        assertThat(other.get("/bookings/" + booking).status()).isIn(403, 404);
        assertThat(other.get("/bookings").expect(200).body().path("items")).isEmpty();

        JsonNode longer = elsewhere
                .post(
                        "/bookings/" + booking + "/extend",
                        Api.object().put("to", from.plus(3, ChronoUnit.HOURS).toString()))
                .expect(200)
                .body();
        assertThat(Instant.parse(longer.path("to").asText())).isEqualTo(from.plus(3, ChronoUnit.HOURS));
        JsonNode cancelled = elsewhere
                .post("/bookings/" + booking + "/cancel", Api.object())
                .expect(200)
                .body();
        assertThat(cancelled.path("status").asText()).isEqualTo("CANCELLED_BY_DRIVER");
        assertThat(cancelled.at("/refund/amount").asLong()).isPositive();
        assertThat(secretOf(mailTo(email, "Cancelled"))).isNotEqualTo(secret);

        JsonNode account = Api.of(node.url())
                .post(
                        "/auth/guests/claim",
                        Api.object()
                                .put("refreshToken", opened.path("refreshToken").asText())
                                .put("password", "correct horse battery"))
                .expect(200)
                .body();
        assertThat(account.at("/user/roles")).extracting(JsonNode::asText).contains("DRIVER");
        Api owner = Api.of(node.url()).logIn(email, "correct horse battery");
        assertThat(owner.get("/bookings/" + booking)
                        .expect(200)
                        .body()
                        .path("id")
                        .asText())
                .isEqualTo(booking);
        assertThat(owner.get("/notifications").expect(200).body().path("items")).isNotEmpty();
        assertThat(Api.of(node.url())
                        .post("/auth/guest-links", Api.object().put("secret", secret))
                        .status())
                .isEqualTo(404);
    }

    private void refusals(Api guest, String listing, Instant from) throws Exception {
        JsonNode own = guest.get("/listings/" + listing).expect(200).body();
        var draft = Api.object().put("title", "Not mine").put("description", "").put("type", "GARAGE");
        draft.put("address", "Nowhere 1").put("timeZone", "Europe/Berlin").put("capacity", 1);
        draft.put("instantBook", true).put("cancellationPolicy", "FLEXIBLE");
        draft.set("location", own.path("location"));
        draft.set("tariff", own.path("tariff"));
        draft.putArray("amenities");
        assertThat(guest.post("/listings", draft).expect(403).code()).isEqualTo("ACCOUNT_REQUIRED");
        assertThat(guest.post("/calendar-feeds", Api.object()).expect(403).code())
                .isEqualTo("ACCOUNT_REQUIRED");
        var wait = Api.object().put("listingId", listing).put("from", from.toString());
        wait.put("to", from.plus(1, ChronoUnit.HOURS).toString());
        assertThat(guest.post("/waitlist", wait).expect(403).code()).isEqualTo("ACCOUNT_REQUIRED");
    }

    /** The text of the newest mail to somebody whose subject begins so. */
    private String mailTo(String email, String subject) {
        AtomicReference<String> found = new AtomicReference<>("");
        URI mails = URI.create("http://127.0.0.1:" + platform.mails().httpPort() + "/dev/mail.json?to="
                + URLEncoder.encode(email, StandardCharsets.UTF_8));
        HttpClient client = HttpClient.newHttpClient();
        Platform.await("a mail: " + subject, PATIENCE, () -> {
            try {
                String body = client.send(HttpRequest.newBuilder(mails).build(), BodyHandlers.ofString())
                        .body();
                JsonNode all = JSON.readTree(body);
                for (JsonNode mail : all.isArray() ? all : all.path("items")) {
                    if (mail.path("subject").asText().startsWith(subject)) {
                        found.set(mail.path("text").asText());
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

    /** It names the node that has written the mail: whichever took the event. */
    private static String secretOf(String mail) {
        Matcher link = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/guest\\?next=%2Fbookings%2F[0-9a-f-]{36}#(\\S+)")
                .matcher(mail);
        assertThat(link.find()).as(mail).isTrue();
        assertThat(link.group(1)).matches("[A-Za-z0-9_-]{43}");
        return link.group(1);
    }

    /** Neither the database nor what the node writes. */
    private void nothingButTheMailHas(String secret) throws Exception {
        var database = platform.database();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:" + database.url(),
                        database.user(),
                        database.password().value());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*) FROM notifications.mail m WHERE m::text LIKE '%" + secret + "%'")) {
            rows.next();
            assertThat(rows.getLong(1)).isZero();
        }
        assertThat(node.output()).noneMatch(line -> line.contains(secret));
    }
}
