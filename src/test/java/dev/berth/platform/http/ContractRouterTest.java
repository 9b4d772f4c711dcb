package dev.berth.platform.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.Authenticator;
import dev.berth.platform.security.RateLimiter;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A small contract over a real server: what follows it reaches the handler, what does not is named and never does.
 *
 * <p>Longer than other files, because every case is held against the one contract at its top.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractRouterTest {
    private static final String CONTRACT = """
            openapi: 3.1.0
            info: {title: Test, version: "1"}
            security: [{bearer: []}]
            paths:
              /things:
                get:
                  operationId: listThings
                  security: []
                  parameters:
                    - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 50}}
                    - {name: cursor, in: query, schema: {type: string, maxLength: 10}}
                    - {name: from, in: query, schema: {type: string, format: date-time}}
                    - {name: q, in: query, schema: {type: string, maxLength: 20}}
                    - {name: near, in: query, schema: {type: number, minimum: -90, maximum: 90}}
                    - {name: open, in: query, schema: {type: boolean}}
                    - name: kind
                      in: query
                      schema: {type: array, maxItems: 3, items: {type: string, enum: [RED, BLUE]}}
                  responses: {"200": {description: fine, content: {application/json: {schema: {type: object}}}}}
                post:
                  operationId: makeThing
                  security: []
                  parameters: [{$ref: "#/components/parameters/IdempotencyKey"}]
                  requestBody:
                    required: true
                    content: {application/json: {schema: {$ref: "#/components/schemas/NewThing"}}}
                  responses: {"201": {description: made, content: {application/json: {schema: {type: object}}}}}
              /things/mine:
                get: {operationId: mine, responses: {"200": {description: fine}}}
              /things/{id}:
                parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
                get:
                  operationId: getThing
                  security: [{}, {bearer: []}]
                  responses: {"200": {description: fine}}
                put:
                  operationId: changeThing
                  security: []
                  x-max-body-bytes: 100
                  parameters: [{name: If-Match, in: header, required: true, schema: {type: string, maxLength: 40}}]
                  requestBody: {content: {application/json: {schema: {type: object, additionalProperties: false}}}}
                  responses: {"204": {description: fine}}
                delete:
                  operationId: breakThing
                  security: []
                  responses: {"204": {description: fine}}
              /things/{id}.pdf:
                parameters: [{name: id, in: path, required: true, schema: {type: string, maxLength: 5}}]
                get: {operationId: printThing, security: [], responses: {"200": {description: fine}}}
              /limited:
                post:
                  operationId: limited
                  security: []
                  x-rate-limit: {policy: few}
                  responses: {"204": {description: fine}}
            components:
              parameters:
                IdempotencyKey:
                  {name: Idempotency-Key, in: header, required: true, schema: {type: string, minLength: 8, maxLength: 100}}
              schemas:
                NewThing:
                  type: object
                  additionalProperties: false
                  required: [name, price]
                  properties:
                    name: {type: string, minLength: 1, maxLength: 10}
                    price: {$ref: "#/components/schemas/Money"}
                    at: {type: string, format: date-time}
                    owner: {type: string, format: uuid}
                    mail: {type: string, format: email}
                    note: {type: [string, "null"]}
                Money:
                  type: object
                  additionalProperties: false
                  required: [amount, currency]
                  properties:
                    amount: {type: integer, format: int64, minimum: 0}
                    currency: {type: string, pattern: "^[A-Z]{3}$"}
            """;
    private static final String THING = "{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"EUR\"}}";
    private static final String ID = "0197a0a0-0000-7000-8000-000000000001";
    private static final Principal SOMEBODY = new Principal(UserId.next(), Set.of(Role.DRIVER));

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = Json.mapper();
    private final AtomicReference<@Nullable Request> seen = new AtomicReference<>();
    private final AtomicInteger allowance = new AtomicInteger();
    private @Nullable HttpServer server;

    record NewThing(String name, Price price) {}

    record Price(long amount, String currency) {}

    @BeforeAll
    void start() {
        ContractRouter contract = router(Contract.parse(CONTRACT));
        contract.on("listThings", see(Response.page(List.of("one"), "a b")));
        contract.on("makeThing", request -> {
            seen.set(request);
            return Future.succeededFuture(Response.created(request.body(NewThing.class), "/things/1"));
        });
        contract.on("mine", see(Response.ok(Map.of())));
        contract.on("getThing", see(Response.ok(Map.of("a", 1)).etag(7)));
        contract.on("changeThing", see(Response.noContent()));
        contract.on("breakThing", request -> {
            throw new IllegalStateException("a fault made by this test");
        });
        contract.on("printThing", see(Response.noContent()));
        contract.on("limited", see(Response.noContent()));
        Router router = Router.router(vertx);
        contract.mount(router);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void forget() {
        seen.set(null);
        allowance.set(0);
    }

    private java.util.function.Function<Request, Future<Response>> see(Response answer) {
        return request -> {
            seen.set(request);
            return Future.succeededFuture(answer);
        };
    }

    private ContractRouter router(Contract contract) {
        Authenticator authenticator = token -> {
            if (token.equals("good")) {
                return SOMEBODY;
            }
            throw new Rejection(ProblemType.UNAUTHENTICATED, "no");
        };
        RateLimiter limiter = new RateLimiter() {
            @Override
            public Verdict takeHere(String subject) {
                return new Verdict(true, EVERYTHING, 1_000, 1, 999, 1, 0);
            }

            @Override
            public Future<Verdict> take(String policy, String subject) {
                int left = allowance.getAndDecrement() - 1;
                return Future.succeededFuture(
                        new Verdict(left >= 0, policy, 2, 60, Math.max(0, left), 30, left >= 0 ? 0 : 30));
            }

            @Override
            public void require(String policy) {
                if (!policy.equals("few")) {
                    throw new IllegalArgumentException("no policy " + policy);
                }
            }
        };
        return new ContractRouter(contract, authenticator, limiter, json, HttpConfig.forTests());
    }

    @Test
    void start_whenTheContractAndTheHandlersDiffer_namesBothSides() {
        ContractRouter contract = router(Contract.parse(CONTRACT));
        contract.on("listThings", see(Response.noContent()));
        contract.on("noSuchThing", see(Response.noContent()));
        assertThatThrownBy(() -> contract.mount(Router.router(vertx)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("breakThing, changeThing, getThing")
                .hasMessageContaining("[noSuchThing]");
    }

    @Test
    void theContractOfBerth_canBeLoaded() {
        assertThat(Contract.load().yaml()).contains("openapi: 3.1.0");
    }

    @Test
    void query_isDecodedOnceAndGetsDefaults() {
        HttpResponse<String> answer =
                get("/things?q=100%25%2Ba%20b+c&from=2026-07-01T10:00:00%2B02:00&near=-4.5e1&open=true"
                        + "&kind=RED,BLUE&kind=RED");
        assertThat(answer.statusCode()).isEqualTo(200);
        Request request = requireNonNull(seen.get());
        assertThat(request.query("q")).isEqualTo("100%+a b c");
        assertThat(request.queryInstant("from")).isEqualTo(Instant.parse("2026-07-01T08:00:00Z"));
        assertThat(request.queryDouble("near")).isEqualTo(-45);
        assertThat(request.queryBoolean("open", false)).isTrue();
        assertThat(request.queryList("kind")).containsExactly("RED", "BLUE", "RED");
        assertThat(request.limit()).isEqualTo(50);
    }

    @Test
    void page_carriesALinkToTheNext() {
        HttpResponse<String> answer = get("/things?limit=1&cursor=x");
        assertThat(answer.headers().firstValue("link")).hasValue("</api/v1/things?limit=1&cursor=a+b>; rel=\"next\"");
        assertThat(answer.body()).isEqualTo("{\"items\":[\"one\"],\"next\":\"a b\"}");
    }

    @Test
    void offset_withItsPlusUnencoded_isUnderstood() {
        assertThat(get("/things?from=2026-07-01T10:00:00+02:00").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "limit=0 /query/limit",
                "limit=101 /query/limit",
                "limit=1.5 /query/limit",
                "limit=99999999999999999999 /query/limit",
                "limit=1&limit=2 /query/limit",
                "from=2026-07-01 /query/from",
                "from=2026-07-01T10:00:00 /query/from",
                "from=2026-02-30T10:00:00Z /query/from",
                "near=NaN /query/near",
                "near=90.1 /query/near",
                "near=0x1p3 /query/near",
                "open=yes /query/open",
                "kind=GREEN /query/kind",
                "kind=RED,RED,RED,RED /query/kind",
                "q=123456789012345678901 /query/q",
                "unknown=1 /query/unknown"
            })
    void query_thatDoesNotFollowTheContract_isRefusedByName(String query, String pointer) {
        HttpResponse<String> answer = get("/things?" + query);
        assertProblem(answer, 400, "INVALID_REQUEST", pointer);
    }

    @ParameterizedTest
    @CsvSource({"q=%zz", "q=%", "q=%e2%28", "q=%00"})
    void query_thatIsNotEncodedText_isRefused(String query) {
        // java.net.URI would refuse to send these.
        assertThat(raw("GET /api/v1/things?" + query + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("MALFORMED_REQUEST");
        assertThat(seen.get()).isNull();
    }

    @Test
    void path_findsTheLiteralFirst_thenTheSuffix() {
        assertThat(get("/things/mine", "authorization", "Bearer good").statusCode())
                .isEqualTo(200);
        assertThat(get("/things/abc.pdf").statusCode()).isEqualTo(204);
        assertThat(requireNonNull(seen.get()).path("id")).isEqualTo("abc");
        assertThat(get("/things/" + ID).statusCode()).isEqualTo(200);
        assertThat(requireNonNull(seen.get()).pathId("id")).hasToString(ID);
        assertProblem(get("/things/1-1-1-1-1"), 400, "INVALID_REQUEST", "/path/id");
        assertProblem(get("/thing"), 404, "NOT_FOUND", null);
        assertProblem(get("/things/"), 404, "NOT_FOUND", null);
        assertProblem(get("/things/" + ID + "/x"), 404, "NOT_FOUND", null);
    }

    @Test
    void method_thatIsNotOffered_isToldWhatIs() {
        HttpResponse<String> answer = send("PATCH", "/things", THING);
        assertProblem(answer, 405, "METHOD_NOT_ALLOWED", null);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD, POST");
        assertThat(send("OPTIONS", "/things", "").statusCode()).isEqualTo(204);
        HttpResponse<String> head = send("HEAD", "/things/" + ID, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void body_thatFollowsTheContract_isBoundToARecord() {
        HttpResponse<String> answer = post(THING);
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("location")).hasValue("/things/1");
        assertThat(answer.body()).isEqualTo(THING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"a\"}|/price",
                "{\"name\":\"a\",\"price\":null}|/price",
                "{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"EUR\"},\"more\":1}|/more",
                "{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"EUR\",\"a/b\":1}}|/price/a~1b",
                "{\"name\":1,\"price\":{\"amount\":1,\"currency\":\"EUR\"}}|/name",
                "{\"name\":\"\",\"price\":{\"amount\":1,\"currency\":\"EUR\"}}|/name",
                "{\"name\":\"12345678901\",\"price\":{\"amount\":1,\"currency\":\"EUR\"}}|/name",
                "{\"name\":\"a\\u0000\",\"price\":{\"amount\":1,\"currency\":\"EUR\"}}|/name",
                "{\"name\":\"a\\ud800\",\"price\":{\"amount\":1,\"currency\":\"EUR\"}}|/name",
                "{\"name\":\"a\",\"price\":{\"amount\":1.5,\"currency\":\"EUR\"}}|/price/amount",
                "{\"name\":\"a\",\"price\":{\"amount\":\"1\",\"currency\":\"EUR\"}}|/price/amount",
                "{\"name\":\"a\",\"price\":{\"amount\":-1,\"currency\":\"EUR\"}}|/price/amount",
                "{\"name\":\"a\",\"price\":{\"amount\":9223372036854775808,\"currency\":\"EUR\"}}|/price/amount",
                "{\"name\":\"a\",\"price\":{\"amount\":1e30,\"currency\":\"EUR\"}}|/price/amount",
                "{\"name\":\"a\",\"price\":{\"amount\":1e999,\"currency\":\"EUR\"}}|/price/amount",
                "{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"eur\"}}|/price/currency",
                "{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"EUR\"},\"at\":\"2026-13-01T00:00:00Z\"}|/at",
                "{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"EUR\"},\"at\":\"2026-07-01T00:00:00\"}|/at",
                "{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"EUR\"},\"owner\":\"1-1-1-1-1\"}|/owner",
                "{\"name\":\"a\",\"price\":{\"amount\":1,\"currency\":\"EUR\"},\"mail\":\"a@b\"}|/mail"
            })
    void body_thatDoesNotFollowTheContract_isRefusedByPointer(String body, String pointer) {
        assertProblem(post(body), 400, "INVALID_REQUEST", pointer);
        assertThat(seen.get()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{",
                "nonsense",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{} {}",
                "{\"name\":NaN}",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
                "{\"name\":11111111111111111111111111111111111111111111111111111111111111111111111}"
            })
    void body_thatIsNotJson_isRefused(String body) {
        assertProblem(post(body), 400, "MALFORMED_REQUEST", null);
    }

    @Test
    void body_withSeveralMistakes_namesThemAll() throws Exception {
        HttpResponse<String> answer = post("{\"name\":1,\"more\":2}");
        JsonNode errors = json.readTree(answer.body()).path("errors");
        assertThat(errors.findValuesAsText("pointer")).containsExactlyInAnyOrder("/name", "/more", "/price");
    }

    @Test
    void body_thatIsTooLarge_isRefused_declaredOrNot() {
        String large = "{\"name\":\"" + "a".repeat(70_000) + "\"}";
        assertProblem(post(large), 413, "BODY_TOO_LARGE", null);
        HttpRequest chunked = request("/things")
                .header("content-type", "application/json")
                .header("idempotency-key", "12345678")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))
                .build();
        assertProblem(send(chunked), 413, "BODY_TOO_LARGE", null);
        String put = "{" + " ".repeat(100) + "}";
        assertProblem(send("PUT", "/things/" + ID, put, "if-match", "\"1\""), 413, "BODY_TOO_LARGE", null);
    }

    @Test
    void body_ofAnotherType_isRefused() {
        assertProblem(
                send("POST", "/things", THING, "idempotency-key", "12345678", "content-type", "text/plain"),
                415,
                "UNSUPPORTED_MEDIA_TYPE",
                "/header/Content-Type");
        assertThat(send(
                                "POST",
                                "/things",
                                THING,
                                "idempotency-key",
                                "12345678",
                                "content-type",
                                "Application/JSON; charset=utf-8")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void body_thatIsMissing_isRefused() {
        assertProblem(post(""), 400, "INVALID_REQUEST", "");
    }

    @Test
    void answer_thatIsNotAcceptable_isRefused() {
        assertProblem(get("/things", "accept", "text/html"), 406, "NOT_ACCEPTABLE", null);
        assertThat(get("/things", "accept", "text/html, application/*;q=0.5").statusCode())
                .isEqualTo(200);
    }

    @Test
    void idempotencyKey_whenMissingOrShort_isRefused() {
        assertProblem(send("POST", "/things", THING), 400, "IDEMPOTENCY_KEY_REQUIRED", "/header/Idempotency-Key");
        assertProblem(
                send("POST", "/things", THING, "idempotency-key", "short"),
                400,
                "INVALID_REQUEST",
                "/header/Idempotency-Key");
    }

    @Test
    void ifMatch_isReadStrictly() {
        String path = "/things/" + ID;
        assertProblem(send("PUT", path, "{}"), 428, "PRECONDITION_REQUIRED", "/header/If-Match");
        assertProblem(send("PUT", path, "{}", "if-match", "7"), 400, "INVALID_REQUEST", "/header/If-Match");
        assertProblem(send("PUT", path, "{}", "if-match", "\"x\""), 400, "INVALID_REQUEST", "/header/If-Match");
        assertProblem(send("PUT", path, "{}", "if-match", "W/\"7\""), 412, "PRECONDITION_FAILED", "/header/If-Match");
        assertThat(send("PUT", path, "{}", "if-match", "\"7\"").statusCode()).isEqualTo(204);
        assertThat(requireNonNull(seen.get()).ifMatch()).isEqualTo(7);
        assertThat(send("PUT", path, "{}", "if-match", "*").statusCode()).isEqualTo(204);
        assertThat(requireNonNull(seen.get()).ifMatch()).isNull();
    }

    @Test
    void etag_thatTheClientHas_isNotSentAgain() {
        assertThat(get("/things/" + ID).headers().firstValue("etag")).hasValue("\"7\"");
        assertThat(get("/things/" + ID, "if-none-match", "\"7\"").statusCode()).isEqualTo(304);
    }

    @Test
    void token_isAskedForAsTheContractSays() {
        HttpResponse<String> without = get("/things/mine");
        assertProblem(without, 401, "UNAUTHENTICATED", null);
        assertThat(without.headers().firstValue("www-authenticate")).hasValue("Bearer");
        assertProblem(get("/things/mine", "authorization", "Basic abc"), 401, "UNAUTHENTICATED", null);
        assertProblem(get("/things/mine", "authorization", "Bearer bad"), 401, "UNAUTHENTICATED", null);
        assertThat(get("/things/mine", "authorization", "bearer good").statusCode())
                .isEqualTo(200);
        assertThat(requireNonNull(seen.get()).principal()).isEqualTo(SOMEBODY);
        assertThat(get("/things/" + ID).statusCode()).isEqualTo(200);
        assertThat(requireNonNull(seen.get()).principalOrNull()).isNull();
        assertProblem(get("/things/" + ID, "authorization", "Bearer bad"), 401, "UNAUTHENTICATED", null);
    }

    @Test
    void limitedOperation_tellsWhatIsLeft_andRefusesWhatIsTooMuch() {
        allowance.set(1);
        HttpResponse<String> first = send("POST", "/limited", "");
        assertThat(first.statusCode()).isEqualTo(204);
        assertThat(first.headers().firstValue("ratelimit-policy")).hasValue("\"few\";q=2;w=60");
        assertThat(first.headers().firstValue("ratelimit")).hasValue("\"few\";r=0;t=30");
        HttpResponse<String> second = send("POST", "/limited", "");
        assertProblem(second, 429, "RATE_LIMITED", null);
        assertThat(second.headers().firstValue("retry-after")).hasValue("30");
    }

    @Test
    void fault_isAnsweredWithoutItsText() {
        HttpResponse<String> answer = send("DELETE", "/things/" + ID, "");
        assertProblem(answer, 500, "INTERNAL", null);
        assertThat(answer.body()).doesNotContain("made by this test");
    }

    private void assertProblem(HttpResponse<String> answer, int status, String code, @Nullable String pointer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        try {
            JsonNode problem = json.readTree(answer.body());
            assertThat(problem.path("code").asText()).isEqualTo(code);
            assertThat(problem.path("status").asInt()).isEqualTo(status);
            if (pointer != null) {
                assertThat(problem.path("errors").findValuesAsText("pointer"))
                        .as(answer.body())
                        .contains(pointer);
            }
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private HttpRequest.Builder request(String path) {
        int port = requireNonNull(server).actualPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + ContractRouter.BASE_PATH + path))
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path).GET();
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    private HttpResponse<String> post(String body) {
        return send("POST", "/things", body, "idempotency-key", "12345678");
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                request(path).method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty() && !List.of(headers).contains("content-type")) {
            request.header("content-type", "application/json");
        }
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String raw(String request) {
        try (java.net.Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), requireNonNull(server).actualPort())) {
            socket.getOutputStream().write(request.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
