package dev.berth.payments;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.param.PaymentIntentListParams;
import dev.berth.dev.stripe.StripeRecorder;
import dev.berth.dev.stripe.StripeSimulator;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.GetPayment;
import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.payments.PaymentCommand.ReceiveWebhook;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.Secret;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.json.Json;
import dev.berth.realtime.RealtimeEvent;
import dev.berth.testing.Services;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Payments with a database of their own and a simulated provider, whose webhooks are caught and not delivered. */
final class PaymentFixture implements AutoCloseable {
    static final String WEBHOOK_SECRET = "whsec_test";
    static final Money PRICE = new Money(1_333, "EUR");
    static final int COMMISSION = 1_200;
    private static final String KEY = "sk_test_berth";
    private static final int PATIENCE_SECONDS = 30;

    final Vertx vertx = Vertx.vertx();
    final Bus bus = Bus.install(
            vertx,
            MessageCatalog.of(List.<Class<? extends Message>>of(
                    PaymentCommand.class,
                    PaymentCommand.Payment.class,
                    PaymentCommand.TransactionPage.class,
                    PaymentCommand.TrialBalance.class,
                    CardCommand.class,
                    WalletCommand.class,
                    WithdrawalCommand.class,
                    WithdrawalEvent.class,
                    FinanceCommand.class,
                    PaymentCommand.Charged.class,
                    PaymentEvent.class,
                    RealtimeEvent.class,
                    Done.class)),
            Json.mapper());
    final BlockingQueue<ReceiveWebhook> webhooks = new LinkedBlockingQueue<>();
    final Db db;
    final StripeClient stripe;
    private final StripeSimulator simulator;
    private final StripeRecorder recorder;
    private final HttpClient http = HttpClient.newHttpClient();

