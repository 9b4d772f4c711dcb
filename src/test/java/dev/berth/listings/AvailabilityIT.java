package dev.berth.listings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.availability.Availability;
import dev.berth.availability.StayDefaults;
import dev.berth.listings.ListingCommand.CreateListing;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingCommand.UpdateListing;
import dev.berth.platform.json.Json;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
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
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** When a listing can be booked, said and read over HTTP. */
@WithServices
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("LI9")
@Tag("LI10")
@Tag("LI13")
class AvailabilityIT {
    /** A Saturday noon in Karlsruhe. */
    private static final Instant NOW = Instant.parse("2026-11-21T11:00:00Z");

    private static final String HOURS = """
            {"openingHours":"Mo-Fr 08:00-18:00; PH off","holidayRegion":"DE-BW","exitAfterHours":true,"leadMinutes":60,
             "horizonDays":30,"minStayMinutes":60,"maxStayMinutes":1440,"bufferMinutes":15,
             "exceptions":[{"firstDay":"2026-11-23","hours":"10:00-12:00","note":"Umbau"},{"firstDay":"2026-11-24"}]}
            """;

    private final TestNode node;
    private final URI base;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = Json.mapper();
    private final Principal host = new Principal(UserId.next(), Set.of(Role.DRIVER, Role.HOST));
    private Listing listing;
    private String path = "";

    private record Answer(int status, @Nullable String etag, JsonNode body) {}

    AvailabilityIT(Services services) {
        node = new TestNode(services);
        node.deploy(new ListingVerticle(
                node.bus(), node.db(), node.outbox(), Json.mapper(), ListingConfig.STANDARD, StayDefaults.STANDARD));
        base = node.serve(
                "availability",
                operations -> new AvailabilityRoutes(
                                node.bus(),
                                ListingConfig.STANDARD,
                                StayDefaults.STANDARD,
                                Clock.fixed(NOW, ZoneOffset.UTC))
                        .addTo(operations));
        listing = create();
    }

    private Listing create() {
        return node.ask(new CreateListing(host, Drafts.details("Hof"), Drafts.named("1"), null));
    }

    @BeforeEach
    void another() {
        listing = create();
        path = "/listings/" + listing.id() + "/availability";
    }

    @AfterAll
    void close() {
        node.close();
    }

