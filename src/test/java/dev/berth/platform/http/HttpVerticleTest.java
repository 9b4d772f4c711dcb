package dev.berth.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.platform.config.Bytes;
import dev.berth.platform.json.Json;
import dev.berth.platform.observability.Readiness;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.RateLimiter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole public server around a contract of one slow operation. */
class HttpVerticleTest {
    private static final String CONTRACT = """
            openapi: 3.1.0
            info: {title: Test, version: "1"}
            paths:
              /slow: {get: {operationId: slow, responses: {"200": {description: fine}}}}
            """;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = Json.mapper();
    private final Readiness readiness = new Readiness();
    private final Promise<Response> slow = Promise.promise();
    private final UnderWay underWay = new UnderWay(1, Duration.ZERO, new SimpleMeterRegistry());
    private final CompletableFuture<@Nullable Void> asked = new CompletableFuture<>();
    private HttpVerticle.@Nullable Deployed deployed;

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private HttpVerticle.Deployed start(HttpConfig config) {
        Contract contract = Contract.parse(CONTRACT);
        RateLimiter unlimited = new RateLimiter() {
            @Override
            public Verdict takeHere(String subject) {
                return new Verdict(true, EVERYTHING, 1_000, 1, 999, 1, 0);
            }

            @Override
            public Future<Verdict> take(String policy, String subject) {
                return Future.succeededFuture(takeHere(subject));
            }

            @Override
            public void require(String policy) {}
        };
        ContractRouter operations = new ContractRouter(
                contract,
                token -> {
                    throw new Rejection(ProblemType.UNAUTHENTICATED, "nobody");
                },
                unlimited,
                json,
                config);
        operations.on("slow", request -> {
            asked.complete(null);
            return slow.future();
        });
        deployed = await(HttpVerticle.deploy(
                vertx,
                new HttpVerticle.Parts(
                        config,
                        "n1",
                        json,
                        contract,
                        operations,
                        readiness,
                        List.of(
                                underWay::mount,
                                router -> router.get("/mounted").handler(context -> context.end("mounted"))))));
        return deployed;
    }

    private static HttpConfig config(String publicUrl, List<String> origins, int loops) {
        return new HttpConfig(
                "127.0.0.1",
                0,
                URI.create(publicUrl),
                loops,
                new Bytes(1_024),
                new Bytes(2_048),
                new Bytes(1_024),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                128,
                origins,
                0,
                new PageConfig(
                        "https://{a-c}.tiles.example.org/{z}/{x}/{y}.png",
                        "them",
                        null,
                        List.of("a@b.example:pw:driver")));
    }

