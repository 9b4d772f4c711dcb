package dev.berth.payouts;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.model.Transfer;
import com.stripe.param.AccountRejectParams;
import com.stripe.param.TransferListParams;
import com.stripe.param.TransferReversalCreateParams;
import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingEvent.BookingConfirmed;
import dev.berth.bookings.BookingStatus;
import dev.berth.dev.stripe.StripeRecorder;
import dev.berth.dev.stripe.StripeSimulator;
import dev.berth.disputes.Dispute;
import dev.berth.disputes.DisputeEvent.DisputeClosed;
import dev.berth.disputes.DisputeEvent.DisputeOpened;
import dev.berth.disputes.DisputeStatus;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Line;
import dev.berth.ledger.Parts;
import dev.berth.ledger.Postings;
import dev.berth.ledger.ServiceFee;
import dev.berth.ledger.TransferKind;
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.payments.ProviderTold;
import dev.berth.payments.StripeCalls;
import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.payouts.PayoutCommand.Balance;
import dev.berth.payouts.PayoutCommand.Earnings;
import dev.berth.payouts.PayoutCommand.GetEarnings;
import dev.berth.payouts.PayoutCommand.Onboard;
import dev.berth.payouts.PayoutCommand.Period;
import dev.berth.payouts.PayoutCommand.RequestPayout;
import dev.berth.payouts.PayoutCommand.Sums;
import dev.berth.payouts.Payouts.Requested;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.Secret;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.idempotency.OnceSql;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.DisputeId;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
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
 * Money of hosts, with a database and a simulated provider. What a node does by its timer is called here step by step, so that
 * it can be left off where a node may die.
 *
 * <p>Longer than other files: what a payout can come to is played through in one setting, with its provider and its database.
 */
@WithServices
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("PY10")
class PayoutsIT {
    private static final String KEY = "sk_test_berth";
    private static final int COMMISSION = 1_200;
    private static final ListingId LISTING = ListingId.next();
    /** The host's share of 20.00. */
    private static final long SHARE = 1_760;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private Db db;
    private StripeSimulator simulator;
    private StripeRecorder recorder;
    private StripeClient stripe;
    private PayoutSql sql;
    private LedgerSql ledger;
    private PayoutFeed feed;
    private PayoutAccounts accounts;
    private PayoutConfig config;
    private Outbox outbox;
    private Payouts payouts;

    @BeforeAll
    void start(Services services, @TempDir Path folder) throws Exception {
        db = Database.open(vertx, DatabaseConfig.of(services.migratedDatabase()));
        simulator = new StripeSimulator(StripeSimulator.Settings.of(0, folder, KEY, null));
        await(vertx.deployVerticle(simulator));
        recorder = new StripeRecorder(simulator.url());
        await(vertx.deployVerticle(recorder));
        stripe = StripeClient.builder()
                .setApiKey(KEY)
                .setApiBase(simulator.url())
                .build();
        Bus bus = Bus.install(
                vertx,
                MessageCatalog.of(
                        List.<Class<? extends Message>>of(PayoutCommand.class, PayoutEvent.class, Payout.class)),
                Json.mapper());
        config = new PayoutConfig(
                "DE",
                Duration.ofDays(2),
                "10.00",
                List.of(),
                Duration.ofMillis(300),
                Duration.ofMillis(300),
                Duration.ofSeconds(1),
                Duration.ZERO,
                Duration.ofSeconds(5),
                50,
                400);
        outbox = new Outbox(db, bus, Json.mapper());
        sql = new PayoutSql(db);
        ledger = new LedgerSql(db);
        feed = new PayoutFeed(sql, new Freezes(ledger, outbox));
        payouts = node(URI.create(recorder.url()));
        accounts = new PayoutAccounts(
                bus, sql, gateway(URI.create(recorder.url())), URI.create("http://127.0.0.1:1/"), config);
    }

    private Payouts node(URI provider) {
        return new Payouts(
                sql,
                ledger,
                outbox,
                new OnceSql(Json.mapper()),
                gateway(provider),
                config,
                new PayoutMetrics(new SimpleMeterRegistry()));
    }

