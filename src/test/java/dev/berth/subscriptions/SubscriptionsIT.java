package dev.berth.subscriptions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.access.AccessCommand.AttemptAccess;
import dev.berth.access.AccessCommand.Credential;
import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.access.AccessConfig;
import dev.berth.access.AccessVerticle;
import dev.berth.bookings.BookingCommand;
import dev.berth.bookings.BookingConfig;
import dev.berth.bookings.BookingVerticle;
import dev.berth.dev.stripe.StripeSimulator;
import dev.berth.fees.FeeCommand;
import dev.berth.fees.FeeCommand.Commission;
import dev.berth.identity.IdentityCommand;
import dev.berth.identity.IdentityCommand.Plate;
import dev.berth.identity.IdentityCommand.VehicleFacts;
import dev.berth.ledger.Account;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.listings.Arrival;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentStatus;
import dev.berth.payments.PaymentVerticle;
import dev.berth.payments.WalletCommand;
import dev.berth.payments.WalletConfig;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.config.Secret;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventReader;
import dev.berth.platform.events.EventsConfig;
import dev.berth.platform.idempotency.Once;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.platform.security.Signers;
import dev.berth.pricing.Tariff;
import dev.berth.subscriptions.AccessHours.Window;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.Cancel;
import dev.berth.subscriptions.SubscriptionCommand.ChangePlan;
import dev.berth.subscriptions.SubscriptionCommand.CreatePlan;
import dev.berth.subscriptions.SubscriptionCommand.Details;
import dev.berth.subscriptions.SubscriptionCommand.DuePayment;
import dev.berth.subscriptions.SubscriptionCommand.GetSubscription;
import dev.berth.subscriptions.SubscriptionCommand.Grant;
import dev.berth.subscriptions.SubscriptionCommand.ListPlans;
import dev.berth.subscriptions.SubscriptionCommand.ListSubscriptions;
import dev.berth.subscriptions.SubscriptionCommand.Pay;
import dev.berth.subscriptions.SubscriptionCommand.Side;
import dev.berth.subscriptions.SubscriptionCommand.WithdrawPlan;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.GeoPoint;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PlanId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SlotId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import dev.berth.values.VehicleKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
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
 * Passes with real bookings, payments and gates over one database, and two nodes that renew. Time goes on by moving what is
 * stored into the past.
 *
 * <p>Longer than other files, because all of it shares one setting.
 */
@WithServices
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("PY7")
@Tag("rule-34")
class SubscriptionsIT {
    private static final String VISA = "pm_card_visa";
    private static final String DECLINED = "pm_card_chargeDeclined";
    private static final String THREE_D_SECURE = "pm_card_threeDSecure2Required";
    private static final Money PRICE = new Money(9_001, "EUR");
    private static final Money DEPOSIT = new Money(5_000, "EUR");
    private static final Money NOTHING = Money.zero("EUR");
    /** Of 9.001 minor units at 12 %, rounded down. */
    private static final long SHARE = 7_920;

    private static final Path NO_FILE = Path.of("no-such-file.yaml");

    private final Map<ListingId, Listing> listings = new ConcurrentHashMap<>();
    private final Map<VehicleId, UserId> vehicles = new ConcurrentHashMap<>();
    private final Map<VehicleId, String> plates = new ConcurrentHashMap<>();
    private TestNode node;
    private StripeSimulator simulator;

    /** Listings and vehicles, by their contracts. */
    private final class Others extends VerticleBase {
        @Override
        public Future<?> start() {
            return Future.all(
                    node.bus()
                            .<FeeCommand<?>>serve(FeeCommand.ADDRESS, FeeCommand.class, fees -> new Commission(1_200)),
                    node.bus().<ListingCommand<?>>serve(ListingCommand.ADDRESS, ListingCommand.class, this::listing),
                    node.bus()
                            .<IdentityCommand<?>>serve(IdentityCommand.ADDRESS, IdentityCommand.class, this::vehicle));
        }

        private Message listing(ListingCommand<?> command) {
            return switch (command) {
                case ListingCommand.GetListing get -> required(listings.get(get.listing()));
                case ListingCommand.GetTariff get -> {
                    Listing found = (Listing) required(listings.get(get.listing()));
                    yield new ListingCommand.ListingTariff(
                            found.id(), found.version(), found.timeZone(), found.tariff());
                }
                case ListingCommand.GetArrivals get ->
                    new ListingCommand.Arrivals(get.listings().stream()
                            .map(listings::get)
                            .map(found -> new Arrival(found.id(), found.location(), found.address(), null))
                            .toList());
                default -> required(null);
            };
        }

