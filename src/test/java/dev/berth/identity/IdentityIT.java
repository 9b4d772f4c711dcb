package dev.berth.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.cache.Cache;
import dev.berth.platform.cache.CacheConfig;
import dev.berth.platform.http.Contract;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.HttpConfig;
import dev.berth.platform.http.HttpVerticle;
import dev.berth.platform.json.Json;
import dev.berth.platform.observability.Readiness;
import dev.berth.platform.security.Passwords;
import dev.berth.platform.security.RateLimitConfig;
import dev.berth.platform.security.RateLimiter;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.platform.security.SharedRateLimiter;
import dev.berth.platform.security.Tokens;
import dev.berth.testing.ContractCheck;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Identity over HTTP with real tokens, PostgreSQL and Redis; each exchange is held against the contract.
 *
 * <p>Longer than other files, because all of it shares one server and the people who use it.
 */
@WithServices
@Tag("ID1")
@Tag("ID2")
@Tag("ID5")
@Tag("ID10")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IdentityIT {
    private static final String PASSWORD = "correct horse";
    private static final String VEHICLE = "{\"plate\":\"ka-b 1\",\"make\":\"Opel\",\"ev\":true,\"default\":true}";

    private final TestNode node;
    private final Vertx strictVertx = Vertx.vertx();
    private final ContractCheck contract = new ContractCheck();
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = Json.mapper();
    private final String generous;
    private final String strict;

    IdentityIT(Services services) {
        node = new TestNode(services);
        SecurityConfig security = SecurityConfig.forTests();
        Tokens tokens = new Tokens(security, json, InstantSource.system());
        node.deploy(new IdentityVerticle(
                node.bus(),
                node.db(),
                node.outbox(),
                tokens,
                new Passwords(node.vertx(), security),
                json,
                new IdentityConfig(Duration.ofDays(7), Duration.ofMinutes(10), 1_000, 3, Duration.ofDays(90), 3)));
        Cache cache = new Cache(
                node.vertx(),
                new CacheConfig(services.redis(), null, Duration.ofSeconds(5), Duration.ofSeconds(1), 1_024));
        // Counters and a port of its own: what the strict one has counted would hold up everybody.
        Cache strictCache = new Cache(
                strictVertx,
                new CacheConfig(services.redis() + "/1", null, Duration.ofSeconds(5), Duration.ofSeconds(1), 1_024));
        TestNode.await(strictCache.warmUp());
        TestNode.await(cache.warmUp());
        generous = serve(node.vertx(), tokens, new SharedRateLimiter(cache, rates("100000/1s")));
        strict = serve(strictVertx, tokens, new SharedRateLimiter(strictCache, rates("3/1m")));
    }

    private static RateLimitConfig rates(String rate) {
        return new RateLimitConfig("100000/1s", rate, rate, rate, rate, rate, 1_000);
    }

    private String serve(Vertx vertx, Tokens tokens, RateLimiter limiter) {
        HttpConfig config = HttpConfig.forTests();
        Contract identity = Contract.load().only("identity");
        ContractRouter router = new ContractRouter(identity, tokens, limiter, json, config);
        new IdentityRoutes(node.bus(), limiter).addTo(router);
        HttpVerticle.Parts parts =
                new HttpVerticle.Parts(config, "test", json, identity, router, new Readiness(), List.of());
        return "http://127.0.0.1:"
                + TestNode.await(HttpVerticle.deploy(vertx, parts)).port();
    }

    @AfterAll
    void close() {
        TestNode.await(strictVertx.close());
        node.close();
    }

    /** Who has registered, with what the server answered last. */
    private record Person(String email, String id, String accessToken, String refreshToken) {}

    private Person register() {
        String email = "jo-" + UUID.randomUUID() + "@example.org";
        return person(email, send("POST", "/auth/register", registration(email), 201));
    }

    private Person person(String email, HttpResponse<String> session) {
        JsonNode body = tree(session);
        return new Person(
                email,
                body.at("/user/id").asText(),
                body.path("accessToken").asText(),
                body.path("refreshToken").asText());
    }

    private static String registration(String email) {
        return "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\",\"name\":\"Jo\"}";
    }

    private static String credentials(String email, String password) {
        return "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}";
    }

    private static String token(String refreshToken) {
        return "{\"refreshToken\":\"" + refreshToken + "\"}";
    }

    @Test
    void registering_logsIn_andTellsTheWorld() {
        String email = "Jo." + UUID.randomUUID() + "@Example.org";
        HttpResponse<String> answer = send("POST", "/auth/register", registration(email), 201);
        JsonNode body = tree(answer);
        assertThat(body.at("/user/email").asText()).isEqualTo(email.toLowerCase(java.util.Locale.ROOT));
        assertThat(body.at("/user/roles")).extracting(JsonNode::asText).containsExactly("DRIVER", "HOST");
        assertThat(body.path("expiresIn").asLong()).isEqualTo(900);
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(answer.body()).doesNotContain(PASSWORD, "argon2");

        UUID id = UUID.fromString(body.at("/user/id").asText());
        assertThat(node.rows("SELECT type FROM platform.outbox WHERE key = $1", id.toString()))
                .singleElement()
                .satisfies(row -> assertThat(row.getString("type")).isEqualTo("identity.UserRegistered"));
        assertThat(node.rows("SELECT password_hash FROM identity.account WHERE id = $1", id))
                .singleElement()
                .satisfies(row -> assertThat(row.getString(0)).startsWith("$argon2id$"));
    }

    @Test
    void email_hasOneAccount_whateverItsCase_alsoWhenManyRegisterAtOnce() {
        String email = "one-" + UUID.randomUUID() + "@example.org";
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String spelling = i % 2 == 0 ? email : email.toUpperCase(java.util.Locale.ROOT);
            all.add(sendLater("POST", "/auth/register", registration(spelling), Map.of()));
        }
        List<Integer> statuses = all.stream()
                .map(each -> each.orTimeout(30, TimeUnit.SECONDS).join().statusCode())
                .sorted()
                .toList();
        assertThat(statuses).containsExactly(201, 409, 409, 409, 409, 409, 409, 409);
        assertProblem(send("POST", "/auth/register", registration(email), 409), "EMAIL_TAKEN", "/email");
    }

    @Test
    void roles_areChosenAmongDriverAndHostOnly() {
        String body = registration("x@example.org").replace("}", ",\"roles\":[\"ADMIN\"]}");
        assertProblem(send("POST", "/auth/register", body, 400), "INVALID_REQUEST", "/roles/0");
        String driver =
                registration("d-" + UUID.randomUUID() + "@example.org").replace("}", ",\"roles\":[\"DRIVER\"]}");
        assertThat(tree(send("POST", "/auth/register", driver, 201)).at("/user/roles"))
                .extracting(JsonNode::asText)
                .containsExactly("DRIVER");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"email\":\"a@example.org\",\"password\":\"short\",\"name\":\"Jo\"}|/password",
                "{\"email\":\"nonsense\",\"password\":\"correct horse\",\"name\":\"Jo\"}|/email",
                "{\"email\":\"a@example.org\\u0000\",\"password\":\"correct horse\",\"name\":\"Jo\"}|/email",
                "{\"email\":\"a@example.org\",\"password\":\"correct horse\",\"name\":\"  \"}|/name",
                "{\"email\":\"a@example.org\",\"password\":\"correct horse\"}|/name",
                "{\"email\":\"a@example.org\",\"password\":\"correct horse\",\"name\":\"Jo\",\"id\":\"1\"}|/id"
            })
    void registration_thatDoesNotFollowTheContract_isRefused(String body, String pointer) {
        HttpResponse<String> answer = send("POST", "/auth/register", body, 400);
        assertProblem(answer, "INVALID_REQUEST", pointer);
        assertThat(answer.body()).doesNotContain(PASSWORD);
    }

    @Test
    void logIn_saysNothingAboutWhichPartWasWrong() {
        Person person = register();
        HttpResponse<String> right = send(
                "POST", "/auth/login", credentials(person.email.toUpperCase(java.util.Locale.ROOT), PASSWORD), 200);
        assertThat(tree(right).at("/user/id").asText()).isEqualTo(person.id);
        String wrong = withoutInstance(send("POST", "/auth/login", credentials(person.email, "wrong horse"), 401));
        String unknown =
                withoutInstance(send("POST", "/auth/login", credentials("nobody@example.org", "wrong horse"), 401));
        assertThat(wrong).isEqualTo(unknown).contains("INVALID_CREDENTIALS");
    }

    @Test
    void refreshing_givesNewTokens_andAUsedOneEndsTheSession() {
        Person first = register();
        Person second = person(first.email, send("POST", "/auth/refresh", token(first.refreshToken), 200));
        assertThat(second.refreshToken).isNotEqualTo(first.refreshToken);
        Person third = person(first.email, send("POST", "/auth/refresh", token(second.refreshToken), 200));
        me(third.accessToken, 200);

        assertProblem(send("POST", "/auth/refresh", token(first.refreshToken), 401), "TOKEN_REUSED", null);
        assertProblem(send("POST", "/auth/refresh", token(third.refreshToken), 401), "UNAUTHENTICATED", null);

        Person other = person(first.email, send("POST", "/auth/login", credentials(first.email, PASSWORD), 200));
        send("POST", "/auth/refresh", token(other.refreshToken), 200);
    }

    @Test
    void refreshToken_usedByManyAtOnce_worksForOneAtMost() {
        Person person = register();
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(sendLater("POST", "/auth/refresh", token(person.refreshToken), Map.of()));
        }
        List<Integer> statuses = all.stream()
                .map(each -> each.orTimeout(30, TimeUnit.SECONDS).join().statusCode())
                .toList();
        assertThat(statuses).containsOnly(200, 401);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
    }

    @Test
    void refreshToken_thatIsNoneOrTooOld_isRefused_andOnlyItsHashIsKept() {
        assertProblem(send("POST", "/auth/refresh", token("x".repeat(43)), 401), "UNAUTHENTICATED", null);
        assertProblem(send("POST", "/auth/refresh", token("short"), 400), "INVALID_REQUEST", "/refreshToken");

        Person person = register();
        UUID id = UUID.fromString(person.id);
        node.rows(
                "UPDATE identity.refresh_token SET expires_at = now() - interval '1 second' WHERE session_id IN"
                        + " (SELECT id FROM identity.session WHERE account_id = $1)",
                id);
        assertProblem(send("POST", "/auth/refresh", token(person.refreshToken), 401), "UNAUTHENTICATED", null);
        assertThat(node.rows(
                        "SELECT 1 FROM identity.refresh_token WHERE encode(hash, 'escape') LIKE $1",
                        "%" + person.refreshToken + "%"))
                .isEmpty();
    }

    @Test
    void loggingOut_endsTheSession_asOftenAsItIsAskedFor() {
        Person person = register();
        send("POST", "/auth/logout", token(person.refreshToken), 204);
        send("POST", "/auth/logout", token(person.refreshToken), 204);
        send("POST", "/auth/logout", token("x".repeat(43)), 204);
        send("POST", "/auth/refresh", token(person.refreshToken), 401);
    }

    @Test
    void account_isReadAndChangedByItsOwner() {
        Person person = register();
        HttpResponse<String> before = me(person.accessToken, 200);
        String tag = before.headers().firstValue("etag").orElseThrow();
        HttpResponse<String> changed = send(
                "PATCH",
                "/users/me",
                "{\"name\":\"Jo Fahrer\",\"phone\":\"+49 721 1234\",\"locale\":\"de\"}",
                Map.of("authorization", "Bearer " + person.accessToken, "if-match", tag),
                200);
        assertThat(tree(changed).path("locale").asText()).isEqualTo("de");
        assertThat(changed.headers().firstValue("etag"))
                .isNotEqualTo(before.headers().firstValue("etag"));
        HttpResponse<String> late = send(
                "PATCH",
                "/users/me",
                "{\"name\":\"Late\"}",
                Map.of("authorization", "Bearer " + person.accessToken, "if-match", tag),
                412);
        assertProblem(late, "PRECONDITION_FAILED", null);

        JsonNode profile = tree(send("GET", "/users/" + person.id, "", 200));
        assertThat(profile.properties()).extracting(Map.Entry::getKey).containsExactlyInAnyOrder("id", "name");
        assertThat(profile.path("name").asText()).isEqualTo("Jo Fahrer");
        assertProblem(send("GET", "/users/" + UUID.randomUUID(), "", 404), "NOT_FOUND", null);
    }

    @Test
    void tokens_thatAreForgedOrMissing_areRefused() {
        assertProblem(me("nonsense", 401), "UNAUTHENTICATED", null);
        Tokens others = new Tokens(SecurityConfig.forTests(), json, InstantSource.system());
        String forged = others.issue(UserId.parse(register().id), Set.of(Role.ADMIN), UUID.randomUUID());
        assertProblem(me(forged, 401), "UNAUTHENTICATED", null);
        assertProblem(send("GET", "/users/me", "", 401), "UNAUTHENTICATED", null);
        String own = register().accessToken;
        assertProblem(me(own.substring(0, own.length() - 10), 401), "UNAUTHENTICATED", null);
    }

    @Test
    void vehicles_belongToTheirOwner() {
        Person owner = register();
        Person stranger = register();
        HttpResponse<String> made = as(owner, "POST", "/vehicles", VEHICLE, 201);
        String path = "/vehicles/" + tree(made).path("id").asText();
        assertThat(made.headers().firstValue("location")).hasValue(ContractRouter.BASE_PATH + path);
        assertThat(tree(made).path("plate").asText()).isEqualTo("KA-B 1");
        assertThat(tree(as(owner, "GET", path, "", 200))).isEqualTo(tree(made));
        assertProblem(as(stranger, "GET", path, "", 404), "NOT_FOUND", null);
        assertProblem(as(stranger, "DELETE", path, "", 404), "NOT_FOUND", null);
        assertProblem(
                send(
                        "PUT",
                        path,
                        VEHICLE,
                        Map.of("authorization", "Bearer " + stranger.accessToken, "if-match", "\"1\""),
                        404),
                "NOT_FOUND",
                null);

        Map<String, String> versioned = Map.of("authorization", "Bearer " + owner.accessToken, "if-match", "\"1\"");
        assertProblem(as(owner, "PUT", path, VEHICLE, 428), "PRECONDITION_REQUIRED", "/header/If-Match");
        HttpResponse<String> changed = send("PUT", path, "{\"plate\":\"KA-C 2\"}", versioned, 200);
        assertThat(changed.headers().firstValue("etag")).hasValue("\"2\"");
        assertThat(tree(changed).has("make")).isFalse();
        assertProblem(send("PUT", path, VEHICLE, versioned, 412), "PRECONDITION_FAILED", "/header/If-Match");

        as(owner, "DELETE", path, "", 204);
        as(owner, "GET", path, "", 404);
    }

    @Test
    void vehicles_haveOneDefaultAndALimit_alsoWhenManyAreAddedAtOnce() {
        Person owner = register();
        List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(sendLater("POST", "/vehicles", VEHICLE, Map.of("authorization", "Bearer " + owner.accessToken)));
        }
        assertThat(all.stream()
                        .map(each -> each.orTimeout(30, TimeUnit.SECONDS).join().statusCode())
                        .sorted())
                .containsExactly(201, 201, 201, 409, 409, 409);
        JsonNode page = tree(as(owner, "GET", "/vehicles?limit=2", "", 200));
        assertThat(page.path("items")).hasSize(2);
        JsonNode rest =
                tree(as(owner, "GET", "/vehicles?cursor=" + page.path("next").asText(), "", 200));
        assertThat(rest.path("items")).hasSize(1);
        assertThat(rest.path("next").isNull()).isTrue();
        List<Boolean> defaults = new ArrayList<>();
        page.path("items")
                .forEach(vehicle -> defaults.add(vehicle.path("default").asBoolean()));
        rest.path("items")
                .forEach(vehicle -> defaults.add(vehicle.path("default").asBoolean()));
        assertThat(defaults.stream().filter(each -> each)).hasSize(1);
        assertProblem(as(owner, "GET", "/vehicles?cursor=nonsense", "", 400), "INVALID_CURSOR", "/query/cursor");
    }

    @Test
    void vehicle_addedAgainWithTheSameKey_isTheSame() {
        Person owner = register();
        Map<String, String> headers =
                Map.of("authorization", "Bearer " + owner.accessToken, "idempotency-key", "key-12345678");
        JsonNode first = tree(send("POST", "/vehicles", VEHICLE, headers, 201));
        assertThat(tree(send("POST", "/vehicles", VEHICLE, headers, 201))).isEqualTo(first);
        assertProblem(
                send("POST", "/vehicles", "{\"plate\":\"KA-Z 9\"}", headers, 422),
                "IDEMPOTENCY_KEY_REUSED",
                "/header/Idempotency-Key");
        assertThat(tree(as(owner, "GET", "/vehicles", "", 200)).path("items")).hasSize(1);
    }

    @Test
    void demoAccounts_areMadeOnce_andGetTheRolesTheyAreGiven() {
        String email = "demo-" + UUID.randomUUID() + "@demo.berth";
        var first = node.ask(
                new IdentityCommand.EnsureAccount(UserId.next(), email, "berth-demo", "Demo", Set.of(Role.DRIVER)));
        var again = node.ask(new IdentityCommand.EnsureAccount(
                UserId.next(), email, "berth-demo", "Demo", Set.of(Role.DRIVER, Role.OPERATOR)));
        assertThat(again).isEqualTo(first);
        HttpResponse<String> session = send("POST", "/auth/login", credentials(email, "berth-demo"), 200);
        assertThat(tree(session).at("/user/roles")).extracting(JsonNode::asText).containsExactly("DRIVER", "OPERATOR");
        assertThat(node.ask(new IdentityCommand.GetContact(first.user())).email())
                .isEqualTo(email);
    }

    @Test
    @Tag("BK11")
    void guest_comesBackByALink_andMakesAnAccountOfIt() {
        String email = "guest-" + UUID.randomUUID() + "@example.org";
        String body = "{\"email\":\"" + email + "\",\"name\":\"Gast\"}";
        HttpResponse<String> begun = send("POST", "/auth/guests", body, 201);
        assertThat(begun.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(tree(begun).at("/user/roles")).extracting(JsonNode::asText).containsExactly("GUEST");
        Person typed = person(email, begun);
        me(typed.accessToken, 200);
        String claim = "{\"refreshToken\":\"%s\",\"password\":\"" + PASSWORD + "\"}";
        assertProblem(
                send("POST", "/auth/guests/claim", claim.formatted(typed.refreshToken), 403),
                "ADDRESS_NOT_PROVEN",
                null);

        String secret = node.ask(new IdentityCommand.MakeGuestLink(UserId.parse(typed.id)))
                .secret();
        String link = "{\"secret\":\"" + secret + "\"}";
        Person linked = person(email, send("POST", "/auth/guest-links", link, 200));
        assertThat(linked.id).isEqualTo(typed.id);
        HttpResponse<String> claimed = send("POST", "/auth/guests/claim", claim.formatted(linked.refreshToken), 200);
        assertThat(tree(claimed).at("/user/id").asText()).isEqualTo(typed.id);
        assertThat(tree(claimed).at("/user/roles")).extracting(JsonNode::asText).containsExactly("DRIVER", "HOST");
        assertProblem(send("POST", "/auth/guest-links", link, 404), "NOT_FOUND", null);
        send("POST", "/auth/login", credentials(email, PASSWORD), 200);

        Person other = person(email, send("POST", "/auth/guests", body, 201));
        as(other, "DELETE", "/auth/guest-links", "", 204);
        URI guests = URI.create(strict + ContractRouter.BASE_PATH + "/auth/guests");
        HttpResponse<String> last = null;
        for (int i = 0; i < 4; i++) {
            last = exchange(HttpRequest.newBuilder(guests)
                    .header("content-type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build());
            contract.check(last, body);
        }
        assertProblem(java.util.Objects.requireNonNull(last), "RATE_LIMITED", null);
    }

    @Test
    void tooManyAttempts_areRefused_alsoFromManyAddresses() {
        URI login = URI.create(strict + ContractRouter.BASE_PATH + "/auth/login");
        String body = credentials("guess-" + UUID.randomUUID() + "@example.org", "wrong horse");
        List<Integer> statuses = new ArrayList<>();
        HttpResponse<String> last = null;
        for (int i = 0; i < 4; i++) {
            last = exchange(HttpRequest.newBuilder(login)
                    .header("content-type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build());
            contract.check(last, body);
            statuses.add(last.statusCode());
        }
        assertThat(statuses).endsWith(429).contains(401);
        assertProblem(java.util.Objects.requireNonNull(last), "RATE_LIMITED", null);
        assertThat(last.headers().firstValue("retry-after")).isPresent();
        assertThat(last.headers().firstValue("ratelimit-policy")).hasValue("\"login\";q=3;w=60");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void everyOperationOfIdentity_hasBeenSeen() {
        contract.assertCovered("identity");
    }

    private void assertProblem(
            HttpResponse<String> answer, String code, @org.jspecify.annotations.Nullable String pointer) {
        JsonNode problem = tree(answer);
        assertThat(problem.path("code").asText()).as(answer.body()).isEqualTo(code);
        assertThat(problem.path("instance").asText()).isNotEmpty();
        if (pointer != null) {
            assertThat(problem.path("errors").findValuesAsText("pointer"))
                    .as(answer.body())
                    .contains(pointer);
        }
    }

    private String withoutInstance(HttpResponse<String> answer) {
        return answer.body().replaceAll("\"instance\":\"[^\"]*\"", "");
    }

    private JsonNode tree(HttpResponse<String> answer) {
        try {
            return json.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private HttpResponse<String> me(String token, int status) {
        return send("GET", "/users/me", "", Map.of("authorization", "Bearer " + token), status);
    }

    private HttpResponse<String> as(Person person, String method, String path, String body, int status) {
        return send(method, path, body, Map.of("authorization", "Bearer " + person.accessToken), status);
    }

    private HttpResponse<String> send(String method, String path, String body, int status) {
        return send(method, path, body, Map.of(), status);
    }

    private HttpResponse<String> send(
            String method, String path, String body, Map<String, String> headers, int status) {
        HttpResponse<String> answer = sendLater(method, path, body, headers)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        assertThat(answer.statusCode())
                .as(method + " " + path + ": " + answer.body())
                .isEqualTo(status);
        return answer;
    }

    private CompletableFuture<HttpResponse<String>> sendLater(
            String method, String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(generous + ContractRouter.BASE_PATH + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("content-type", "application/json");
        }
        headers.forEach(request::header);
        return client.sendAsync(request.build(), BodyHandlers.ofString())
                .thenApply(answer -> contract.check(answer, body));
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