    private static StripeConnect gateway(URI provider) {
        PaymentConfig how = new PaymentConfig(
                provider,
                new Secret(KEY),
                new Secret("whsec_test"),
                Duration.ofMinutes(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                0,
                8,
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofSeconds(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                20,
                20,
                Duration.ofHours(24));
        return new StripeConnect(new StripeCalls(how), new PayoutMetrics(new SimpleMeterRegistry()));
    }

    @AfterEach
    void endFaults_andTheBooksBalance() throws Exception {
        faults("");
        assertThat(number("SELECT coalesce(sum(amount), 0)::bigint FROM payments.entry"))
                .isZero();
        assertThat(number("SELECT coalesce(sum(amount) FILTER (WHERE kind = 'payouts_under_way'), 0)::bigint"
                        + " FROM payments.balance"))
                .as("what is under way is what is pending")
                .isEqualTo(number(
                        "SELECT -coalesce(sum(amount), 0)::bigint FROM payouts.payout" + " WHERE status = 'PENDING'"));
    }

    @AfterAll
    void close() throws Exception {
        assertThat(recorder.deviations()).isEmpty();
        vertx.deploymentIDs().forEach(id -> await(vertx.undeploy(id)));
        await(vertx.close());
        http.close();
    }

    @Test
    @Tag("rule-30")
    void aStaysMoney_isHeldFor48Hours_afterItsEnd() {
        UserId host = UserId.next();
        earn(host, 2_000, Duration.ofHours(47));
        release();
        assertThat(balance(host).held().amount()).isEqualTo(SHARE);
        assertThat(balance(host).available().amount()).isZero();
        assertThat(balance(host).heldUntil())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(55)),
                        Instant.now().plus(Duration.ofMinutes(65)));

        earn(host, 1_000, Duration.ofHours(49));
        release();
        assertThat(balance(host).held().amount()).isEqualTo(SHARE);
        assertThat(balance(host).available().amount()).isEqualTo(880);
        release();
        assertThat(balance(host).available().amount()).as("once").isEqualTo(880);
    }

    @Test
    @Tag("rule-30")
    void theWeeklyRun_paysEachHostOnce_howeverManyNodesRunIt() throws Exception {
        UserId host = onboarded();
        earned(host, 2_000);
        dueNow(host);
        try (ExecutorService nodes = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int node = 0; node < 4; node++) {
                Callable<Integer> run = () -> {
                    int begun = 0;
                    Payouts.Run one;
                    do {
                        one = payouts.runWeekly();
                        one.payouts().forEach(payouts::send);
                        begun += one.payouts().size();
                    } while (one.more());
                    return begun;
                };
                runs.add(nodes.submit(run));
            }
            int begun = 0;
            for (Future<Integer> run : runs) {
                begun += run.get(30, TimeUnit.SECONDS);
            }
            assertThat(begun).isEqualTo(1);
        }
        Payout payout = only(host);
        assertThat(payout.status()).isEqualTo(PayoutStatus.SENT);
        assertThat(payout.amount()).isEqualTo(new Money(SHARE, "EUR"));
        assertThat(payout.week()).isNotNull();
        assertThat(transfers(payout)).extracting(Transfer::getAmount).containsExactly(SHARE);
        assertThat(balance(host).available().isZero()).isTrue();