        private Message vehicle(IdentityCommand<?> command) {
            return switch (command) {
                case IdentityCommand.GetVehicle get ->
                    required(
                            get.owner().equals(vehicles.get(get.vehicle()))
                                    ? new VehicleFacts(
                                            get.vehicle(),
                                            "",
                                            150,
                                            false,
                                            VehicleKind.CAR,
                                            400,
                                            180,
                                            1_500,
                                            false,
                                            false)
                                    : null);
                case IdentityCommand.FindPlates find ->
                    find.reply(new IdentityCommand.Plates(find.vehicles().stream()
                            .map(vehicle -> new Plate(vehicle, plates.getOrDefault(vehicle, "")))
                            .toList()));
                default -> required(null);
            };
        }

        private static Message required(@Nullable Message found) {
            if (found == null) {
                throw new Rejection(ProblemType.NOT_FOUND, "there is no such thing");
            }
            return found;
        }
    }

    @BeforeAll
    void start(Services services, @TempDir Path folder) {
        node = new TestNode(services);
        simulator = new StripeSimulator(StripeSimulator.Settings.of(0, folder, "sk_test_berth", null));
        node.deploy(simulator);
        EventsConfig events = ConfigLoader.load(EventsConfig.class, NO_FILE, Map.of("BERTH_KAFKA", services.kafka()));
        EventConsumers consumers = new EventConsumers(
                new EventReader(MessageCatalog.of(List.of(PaymentEvent.class)), Json.mapper()),
                node.db(),
                events,
                new SimpleMeterRegistry());
        Signers signers = new Signers(SecurityConfig.forTests());
        PaymentConfig payments = new PaymentConfig(
                URI.create(simulator.url()),
                new Secret("sk_test_berth"),
                new Secret("whsec_test"),
                Duration.ofMinutes(5),
                Duration.ofSeconds(3),
                Duration.ofSeconds(8),
                0,
                8,
                Duration.ofSeconds(5),
                // A machine that is slow under tests still tells at once what has become of a charge.
                Duration.ofSeconds(8),
                Duration.ofSeconds(20),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                20,
                20,
                Duration.ofHours(24));
        BookingConfig bookings = ConfigLoader.load(
                BookingConfig.class, NO_FILE, Map.of("BERTH_PASS_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
        SubscriptionConfig config = ConfigLoader.load(
                SubscriptionConfig.class, NO_FILE, Map.of("BERTH_INTERVAL", "100ms", "BERTH_LEASE", "5s"));
        node.deploy(new Others());
        node.deploy(new PaymentVerticle(
                node.bus(),
                node.db(),
                node.outbox(),
                Json.mapper(),
                payments,
                new WalletConfig(500, 50_000, Duration.ofDays(7), 100, Duration.ofDays(180), 20, 5),
                Clock.systemUTC(),
                new SimpleMeterRegistry()));
        node.deploy(new BookingVerticle(
                node.bus(),
                node.db(),
                node.outbox(),
                (listing, stay, kinds, limit) -> Future.failedFuture("there is no search here"),
                wish -> Future.succeededFuture(List.of()),
                signers,
                Json.mapper(),
                "https://berth.example",
                bookings,
                Clock.systemUTC(),
                new SimpleMeterRegistry()));
        for (int i = 0; i < 2; i++) {
            node.deploy(new SubscriptionVerticle(
                    node.bus(),
                    node.db(),
                    node.outbox(),
                    consumers,
                    Json.mapper(),
                    "https://berth.example",
                    config,
                    new SimpleMeterRegistry()));
        }
        node.deploy(new AccessVerticle(
                node.bus(),
                node.db(),
                node.outbox(),
                consumers,
                signers,
                Json.mapper(),
                ConfigLoader.load(AccessConfig.class, NO_FILE, Map.of("BERTH_ANSWER_WITHIN", "5s")),
                Clock.systemUTC(),
                new SimpleMeterRegistry()));
    }

    @AfterAll
    void close() {
        node.close();
    }

    @AfterEach
    void theBooksBalance() {
        assertThat(number("SELECT count(*) FROM payments.difference")).isZero();
        assertThat(number("SELECT coalesce(sum(amount), 0)::bigint FROM payments.entry"))
                .isZero();
    }

    // --- the setting

    private Listing listing(int capacity) {
        Listing listing = new Listing(
                ListingId.next(),
                1,
                UserId.next(),
                "Garage",
                "",
                ListingType.GARAGE,
                new GeoPoint(49.0, 8.4),
                "Kaiserstraße 1, Karlsruhe",
                "Europe/Berlin",
                new Tariff("EUR", 250, null),
                Set.of(),
                true,
                CancellationPolicy.FLEXIBLE,
                null,
                false,
                null,
                IntStream.range(0, capacity)
                        .mapToObj(i -> new Slot(SlotId.next(), "A" + i, SlotKind.STANDARD, i))
                        .toList());
        listings.put(listing.id(), listing);
        return listing;
    }

    private static Principal owner(Listing listing) {
        return new Principal(listing.owner(), Set.of(Role.HOST));
    }

    private static Principal someone() {
        return new Principal(UserId.next(), Set.of(Role.DRIVER));
    }

    private static PassTerms terms(Money price, Money deposit, int concurrency) {
        PlanKind kind = price.isZero() ? PlanKind.PERMIT : PlanKind.PASS;
        return new PassTerms("Monthly", kind, price, deposit, concurrency, AccessHours.ALWAYS);
    }

    private Plan plan(Listing listing, PassTerms terms, int places) {
        return node.ask(new CreatePlan(owner(listing), listing.id(), terms, places, null));
    }

    private static Buy buy(Principal driver, Plan plan, String method) {
        Money price = plan.terms().price().plus(plan.terms().deposit());
        return new Buy(driver, plan.id(), List.of(), null, price, method, null);
    }

    private Principal rich(long amount) {
        Principal driver = someone();
        fill(driver, amount);
        return driver;
    }

    private void fill(Principal driver, long amount) {
        Transfer transfer = Transfer.apart(
                Ids.next(), TransferKind.TOP_UP, Postings.topUp(driver.user(), new Money(amount, "EUR")));
        run(() -> node.db().inTransaction(connection -> new LedgerSql(node.db()).post(connection, transfer)));
    }

    /** Transactions wait, which only contexts of Vert.x with threads of their own may. */
    private void run(Runnable work) {
        Future<String> deployed = node.vertx()
                .deployVerticle(
                        new VerticleBase() {
                            @Override
                            public Future<?> start() {
                                work.run();
                                return Future.succeededFuture();
                            }
                        },
                        new io.vertx.core.DeploymentOptions()
                                .setThreadingModel(io.vertx.core.ThreadingModel.VIRTUAL_THREAD));
        TestNode.await(deployed);
    }

    private long balance(Account account, UserId owner) {
        return number("""
                SELECT coalesce(sum(r.credit - r.debit), 0)::bigint
                FROM payments.running r JOIN payments.account a ON a.id = r.account
                WHERE a.kind = $1 AND a.owner = $2
                """, account.kind(), owner.value());
    }

    private long number(String sql, Object... arguments) {
        return node.rows(sql, arguments).getFirst().getLong(0);
    }

    private ProblemType refusal(Command<?> command) {
        return catchThrowableOfType(Rejection.class, () -> node.ask(command))
                .problem()
                .type();
    }

    private Subscription pass(SubscriptionId id) {
        return node.ask(new GetSubscription(new Principal(UserId.next(), Set.of(Role.ADMIN)), id))
                .subscription();
    }

    private void eventually(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private void becomes(SubscriptionId id, SubscriptionStatus status) {
        eventually(id + " becomes " + status, () -> pass(id).status() == status);
    }

    /** So much later. */
    private void later(SubscriptionId id, Duration by) {
        double seconds = (double) by.toSeconds();
        node.rows("""
                UPDATE subscriptions.month SET begins_at = begins_at - $2 * interval '1 second',
                    ends_at = ends_at - $2 * interval '1 second' WHERE subscription_id = $1
                """, id.value(), seconds);
        node.rows("""
                UPDATE subscriptions.subscription SET starts_at = starts_at - $2 * interval '1 second',
                    paid_until = paid_until - $2 * interval '1 second', ends_at = ends_at - $2 * interval '1 second',
                    grace_until = grace_until - $2 * interval '1 second',
                    keep_until = keep_until - $2 * interval '1 second', due_at = now()
                WHERE id = $1
                """, id.value(), seconds);
    }

    private void untilPaidUntil(SubscriptionId id) {
        later(id, Duration.between(Instant.now(), pass(id).paidUntil()).plusSeconds(1));
    }

    private long taken(Listing listing, Instant at) {
        return number("""
                SELECT count(*) FROM bookings.occupation WHERE listing_id = $1 AND live AND stay @> $2::timestamptz
                """, listing.id().value(), at.atOffset(java.time.ZoneOffset.UTC));
    }

    private String gate(Listing listing, Direction direction, CredentialType type, String value) {
        var decision = node.ask(new AttemptAccess(
                owner(listing), listing.id(), "north", direction, new Credential(type, value), null, null));
        return decision.reason() == null
                ? decision.decision().name()
                : decision.decision() + " " + decision.reason().code();
    }

    private long events(String type, SubscriptionId id) {
        return number(
                "SELECT count(*) FROM platform.outbox WHERE type = $1 AND key = $2",
                "subscriptions." + type,
                id.toString());
    }

    // --- tests

    @Test
    @Tag("rule-33")
    void aPassIsBought_keepsItsSlots_isPaidLikeABooking_andItsDepositIsApart() {
        Listing listing = listing(3);
        Plan plan = plan(listing, terms(PRICE, DEPOSIT, 2), 5);
        Principal driver = someone();
        Buy buy = new Buy(
                driver, plan.id(), List.of(), null, PRICE.plus(DEPOSIT), VISA, new Once("key-of-a-pass", "0a0b"));
        Details bought = node.ask(buy);
        Subscription pass = bought.subscription();
        assertThat(pass.status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(pass.paidUntil()).isEqualTo(PassMonths.end(pass.startsAt(), ZoneId.of("Europe/Berlin"), 1));
        assertThat(bought.cards()).hasSize(2);
        assertThat(node.ask(buy).subscription().id())
                .as("the same request again")
                .isEqualTo(pass.id());
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(SHARE);
        assertThat(balance(Account.DEPOSIT, driver.user())).isEqualTo(DEPOSIT.amount());
        assertThat(events("SubscriptionBegun", pass.id())).isEqualTo(1);

        assertThat(taken(listing, Instant.now().plus(4_000, ChronoUnit.DAYS))).isEqualTo(2);
        assertThat(node.ask(new BookingCommand.ListBlocks(owner(listing), listing.id(), null, 10))
                        .blocks())
                .as("they are not the host's to free")
                .isEmpty();
        Principal late = rich(20_000);
        assertThat(refusal(buy(late, plan, WalletCommand.METHOD))).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(balance(Account.WALLET, late.user())).isEqualTo(20_000);
        assertThat(node.ask(new ListPlans(listing.id())).plans().getFirst().left())
                .isEqualTo(4);

        // What was sold stays as it was.
        node.ask(new ChangePlan(owner(listing), plan.id(), terms(PRICE.plus(PRICE), NOTHING, 1), 5, plan.version()));
        assertThat(pass(pass.id()).terms()).isEqualTo(plan.terms());
        assertThat(refusal(buy(late, plan, WalletCommand.METHOD))).isEqualTo(ProblemType.QUOTE_STALE);

        // At its end the deposit goes back, and nothing else.
        node.ask(new Cancel(driver, pass.id()));
        untilPaidUntil(pass.id());
        becomes(pass.id(), SubscriptionStatus.ENDED);
        eventually("the deposit goes back", () -> number("""
                SELECT count(*) FROM payments.refund r JOIN payments.payment p ON p.id = r.payment
                WHERE p.driver = $1 AND r.status = 'SUCCEEDED' AND r.amount = $2
                """, driver.user().value(), DEPOSIT.amount()) == 1);
        assertThat(balance(Account.DEPOSIT, driver.user())).isZero();
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(SHARE);
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isZero();
    }

    @Test
    void aDeclinedCard_leavesNothingBehind_andABanksStep_isWaitedFor() {
        Listing listing = listing(1);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 1), 1);
        Principal driver = someone();
        assertThat(refusal(buy(driver, plan, DECLINED))).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isZero();
        assertThat(refusal(buy(driver, plan, WalletCommand.METHOD))).isEqualTo(ProblemType.PAYMENT_DECLINED);

        Details asked = node.ask(buy(driver, plan, THREE_D_SECURE));
        SubscriptionId id = asked.subscription().id();
        assertThat(asked.subscription().status()).isEqualTo(SubscriptionStatus.PENDING);
        DuePayment asking = requireNonNull(asked.payment());
        assertThat(asking.status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(asking.actionUrl()).isNotNull();
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isEqualTo(1);
        assertThat(refusal(buy(rich(10_000), plan, WalletCommand.METHOD))).isEqualTo(ProblemType.PLAN_SOLD_OUT);
        assertThat(node.ask(new Pay(driver, id, VISA)).subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);

        // One that nobody pays is given up, and its slot is free again.
        Listing other = listing(1);
        Details left = node.ask(buy(driver, plan(other, terms(PRICE, NOTHING, 1), 1), THREE_D_SECURE));
        node.rows(
                "UPDATE subscriptions.subscription SET due_at = now() WHERE id = $1",
                left.subscription().id().value());
        becomes(left.subscription().id(), SubscriptionStatus.FAILED);
        eventually("its slot is free", () -> taken(other, Instant.now().plusSeconds(60)) == 0);
        assertThat(node.ask(new PaymentCommand.GetPayment(asking.id())).status())
                .isEqualTo(PaymentStatus.SUCCEEDED);
    }

    @Test
    @Tag("rule-10")
    void manyAtOnce_passesAndBookings_noSlotIsSoldTwice() {
        Listing listing = listing(8);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 2), 100);
        Instant from = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(30, ChronoUnit.HOURS);
        BookingCommand.Quote quote = node.ask(new BookingCommand.CreateQuote(
                null,
                listing.id(),
                from.toString(),
                from.plus(2, ChronoUnit.HOURS).toString(),
                null,
                null,
                false));
        List<Future<?>> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(node.bus().ask(buy(rich(10_000), plan, WalletCommand.METHOD), Duration.ofSeconds(30)));
            asked.add(node.bus()
                    .ask(
                            new BookingCommand.PlaceBooking(
                                    rich(10_000),
                                    quote.quoteId(),
                                    quote.finalPrice(),
                                    null,
                                    WalletCommand.METHOD,
                                    "booking-" + i,
                                    "0a0b"),
                            Duration.ofSeconds(30)));
        }
        TestNode.await(Future.join(asked).otherwiseEmpty());
        for (Future<?> each : asked) {
            if (each.failed()) {
                assertThat(each.cause()).isInstanceOf(Rejection.class);
                assertThat(((Rejection) each.cause()).problem().type())
                        .as(String.valueOf(each.cause()))
                        .isEqualTo(ProblemType.SLOT_TAKEN);
            }
        }
        long passes = number(
                "SELECT count(*) FROM subscriptions.subscription WHERE listing_id = $1 AND status = 'ACTIVE'",
                listing.id().value());
        long bookings = number("""
                SELECT count(*) FROM bookings.occupation WHERE listing_id = $1 AND status = 'CONFIRMED'
                """, listing.id().value());
        assertThat(passes + bookings).isPositive();
        assertThat(taken(listing, from.plusSeconds(60)))
                .isEqualTo(2 * passes + bookings)
                .isLessThanOrEqualTo(8);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(passes * SHARE + bookings * 440);
        assertThat(number("""
                SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                    ON a.slot_id = b.slot_id AND a.id < b.id AND a.stay && b.stay
                WHERE a.live AND b.live
                """)).isZero();
    }

