package dev.berth.dev.stripe;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks Stripe's HTTP API on a port of its own: customers, payment methods, setup and payment intents, charges, refunds, disputes, balance
 * transactions, connected accounts, transfers, payouts, events and webhook endpoints. An answer is given when what it tells is on the disk.
 *
 * <p>Longer than other files, because all routes stand in one list.
 */
public final class StripeSimulator extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(StripeSimulator.class);
    private static final int BODY_BYTES_MAX = 256 << 10;
    private static final int EXPAND_DEPTH_MAX = 4;
    private static final int KEY_LENGTH_MAX = 255;
    private static final int MAX_LATENCY_MILLIS = 60_000;
    private static final Duration HOLDS_INTERVAL = Duration.ofSeconds(1);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);
    private static final String IDEMPOTENCY = "_idempotency";

    private final Settings settings;
    private @Nullable Simulation simulation;
    private @Nullable HttpServer server;
    private int latencyMillis;
    private int answersToDrop;
    private int requestsToFail;
    private int failuresToKeep;
    private int failuresToKeepAfter;

    /**
     * Where the simulator listens and what it knows from the start.
     *
     * @param port 0 for any
     * @param pagesUrl where browsers find its pages; null for {@code http://host:port}
     * @param folder of its journal
     * @param secretKey the API key of its one account, {@code sk_test_…}
     * @param webhook the endpoint that is told of all events from the start
     * @param firstRetry the delay before a webhook is sent again; doubles up to a minute
     * @param holdFor how long a charge that is not collected is kept on the card
     */
    public record Settings(
            String host,
            int port,
            @Nullable String pagesUrl,
            Path folder,
            String secretKey,
            @Nullable Webhook webhook,
            Duration firstRetry,
            Duration holdFor) {
        /** The defaults of development. */
        public static Settings of(int port, Path folder, String secretKey, @Nullable Webhook webhook) {
            return new Settings(
                    "127.0.0.1", port, null, folder, secretKey, webhook, Duration.ofSeconds(1), Duration.ofDays(7));
        }
    }

    /** An endpoint and the secret, {@code whsec_…}, by which it knows the sender. */
    public record Webhook(String url, String secret) {}

    private record Answer(int status, JsonObject body, boolean replayed) {}

    private record Simulation(
            Store store,
            Events events,
            Webhooks webhooks,
            PaymentIntents intents,
            SetupIntents setups,
            Accounts accounts,
            List<Route> routes) {}

    public StripeSimulator(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        HttpServer created = vertx.createHttpServer(
                        new HttpServerOptions().setHost(settings.host()).setPort(settings.port()))
                .requestHandler(this::receive);
        server = created;
        return vertx.executeBlocking(
                        () -> Store.open(settings.folder(), InstantSource.system(), new SecureRandom(), context))
                .compose(store -> created.listen().map(store))
                .compose(store -> {
                    Simulation built = simulation(store, created.actualPort());
                    simulation = built;
                    Webhook webhook = settings.webhook();
                    if (webhook != null) {
                        built.webhooks().configure(webhook.url(), webhook.secret());
                    }
                    vertx.setPeriodic(FORGET_INTERVAL.toMillis(), timer -> store.forgetOld());
                    vertx.setPeriodic(HOLDS_INTERVAL.toMillis(), timer -> {
                        built.intents().endHolds(new Call(store.newId("req"), null, new JsonObject()));
                        durable(built).onFailure(failure -> LOG.error("the journal cannot be written", failure));
                    });
                    return store.flush().onSuccess(flushed -> built.webhooks().resume());
                });
    }

    @Override
    public Future<?> stop() {
        Future<Void> closed = server == null ? Future.succeededFuture() : server.close();
        return closed.eventually(() -> {
            Simulation stopping = simulation;
            if (stopping != null) {
                stopping.webhooks().close();
                return stopping.store().flush().eventually(() -> {
                    stopping.store().close();
                    return Future.succeededFuture();
                });
            }
            return Future.succeededFuture();
        });
    }

    /** The port on which it listens, once it is deployed. */
    public int port() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.actualPort();
    }

    /** The API base for clients. */
    public String url() {
        return "http://" + settings.host() + ":" + port();
    }

    private Simulation simulation(Store store, int port) {
        String pagesUrl = settings.pagesUrl() == null ? "http://" + settings.host() + ":" + port : settings.pagesUrl();
        Events events = new Events(store);
        Customers customers = new Customers(store, events);
        PaymentMethods methods = new PaymentMethods(store, events, customers);
        Balance balance = new Balance(store);
        Disputes disputes = new Disputes(store, events, balance);
        Charges charges = new Charges(store, events, balance, settings.holdFor());
        RefundFailures failures = new RefundFailures(store, events, balance);
        Challenge challenge = new Challenge(store, pagesUrl);
        PaymentIntents intents = new PaymentIntents(store, events, customers, methods, charges, disputes, challenge);
        SetupIntents setups = new SetupIntents(store, events, customers, methods, challenge);
        Accounts accounts = new Accounts(store, events, pagesUrl);
        Transfers transfers = new Transfers(store, events, accounts, balance);
        Payouts payouts = new Payouts(store, events, balance);
        Webhooks webhooks = new Webhooks(vertx, store, settings.firstRetry());
        List<Route> routes = List.of(
                Route.post("/v1/customers", (ids, call) -> customers.create(call)),
                Route.get("/v1/customers", (ids, call) -> customers.list(call.parameters())),
                Route.get("/v1/customers/*", (ids, call) -> customers.retrieve(ids.get(0))),
                Route.post("/v1/customers/*", (ids, call) -> customers.update(ids.get(0), call)),
                Route.delete("/v1/customers/*", (ids, call) -> customers.delete(ids.get(0), call)),
                Route.get(
                        "/v1/customers/*/payment_methods",
                        (ids, call) -> methods.listOf(ids.get(0), call.parameters())),
                Route.get("/v1/customers/*/payment_methods/*", (ids, call) -> methods.retrieve(ids.get(1))),
                Route.post("/v1/payment_methods", (ids, call) -> methods.create(call)),
                Route.get("/v1/payment_methods", (ids, call) -> methods.list(call.parameters())),
                Route.get("/v1/payment_methods/*", (ids, call) -> methods.retrieve(ids.get(0))),
                Route.post("/v1/payment_methods/*", (ids, call) -> methods.update(ids.get(0), call)),
                Route.post("/v1/payment_methods/*/attach", (ids, call) -> methods.attach(ids.get(0), call)),
                Route.post("/v1/payment_methods/*/detach", (ids, call) -> methods.detach(ids.get(0), call)),
                Route.post("/v1/setup_intents", (ids, call) -> setups.create(call)),
                Route.get("/v1/setup_intents", (ids, call) -> setups.list(call.parameters())),
                Route.get("/v1/setup_intents/*", (ids, call) -> setups.retrieve(ids.get(0))),
                Route.post("/v1/setup_intents/*/confirm", (ids, call) -> setups.confirm(ids.get(0), call)),
                Route.post("/v1/setup_intents/*/cancel", (ids, call) -> setups.cancel(ids.get(0), call)),
                Route.post("/v1/payment_intents", (ids, call) -> intents.create(call)),
                Route.get("/v1/payment_intents", (ids, call) -> intents.list(call.parameters())),
                Route.get("/v1/payment_intents/*", (ids, call) -> intents.retrieve(ids.get(0))),
                Route.post("/v1/payment_intents/*", (ids, call) -> intents.update(ids.get(0), call)),
                Route.post("/v1/payment_intents/*/confirm", (ids, call) -> intents.confirm(ids.get(0), call)),
                Route.post("/v1/payment_intents/*/capture", (ids, call) -> intents.capture(ids.get(0), call)),
                Route.post("/v1/payment_intents/*/cancel", (ids, call) -> intents.cancel(ids.get(0), call)),
                Route.get("/v1/charges", (ids, call) -> charges.list(call.parameters())),
                Route.get("/v1/charges/*", (ids, call) -> charges.retrieve(ids.get(0))),
                Route.post("/v1/refunds", (ids, call) -> charges.refund(call)),
                Route.get("/v1/refunds", (ids, call) -> charges.listRefunds(call.parameters())),
                Route.get("/v1/refunds/*", (ids, call) -> charges.retrieveRefund(ids.get(0))),
                Route.get("/v1/disputes", (ids, call) -> disputes.list(call.parameters())),
                Route.get("/v1/disputes/*", (ids, call) -> disputes.retrieve(ids.get(0))),
                Route.post("/v1/disputes/*", (ids, call) -> disputes.update(ids.get(0), call)),
                Route.post("/v1/disputes/*/close", (ids, call) -> disputes.close(ids.get(0), call)),
                Route.get("/v1/balance_transactions", (ids, call) -> balance.list(call.parameters())),
                Route.get("/v1/balance_transactions/*", (ids, call) -> balance.retrieve(ids.get(0))),
                Route.post("/v1/accounts", (ids, call) -> accounts.create(call)),
                Route.get("/v1/accounts", (ids, call) -> accounts.list(call.parameters())),
                Route.get("/v1/accounts/*", (ids, call) -> accounts.retrieve(ids.get(0))),
                Route.post("/v1/accounts/*", (ids, call) -> accounts.update(ids.get(0), call)),
                Route.post("/v1/accounts/*/reject", (ids, call) -> accounts.reject(ids.get(0), call)),
                Route.post("/v1/account_links", (ids, call) -> accounts.createLink(call)),
                Route.post("/v1/transfers", (ids, call) -> transfers.create(call)),
                Route.get("/v1/transfers", (ids, call) -> transfers.list(call.parameters())),
                Route.get("/v1/transfers/*", (ids, call) -> transfers.retrieve(ids.get(0))),
                Route.post("/v1/transfers/*/reversals", (ids, call) -> transfers.reverse(ids.get(0), call)),
                Route.post("/v1/payouts", (ids, call) -> payouts.create(call)),
                Route.get("/v1/payouts", (ids, call) -> payouts.list(call.parameters())),
                Route.get("/v1/payouts/*", (ids, call) -> payouts.retrieve(ids.get(0))),
                Route.get("/v1/events", (ids, call) -> events.list(call.parameters())),
                Route.get("/v1/events/*", (ids, call) -> store.get("event", "id", ids.get(0))),
                Route.post("/v1/webhook_endpoints", (ids, call) -> webhooks.create(call)),
                Route.get("/v1/webhook_endpoints", (ids, call) -> webhooks.list(call.parameters())),
                Route.get("/v1/webhook_endpoints/*", (ids, call) -> webhooks.retrieve(ids.get(0))),
                Route.post("/v1/webhook_endpoints/*", (ids, call) -> webhooks.update(ids.get(0), call)),
                Route.delete("/v1/webhook_endpoints/*", (ids, call) -> webhooks.delete(ids.get(0))),
                // Not Stripe's: what card holders and their banks do, and what can go wrong on the way, for tests.
                Route.post("/simulator/disputes", (ids, call) -> disputes.open(call)),
                Route.post("/simulator/disputes/*/end", (ids, call) -> disputes.decide(ids.get(0), call)),
                Route.post("/simulator/holds/*", (ids, call) -> intents.endHold(ids.get(0), call)),
                Route.post("/simulator/payouts/*/fail", (ids, call) -> payouts.fail(ids.get(0), call)),
                Route.post("/simulator/refunds/*/fail", (ids, call) -> failures.fail(ids.get(0), call)),
                Route.post("/simulator/faults", (ids, call) -> faults(call.parameters())));
        return new Simulation(store, events, webhooks, intents, setups, accounts, routes);
    }

    private void receive(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > BODY_BYTES_MAX) {
                request.handler(rest -> {});
                request.endHandler(end -> {});
                request.response().setStatusCode(413).end();
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> handle(request, body));
    }

    private void handle(HttpServerRequest request, Buffer body) {
        Simulation running = simulation;
        if (running == null) {
            request.response().setStatusCode(503).end();
            return;
        }
        String path = Objects.requireNonNullElse(request.path(), "");
        List<String> segments = Route.segments(path);
        if (segments.size() == 3 && segments.get(1).equals(Challenge.PAGE)) {
            challenge(running, request, segments.get(2), body);
            return;
        }
        if (segments.size() == 3 && segments.get(1).equals(Accounts.PAGE)) {
            onboarding(running, request, segments.get(2), body);
            return;
        }
        String requestId = running.store().newId("req");
        String key = request.getHeader("Idempotency-Key");
        boolean changes = request.method().equals(HttpMethod.POST) && !path.startsWith("/simulator/");
        Answer answer;
        try {
            if (changes && requestsToFail > 0) {
                requestsToFail--;
                // Before anything is executed: nothing is kept for the idempotency key.
                throw fault();
            }
            answer = answer(running, request, segments, body, requestId, key);
        } catch (StripeProblem problem) {
            answer = new Answer(problem.status(), problem.body(), false);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            answer = new Answer(
                    500,
                    StripeProblem.of(500, "api_error", null, "An unknown error occurred.")
                            .body(),
                    false);
        }
        HttpServerResponse response = request.response()
                .setStatusCode(answer.status())
                .putHeader("Content-Type", "application/json")
                .putHeader("Request-Id", requestId)
                .putHeader(
                        "Stripe-Version",
                        Optional.ofNullable(request.getHeader("Stripe-Version")).orElse(com.stripe.Stripe.API_VERSION));
        if (key != null) {
            response.putHeader("Idempotency-Key", key);
        }
        if (answer.replayed()) {
            response.putHeader("Idempotent-Replayed", "true");
        }
        Buffer content = Buffer.buffer(answer.body().encodePrettily());
        boolean drop = changes && answersToDrop > 0;
        if (drop) {
            answersToDrop--;
        }
        durable(running).compose(written -> delayed()).onComplete(written -> {
            if (drop) {
                request.connection().close();
            } else if (written.failed()) {
                LOG.error("the journal cannot be written", written.cause());
                response.setStatusCode(500).end("{\"error\":{\"type\":\"api_error\",\"message\":\"Storage failed.\"}}");
            } else {
                response.end(content);
            }
        });
    }

    /** Completes when all changes are on the disk; then their events may be told to others. */
    private static Future<Void> durable(Simulation running) {
        List<JsonObject> fresh = running.events().takeFresh();
        return running.store().flush().onSuccess(written -> fresh.forEach(running.webhooks()::send));
    }

    private Future<Void> delayed() {
        if (latencyMillis == 0) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        vertx.setTimer(latencyMillis, timer -> promise.complete());
        return promise.future();
    }

    private Answer answer(
            Simulation running,
            HttpServerRequest request,
            List<String> segments,
            Buffer body,
            String requestId,
            @Nullable String key) {
        requireKnownKey(request);
        if (key != null && key.length() > KEY_LENGTH_MAX) {
            throw StripeProblem.of(
                    400, "idempotency_error", null, "Keys for idempotent requests can have up to 255 characters.");
        }
        String encoded = request.method().equals(HttpMethod.POST)
                ? body.toString()
                : Optional.ofNullable(request.query()).orElse("");
        JsonObject parameters = Form.parse(encoded);
        Store store = running.store();
        boolean once = key != null && request.method().equals(HttpMethod.POST);
        String fingerprint = request.path() + " " + parameters.encode();
        if (once) {
            JsonObject known = store.find(IDEMPOTENCY, IDEMPOTENCY + key).orElse(null);
            if (known != null && known.getString("fingerprint").equals(fingerprint)) {
                return new Answer(known.getInteger("status"), known.getJsonObject("body"), true);
            }
            if (known != null) {
                throw StripeProblem.of(
                        400,
                        "idempotency_error",
                        null,
                        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
                                + "using a key other than '" + key + "' if you meant to execute a different request.");
            }
        }
        Answer answer;
        try {
            if (once && failuresToKeep > 0) {
                failuresToKeep--;
                throw fault().executed();
            }
            JsonObject result = run(running, request, segments, new Call(requestId, key, parameters));
            JsonObject shown = Store.shown(result);
            for (String path : Form.texts(parameters, "expand")) {
                expand(store, shown, List.of(path.split("\\.", EXPAND_DEPTH_MAX)));
            }
            answer = new Answer(200, shown, false);
            if (once && failuresToKeepAfter > 0) {
                failuresToKeepAfter--;
                throw fault().executed();
            }
        } catch (StripeProblem problem) {
            if (!problem.wasExecuted()) {
                throw problem;
            }
            answer = new Answer(problem.status(), problem.body(), false);
        }
        if (once) {
            store.put(new JsonObject()
                    .put("id", IDEMPOTENCY + key)
                    .put("object", IDEMPOTENCY)
                    .put("created", store.now())
                    .put("fingerprint", fingerprint)
                    .put("status", answer.status())
                    .put("body", answer.body()));
        }
        return answer;
    }

    private static StripeProblem fault() {
        return StripeProblem.of(500, "api_error", null, "An unexpected error occurred.");
    }

    private static JsonObject run(Simulation running, HttpServerRequest request, List<String> segments, Call call) {
        for (Route route : running.routes()) {
            Optional<List<String>> ids = route.matches(request.method(), segments);
            if (ids.isPresent()) {
                return route.operation().run(ids.get(), call);
            }
        }
        throw StripeProblem.of(
                404,
                "invalid_request_error",
                null,
                "Unrecognized request URL (" + request.method() + ": " + request.path()
                        + "). This simulator does not know it.");
    }

    private void requireKnownKey(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        String given = authorization != null && authorization.startsWith("Bearer ")
                ? authorization.substring("Bearer ".length()).trim()
                : "";
        if (!given.equals(settings.secretKey())) {
            throw StripeProblem.of(
                    401,
                    "invalid_request_error",
                    null,
                    given.isEmpty() ? "You did not provide an API key." : "Invalid API Key provided.");
        }
    }

    private JsonObject faults(JsonObject parameters) {
        String latency = Form.text(parameters, "latency_millis");
        latencyMillis =
                latency == null ? 0 : Math.clamp(Form.integer("latency_millis", latency), 0, MAX_LATENCY_MILLIS);
        answersToDrop = count(parameters, "drop_answers");
        requestsToFail = count(parameters, "fail_requests");
        failuresToKeep = count(parameters, "keep_failures");
        failuresToKeepAfter = count(parameters, "keep_failures_after");
        return new JsonObject()
                .put("latency_millis", latencyMillis)
                .put("drop_answers", answersToDrop)
                .put("fail_requests", requestsToFail)
                .put("keep_failures", failuresToKeep)
                .put("keep_failures_after", failuresToKeepAfter);
    }

    private static int count(JsonObject parameters, String name) {
        String text = Form.text(parameters, name);
        return text == null ? 0 : Math.clamp(Form.integer(name, text), 0, Integer.MAX_VALUE);
    }

    /** Puts an object in the place of its id. */
    private static void expand(Store store, JsonObject target, List<String> path) {
        String name = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        Object value = target.getValue(name);
        if (value instanceof String id) {
            JsonObject found = store.any(id)
                    .map(Store::shown)
                    .orElseThrow(
                            () -> StripeProblem.invalid("expand", "This property cannot be expanded (" + name + ")."));
            target.put(name, found);
            value = found;
        }
        if (rest.isEmpty()) {
            return;
        }
        if (value instanceof JsonObject object) {
            expand(store, object, rest);
        } else if (value instanceof JsonArray array) {
            array.forEach(each -> expand(store, (JsonObject) each, rest));
        }
    }

    private void challenge(Simulation running, HttpServerRequest request, String id, Buffer body) {
        HttpServerResponse response = page(request);
        try {
            boolean answered = request.method().equals(HttpMethod.POST);
            JsonObject parameters = entered(request, body);
            String secret = Form.required(parameters, "secret");
            boolean saving = id.startsWith(SetupIntents.PREFIX + "_");
            JsonObject intent = saving
                    ? running.setups().asking(id, secret)
                    : running.intents().asking(id, secret);
            if (intent == null) {
                response.setStatusCode(410).end(ChallengePage.over());
            } else if (answered) {
                Call call = new Call(running.store().newId("req"), null, new JsonObject());
                boolean authorised = Form.required(parameters, "answer").equals("authorise");
                String location = saving
                        ? running.setups().answer(intent, authorised, call)
                        : running.intents().answer(intent, authorised, call);
                lead(running, response, location);
            } else {
                JsonObject method =
                        running.store().get("payment_method", "payment_method", intent.getString("payment_method"));
                response.end(ChallengePage.asking(intent, method, secret));
            }
        } catch (StripeProblem problem) {
            response.setStatusCode(problem.status()).end(ChallengePage.over());
        }
    }

    private void onboarding(Simulation running, HttpServerRequest request, String id, Buffer body) {
        HttpServerResponse response = page(request);
        try {
            JsonObject parameters = entered(request, body);
            String secret = Form.required(parameters, "secret");
            JsonObject account = running.accounts().visited(id, secret);
            if (account == null) {
                response.setStatusCode(410).end(OnboardingPage.over());
            } else if (request.method().equals(HttpMethod.POST)) {
                boolean complete = Form.required(parameters, "answer").equals("complete");
                Call call = new Call(running.store().newId("req"), null, new JsonObject());
                lead(running, response, running.accounts().answer(id, secret, complete, call));
            } else {
                response.end(OnboardingPage.asking(account, secret));
            }
        } catch (StripeProblem problem) {
            response.setStatusCode(problem.status()).end(OnboardingPage.over());
        }
    }

    private static HttpServerResponse page(HttpServerRequest request) {
        return request.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
    }

    private static JsonObject entered(HttpServerRequest request, Buffer body) {
        return Form.parse(
                request.method().equals(HttpMethod.POST)
                        ? body.toString()
                        : Optional.ofNullable(request.query()).orElse(""));
    }

    /** Sends the visitor on, once what they have answered is on the disk. */
    private static void lead(Simulation running, HttpServerResponse response, String location) {
        durable(running)
                .onSuccess(written -> response.setStatusCode(303)
                        .putHeader("Location", location)
                        .end())
                .onFailure(failure -> response.setStatusCode(500).end());
    }
}