    private Answer send(
            String method, String where, @Nullable Principal actor, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + where))
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
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("etag").orElse(null),
                json.readTree(response.body()));
    }

    @Test
    @Tag("rule-7")
    void withoutRules_thePlatformsDefaultsCount() throws Exception {
        Answer read = send("GET", path, null, null);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.etag()).isEqualTo("\"1\"");
        assertThat(read.body().path("alwaysOpen").asBoolean()).isTrue();
        assertThat(read.body().path("open").asBoolean()).isTrue();
        assertThat(read.body().path("minStayMinutes").asInt()).isEqualTo(30);
        assertThat(read.body().path("maxStayMinutes").asInt()).isEqualTo(43_200);
        assertThat(read.body().path("horizonDays").asInt()).isEqualTo(180);
        assertThat(read.body().path("bufferMinutes").asInt()).isZero();
    }

    @Test
    @Tag("rule-6")
    @Tag("rule-7")
    void rules_areWritten_read_andMeanSomething() throws Exception {
        Answer written = send("PUT", path, host, HOURS, "If-Match", "\"1\"");
        assertThat(written.status()).as(written.body().toString()).isEqualTo(200);
        assertThat(written.etag()).isEqualTo("\"2\"");
        Answer read = send("GET", path, null, null);
        assertThat(read.body()).isEqualTo(written.body());
        assertThat(read.body().path("open").asBoolean()).isFalse();
        assertThat(read.body().path("opensAt").asText()).isEqualTo("2026-11-23T09:00:00Z");
        assertThat(read.body().path("closesAt").asText()).isEqualTo("2026-11-23T11:00:00Z");
        JsonNode days = read.body().path("days");
        assertThat(days).hasSize(7);
        assertThat(days.path(0).path("date").asText()).isEqualTo("2026-11-21");
        assertThat(days.path(0).path("open")).isEmpty();
        assertThat(days.path(2).path("open").path(0).path("from").asText()).isEqualTo("10:00");
        assertThat(days.path(3).path("open")).isEmpty();
        assertThat(days.path(4).path("open").path(0).path("to").asText()).isEqualTo("18:00");
        assertThat(read.body().path("rules")).hasSize(4);

        // What was read may be sent back, and changes nothing.
        Answer again = send("PUT", path, host, read.body().toString(), "If-Match", "\"2\"");
        assertThat(again.status()).as(again.body().toString()).isEqualTo(200);
        assertThat(again.etag()).isEqualTo("\"2\"");
        Answer holiday = send("GET", path + "?firstDay=2026-12-25", null, null);
        assertThat(holiday.body().path("days").path(0).path("holiday").asBoolean())
                .isTrue();
        assertThat(holiday.body().path("days").path(0).path("open")).isEmpty();

        // Other changes of the listing leave them alone.
        Listing whole = node.ask(new GetListing(listing.id()));
        assertThat(whole.availability().bufferMinutes()).isEqualTo(15);
        Listing renamed = node.ask(new UpdateListing(host, listing.id(), 2, Drafts.details("Neu"), null, 3));
        assertThat(renamed.availability()).isEqualTo(whole.availability());
        Answer reset = send("PUT", path, host, "{}");
        assertThat(reset.status()).isEqualTo(200);
        assertThat(node.ask(new GetListing(listing.id())).availability()).isEqualTo(Availability.DEFAULT);
    }

    @Test
    @Tag("rule-6")
    void unknownSyntax_isRefusedWithItsPosition() throws Exception {
        Answer refused = send("PUT", path, host, "{\"openingHours\":\"Mo-Fr 08:00-18:00; SH off\"}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("errors").path(0).path("pointer").asText())
                .isEqualTo("/openingHours");
        assertThat(refused.body().path("position").asInt()).isEqualTo(20);
        assertThat(refused.body().path("detail").asText()).contains("school holidays");
        Answer exception =
                send("PUT", path, host, "{\"exceptions\":[{\"firstDay\":\"2026-11-23\",\"hours\":\"open\"}]}");
        assertThat(exception.status()).isEqualTo(422);
        assertThat(exception.body().path("errors").path(0).path("pointer").asText())
                .isEqualTo("/exceptions/0/hours");
        assertThat(node.ask(new GetListing(listing.id())).version()).isEqualTo(1);
    }

    @Test
    @Tag("rule-7")
    void numbersOutOfLimits_areRefused() throws Exception {
        for (String wrong : new String[] {
            "leadMinutes:1441", "horizonDays:366", "minStayMinutes:14", "maxStayMinutes:43201", "bufferMinutes:61"
        }) {
            String[] parts = wrong.split(":", -1);
            ObjectNode body = json.createObjectNode().put(parts[0], Integer.parseInt(parts[1]));
            Answer refused = send("PUT", path, host, body.toString());
            assertThat(refused.status()).as(wrong).isEqualTo(422);
            assertThat(refused.body().path("errors").path(0).path("pointer").asText())
                    .isEqualTo("/" + parts[0]);
        }
        Answer turned = send("PUT", path, host, "{\"minStayMinutes\":120,\"maxStayMinutes\":60}");
        assertThat(turned.status()).isEqualTo(422);
        assertThat(turned.body().path("errors").path(0).path("pointer").asText())
                .isEqualTo("/maxStayMinutes");
    }

    @Test
    void writing_isForTheOwner_andOfTheVersionRead() throws Exception {
        Principal other = new Principal(UserId.next(), Set.of(Role.DRIVER, Role.HOST));
        assertThat(send("PUT", path, other, HOURS).status()).isEqualTo(403);
        assertThat(send("PUT", path, null, HOURS).status()).isEqualTo(401);
        assertThat(send("PUT", path, host, HOURS, "If-Match", "\"7\"").status()).isEqualTo(412);
        assertThat(send("GET", "/listings/" + UserId.next() + "/availability", null, null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    @Tag("rule-6")
    void previews_tellWhatItWouldMean() throws Exception {
        String body = """
                {"availability":{"openingHours":"Fr,Sa 22:00-06:00"},"timeZone":"Europe/Berlin","firstDay":"2026-11-27"}
                """;
        Answer preview = send("POST", "/availability-previews", host, body);
        assertThat(preview.status()).as(preview.body().toString()).isEqualTo(200);
        JsonNode days = preview.body().path("days");
        assertThat(days.path(0).path("open").path(0).path("from").asText()).isEqualTo("22:00");
        assertThat(days.path(0).path("open").path(0).path("to").asText()).isEqualTo("24:00");
        assertThat(days.path(1).path("open")).hasSize(2);
        JsonNode rule = preview.body().path("rules").path(0);
        assertThat(rule.path("weekdays").toString()).isEqualTo("[5,6]");
        assertThat(rule.path("spans").path(0).asText()).isEqualTo("22:00-30:00");
        Answer wrong = send("POST", "/availability-previews", host, body.replace("Fr,Sa 22:00-06:00", "Fr 22:00-06"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body().path("position").asInt()).isPositive();
    }
}