    @Test
    void renewals_areChargedOnce_andOneThatFails_hasAGrace_thenIsSuspended_thenEnds() {
        Listing listing = listing(1);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 1), 1);
        Principal driver = rich(2 * PRICE.amount());
        Details bought = node.ask(buy(driver, plan, WalletCommand.METHOD));
        SubscriptionId id = bought.subscription().id();
        String pin = bought.cards().getFirst().pin();
        untilPaidUntil(id);
        eventually("it is renewed", () -> events("SubscriptionRenewed", id) == 1);
        assertThat(pass(id).paidUntil()).isAfter(Instant.now().plus(27, ChronoUnit.DAYS));
        assertThat(balance(Account.WALLET, driver.user())).isZero();
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(2 * SHARE);

        // The wallet is empty: gates still open, and paying by hand mends it, with another kind of method too.
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.PAST_DUE);
        assertThat(events("SubscriptionRenewalFailed", id)).isEqualTo(1);
        assertThat(gate(listing, Direction.ENTRY, CredentialType.PIN, pin)).isEqualTo("ALLOW");
        assertThat(gate(listing, Direction.EXIT, CredentialType.PIN, pin)).isEqualTo("ALLOW");
        assertThat(refusal(new Pay(driver, id, DECLINED))).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(node.ask(new Pay(driver, id, VISA)).subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(refusal(new Pay(driver, id, VISA))).as("once").isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(3 * SHARE);

        // Now nobody pays: after three days it is suspended, and after one more its slot is free.
        node.rows("UPDATE subscriptions.subscription SET method = $2 WHERE id = $1", id.value(), DECLINED);
        untilPaidUntil(id);
        becomes(id, SubscriptionStatus.PAST_DUE);
        assertThat(pass(id).graceUntil())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(3)).minusSeconds(60),
                        Instant.now().plus(Duration.ofDays(3)));
        later(id, Duration.ofDays(2));
        eventually("it is tried again", () -> number("""
                SELECT attempt FROM payments.payment p JOIN subscriptions.month m ON m.payment = p.id
                WHERE m.subscription_id = $1 ORDER BY m.number DESC LIMIT 1
                """, id.value()) >= 2);
        assertThat(pass(id).status()).isEqualTo(SubscriptionStatus.PAST_DUE);
        assertThat(events("SubscriptionRenewalFailed", id)).as("told once").isEqualTo(2);
        later(id, Duration.ofDays(1));
        becomes(id, SubscriptionStatus.SUSPENDED);
        assertThat(gate(listing, Direction.ENTRY, CredentialType.PIN, pin)).isEqualTo("DENY suspended");
        assertThat(taken(listing, Instant.now().plusSeconds(60))).isEqualTo(1);
        later(id, Duration.ofHours(24));
        becomes(id, SubscriptionStatus.ENDED);
        assertThat(pass(id).endReason()).isEqualTo("UNPAID");
        eventually("its slot is free", () -> taken(listing, Instant.now().plusSeconds(60)) == 0);
        assertThat(gate(listing, Direction.ENTRY, CredentialType.PIN, pin)).isEqualTo("DENY expired");
        assertThat(events("SubscriptionSuspended", id) + events("SubscriptionEnded", id))
                .isEqualTo(2);
        assertThat(balance(Account.HOST_PAYABLE, listing.owner())).isEqualTo(3 * SHARE);
        Buy next = new Buy(someone(), plan.id(), List.of(), Instant.now().plusSeconds(5), PRICE, VISA, null);
        assertThat(node.ask(next).subscription().status())
                .as("the next one has it")
                .isEqualTo(SubscriptionStatus.ACTIVE);
    }

    @Test
    void cancelledADayBefore_endsWithItsMonth_laterWithTheNext() {
        Listing listing = listing(1);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 1), 1);
        Principal driver = rich(3 * PRICE.amount());
        SubscriptionId id =
                node.ask(buy(driver, plan, WalletCommand.METHOD)).subscription().id();
        later(id, Duration.between(Instant.now(), pass(id).paidUntil()).minusHours(23));
        Instant next = requireNonNull(pass(id).paidUntil());
        Details told = node.ask(new GetSubscription(driver, id));
        Instant end = requireNonNull(told.endsIfCancelled());
        assertThat(end).isAfter(next.plus(27, ChronoUnit.DAYS));
        Details cancelled = node.ask(new Cancel(driver, id));
        assertThat(cancelled.subscription().endsAt()).isEqualTo(end);
        assertThat(cancelled.subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(node.ask(new Cancel(driver, id)).subscription().endsAt())
                .as("once")
                .isEqualTo(end);
        eventually("bookings know", () -> taken(listing, end.plusSeconds(1)) == 0);
        assertThat(taken(listing, end.minusSeconds(1))).isEqualTo(1);
        untilPaidUntil(id);
        eventually("the next month is paid", () -> events("SubscriptionRenewed", id) == 1);
        assertThat(pass(id).paidUntil()).isNotNull();
        later(id, Duration.between(Instant.now(), pass(id).endsAt()).plusSeconds(1));
        becomes(id, SubscriptionStatus.ENDED);
        assertThat(balance(Account.WALLET, driver.user())).isEqualTo(PRICE.amount());

        Instant soon = Instant.now().plusSeconds(5);
        Details fresh = node.ask(new Buy(driver, plan.id(), List.of(), soon, PRICE, WalletCommand.METHOD, null));
        assertThat(fresh.endsIfCancelled()).isEqualTo(fresh.subscription().paidUntil());
    }

    @Test
    @Tag("rule-21")
    void atTheGate_asManyAreInsideAtOnce_asThePassLetsIn_eachOnce() {
        Listing listing = listing(4);
        Plan plan = plan(listing, terms(PRICE, NOTHING, 2), 5);
        Principal driver = rich(20_000);
        List<VehicleId> fleet = new ArrayList<>();
        for (String plate : List.of("KA-X 111", "KA-X 222", "KA-X 333")) {
            VehicleId vehicle = VehicleId.next();
            vehicles.put(vehicle, driver.user());
            plates.put(vehicle, plate);
            fleet.add(vehicle);
        }
        Details pass = node.ask(new Buy(driver, plan.id(), fleet, null, PRICE, WalletCommand.METHOD, null));
        CredentialType plate = CredentialType.PLATE;
        assertThat(gate(listing, Direction.ENTRY, plate, "KAX111")).isEqualTo("ALLOW");
        assertThat(gate(listing, Direction.ENTRY, plate, "KAX111")).isEqualTo("DENY already_inside");
        assertThat(gate(
                        listing,
                        Direction.ENTRY,
                        CredentialType.QR,
                        pass.cards().getFirst().qr()))
                .isEqualTo("ALLOW");
        assertThat(gate(listing, Direction.ENTRY, plate, "KAX222")).isEqualTo("DENY all_inside");
        assertThat(gate(listing, Direction.EXIT, plate, "KAX111")).isEqualTo("ALLOW");
        assertThat(gate(listing, Direction.EXIT, plate, "KAX111")).isEqualTo("DENY already_outside");
        // One place is free, and two come at once.
        List<Future<?>> both = new ArrayList<>();
        for (String read : List.of("KAX222", "KAX333")) {
            both.add(node.bus()
                    .ask(new AttemptAccess(
                            owner(listing),
                            listing.id(),
                            read,
                            Direction.ENTRY,
                            new Credential(plate, read),
                            null,
                            null)));
        }
        TestNode.await(Future.all(both));
        assertThat(both.stream()
                        .map(each -> each.result().toString())
                        .filter(said -> said.contains("all_inside") || said.contains("ALL_INSIDE")))
                .hasSize(1);
        assertThat(gate(listing, Direction.ENTRY, plate, "KAX999")).isEqualTo("DENY plate_mismatch");
        assertThat(gate(
                        listing(1),
                        Direction.ENTRY,
                        CredentialType.QR,
                        pass.cards().getFirst().qr()))
                .isEqualTo("DENY wrong_place");

        // A permit of the owner's, outside its hours.
        DayOfWeek today = Instant.now().atZone(ZoneId.of("Europe/Berlin")).getDayOfWeek();
        AccessHours hours = new AccessHours(
                List.of(new Window(Set.of(today.plus(3)), LocalTime.of(8, 0), LocalTime.of(18, 0))), 15, 15);
        Plan permits = plan(listing, new PassTerms("Staff", PlanKind.PERMIT, NOTHING, NOTHING, 1, hours), 1);
        Details permit =
                node.ask(new Grant(owner(listing), permits.id(), "Erika Muster", List.of("ka st 7"), null, null));
        assertThat(permit.subscription().status()).isEqualTo(SubscriptionStatus.ACTIVE);
        assertThat(permit.subscription().paidUntil()).isNull();
        assertThat(gate(listing, Direction.ENTRY, plate, "KAST7")).isEqualTo("DENY outside_hours");
        node.rows("""
                UPDATE subscriptions.subscription SET terms = jsonb_set(terms, '{hours,windows}', '[]') WHERE id = $1
                """, permit.subscription().id().value());
        assertThat(gate(listing, Direction.ENTRY, plate, "KAST7")).isEqualTo("ALLOW");
        node.ask(new Cancel(owner(listing), permit.subscription().id()));
        assertThat(pass(permit.subscription().id()).status()).isEqualTo(SubscriptionStatus.ENDED);
        assertThat(gate(listing, Direction.EXIT, plate, "KAST7")).isEqualTo("ALLOW overstayed");
        assertThat(gate(listing, Direction.ENTRY, plate, "KAST7")).isEqualTo("DENY expired");
    }

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
}
