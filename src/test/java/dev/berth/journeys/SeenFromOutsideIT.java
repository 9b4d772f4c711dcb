package dev.berth.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.berth.testing.Api;
import dev.berth.testing.Api.Answer;
import dev.berth.testing.Platform;
import dev.berth.testing.Platform.Node;
import dev.berth.testing.Services;
import dev.berth.testing.SpanSink;
import dev.berth.testing.SpanSink.Span;
import dev.berth.testing.WithServices;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of a node that has sold a stay and taken it back: metrics and traces. */
@WithServices
@TestInstance(Lifecycle.PER_CLASS)
class SeenFromOutsideIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path PROMETHEUS = Path.of("cluster", "prometheus");
    private static final Path DASHBOARD = Path.of("cluster", "grafana", "berth.json");
    /** Names of metrics in a query. What Prometheus itself adds, such as {@code up}, no node exposes. */
    private static final Pattern METRIC = Pattern.compile("\\b(?:berth|vertx|jvm|process)_[a-z0-9_]+");

    private final SpanSink collector;
    private final Platform platform;
    private final Node node;
    private String trace = "";

    SeenFromOutsideIT(Services services, @TempDir Path folder) throws Exception {
        collector = new SpanSink();
        platform = new Platform(services, folder);
        platform.set("tracing.endpoint", collector.url())
                .set("tracing.sampleRatio", "1")
                .set("tracing.exportInterval", "200ms");
        node = platform.start();
    }

    @AfterAll
    void close() {
        platform.close();
        collector.close();
    }

    @BeforeAll
    void sellAStayAndTakeItBack() throws Exception {
        Api host = Api.of(node.url()).register("host");
        String listing = host.createListing("Garage", 3, 49.0094, 8.4044);
        Api driver = Api.of(node.url()).register("driver");
        Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.HOURS);
        JsonNode quote = driver.quote(
                        listing,
                        tomorrow.toString(),
                        tomorrow.plus(2, ChronoUnit.HOURS).toString())
                .expect(201)
                .body();
        Answer booking =
                driver.post("/bookings", Api.bookingOf(quote, "pm_card_visa")).expect(201);
        trace = booking.raw()
                .headers()
                .firstValue("x-correlation-id")
                .orElseThrow()
                .split("-", 2)[0];
        driver.post("/bookings/" + booking.body().path("id").asText() + "/cancel", Api.object())
                .expect(200);
    }

    @Test
    void oneBooking_isOneTrace_overHttpBusSqlAndKafka() {
        assertThat(trace).hasSize(32);
        Platform.await(
                "the event is taken in, in the same trace", SOON, () -> names().contains("notifications takes in"));
        Platform.await(
                "the request's own span has come",
                SOON,
                () -> collector.of(trace).stream()
                        .anyMatch(span ->
                                span.kind() == Span.SERVER && span.parent().isEmpty()));
        List<Span> spans = collector.of(trace);
        Set<String> ids = spans.stream().map(Span::id).collect(Collectors.toSet());
        assertThat(spans).allMatch(span -> span.parent().isEmpty() || ids.contains(span.parent()));
        assertThat(spans.stream().filter(span -> span.parent().isEmpty())).hasSize(1);
        assertThat(spans)
                .as("the bus")
                .anyMatch(span -> span.attributes().containsValue("bookings.commands"))
                .as("SQL")
                .anyMatch(span -> span.attributes().containsValue("postgresql"));
        assertThat(spans.stream().flatMap(span -> span.attributes().values().stream()))
                .as("what nobody is to read in a trace")
                .noneMatch(value -> platform.secrets().contains(value));
    }

    @Test
    void dashboardAndRules_useOnlyMetricsThatANodeHas() throws Exception {
        Platform.await("a payment was given back", SOON, () -> exposed().contains("berth_payments_refunded_total"));
        Set<String> exposed = exposed();
        assertThat(used(new ObjectMapper().readTree(DASHBOARD.toFile())))
                .isNotEmpty()
                .isSubsetOf(exposed);
        assertThat(used(new ObjectMapper(new YAMLFactory())
                        .readTree(PROMETHEUS.resolve("alerts.yml").toFile())))
                .isNotEmpty()
                .isSubsetOf(exposed);
    }

    @Test
    void metrics_countWhatHasHappened() {
        assertThat(scrape())
                .contains("berth_bookings_placed_total{application=\"berth\"} 1.0")
                .contains("berth_bookings_confirmed_total{application=\"berth\"} 1.0")
                .contains("berth_bookings_cancelled_total{application=\"berth\"} 1.0")
                .contains("berth_payments_charged_total{application=\"berth\",currency=\"EUR\"} 500.0")
                .contains("berth_ready{application=\"berth\"} 1.0")
                .contains("berth_outbox_leading{application=\"berth\"} 1.0")
                .contains("type=\"PlaceBooking\"")
                .doesNotContain("pins.");
    }

    private Set<String> names() {
        return collector.of(trace).stream().map(Span::name).collect(Collectors.toSet());
    }

    /** The names of metrics in what is asked of Prometheus. */
    private static Set<String> used(JsonNode file) {
        return file.findValuesAsText("expr").stream()
                .flatMap(query -> METRIC.matcher(query).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of metrics that the node has. */
    private Set<String> exposed() {
        return scrape().lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String scrape() {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(node.managementUrl() + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
