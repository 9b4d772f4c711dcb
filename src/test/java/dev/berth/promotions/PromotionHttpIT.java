package dev.berth.promotions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.fees.FeeConfig;
import dev.berth.fees.FeeRoutes;
import dev.berth.fees.FeeVerticle;
import dev.berth.platform.json.Json;
import dev.berth.testing.ContractCheck;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operations of promotions and fees over HTTP; each exchange is held against the contract. */
@WithServices
@Tag("PY12")
class PromotionHttpIT {
    private static final Principal ADMIN = new Principal(UserId.next(), Set.of(Role.ADMIN));
    private static final Principal HOST = new Principal(UserId.next(), Set.of(Role.HOST));
    private static final Principal GUEST = new Principal(UserId.next(), Set.of(Role.GUEST));

    private final JsonMapper json = Json.mapper();
    private final ContractCheck contract = new ContractCheck();
    private final HttpClient client = HttpClient.newHttpClient();
    private final TestNode node;

    PromotionHttpIT(Services services) {
        Clock clock = Clock.systemUTC();
        node = new TestNode(services);
        node.deploy(new PromotionVerticle(
                        node.bus(),
                        node.db(),
                        node.outbox(),
                        json,
                        PromotionConfig.defaults(),
                        clock,
                        new SimpleMeterRegistry()))
                .deploy(new FeeVerticle(
                        node.bus(), node.db(), node.outbox(), json, FeeConfig.defaults(), 1_200, clock));
    }

    @AfterEach
    void close() {
        client.close();
        node.close();
    }