        // What comes in later in that week waits for the next one, also when the clock is turned back.
        earned(host, 2_000);
        dueNow(host);
        run();
        assertThat(sql.list(host, null, 10)).hasSize(1);
        assertThat(balance(host).available().amount()).isEqualTo(SHARE);
        assertThat(sql.account(host).orElseThrow().nextRunAt()).isAfter(Instant.now());
    }

    @Test
    @Tag("rule-30")
    void lessThanTheMinimum_staysForTheNextRun() throws Exception {
        UserId host = onboarded();
        earned(host, 1_136);
        assertThat(balance(host).available().amount()).isEqualTo(999);
        dueNow(host);
        run();
        assertThat(sql.list(host, null, 10)).isEmpty();
        assertThat(refusal(() -> request(host, null))).isEqualTo(ProblemType.UNPROCESSABLE);

        earned(host, 2);
        assertThat(balance(host).available().amount()).isEqualTo(1_000);
        dueNow(host);
        run();
        assertThat(only(host).amount().amount()).isEqualTo(1_000);
    }

    @Test
    @Tag("rule-30")
    void aHost_isPaidOnDemand_onceForEachKey_andOnlyWithAnAccount() throws Exception {
        UserId host = UserId.next();
        earned(host, 2_000);
        assertThat(refusal(() -> request(host, null))).isEqualTo(ProblemType.ILLEGAL_STATE);
        dueNow(host);
        run();
        assertThat(balance(host).available().amount()).isEqualTo(SHARE);

        onboard(host);
        Once key = new Once("payout-of-today", "00ff");
        Requested first = request(host, key);
        assertThat(first.payout().status()).isEqualTo(PayoutStatus.PENDING);
        assertThat(first.payout().week()).isNull();
        assertThat(balance(host).underWay().amount()).isEqualTo(SHARE);
        payouts.send(requireNonNull(first.fresh()));

        Requested again = request(host, key);
        assertThat(again.fresh()).isNull();
        assertThat(again.payout()).isEqualTo(first.payout());
        assertThat(refusal(() -> request(host, new Once("another-key", "00ff"))))
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(only(host).status()).isEqualTo(PayoutStatus.SENT);
        assertThat(transfers(only(host))).hasSize(1);
        assertThat(events("PayoutSent", host)).isEqualTo(1);
    }

    @Test
    @Tag("rule-30")
    void whatIsGivenBackAfterAPayout_isOwed_andCarriedOver() throws Exception {
        UserId host = onboarded();
        Stay stay = earned(host, 2_000);
        dueNow(host);
        run();
        refund(stay, 2_000);
        release();
        assertThat(balance(host).held().isZero()).isTrue();
        assertThat(balance(host).available().amount()).isEqualTo(-SHARE);

        earned(host, 3_000);
        assertThat(balance(host).available().amount()).isEqualTo(2_640 - SHARE);
        assertThat(refusal(() -> request(host, null))).isEqualTo(ProblemType.UNPROCESSABLE);
        earned(host, 2_000);
        assertThat(request(host, null).payout().amount().amount()).isEqualTo(2_640);
        settled(host);
    }

    @Test
    @Tag("rule-30")
    @Tag("CO5")
    void aDispute_freezesItsBooking_whileItRuns_andNothingElse() throws Exception {
        UserId host = onboarded();
        Stay held = earn(host, 3_000, Duration.ofHours(49));
        disputed(held, dispute -> {
            release();
            assertThat(balance(host).held().amount()).isEqualTo(2_640);
        });
        release();
        assertThat(balance(host).available().amount()).isEqualTo(2_640);

        // What was released and not paid is held again; the rest is paid.
        Stay released = earned(host, 2_000);
        disputed(released, dispute -> {
            assertThat(balance(host).held().amount()).isEqualTo(SHARE);
            assertThat(balance(host).available().amount()).isEqualTo(2_640);
            dueNow(host);
            run();
            assertThat(only(host).amount().amount()).isEqualTo(2_640);
            // Told again, and its beginning after its end: nothing more happens.
            take(new DisputeOpened(dispute, List.of(released.booking())));
            assertThat(balance(host).held().amount()).isEqualTo(SHARE);
        });
        release();
        assertThat(balance(host).available().amount()).isEqualTo(SHARE);
        request(host, null);
        settled(host);

        // What was paid stays so until it is lost.
        disputed(
                released,
                dispute -> assertThat(balance(host).available().isZero()).isTrue());
    }

    private void disputed(Stay stay, java.util.function.Consumer<Dispute> meanwhile) {
        Dispute dispute = new Dispute(
                DisputeId.next(),
                "dp_" + stay.booking(),
                stay.payment(),
                stay.driver(),
                stay.host(),
                eur(stay.price()),
                eur(stay.price()),
                eur(0),
                eur(0),
                eur(0),
                "fraudulent",
                DisputeStatus.NEEDS_RESPONSE,
                null,
                Instant.now(),
                null,
                null,
                null);
        take(new DisputeOpened(dispute, List.of(stay.booking())));
        meanwhile.accept(dispute);
        take(new DisputeClosed(dispute, List.of(stay.booking())));
        take(new DisputeOpened(dispute, List.of(stay.booking())));
    }

    @Test
    @Tag("rule-30")
    void aNodeThatDiesBetweenRecordAndCall_leavesAPayoutThatAnotherSends() throws Exception {
        UserId host = onboarded();
        earned(host, 2_000);
        dueNow(host);
        assertThat(payouts.runWeekly().payouts()).hasSize(1);
        assertThat(only(host).status()).isEqualTo(PayoutStatus.PENDING);
        assertThat(transfers(only(host))).isEmpty();

        settled(host);
        assertThat(only(host).status()).isEqualTo(PayoutStatus.SENT);
        assertThat(transfers(only(host))).hasSize(1);
    }

    @Test
    @Tag("rule-30")
    void aProviderThatIsAway_isAskedAgain_andTheMoneyIsNowhereElseMeanwhile() throws Exception {
        UserId host = onboarded();
        earned(host, 2_000);
        Requested requested = request(host, null);
        node(URI.create("http://127.0.0.1:1")).send(requireNonNull(requested.fresh()));
        assertThat(only(host).status()).isEqualTo(PayoutStatus.PENDING);
        assertThat(balance(host).available().isZero()).isTrue();
        assertThat(balance(host).underWay().amount()).isEqualTo(SHARE);

        settled(host);
        assertThat(only(host).status()).isEqualTo(PayoutStatus.SENT);
        assertThat(balance(host).underWay().isZero()).isTrue();
    }

    @Test
    @Tag("rule-30")
    void aTransferWhoseAnswerIsLost_isFound_andNotMadeTwice() throws Exception {
        UserId host = onboarded();
        earned(host, 2_000);
        Requested requested = request(host, null);
        // The provider carries it out, later than the client waits.
        faults("latency_millis=1500");
        payouts.send(requireNonNull(requested.fresh()));
        faults("");
        assertThat(only(host).status()).isEqualTo(PayoutStatus.PENDING);
        assertThat(transfers(only(host))).hasSize(1);

        settled(host);
        assertThat(only(host).status()).isEqualTo(PayoutStatus.SENT);
        assertThat(transfers(only(host))).hasSize(1);
        assertThat(events("PayoutSent", host)).isEqualTo(1);
    }

    @Test
    @Tag("rule-30")
    void aTransferThatIsTakenBack_isAvailableAgain_inPartsToo() throws Exception {
        UserId host = onboarded();
        earned(host, 2_000);
        payouts.send(requireNonNull(request(host, null).fresh()));
        String transfer = transfers(only(host)).getFirst().getId();

        reverse(transfer, 500L);
        settledOnce(new ProviderTold("transfer", transfer), host);
        assertThat(only(host).status()).isEqualTo(PayoutStatus.SENT);
        assertThat(only(host).reversed().amount()).isEqualTo(500);
        assertThat(balance(host).available().amount()).isEqualTo(500);

        reverse(transfer, null);
        settledOnce(new ProviderTold("transfer", transfer), host);
        settledOnce(new ProviderTold("transfer", transfer), host);
        assertThat(only(host).status()).isEqualTo(PayoutStatus.REVERSED);
        assertThat(balance(host).available().amount()).isEqualTo(SHARE);
        assertThat(events("PayoutReversed", host)).isEqualTo(2);
    }

    @Test
    @Tag("rule-30")
    void aTransferThatIsRefused_putsTheMoneyBack_andTheAccountIsLookedAt() throws Exception {
        UserId host = onboarded();
        earned(host, 2_000);
        stripe.v1()
                .accounts()
                .reject(
                        requireNonNull(sql.account(host).orElseThrow().account()),
                        AccountRejectParams.builder().setReason("other").build());
        payouts.send(requireNonNull(request(host, null).fresh()));
        assertThat(only(host).status()).isEqualTo(PayoutStatus.FAILED);
        assertThat(only(host).failure()).isEqualTo("insufficient_capabilities_for_transfer");
        assertThat(balance(host).available().amount()).isEqualTo(SHARE);
        assertThat(balance(host).underWay().isZero()).isTrue();
        assertThat(events("PayoutFailed", host)).isEqualTo(1);

        sql.claimChecks(Duration.ofMinutes(1), 50).forEach(accounts::check);
        assertThat(sql.account(host).orElseThrow().state()).isEqualTo(AccountState.RESTRICTED);
        assertThat(refusal(() -> request(host, null))).isEqualTo(ProblemType.ILLEGAL_STATE);
    }

    @Test
    @Tag("OP1")
    void earnings_areTheLedgers_byPeriodAndListing() {
        UserId host = UserId.next();
        earn(host, 2_000, Duration.ofHours(60));
        refund(earn(host, 1_000, Duration.ofHours(50)), 400);
        release();
        Earning earning = new Earning(new EarningSql(db), accounts, sql, config);
        for (Period by : Period.values()) {
            Earnings found = earning.sums(new GetEarnings(host(host), by, null, null, null), host);
            assertThat(found.timeZone()).isEqualTo("Europe/Berlin");
            assertThat(found.periods())
                    .singleElement()
                    .satisfies(period ->
                            assertThat(period.sums()).isEqualTo(new Sums(eur(3_000), eur(400), eur(312), eur(2_288))));
            assertThat(found.listings()).singleElement().satisfies(listing -> {
                assertThat(listing.listing()).isEqualTo(LISTING);
                assertThat(listing.sums().net()).isEqualTo(eur(2_288));
            });
        }
        assertThat(earning.sums(new GetEarnings(host(host), Period.DAY, null, null, ListingId.next()), host)
                        .periods())
                .isEmpty();
    }

    /** What drivers pay beside the price is no commission, whenever it goes back. */
    @Test
    @Tag("rule-27")
    void aServiceFee_isNoneOfTheHostsBusiness() {
        UserId host = UserId.next();
        Stay stay = new Stay(BookingId.next(), PaymentId.next(), host, UserId.next(), 1_119);
        ServiceFee fee = new ServiceFee(eur(119), eur(19));
        db.query(
                """
                INSERT INTO payments.payment (id, booking, driver, host, amount, currency, commission_basis_points,
                    description, status, service_fee, service_fee_tax)
                VALUES ($1, $2, $3, $4, 1119, 'EUR', $5, 'Parking', 'SUCCEEDED', 119, 19)
                """,
                Tuple.of(
                        stay.payment().value(),
                        stay.booking().value(),
                        stay.driver().value(),
                        host.value(),
                        COMMISSION));
        confirmed(stay, Duration.ofHours(1));
        Earning earning = new Earning(new EarningSql(db), accounts, sql, config);
        post(stay, TransferKind.CHARGE, Postings.charge(stay.driver(), host, COMMISSION, fee, Parts.card(eur(1_119))));
        assertThat(sums(earning, host)).isEqualTo(new Sums(eur(1_000), eur(0), eur(120), eur(880)));
        post(
                stay,
                TransferKind.REFUND,
                Postings.refund(stay.driver(), host, COMMISSION, fee, eur(1_119), Parts.card(eur(500))));
        assertThat(sums(earning, host)).isEqualTo(new Sums(eur(1_000), eur(500), eur(60), eur(440)));
        post(
                stay,
                TransferKind.REFUND,
                Postings.refund(stay.driver(), host, COMMISSION, fee, eur(619), Parts.card(eur(619))));
        assertThat(sums(earning, host)).isEqualTo(new Sums(eur(1_000), eur(1_000), eur(0), eur(0)));
    }

    private void post(Stay stay, TransferKind kind, List<Line> lines) {
        db.inTransaction(connection -> ledger.post(
                connection,
                new dev.berth.ledger.Transfer(
                        Ids.next(),
                        kind,
                        stay.payment(),
                        stay.booking(),
                        kind == TransferKind.REFUND ? ledger.charge(connection, stay.payment()) : null,
                        lines)));
    }

    private Sums sums(Earning earning, UserId host) {
        return earning.sums(new GetEarnings(host(host), Period.MONTH, null, null, null), host)
                .periods()
                .getFirst()
                .sums();
    }

    private record Stay(BookingId booking, PaymentId payment, UserId host, UserId driver, long price) {}

    /** A stay that was paid, whose money is still held. */
    private Stay earn(UserId host, long price, Duration endedAgo) {
        Stay stay = new Stay(BookingId.next(), PaymentId.next(), host, UserId.next(), price);
        db.inTransaction(connection -> ledger.post(
                connection,
                dev.berth.ledger.Transfer.of(
                        Ids.next(),
                        TransferKind.CHARGE,
                        stay.payment(),
                        stay.booking(),
                        Postings.charge(stay.driver(), host, eur(price), COMMISSION))));
        confirmed(stay, endedAgo);
        return stay;
    }

    private void confirmed(Stay stay, Duration endedAgo) {
        Instant end = Instant.now().minus(endedAgo);
        take(new BookingConfirmed(
                new Booking(
                        stay.booking(),
                        2,
                        BookingStatus.CONFIRMED,
                        LISTING,
                        SlotId.next(),
                        "1",
                        stay.driver(),
                        stay.host(),
                        null,
                        new TimeRange(end.minus(Duration.ofHours(2)), end),
                        eur(stay.price()),
                        COMMISSION,
                        stay.payment(),
                        "Marktplatz",
                        "Marktplatz 1",
                        "Europe/Berlin",
                        null,
                        null,
                        null,
                        end.minus(Duration.ofHours(3))),
                1));
    }

    /** And may be paid. */
    private Stay earned(UserId host, long price) {
        Stay stay = earn(host, price, Duration.ofHours(49));
        release();
        return stay;
    }

    private void refund(Stay stay, long amount) {
        db.inTransaction(connection -> ledger.post(
                connection,
                new dev.berth.ledger.Transfer(
                        Ids.next(),
                        TransferKind.REFUND,
                        stay.payment(),
                        stay.booking(),
                        ledger.charge(connection, stay.payment()),
                        Postings.refund(
                                stay.driver(), stay.host(), eur(stay.price()), COMMISSION, eur(0), eur(amount)))));
        take(new PaymentRefunded(stay.payment(), stay.booking(), stay.driver(), eur(amount), null));
    }

    private void take(Event event) {
        feed.take(new EventRecord(Ids.next(), event));
    }

    private void release() {
        while (payouts.release()) {
            // One batch after the other.
        }
    }

    private UserId onboarded() throws Exception {
        UserId host = UserId.next();
        onboard(host);
        return host;
    }

    /** As the host does it: over the provider's page, and back. */
    private void onboard(UserId host) throws Exception {
        URI page = accounts.onboard(new Onboard(host(host), "Europe/Berlin")).url();
        assertThat(accounts.view(host).state()).isEqualTo(AccountState.ONBOARDING);
        int status = http.send(
                        HttpRequest.newBuilder(page)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(page.getRawQuery() + "&answer=complete"))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
        assertThat(status).isEqualTo(303);
        assertThat(accounts.view(host).state()).isEqualTo(AccountState.ENABLED);
    }

    private void dueNow(UserId host) {
        db.query(
                "UPDATE payouts.account SET next_run_at = now() - interval '1 second' WHERE host = $1",
                Tuple.of(host.value()));
    }

    private void run() {
        Payouts.Run run;
        do {
            run = payouts.runWeekly();
            run.payouts().forEach(payouts::send);
        } while (run.more());
    }

    private Requested request(UserId host, @Nullable Once key) {
        return payouts.request(new RequestPayout(host(host), "EUR", key));
    }

    /** What nodes find to be looked up is looked up, until nothing of the host's is open. */
    private void settled(UserId host) {
        until(() -> {
            sql.claimDue(config).forEach(payouts::lookUp);
            return sql.list(host, null, 10).stream()
                    .noneMatch(row -> row.payout().status() == PayoutStatus.PENDING);
        });
    }

    private void settledOnce(ProviderTold told, UserId host) {
        take(told);
        List<PayoutRow> due = sql.claimDue(config);
        assertThat(due).extracting(PayoutRow::host).contains(host);
        due.forEach(payouts::lookUp);
    }

    private void reverse(String transfer, @Nullable Long amount) throws Exception {
        TransferReversalCreateParams.Builder parameters = TransferReversalCreateParams.builder();
        if (amount != null) {
            parameters.setAmount(amount);
        }
        stripe.v1().transfers().reversals().create(transfer, parameters.build());
    }

    private Payout only(UserId host) {
        List<PayoutRow> rows = sql.list(host, null, 10);
        assertThat(rows).hasSize(1);
        return rows.getFirst().payout();
    }

    private List<Transfer> transfers(Payout payout) throws Exception {
        return stripe.v1()
                .transfers()
                .list(TransferListParams.builder()
                        .setTransferGroup("payout-" + payout.id())
                        .build())
                .getData();
    }

    private Balance balance(UserId host) {
        List<Balance> balances = accounts.view(host).balances();
        assertThat(balances).hasSize(1);
        return balances.getFirst();
    }

    private long events(String type, UserId host) {
        return db.query(
                        "SELECT count(*) FROM platform.outbox WHERE type = $1 AND key = $2",
                        Tuple.of("payouts." + type, host.toString()))
                .iterator()
                .next()
                .getLong(0);
    }

    private long number(String query) {
        return db.query(query, Tuple.tuple()).iterator().next().getLong(0);
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private static Principal host(UserId host) {
        return new Principal(host, Set.of(Role.HOST));
    }

    private static ProblemType refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(Rejection.class, call).problem().type();
    }

    private void faults(String form) throws Exception {
        http.send(
                HttpRequest.newBuilder(URI.create(simulator.url() + "/simulator/faults"))
                        .header("Authorization", "Bearer " + KEY)
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.discarding());
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain");
            }
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
                    .join();
        }
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
