package dev.berth.disputes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.stripe.StripeClient;
import com.stripe.model.BalanceTransaction;
import com.stripe.net.Webhook.Signature;
import com.stripe.param.BalanceTransactionListParams;
import com.stripe.param.DisputeListParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PayoutCreateParams;
import dev.berth.bookings.BookingCommand;
import dev.berth.dev.stripe.StripeRecorder;
import dev.berth.dev.stripe.StripeSimulator;
import dev.berth.disputes.DisputeCommand.ListDisputes;
import dev.berth.disputes.DisputeCommand.SubmitEvidence;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.ChargePass;
import dev.berth.payments.PaymentCommand.ChargeTogether;
import dev.berth.payments.PaymentCommand.ReceiveWebhook;
import dev.berth.payments.PaymentCommand.Refund;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentVerticle;
import dev.berth.payments.StripeCalls;
import dev.berth.payments.WalletCommand;
import dev.berth.payments.WalletConfig;
import dev.berth.payments.WithdrawalCommand;
import dev.berth.payments.WithdrawalEvent;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.Secret;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.realtime.RealtimeEvent;
import dev.berth.reconciliation.ReconciliationCommand;
import dev.berth.reconciliation.ReconciliationCommand.DifferenceKind;
import dev.berth.reconciliation.ReconciliationCommand.Differing;
import dev.berth.reconciliation.ReconciliationCommand.GetRun;
import dev.berth.reconciliation.ReconciliationCommand.Reconcile;
import dev.berth.reconciliation.ReconciliationCommand.Run;
import dev.berth.reconciliation.ReconciliationCommand.RunDetails;
import dev.berth.reconciliation.ReconciliationCommand.RunStatus;
import dev.berth.reconciliation.ReconciliationConfig;
import dev.berth.reconciliation.ReconciliationVerticle;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Charges that are contested, with a database and a simulated provider; its events are told by hand, in any order. Longer
 * than other files: one setting for all that a dispute can come to, and for what the provider's books say of it.
 */
@WithServices
@Timeout(120)
@Tag("CO5")
@TestInstance(Lifecycle.PER_CLASS)
class DisputesIT {
    private static final String KEY = "sk_test_berth";
    private static final int COMMISSION = 1_200;
    private static final long FEE = 2_000;
    private static final int PATIENCE_SECONDS = 30;
    private static final Principal ADMIN = new Principal(UserId.next(), Set.of(Role.ADMIN));

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final DisputeMetrics metrics = new DisputeMetrics(new SimpleMeterRegistry());
    private Bus bus;
    private Db db;
    private StripeSimulator simulator;
    private StripeRecorder recorder;
    private StripeClient stripe;
    private DisputeSql sql;
    private Disputes disputes;