    @Test
    void aRequestIsUnderWay_untilItIsAnswered() {
        start(config("http://localhost", List.of(), 1));
        assertThat(underWay.isBusy()).isFalse();
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request("/api/v1/slow").GET().build(), BodyHandlers.ofString());
        asked.orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(underWay.isBusy()).isTrue();
        slow.complete(Response.ok(List.of("done")));
        assertThat(answer.orTimeout(20, TimeUnit.SECONDS).join().statusCode()).isEqualTo(200);
        // The one event loop has ended the request before it takes this one.
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(underWay.isBusy()).isFalse();
    }

    @Test
    void everyAnswer_carriesWhatBrowsersMustNotDo() {
        start(config("https://berth.example", List.of(), 2));
        for (String path : List.of("/", "/api/v1/nothing", "/health/live", "/openapi.yaml", "/docs", "/mounted")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.headers().firstValue("content-security-policy").orElseThrow())
                    .contains("default-src 'none'", "img-src 'self' data: blob: https://*.tiles.example.org;");
            assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("strict-transport-security")).isPresent();
            assertThat(answer.headers().firstValue("permissions-policy")).hasValue("geolocation=(self)");
            assertThat(answer.headers().firstValue("cross-origin-opener-policy"))
                    .hasValue("same-origin");
            assertThat(answer.headers().firstValue("x-correlation-id")).isPresent();
            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .isEmpty();
        }
    }

    @Test
    void correlation_isTakenOverWhenItIsOne_andInstanceOfProblems() {
        start(config("http://localhost", List.of(), 1));
        HttpResponse<String> answer = get("/api/v1/nothing", "x-correlation-id", "abc-12345");
        assertThat(answer.headers().firstValue("x-correlation-id")).hasValue("abc-12345");
        assertThat(answer.body()).contains("\"instance\":\"abc-12345\"");
        assertThat(get("/", "x-correlation-id", "a b")
                        .headers()
                        .firstValue("x-correlation-id")
                        .orElseThrow())
                .hasSize(36);
        assertThat(answer.headers().firstValue("strict-transport-security")).isEmpty();
    }

    @Test
    void otherOrigins_areLetInByNameOnly() {
        start(config("http://localhost", List.of("https://partner.example"), 1));
        assertThat(get("/config.json", "origin", "https://partner.example")
                        .headers()
                        .firstValue("access-control-allow-origin"))
                .hasValue("https://partner.example");
        assertThat(get("/config.json", "origin", "https://evil.example")
                        .headers()
                        .firstValue("access-control-allow-origin"))
                .isEmpty();
        HttpResponse<String> preflight = send(request("/api/v1/slow")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("origin", "https://partner.example")
                .header("access-control-request-method", "GET"));
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight
                        .headers()
                        .firstValue("access-control-allow-headers")
                        .orElseThrow())
                .contains("authorization");
    }

    @Test
    void contract_isServedWithItsDocumentation() {
        start(config("http://localhost", List.of(), 1));
        assertThat(get("/openapi.yaml").body()).isEqualTo(CONTRACT);
        assertThat(get("/openapi.json").body()).contains("\"operationId\":\"slow\"");
        HttpResponse<String> docs = get("/docs");
        assertThat(docs.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(docs.body()).doesNotContain("http://", "https://", "<style", "onclick");
        HttpResponse<String> script = get("/docs/docs.js", "accept-encoding", "gzip");
        assertThat(script.headers().firstValue("content-encoding")).hasValue("gzip");
        String tag = script.headers().firstValue("etag").orElseThrow();
        assertThat(get("/docs/docs.js", "if-none-match", tag).statusCode()).isEqualTo(304);
        assertThat(send(request("/docs/docs.js").method("HEAD", HttpRequest.BodyPublishers.noBody()))
                        .body())
                .isEmpty();
    }

    @Test
    void page_isToldWhatItNeeds() {
        start(config("http://localhost", List.of(), 1));
        assertThat(get("/config.json").body())
                .contains(
                        "\"tileUrl\":\"https://{a-c}.tiles.example.org/{z}/{x}/{y}.png\"",
                        "\"apiBase\":\"/api/v1\"",
                        "\"node\":\"n1\"",
                        "{\"email\":\"a@b.example\",\"password\":\"pw\",\"role\":\"driver\"}");
    }

    @Test
    void paths_thatAreNoFiles_areRefused() {
        start(config("http://localhost", List.of(), 1));
        for (String path : List.of(
                "/../openapi.yaml",
                "/assets/../../openapi.yaml",
                "/assets/%2e%2e/openapi.yaml",
                "//etc/passwd",
                "/.git/config",
                "/docs/../db/migration/V01__platform_events.sql",
                "/nothing.js",
                "/api/v2/things",
                "/web/index.html")) {
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 404")
                    .contains("NOT_FOUND");
        }
    }

    @Test
    void whatIsNotHttpOrTooLong_isRefusedWithAProblem() {
        start(config("http://localhost", List.of(), 1));
        assertThat(raw("nonsense\r\n\r\n")).contains(" 400 Bad Request").contains("MALFORMED_REQUEST");
        assertThat(raw("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .contains(" 400 Bad Request")
                .contains("The request line is too long");
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(5_000) + "\r\n\r\n"))
                .contains(" 400 Bad Request")
                .contains("The headers are too long");
    }

    @Test
    void readiness_isTheSumOfItsParts() {
        start(config("http://localhost", List.of(), 1));
        String[] problem = {"not loaded"};
        readiness.require("search", () -> problem[0].isEmpty() ? null : problem[0]);
        readiness.report("cache", () -> "gone");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        readiness.started();
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        problem[0] = "";
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);

        ManagementVerticle management = new ManagementVerticle(
                new ManagementConfig("127.0.0.1", 0, Duration.ofSeconds(1), Duration.ofSeconds(5)),
                readiness,
                () -> "meters 1\n",
                json);
        await(vertx.deployVerticle(management));
        String base = "http://127.0.0.1:" + management.port();
        assertThat(send(HttpRequest.newBuilder(URI.create(base + "/health/ready")))
                        .body())
                .contains("\"ready\":true", "\"state\":\"started\"", "\"cache\":\"gone\"", "\"search\":\"up\"");
        assertThat(send(HttpRequest.newBuilder(URI.create(base + "/metrics"))).body())
                .isEqualTo("meters 1\n");
        readiness.drain();
        assertThat(send(HttpRequest.newBuilder(URI.create(base + "/health/ready")))
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void stopping_letsRunningRequestsFinish_andTakesNoNewOnes() {
        HttpVerticle.Deployed server = start(config("http://localhost", List.of(), 1));
        CompletableFuture<HttpResponse<String>> running =
                client.sendAsync(request("/api/v1/slow").GET().build(), BodyHandlers.ofString());
        asked.orTimeout(10, TimeUnit.SECONDS).join();
        Future<Void> stopped = vertx.undeploy(server.deployment());
        assertThat(CompletableFuture.supplyAsync(this::refusesConnections)
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .isTrue();
        assertThat(stopped.isComplete()).isFalse();
        slow.complete(Response.ok(List.of("done")));
        assertThat(running.orTimeout(10, TimeUnit.SECONDS).join().body()).isEqualTo("[\"done\"]");
        await(stopped);
    }

    /** Waits until the port is closed: the stop runs on the server's own loop. */
    private boolean refusesConnections() {
        long deadline = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
                assertThat(socket.isConnected()).isTrue();
            } catch (ConnectException refused) {
                return true;
            } catch (SocketException reset) {
                // It closed just while this one knocked; the next is refused.
                Thread.onSpinWait();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return false;
    }

    private int port() {
        return java.util.Objects.requireNonNull(deployed).port();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    private HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String raw(String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