    PaymentFixture(Services services, Path folder) throws Exception {
        DatabaseConfig database = DatabaseConfig.of(services.migratedDatabase());
        db = Database.open(vertx, database);
        HttpServer receiver = await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    webhooks.add(
                            new ReceiveWebhook(body.toString(), String.valueOf(request.getHeader("Stripe-Signature"))));
                    request.response().end();
                }))
                .listen(0, "127.0.0.1"));
        simulator = new StripeSimulator(StripeSimulator.Settings.of(
                0,
                folder,
                KEY,
                new StripeSimulator.Webhook("http://127.0.0.1:" + receiver.actualPort() + "/", WEBHOOK_SECRET)));
        await(vertx.deployVerticle(simulator));
        recorder = new StripeRecorder(simulator.url());
        await(vertx.deployVerticle(recorder));
        stripe = StripeClient.builder()
                .setApiKey(KEY)
                .setApiBase(simulator.url())
                .build();
    }

    /** One more node's payments. Look-ups come quickly, so that tests do not wait for them. */
    void deploy() {
        PaymentConfig config = new PaymentConfig(
                URI.create(recorder.url()),
                new Secret(KEY),
                new Secret(WEBHOOK_SECRET),
                Duration.ofMinutes(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                0,
                8,
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofMillis(5_100),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                20,
                3,
                Duration.ofHours(24));
        await(vertx.deployVerticle(
                new PaymentVerticle(
                        bus,
                        db,
                        new Outbox(db, bus, Json.mapper()),
                        Json.mapper(),
                        config,
                        new WalletConfig(500, 50_000, Duration.ofDays(7), 50, Duration.ofDays(180), 20, 5),
                        Clock.systemUTC(),
                        new SimpleMeterRegistry()),
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    static Charge charge(String method) {
        return new Charge(
                PaymentId.next(),
                BookingId.next(),
                UserId.next(),
                UserId.next(),
                PRICE,
                COMMISSION,
                method,
                "Parking at Marktplatz",
                "http://127.0.0.1:1/return");
    }

    /** The same, of which less is to be paid. */
    static Charge priced(Charge charge, long amount) {
        return new Charge(
                charge.payment(),
                charge.booking(),
                charge.driver(),
                charge.host(),
                new Money(amount, charge.price().currency()),
                charge.commissionBasisPoints(),
                charge.method(),
                charge.description(),
                charge.returnUrl(),
                charge.inside());
    }

    static Charge with(Charge charge, String method) {
        return new Charge(
                charge.payment(),
                charge.booking(),
                charge.driver(),
                charge.host(),
                charge.price(),
                charge.commissionBasisPoints(),
                method,
                charge.description(),
                charge.returnUrl());
    }

    <R extends Message> R ask(Command<R> command) {
        return await(bus.ask(command, Duration.ofSeconds(PATIENCE_SECONDS)));
    }

    Payment payment(PaymentId payment) {
        return ask(new GetPayment(payment));
    }

    void awaitStatus(PaymentId payment, PaymentStatus status) {
        until(() -> payment(payment).status() == status, "payment to become " + status);
    }

    /** The provider's intents of a payment. */
    List<PaymentIntent> intents(PaymentId payment) throws StripeException {
        return stripe
                .v1()
                .paymentIntents()
                .list(PaymentIntentListParams.builder().setLimit(100L).build())
                .getData()
                .stream()
                .filter(intent -> payment.toString().equals(intent.getMetadata().get("payment")))
                .toList();
    }

    /** What the card holder answers on the bank's page. */
    void answerChallenge(String actionUrl, String answer) throws IOException, InterruptedException {
        URI page = URI.create(actionUrl);
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(page)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(page.getRawQuery() + "&answer=" + answer))
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 303) {
            throw new AssertionError("the challenge was answered with " + response.statusCode());
        }
    }

    void faults(String form) throws IOException, InterruptedException {
        simulate("faults", form);
    }

    /** What the provider keeps for an intent ends in so many seconds. */
    void endHold(String intent, int seconds) throws IOException, InterruptedException {
        simulate("holds/" + intent, "ends_in_seconds=" + seconds);
    }

    /** What the simulator does on behalf of card holders and their banks. */
    void simulate(String what, String form) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(simulator.url() + "/simulator/" + what))
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new AssertionError("the simulator has answered " + response.body());
        }
    }

    /** The next webhook of a type that names something; others before it are dropped. */
    ReceiveWebhook webhook(String type, Object about) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            ReceiveWebhook webhook = webhooks.poll(1, TimeUnit.SECONDS);
            if (webhook != null
                    && webhook.payload().contains(about.toString())
                    && webhook.payload().replace(" ", "").contains("\"type\":\"" + type + "\"")) {
                return webhook;
            }
        }
        throw new AssertionError("no webhook " + type);
    }

    long number(String sql, Object... arguments) {
        return db.query(sql, Tuple.from(List.of(arguments))).iterator().next().getLong(0);
    }

    long events(String type, PaymentId payment) {
        return number(
                "SELECT count(*) FROM platform.outbox WHERE type = $1 AND body LIKE '%' || $2 || '%'",
                "payments." + type, payment.toString());
    }

    long transfers(PaymentId payment) {
        return number("SELECT count(*) FROM payments.transfer WHERE payment = $1", payment.value());
    }

    /** Has what was broken off looked up now, instead of when it must have ended. */
    void lookUpNow() {
        db.query(
                "UPDATE payments.payment SET next_check_at = now() WHERE status = 'PROCESSING' AND next_check_at > now()",
                Tuple.tuple());
        db.query("UPDATE payments.refund SET next_check_at = now() WHERE status = 'PENDING'", Tuple.tuple());
    }

    /** {@code kind owner amount} of each account of a payment, as its entries sum up. */
    List<String> balances(PaymentId payment) {
        List<String> balances = new ArrayList<>();
        for (Row row : db.query("""
                SELECT a.kind, sum(e.amount)::bigint AS amount
                FROM payments.entry e
                JOIN payments.transfer t ON t.id = e.transfer
                JOIN payments.account a ON a.id = e.account
                WHERE t.payment = $1
                GROUP BY a.kind
                HAVING sum(e.amount) <> 0
                ORDER BY a.kind
                """, Tuple.of(payment.value()))) {
            balances.add(row.getString("kind") + " " + row.getLong("amount"));
        }
        return balances;
    }

    /** The same ask from several callers at once. */
    <R extends Message> List<R> together(int times, Command<R> command) {
        List<Future<R>> asks = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            asks.add(bus.ask(command, Duration.ofSeconds(PATIENCE_SECONDS)));
        }
        return asks.stream().map(PaymentFixture::await).toList();
    }

    static void until(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what);
            }
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
                    .join();
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        Set<String> deviations = recorder.deviations();
        if (!deviations.isEmpty()) {
            throw new AssertionError("not as the provider describes it: " + deviations);
        }
        vertx.deploymentIDs().forEach(id -> await(vertx.undeploy(id)));
        await(vertx.close());
    }
}