    @BeforeAll
    void start(Services services, @TempDir Path folder) throws Exception {
        bus = Bus.install(
                vertx,
                MessageCatalog.of(List.<Class<? extends Message>>of(
                        PaymentCommand.class,
                        PaymentCommand.Payment.class,
                        WalletCommand.class,
                        WithdrawalCommand.class,
                        WithdrawalEvent.class,
                        PaymentEvent.class,
                        BookingCommand.class,
                        DisputeCommand.class,
                        DisputeEvent.class,
                        ReconciliationCommand.class,
                        RealtimeEvent.class)),
                Json.mapper());
        db = Database.open(vertx, DatabaseConfig.of(services.migratedDatabase()));
        simulator = new StripeSimulator(StripeSimulator.Settings.of(0, folder, KEY, null));
        await(vertx.deployVerticle(simulator));
        recorder = new StripeRecorder(simulator.url());
        await(vertx.deployVerticle(recorder));
        stripe = StripeClient.builder()
                .setApiKey(KEY)
                .setApiBase(simulator.url())
                .build();
        PaymentConfig payments = new PaymentConfig(
                URI.create(recorder.url()),
                new Secret(KEY),
                new Secret("whsec_test"),
                Duration.ofMinutes(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                0,
                8,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                20,
                20,
                Duration.ofHours(24));
        Outbox outbox = new Outbox(db, bus, Json.mapper());
        await(vertx.deployVerticle(
                new PaymentVerticle(
                        bus,
                        db,
                        outbox,
                        Json.mapper(),
                        payments,
                        new WalletConfig(500, 50_000, Duration.ofDays(7), 50, Duration.ofDays(180), 20, 5),
                        Clock.systemUTC(),
                        new SimpleMeterRegistry()),
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
        await(bus.<BookingCommand<?>>serve(BookingCommand.ADDRESS, BookingCommand.class, command -> {
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such booking");
        }));
        await(vertx.deployVerticle(
                new ReconciliationVerticle(
                        bus,
                        db,
                        payments,
                        new ReconciliationConfig(
                                Duration.ofHours(4),
                                Duration.ofDays(1),
                                Duration.ZERO,
                                Duration.ofMinutes(1),
                                5,
                                Duration.ofSeconds(30),
                                2,
                                1_000,
                                10),
                        Clock.systemUTC(),
                        new SimpleMeterRegistry()),
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
        sql = new DisputeSql(db);
        disputes = new Disputes(
                bus,
                sql,
                new LedgerSql(db),
                outbox,
                new StripeDisputes(new StripeCalls(payments)),
                new DisputeConfig(
                        Duration.ofHours(6),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        20,
                        8_000,
                        10),
                metrics);
    }

    @AfterEach
    void theBooksBalance() throws Exception {
        simulate("faults", "");
        assertThat(balance("SELECT coalesce(sum(amount), 0)::bigint FROM payments.entry"))
                .isZero();
    }

    @AfterAll
    void close() throws Exception {
        assertThat(recorder.deviations()).isEmpty();
        vertx.deploymentIDs().forEach(id -> await(vertx.undeploy(id)));
        await(vertx.close());
        http.close();
    }

    @Test
    void whatIsContested_leavesOurBalance_once_andComesBackWithItsFee_whenWeWin() throws Exception {
        Charge charge = charged("pm_card_createDispute", 2_000);
        String told = raised(charge);
        disputes.told(told);
        disputes.told(told);
        assertThat(balances(charge.payment()))
                .containsExactlyInAnyOrder(
                        "disputed 2000",
                        "host_payable -1760",
                        "platform_revenue -240",
                        "provider_fees " + FEE,
                        "processor_clearing " + -FEE);
        Dispute dispute = known(told);
        assertThat(dispute.status()).isEqualTo(DisputeStatus.NEEDS_RESPONSE);
        assertThat(dispute.dueBy()).isNotNull();
        assertThat(dispute.withdrawn()).isEqualTo(eur(2_000));
        assertThat(events("DisputeOpened", dispute)).isEqualTo(1);

        Dispute answered = disputes.submit(new SubmitEvidence(ADMIN, dispute.id(), "It is theirs: winning_evidence"));
        assertThat(answered.status()).isEqualTo(DisputeStatus.WON);
        assertThat(answered.evidenceSentAt()).isNotNull();
        disputes.told(told);
        assertThat(balances(charge.payment()))
                .containsExactly("host_payable -1760", "platform_revenue -240", "processor_clearing 2000");
        assertThat(events("DisputeClosed", dispute)).isEqualTo(1);
        assertThat(known(told).fees().isZero()).isTrue();
        assertThat(metrics.won.count()).isPositive();
        assertThat(stripe.v1().disputes().retrieve(told).getEvidence().getUncategorizedText())
                .contains("winning_evidence")
                .contains("Booking " + charge.booking());
    }

    @Test
    void aLostOne_isBorneAsARefundWouldBe_alsoAfterAPartWasGivenBack_andWhenItsEndIsToldFirst() throws Exception {
        Charge charge = charged("pm_card_visa", 2_000);
        ask(new Refund(charge.payment(), "", eur(500)));
        String told = raise(charge);
        simulate("disputes/" + told + "/end", "outcome=lost");
        // Only now is anything heard of it.
        disputes.told(told);
        disputes.told(told);
        assertThat(balances(charge.payment()))
                .containsExactlyInAnyOrder("provider_fees " + FEE, "processor_clearing " + -FEE);
        Dispute dispute = known(told);
        assertThat(dispute.status()).isEqualTo(DisputeStatus.LOST);
        assertThat(dispute.borneByHost()).isEqualTo(eur(1_320));
        assertThat(dispute.borneByUs()).isEqualTo(eur(180));
        assertThat(events("DisputeOpened", dispute)).isEqualTo(1);
        assertThat(events("DisputeClosed", dispute)).isEqualTo(1);
        assertThat(refusal(new SubmitEvidence(ADMIN, dispute.id(), "Too late"))).isEqualTo(ProblemType.ILLEGAL_STATE);
    }

    @Test
    void ofSeveralBookings_itIsBorneInTheirOrder_andATopUpIsTakenFromWhatIsThere() throws Exception {
        UserId driver = UserId.next();
        UserId host = UserId.next();
        PaymentId whole = PaymentId.next();
        // Of one millisecond, ids come in any order.
        List<BookingId> bookings = Stream.of(BookingId.next(), BookingId.next())
                .sorted(Comparator.comparing(BookingId::toString))
                .toList();
        List<Share> shares = List.of(new Share(bookings.get(0), eur(1_000)), new Share(bookings.get(1), eur(600)));
        ask(new ChargeTogether(
                whole, shares, driver, host, COMMISSION, "pm_card_visa", "Series", "http://127.0.0.1:1/"));
        String told = raise(intent(whole), "amount=1200");
        simulate("disputes/" + told + "/end", "outcome=lost");
        disputes.told(told);
        assertThat(balances(new PaymentId(shares.get(0).booking().value())))
                .containsExactly("disputed -1000", "processor_clearing 1000");
        assertThat(balances(new PaymentId(shares.get(1).booking().value())))
                .containsExactly(
                        "disputed -200", "host_payable -352", "platform_revenue -48", "processor_clearing 600");

        PaymentId topUp = PaymentId.next();
        ask(new WalletCommand.TopUp(topUp, driver, eur(1_000), "pm_card_visa", "http://127.0.0.1:1/wallet"));
        ask(charge(driver, WalletCommand.METHOD, 400));
        String other = raise(intent(topUp), "");
        simulate("disputes/" + other + "/end", "outcome=lost");
        disputes.told(other);
        assertThat(balances(topUp))
                .containsExactlyInAnyOrder(
                        "dispute_losses 400", "provider_fees " + FEE, "processor_clearing " + -FEE, "wallet -400");
        assertThat(ask(new WithdrawalCommand.PreviewWithdrawal(driver, "EUR", null))
                        .payable()
                        .isZero())
                .isTrue();
    }

    @Test
    @Tag("rule-33")
    void aDepositThatWeKeep_bearsALostOneFirst_andCostsNeitherHostNorUs() throws Exception {
        UserId driver = UserId.next();
        UserId host = UserId.next();
        PaymentId whole = PaymentId.next();
        List<BookingId> parts = Stream.of(BookingId.next(), BookingId.next())
                .sorted(Comparator.comparing(BookingId::toString))
                .toList();
        BookingId month = parts.get(0);
        BookingId deposit = parts.get(1);
        List<Share> shares = List.of(new Share(month, eur(1_000)), new Share(deposit, eur(500)));
        ChargeTogether charge = new ChargeTogether(
                whole, shares, driver, host, COMMISSION, "pm_card_visa", "Pass", "http://127.0.0.1:1/");
        ask(new ChargePass(SubscriptionId.next(), charge));
        db.inTransaction(connection -> new LedgerSql(db)
                .post(
                        connection,
                        Transfer.of(
                                Ids.next(),
                                TransferKind.DEPOSIT_TAKEN,
                                new PaymentId(deposit.value()),
                                deposit,
                                Postings.deposit(driver, host, eur(500), COMMISSION))));
        String told = raise(intent(whole), "amount=700");
        simulate("disputes/" + told + "/end", "outcome=lost");
        disputes.told(told);
        assertThat(balances(new PaymentId(deposit.value())))
                .containsExactlyInAnyOrder("disputed -500", "processor_clearing 500");
        assertThat(balances(new PaymentId(month.value())))
                .containsExactlyInAnyOrder(
                        "disputed -200", "host_payable -704", "platform_revenue -96", "processor_clearing 1000");
    }

    @Test
    void evidence_isSaidOnce_andSentAgainWhenItsAnswerIsLost() throws Exception {
        Charge charge = charged("pm_card_visa", 2_000);
        String told = raise(charge);
        disputes.told(told);
        Dispute dispute = known(told);
        simulate("faults", "drop_answers=1");
        Dispute unsure = disputes.submit(new SubmitEvidence(ADMIN, dispute.id(), "The driver was there."));
        assertThat(unsure.evidence()).isEqualTo("The driver was there.");
        simulate("faults", "");
        db.query("UPDATE disputes.dispute SET next_check_at = now() WHERE provider_dispute = $1", Tuple.of(told));
        sql.claimDue(new DisputeConfig(
                        Duration.ofHours(6),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        99,
                        1,
                        1))
                .forEach(disputes::lookUp);
        assertThat(known(told).status()).isEqualTo(DisputeStatus.UNDER_REVIEW);
        assertThat(known(told).evidenceSentAt()).isNotNull();
        assertThat(stripe.v1().disputes().retrieve(told).getEvidenceDetails().getSubmissionCount())
                .isEqualTo(1);
        assertThat(disputes.submit(new SubmitEvidence(ADMIN, dispute.id(), "The driver was there."))
                        .status())
                .isEqualTo(DisputeStatus.UNDER_REVIEW);
        assertThat(refusal(new SubmitEvidence(ADMIN, dispute.id(), "Something else")))
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(sql.list(new ListDisputes(ADMIN, DisputeStatus.UNDER_REVIEW, null, 10), 10))
                .extracting(Dispute::providerId)
                .containsExactly(told);
    }

    @Test
    @Tag("PY9")
    @Tag("rule-26")
    void theProvidersBooks_areComparedWithOurs_pageByPage_andTheirFeesPosted_once() throws Exception {
        Charge charge = charged("pm_card_visa", 3_000);
        ask(new Refund(charge.payment(), "", eur(1_000)));
        Charge contested = charged("pm_card_createDispute", 2_000);
        disputes.told(raised(contested));
        UserId saver = UserId.next();
        ask(new WalletCommand.TopUp(PaymentId.next(), saver, eur(30_000), "pm_card_visa", "http://127.0.0.1:1/wallet"));
        ask(new WithdrawalCommand.Withdraw(UUID.randomUUID(), saver, eur(400)));
        ask(new WithdrawalCommand.Withdraw(UUID.randomUUID(), saver, eur(300)));
        givenUp("SELECT provider_refund FROM payments.refund WHERE amount = 300 AND reason = 'wallet'");
        stripe.v1()
                .payouts()
                .create(PayoutCreateParams.builder()
                        .setAmount(1_500L)
                        .setCurrency("eur")
                        .build());
        String refused = stripe.v1()
                .payouts()
                .create(PayoutCreateParams.builder()
                        .setAmount(200L)
                        .setCurrency("eur")
                        .build())
                .getId();
        simulate("payouts/" + refused + "/fail", "");
        RunDetails same = reconciled();
        assertThat(same.items()).isEmpty();
        assertThat(balance("SELECT sum(amount)::bigint FROM payments.balance WHERE kind = 'bank'"))
                .isEqualTo(1_500);
        assertThat(balance("SELECT count(*) FROM payments.transfer WHERE kind LIKE 'BANK_PAYOUT%'"))
                .isEqualTo(3);
        assertThat(same.run().providerCount())
                .isEqualTo(same.run().ledgerCount())
                .isGreaterThanOrEqualTo(4);
        assertThat(balance("SELECT sum(amount)::bigint FROM payments.balance WHERE kind = 'processor_clearing'"))
                .isEqualTo(providersBalance());
        long transfers = balance("SELECT count(*) FROM payments.transfer");
        assertThat(reconciled().run().differences()).isZero();
        assertThat(balance("SELECT count(*) FROM payments.transfer")).isEqualTo(transfers);

        String stranger = stripe.v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(700L)
                        .setCurrency("eur")
                        .addPaymentMethodType("card")
                        .setPaymentMethod("pm_card_visa")
                        .setConfirm(true)
                        .build())
                .getId();
        UUID invented = UUID.randomUUID();
        post(invented, PaymentId.next(), 500);
        post(UUID.randomUUID(), charge.payment(), 1);
        assertThat(reconciled().items())
                .extracting(Differing::kind, Differing::subject, Differing::here, Differing::there)
                .containsExactlyInAnyOrder(
                        tuple(DifferenceKind.MISSING_HERE, stranger, null, 700L),
                        tuple(DifferenceKind.MISSING_THERE, invented.toString(), 500L, null),
                        tuple(DifferenceKind.AMOUNT, intent(charge.payment()), 3_001L, 3_000L));
        assertThat(catchThrowableOfType(
                                Rejection.class,
                                () -> ask(new Reconcile(
                                        new Principal(UserId.next(), Set.of()),
                                        LocalDate.now(ZoneOffset.UTC),
                                        UUID.randomUUID())))
                        .problem()
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
    }

    /** The provider gives up a refund that it had told was done. */
    private void givenUp(String refund) throws Exception {
        String id = db.query(refund, Tuple.tuple()).iterator().next().getString(0);
        simulate("refunds/" + id + "/fail", "");
        String event = new JsonObject()
                .put("id", "evt_" + id)
                .put("type", "refund.failed")
                .put(
                        "data",
                        new JsonObject()
                                .put(
                                        "object",
                                        new JsonObject().put("object", "refund").put("id", id)))
                .encode();
        ask(new ReceiveWebhook(event, Signature.generateSignatureHeader(event, "whsec_test")));
    }

    /** As if somebody had filled a wallet. */
    private void post(UUID transfer, PaymentId payment, long amount) {
        db.inTransaction(connection -> new LedgerSql(db)
                .post(
                        connection,
                        new Transfer(
                                transfer,
                                TransferKind.TOP_UP,
                                payment,
                                null,
                                null,
                                Postings.topUp(UserId.next(), eur(amount)))));
    }

    private long providersBalance() throws Exception {
        long net = 0;
        for (BalanceTransaction each : stripe.v1()
                .balanceTransactions()
                .list(BalanceTransactionListParams.builder().setLimit(100L).build())
                .getData()) {
            net += each.getNet();
        }
        return net;
    }

    private RunDetails reconciled() throws InterruptedException {
        Run run = ask(new Reconcile(ADMIN, LocalDate.now(ZoneOffset.UTC), UUID.randomUUID()));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            RunDetails details = ask(new GetRun(ADMIN, run.id()));
            if (details.run().status() != RunStatus.RUNNING) {
                assertThat(details.run().status()).isEqualTo(RunStatus.DONE);
                return details;
            }
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
                    .join();
        }
        throw new AssertionError("the run does not end");
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private static Charge charge(UserId driver, String method, long price) {
        return new Charge(
                PaymentId.next(),
                BookingId.next(),
                driver,
                UserId.next(),
                eur(price),
                COMMISSION,
                method,
                "Parking at Marktplatz",
                "http://127.0.0.1:1/return");
    }

    private Charge charged(String method, long price) {
        Charge charge = charge(UserId.next(), method, price);
        ask(charge);
        return charge;
    }

    private String intent(PaymentId payment) {
        return db.query("SELECT provider_intent FROM payments.payment WHERE id = $1", Tuple.of(payment.value()))
                .iterator()
                .next()
                .getString(0);
    }

    private String raise(Charge charge) throws Exception {
        return raise(intent(charge.payment()), "");
    }

    private String raise(String intent, String more) throws Exception {
        simulate("disputes", "payment_intent=" + intent + "&" + more);
        return dispute(intent);
    }

    /** The one that a test card has raised. */
    private String raised(Charge charge) throws Exception {
        return dispute(intent(charge.payment()));
    }

    private String dispute(String intent) throws Exception {
        return stripe.v1()
                .disputes()
                .list(DisputeListParams.builder().setPaymentIntent(intent).build())
                .getData()
                .getFirst()
                .getId();
    }

    private Dispute known(String told) {
        return sql.list(new ListDisputes(ADMIN, null, null, 100), 100).stream()
                .filter(each -> each.providerId().equals(told))
                .findFirst()
                .orElseThrow();
    }

    private void simulate(String what, String form) throws Exception {
        int status = http.send(
                        HttpRequest.newBuilder(URI.create(simulator.url() + "/simulator/" + what))
                                .header("Authorization", "Bearer " + KEY)
                                .POST(BodyPublishers.ofString(form))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
        assertThat(status).isEqualTo(200);
    }

    private <R extends Message> R ask(Command<R> command) {
        return await(bus.ask(command, Duration.ofSeconds(PATIENCE_SECONDS)));
    }

    private ProblemType refusal(SubmitEvidence command) {
        return catchThrowableOfType(Rejection.class, () -> disputes.submit(command))
                .problem()
                .type();
    }

    private long events(String type, Dispute dispute) {
        return db.query(
                        "SELECT count(*) FROM platform.outbox WHERE type = $1 AND key = $2",
                        Tuple.of("disputes." + type, dispute.id().toString()))
                .iterator()
                .next()
                .getLong(0);
    }

    private long balance(String query) {
        return db.query(query, Tuple.tuple()).iterator().next().getLong(0);
    }

    /** {@code kind amount} of each account of a payment, as its entries sum up. */
    private List<String> balances(PaymentId payment) {
        List<String> balances = new ArrayList<>();
        for (Row row : db.query("""
                SELECT a.kind, sum(e.amount)::bigint AS amount
                FROM payments.entry e
                JOIN payments.transfer t ON t.id = e.transfer
                JOIN payments.account a ON a.id = e.account
                WHERE t.payment = $1 GROUP BY a.kind HAVING sum(e.amount) <> 0 ORDER BY a.kind
                """, Tuple.of(payment.value()))) {
            balances.add(row.getString("kind") + " " + row.getLong("amount"));
        }
        return balances;
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
