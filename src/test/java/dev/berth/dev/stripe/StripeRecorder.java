package dev.berth.dev.stripe;

import dev.berth.testing.StripeDescription;
import dev.berth.testing.StripeDescription.Finding;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and the simulator, and holds what goes by against Stripe's description: what is sent, and what is
 * answered. What goes wrong on the way goes wrong as before.
 */
public final class StripeRecorder extends VerticleBase {
    private static final int PATIENCE_SECONDS = 60;

    private final String simulatorUrl;
    private final StripeDescription description = StripeDescription.published();
    private final Set<String> deviations = new ConcurrentSkipListSet<>();
    private final Set<String> operations = new ConcurrentSkipListSet<>();
    private final Queue<Future<Void>> checks = new ConcurrentLinkedQueue<>();
    private @Nullable HttpServer server;
    private @Nullable HttpClient client;

    /** @param simulatorUrl where the requests go */
    public StripeRecorder(String simulatorUrl) {
        this.simulatorUrl = simulatorUrl;
    }

    @Override
    public Future<?> start() {
        client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
        server = vertx.createHttpServer().requestHandler(this::pass);
        return server.listen(0, "127.0.0.1");
    }

    /** Where clients send their requests. */
    public String url() {
        return "http://127.0.0.1:" + Objects.requireNonNull(server).actualPort();
    }

    /** What was not as the description has it, of each operation; when all that has gone by is looked at. */
    public Set<String> deviations() {
        List<Future<Void>> running = List.copyOf(checks);
        Future.join(running)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        return deviations;
    }

    /** What was asked for and answered with success. */
    public Set<String> operations() {
        return operations;
    }

    /** The same for what the provider tells by itself. */
    public void told(JsonObject event) {
        String type = event.getString("type");
        if (!description.knowsEvent(type)) {
            deviations.add(type + ": there is no such event");
        }
        note(type, description.checkObject(event));
        note(type, description.checkObject(event.getJsonObject("data").getJsonObject("object")));
    }

    private void note(String what, List<String> found) {
        found.forEach(each -> deviations.add(what + ": " + each));
    }

    private void pass(HttpServerRequest request) {
        request.body()
                .compose(body -> Objects.requireNonNull(client)
                        .request(new RequestOptions()
                                .setMethod(request.method())
                                .setAbsoluteURI(simulatorUrl + request.uri())
                                .setHeaders(request.headers()))
                        .compose(onward -> onward.send(body))
                        .compose(answer -> answer.body().onSuccess(content -> {
                            look(request, body, answer.statusCode(), content);
                            request.response().headers().setAll(answer.headers());
                            request.response()
                                    .setStatusCode(answer.statusCode())
                                    .end(content);
                        })))
                .onFailure(failure -> request.connection().close());
    }

    /** Not on the way: who waits for the answer gets it first. */
    private void look(HttpServerRequest request, Buffer body, int status, Buffer answer) {
        checks.add(vertx.executeBlocking(() -> {
            check(request, body, status, answer);
            return null;
        }));
    }

    private void check(HttpServerRequest request, Buffer body, int status, Buffer answer) {
        String path = Objects.requireNonNullElse(request.path(), "");
        String method = request.method().name();
        String encoded = method.equals("POST") ? body.toString() : Objects.requireNonNullElse(request.query(), "");
        if (path.startsWith("/v1/")) {
            Finding finding = description.check(method, path, Form.parse(encoded), status, answer.toString());
            note(finding.operation(), finding.deviations());
            if (status < 300) {
                operations.add(finding.operation());
            }
        }
    }
}