    private HttpResponse<String> send(
            URI base, @Nullable Principal who, String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (who != null) {
            request.header("authorization", "Bearer " + TestNode.token(who));
        }
        if (body != null) {
            request.header("content-type", "application/json");
        }
        if (method.equals("POST")) {
            request.header("idempotency-key", Ids.next().toString());
        }
        try {
            return contract.check(client.send(request.build(), BodyHandlers.ofString()), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private JsonNode tree(HttpResponse<String> answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json.readTree(answer.body());
    }

    private static String terms(String payer, String more) {
        return """
                {"name": "x", "payer": "%s", "percent": 10, "cap": 300, "currency": "EUR", "validUntil": "%s"%s}
                """.formatted(payer, Instant.now().plus(Duration.ofDays(1)), more);
    }

    @Test
    void promotionsOverHttp_followTheContract() throws IOException {
        URI base = node.serve("promotions", routes -> new PromotionRoutes(node.bus()).addTo(routes));
        JsonNode made = tree(send(base, HOST, "POST", "/promotions", terms("HOST", "")), 201);
        assertThat(made.path("hostId").asText()).isEqualTo(HOST.user().toString());
        String own = "/promotions/" + made.path("id").asText();
        JsonNode codes = tree(send(base, HOST, "POST", own + "/codes", "{\"count\": 3}"), 200);
        assertThat(codes.path("codes")).hasSize(3);
        JsonNode page = tree(send(base, HOST, "GET", own + "/codes?limit=2", null), 200);
        assertThat(page.path("items")).hasSize(2);
        assertThat(tree(
                                send(
                                        base,
                                        HOST,
                                        "GET",
                                        own + "/codes?cursor="
                                                + page.path("next").asText(),
                                        null),
                                200)
                        .path("items"))
                .hasSize(1);
        HttpResponse<String> table = send(base, HOST, "GET", own + "/codes.csv?limit=2", null);
        assertThat(table.body().lines()).hasSize(3).first().isEqualTo("code,uses,usable");
        assertThat(table.headers().firstValue("link"))
                .hasValueSatisfying(link -> assertThat(link).contains("rel=\"next\""));
        assertThat(tree(send(base, HOST, "GET", "/promotions", null), 200).path("items"))
                .hasSize(1);
        // Somebody else's there is not, neither to see nor to end.
        Principal other = new Principal(UserId.next(), Set.of(Role.HOST));
        tree(send(base, other, "GET", own + "/codes", null), 404);
        tree(send(base, other, "POST", own + "/codes", "{\"count\": 1}"), 404);
        tree(send(base, other, "POST", own + "/withdrawal", null), 404);
        tree(send(base, GUEST, "POST", "/promotions", terms("HOST", "")), 403);
        tree(send(base, HOST, "POST", "/promotions", terms("PLATFORM", "")), 403);
        tree(send(base, ADMIN, "POST", "/promotions", terms("PLATFORM", ", \"code\": \"Spring 26\"")), 201);
        tree(send(base, ADMIN, "POST", "/promotions", terms("PLATFORM", ", \"code\": \"sp-rIng26\"")), 409);
        assertThat(tree(send(base, ADMIN, "GET", "/promotions?payer=HOST", null), 200)
                        .path("items"))
                .hasSize(1);
        assertThat(tree(send(base, HOST, "POST", own + "/withdrawal", null), 200)
                        .path("withdrawnAt")
                        .asText())
                .isNotBlank();
        tree(send(base, HOST, "POST", own + "/codes", "{\"count\": 1}"), 409);

        tree(send(base, HOST, "GET", "/merchant", null), 404);
        String merchant = "/admin/merchants/" + HOST.user();
        String limit = "{\"name\": \"Shop\", \"limit\": {\"amount\": 5000, \"currency\": \"EUR\"}}";
        tree(send(base, HOST, "PUT", merchant, limit), 403);
        tree(send(base, ADMIN, "PUT", merchant, limit), 200);
        tree(send(base, ADMIN, "PUT", merchant, limit.replace("EUR", "USD")), 409);
        assertThat(tree(send(base, ADMIN, "GET", "/admin/merchants", null), 200).path("items"))
                .hasSize(1);
        tree(send(base, HOST, "GET", "/admin/merchants", null), 403);
        assertThat(tree(send(base, HOST, "GET", "/merchant", null), 200)
                        .path("name")
                        .asText())
                .isEqualTo("Shop");
        assertThat(tree(send(base, HOST, "GET", "/merchant/statement", null), 200)
                        .path("items"))
                .isEmpty();
        tree(
                send(
                        base,
                        HOST,
                        "POST",
                        "/merchant/settlements",
                        "{\"amount\": {\"amount\": 1, \"currency\": \"EUR\"}}"),
                422);
    }

    @Test
    @Tag("PY11")
    void feesOverHttp_followTheContract() throws IOException {
        URI base = node.serve("fees", routes -> new FeeRoutes(node.bus()).addTo(routes));
        String policy = "{\"commissionBasisPoints\": 900, \"reason\": \"less for all\"}";
        tree(send(base, HOST, "POST", "/admin/fee-policies", policy), 403);
        tree(send(base, HOST, "GET", "/admin/fee-policies", null), 403);
        tree(send(base, ADMIN, "POST", "/admin/fee-policies", policy), 201);
        tree(send(base, ADMIN, "POST", "/admin/fee-policies", "{\"reason\": \"nothing\"}"), 422);
        JsonNode page = tree(send(base, ADMIN, "GET", "/admin/fee-policies", null), 200);
        assertThat(page.path("items")).hasSize(1);
        String service = """
                {"commissionBasisPoints": 900, "reason": "drivers pay too",
                 "serviceFee": {"basisPoints": 500, "fixed": {"amount": 25, "currency": "EUR"}}}
                """;
        tree(send(base, HOST, "POST", "/admin/fee-policies", service), 403);
        JsonNode added = tree(send(base, ADMIN, "POST", "/admin/fee-policies", service), 201);
        assertThat(added.at("/serviceFee/fixed/amount").asInt()).isEqualTo(25);
        tree(send(base, ADMIN, "POST", "/admin/fee-policies", service.replace("500", "5000")), 422);
        JsonNode calculated = tree(send(base, null, "GET", "/fees/calculation?amount=1000&currency=EUR", null), 200);
        assertThat(calculated.at("/serviceFee/amount/amount").asInt()).isEqualTo(75);
        assertThat(calculated.at("/total/amount").asInt()).isEqualTo(1_075);
        assertThat(calculated.at("/host/amount").asInt()).isEqualTo(910);
        tree(send(base, null, "GET", "/fees/calculation?amount=-1&currency=EUR", null), 400);
        tree(send(base, null, "GET", "/fees/calculation?amount=1&currency=QQQ", null), 422);
        assertThat(page.path("configuredBasisPoints").asInt()).isEqualTo(1_200);
        String tax = """
                {"place": "US-CO", "name": "sales tax", "basisPoints": 810, "inclusive": false, "zones": ["America/Denver"],
                 "reason": "new there"}
                """;
        tree(send(base, HOST, "POST", "/admin/taxes", tax), 403);
        tree(send(base, HOST, "GET", "/admin/taxes", null), 403);
        tree(send(base, ADMIN, "POST", "/admin/taxes", tax), 201);
        tree(send(base, ADMIN, "POST", "/admin/taxes", tax.replace("Denver", "Atlantis")), 422);
        tree(send(base, ADMIN, "POST", "/admin/taxes", tax.replace("US-CO", "Colorado")), 400);
        JsonNode taxes = tree(send(base, ADMIN, "GET", "/admin/taxes?limit=5", null), 200);
        assertThat(taxes.path("items")).hasSize(5);
        assertThat(taxes.at("/items/0/place").asText()).isEqualTo("US-CO");
        JsonNode there = tree(
                send(base, null, "GET", "/fees/calculation?amount=1000&currency=EUR&timeZone=America/Denver", null),
                200);
        assertThat(there.at("/serviceFee/tax/amount").asInt()).isEqualTo(6);
        contract.assertCovered("fees");
    }
}
