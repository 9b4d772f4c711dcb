package dev.berth.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.ledger.Account;
import dev.berth.listings.Listing;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.ChangePlan;
import dev.berth.subscriptions.SubscriptionCommand.CreatePlan;
import dev.berth.subscriptions.SubscriptionCommand.GetSubscription;
import dev.berth.subscriptions.SubscriptionCommand.Grant;
import dev.berth.subscriptions.SubscriptionCommand.ListPlans;
import dev.berth.subscriptions.SubscriptionCommand.ListSubscriptions;
import dev.berth.subscriptions.SubscriptionCommand.Pay;
import dev.berth.subscriptions.SubscriptionCommand.Side;
import dev.berth.subscriptions.SubscriptionCommand.WithdrawPlan;
import dev.berth.testing.TestNode;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PlanId;
import dev.berth.values.Principal;
import dev.berth.values.SubscriptionId;
import dev.berth.values.VehicleId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Passes over HTTP, and what is refused. */
class PassContractIT extends PassSetting {
    @Test
    void overHttp_asTheContractSays() throws Exception {
        URI base = node.serve("subscriptions", operations -> new SubscriptionRoutes(node.bus()).addTo(operations));
        Listing listing = listing(1);
        Principal driver = rich(20_000);
        String plan = """
                {"title":"Workdays","kind":"PASS","price":{"amount":9001,"currency":"EUR"},"places":2,"hours":{"windows":
                [{"days":["MONDAY","FRIDAY"],"from":"08:00","to":"18:30"}],"entryGraceMinutes":15,"exitGraceMinutes":30}}
                """;
        String plans = "/listings/" + listing.id() + "/plans";
        assertThat(send(base, "POST", plans, driver, plan).statusCode()).isEqualTo(403);
        JsonNode made = Json.mapper()
                .readTree(send(base, "POST", plans, owner(listing), plan).body());
        assertThat(made.at("/hours/windows/0/to").asText()).isEqualTo("18:30");
        String one = "/plans/" + made.get("id").asText();
        assertThat(send(base, "PATCH", one, owner(listing), "{\"places\":1}").body())
                .contains("\"left\":1");
        assertThat(send(base, "GET", "/plans?listing=" + listing.id(), null, null)
                        .body())
                .contains("Workdays");
        String order = "{\"planId\":%s,\"price\":{\"amount\":9001,\"currency\":\"EUR\"},\"paymentMethod\":%s}"
                .formatted(made.get("id"), "{\"type\":\"wallet\"}");
        HttpResponse<String> bought = send(base, "POST", "/subscriptions", driver, order);
        assertThat(bought.statusCode()).as(bought.body()).isEqualTo(201);
        JsonNode pass = Json.mapper().readTree(bought.body());
        assertThat(pass.get("status").asText()).isEqualTo("ACTIVE");
        assertThat(pass.at("/cards/0/pin").asText()).matches("[0-9]{6}");
        String path = "/subscriptions/" + pass.get("id").asText();
        assertThat(send(base, "GET", path, driver, null).body()).contains("\"renewsAt\"");
        assertThat(send(base, "GET", path, someone(), null).statusCode()).isEqualTo(404);
        assertThat(send(base, "GET", "/subscriptions?role=host", owner(listing), null)
                        .body())
                .contains(pass.get("id").asText());
        assertThat(send(base, "POST", path + "/pay", driver, "{\"paymentMethod\":{\"type\":\"wallet\"}}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(send(base, "DELETE", path, driver, null).body()).contains("\"endsAt\"");
        assertThat(send(base, "DELETE", one, owner(listing), null).statusCode()).isEqualTo(204);
        for (String nonsense : List.of(
                "{}",
                plan.replace("08:00", "25:00"),
                plan.replace("MONDAY", "SUNDAY\\u0000"),
                plan.replace("9001", "-1"),
                plan.replace("9001", "9999999999999"),
                plan.replace("Workdays", "   "))) {
            assertThat(send(base, "POST", plans, owner(listing), nonsense).statusCode())
                    .as(nonsense)
                    .isIn(400, 422);
        }
    }

    @Test
    void aChange_overHttp_isTheDriversAlone_quotedWithLines_andRefusedWithPointers() throws Exception {
        URI base = node.serve("subscriptions", operations -> new SubscriptionRoutes(node.bus()).addTo(operations));
        Listing listing = listing(2);
        Plan single = plan(listing, terms(PRICE, NOTHING, 1), 2);
        Plan pair = plan(listing, terms(new Money(10_001, "EUR"), NOTHING, 2), 2);
        Plan elsewhere = plan(listing(1), terms(PRICE, NOTHING, 1), 1);
        Principal driver = rich(50_000);
        SubscriptionId id = node.ask(buy(driver, single, WalletCommand.METHOD))
                .subscription()
                .id();
        String path = "/subscriptions/" + id.value();
        String quote = "{\"planId\":\"%s\"}".formatted(pair.id().value());
        String wallet = "{\"paymentMethod\":{\"type\":\"wallet\"}}";
        JsonNode quoted = Json.mapper()
                .readTree(send(base, "POST", path + "/change-quote", driver, quote)
                        .body());
        long more = quoted.at("/due/amount").asLong();
        assertThat(quoted.at("/lines/0/kind").asText()).isEqualTo("UNUSED");
        assertThat(more)
                .isPositive()
                .isEqualTo(quoted.at("/lines/0/amount/amount").asLong()
                        + quoted.at("/lines/1/amount/amount").asLong());
        String due = "{\"planId\":\"%s\",\"due\":%s}".formatted(pair.id().value(), quoted.get("due"));
        for (Principal other : List.of(rich(50_000), owner(listing))) {
            assertThat(send(base, "POST", path + "/change-quote", other, quote).statusCode())
                    .isEqualTo(404);
            assertThat(send(base, "POST", path + "/change", other, due).statusCode())
                    .isEqualTo(404);
            assertThat(send(base, "DELETE", path + "/change", other, null).statusCode())
                    .isEqualTo(404);
            assertThat(send(base, "PUT", path + "/payment-method", other, wallet)
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(send(base, "POST", path + "/change-quote", null, quote).statusCode())
                .isEqualTo(401);

        refused(send(base, "POST", path + "/change-quote", driver, "{}"), 400, "/planId");
        refused(
                send(base, "POST", path + "/change-quote", driver, quote.replace("}", ",\"vehiclesAtOnce\":0}")),
                400,
                "/vehiclesAtOnce");
        refused(
                send(base, "POST", path + "/change-quote", driver, quote.replace("}", ",\"takesEffect\":\"EVER\"}")),
                400,
                "/takesEffect");
        refused(
                send(base, "POST", path + "/change-quote", driver, quote.replace("}", ",\"takesEffect\":\"RENEWAL\"}")),
                422,
                "/takesEffect");
        refused(
                send(
                        base,
                        "POST",
                        path + "/change-quote",
                        driver,
                        "{\"planId\":\"%s\"}".formatted(single.id().value())),
                422,
                "/planId");
        refused(
                send(
                        base,
                        "POST",
                        path + "/change-quote",
                        driver,
                        "{\"planId\":\"%s\"}".formatted(elsewhere.id().value())),
                404,
                "/planId");
        refused(send(base, "POST", path + "/change", driver, quote), 400, "/due");
        refused(send(base, "POST", path + "/change", driver, due.replace(":" + more, ":1")), 409, "/due");
        refused(
                send(
                        base,
                        "PUT",
                        path + "/payment-method",
                        driver,
                        "{\"paymentMethod\":{\"type\":\"card\",\"token\":\"pm_card_visa\"}}"),
                422,
                "/paymentMethod");
        assertThat(pass(id).terms()).as("nothing of it has changed it").isEqualTo(single.terms());

        JsonNode changed = Json.mapper()
                .readTree(send(base, "POST", path + "/change", driver, due).body());
        assertThat(changed.path("planId").asText()).isEqualTo(pair.id().value().toString());
        assertThat(changed.path("cards")).hasSize(2);
        assertThat(changed.has("change")).as("none is open").isFalse();
        assertThat(balance(Account.WALLET, driver.user())).isEqualTo(50_000 - 9_001 - more);
        HttpResponse<String> paid = send(base, "PUT", path + "/payment-method", driver, wallet);
        assertThat(Json.mapper().readTree(paid.body()).at("/paymentMethod/type").asText())
                .isEqualTo("wallet");
    }

    private static void refused(HttpResponse<String> answer, int status, String pointer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = Json.mapper().readTree(answer.body());
        assertThat(problem.path("code").asText()).isNotEmpty();
        assertThat(problem.at("/errors/0/pointer").asText()).as(answer.body()).startsWith(pointer);
    }

    @Test
    void strangersSeeNothing_andNonsenseIsRefused() {
        Listing listing = listing(2);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 1), 2);
        Principal driver = rich(20_000);
        Principal stranger = rich(20_000);
        SubscriptionId id =
                node.ask(buy(driver, plan, WalletCommand.METHOD)).subscription().id();
        assertThat(refusal(new GetSubscription(stranger, id))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new Cancel(stranger, id))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new Pay(stranger, id, WalletCommand.METHOD))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new Pay(owner(listing), id, VISA))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(node.ask(new GetSubscription(owner(listing), id)).cards())
                .as("for its driver only")
                .isEmpty();
        assertThat(node.ask(new ListSubscriptions(stranger, Side.DRIVER, null, null, 10))
                        .items())
                .isEmpty();
        assertThat(node.ask(new ListSubscriptions(owner(listing), Side.HOST, listing.id(), null, 10))
                        .items())
                .hasSize(1);
        assertThat(refusal(new CreatePlan(stranger, listing.id(), plan.terms(), 1, null)))
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(refusal(new ChangePlan(stranger, plan.id(), plan.terms(), 1, null)))
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new WithdrawPlan(stranger, plan.id()))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new Grant(stranger, plan.id(), "x", List.of("KA 1"), null, null)))
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new ChangePlan(owner(listing), plan.id(), plan.terms(), 1, plan.version() + 1)))
                .isEqualTo(ProblemType.PRECONDITION_FAILED);
        assertThat(refusal(buy(
                        stranger,
                        new Plan(PlanId.next(), listing.id(), listing.owner(), plan.terms(), 1, 1, 1, Instant.now()),
                        VISA)))
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refusal(new Buy(
                        stranger, plan.id(), List.of(VehicleId.next()), null, PRICE, WalletCommand.METHOD, null)))
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(refusal(new Buy(stranger, plan.id(), List.of(), Instant.EPOCH, PRICE, WalletCommand.METHOD, null)))
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(refusal(
                        new Buy(stranger, plan.id(), List.of(), null, new Money(1, "EUR"), WalletCommand.METHOD, null)))
                .isEqualTo(ProblemType.QUOTE_STALE);
        assertThat(refusal(new CreatePlan(
                        owner(listing), listing.id(), terms(new Money(5, "USD"), Money.zero("USD"), 1), 1, null)))
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(refusal(new CreatePlan(owner(listing), listing.id(), terms(PRICE, NOTHING, 3), 1, null)))
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(balance(Account.WALLET, stranger.user())).isEqualTo(20_000);

        node.ask(new WithdrawPlan(owner(listing), plan.id()));
        assertThat(node.ask(new ListPlans(listing.id())).plans()).isEmpty();
        assertThat(refusal(buy(stranger, plan, WalletCommand.METHOD))).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(pass(id).status()).as("what was sold goes on").isEqualTo(SubscriptionStatus.ACTIVE);
    }

    private static HttpResponse<String> send(
            URI base, String method, String path, @Nullable Principal actor, @Nullable String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", Ids.next().toString())
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (actor != null) {
            request.header("Authorization", "Bearer " + TestNode.token(actor));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
