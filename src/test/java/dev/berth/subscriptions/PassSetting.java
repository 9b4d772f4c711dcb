package dev.berth.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.access.AccessCommand.AttemptAccess;
import dev.berth.access.AccessCommand.Credential;
import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.access.AccessConfig;
import dev.berth.access.AccessEvent;
import dev.berth.access.AccessVerticle;
import dev.berth.bookings.BookingConfig;
import dev.berth.bookings.BookingEvent;
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
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentVerticle;
import dev.berth.payments.WalletConfig;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.config.Secret;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventReader;
import dev.berth.platform.events.EventsConfig;
import dev.berth.platform.events.RelayVerticle;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.platform.security.Signers;
import dev.berth.pricing.Tariff;
import dev.berth.subscriptions.SubscriptionCommand.Buy;
import dev.berth.subscriptions.SubscriptionCommand.CreatePlan;
import dev.berth.subscriptions.SubscriptionCommand.GetSubscription;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.GeoPoint;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
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
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Passes with real bookings, payments and gates over one database, and two nodes that renew. Time goes on by moving what is
 * stored into the past.
 */
@WithServices
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("PY7")
@Tag("rule-34")
abstract class PassSetting {
    static final String VISA = "pm_card_visa";
    static final String DECLINED = "pm_card_chargeDeclined";
    static final String THREE_D_SECURE = "pm_card_threeDSecure2Required";
    static final Money PRICE = new Money(9_001, "EUR");
    static final Money DEPOSIT = new Money(5_000, "EUR");
    static final Money NOTHING = Money.zero("EUR");
    /** Of 9.001 minor units at 12 %, rounded down. */
    static final long SHARE = 7_920;

    private static final Path NO_FILE = Path.of("no-such-file.yaml");

    final Map<ListingId, Listing> listings = new ConcurrentHashMap<>();
    final Map<VehicleId, UserId> vehicles = new ConcurrentHashMap<>();
    final Map<VehicleId, String> plates = new ConcurrentHashMap<>();
    TestNode node;
    /** What the nodes count of passes, together. */
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    PaymentConfig payments;
    final Queue<SubscriptionEvent> heard = new ConcurrentLinkedQueue<>();
    private StripeSimulator simulator;

    /** Listings and vehicles, by their contracts. */
    private final class Others extends VerticleBase {
        @Override
        public Future<?> start() {
            return Future.all(
                    node.bus().<FeeCommand<?>>serve(FeeCommand.ADDRESS, FeeCommand.class, this::fee),
                    node.bus().<ListingCommand<?>>serve(ListingCommand.ADDRESS, ListingCommand.class, this::listing),
                    node.bus()
                            .<IdentityCommand<?>>serve(IdentityCommand.ADDRESS, IdentityCommand.class, this::vehicle));
        }

        private Message fee(FeeCommand<?> command) {
            return command instanceof FeeCommand.GetTax ? new FeeCommand.TaxOfPlace(null) : new Commission(1_200);
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
                case IdentityCommand.GetContact get ->
                    get.reply(
                            new IdentityCommand.Contact(get.user(), get.user() + "@example.org", "Erika Muster", "en"));
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
    final void start(Services services, @TempDir Path folder) {
        node = new TestNode(services);
        simulator = new StripeSimulator(StripeSimulator.Settings.of(0, folder, "sk_test_berth", null));
        node.deploy(simulator);
        EventsConfig events = new EventsConfig(
                services.kafka(),
                3,
                (short) 1,
                Duration.ofDays(1),
                Duration.ofMillis(10),
                100,
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofSeconds(6),
                100,
                8,
                3,
                Duration.ofMillis(10),
                Duration.ofDays(2));
        MessageCatalog catalog =
                MessageCatalog.of(List.of(PaymentEvent.class, Subscription.class, Plan.class, SubscriptionEvent.class));
        EventConsumers consumers = new EventConsumers(
                new EventReader(catalog, Json.mapper()), node.db(), events, new SimpleMeterRegistry());
        node.deploy(new RelayVerticle(
                node.db(),
                events,
                Set.of(PaymentEvent.ADDRESS, SubscriptionEvent.ADDRESS, BookingEvent.ADDRESS, AccessEvent.ADDRESS),
                new SimpleMeterRegistry()));
        Signers signers = new Signers(SecurityConfig.forTests());
        payments = new PaymentConfig(
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
        TestNode.await(node.bus().subscribe(SubscriptionEvent.ADDRESS, SubscriptionEvent.class, heard::add));
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
                    meters));
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
        deployMore(consumers, folder);
    }

    /** What a class needs beside passes and what they ask. */
    void deployMore(EventConsumers consumers, Path folder) {}

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

    /** What the card's holder answers on the bank's page. */
    static void answerTheBank(String actionUrl, String answer) throws Exception {
        URI page = URI.create(actionUrl);
        HttpRequest request = HttpRequest.newBuilder(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(page.getRawQuery() + "&answer=" + answer))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(303);
        }
    }

    Listing listing(int capacity) {
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

    static Principal owner(Listing listing) {
        return new Principal(listing.owner(), Set.of(Role.HOST));
    }

    static Principal someone() {
        return new Principal(UserId.next(), Set.of(Role.DRIVER));
    }

    static PassTerms terms(Money price, Money deposit, int concurrency) {
        PlanKind kind = price.isZero() ? PlanKind.PERMIT : PlanKind.PASS;
        return new PassTerms("Monthly", kind, price, deposit, concurrency, AccessHours.ALWAYS);
    }

    Plan plan(Listing listing, PassTerms terms, int places) {
        return node.ask(new CreatePlan(owner(listing), listing.id(), terms, places, null));
    }

    static Buy buy(Principal driver, Plan plan, String method) {
        Money price = plan.terms().price().plus(plan.terms().deposit());
        return new Buy(driver, plan.id(), List.of(), null, price, method, null);
    }

    Principal rich(long amount) {
        Principal driver = someone();
        fill(driver, amount);
        return driver;
    }

    void fill(Principal driver, long amount) {
        Transfer transfer = Transfer.apart(
                Ids.next(), TransferKind.TOP_UP, Postings.topUp(driver.user(), new Money(amount, "EUR")));
        run(() -> node.db().inTransaction(connection -> new LedgerSql(node.db()).post(connection, transfer)));
    }

    /** Transactions wait, which only contexts of Vert.x with threads of their own may. */
    void run(Runnable work) {
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

    long balance(Account account, UserId owner) {
        return number("""
                SELECT coalesce(sum(r.credit - r.debit), 0)::bigint
                FROM payments.running r JOIN payments.account a ON a.id = r.account
                WHERE a.kind = $1 AND a.owner = $2
                """, account.kind(), owner.value());
    }

    long number(String sql, Object... arguments) {
        return node.rows(sql, arguments).getFirst().getLong(0);
    }

    ProblemType refusal(Command<?> command) {
        return catchThrowableOfType(Rejection.class, () -> node.ask(command))
                .problem()
                .type();
    }

    Subscription pass(SubscriptionId id) {
        return node.ask(new GetSubscription(new Principal(UserId.next(), Set.of(Role.ADMIN)), id))
                .subscription();
    }

    void eventually(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    void becomes(SubscriptionId id, SubscriptionStatus status) {
        eventually(id + " becomes " + status, () -> pass(id).status() == status);
    }

    /** So much later. */
    void later(SubscriptionId id, Duration by) {
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

    void untilPaidUntil(SubscriptionId id) {
        later(id, Duration.between(Instant.now(), pass(id).paidUntil()).plusSeconds(1));
    }

    long taken(Listing listing, Instant at) {
        return number("""
                SELECT count(*) FROM bookings.occupation WHERE listing_id = $1 AND live AND stay @> $2::timestamptz
                """, listing.id().value(), at.atOffset(java.time.ZoneOffset.UTC));
    }

    String gate(Listing listing, Direction direction, CredentialType type, String value) {
        var decision = node.ask(new AttemptAccess(
                owner(listing), listing.id(), "north", direction, new Credential(type, value), null, null));
        return decision.reason() == null
                ? decision.decision().name()
                : decision.decision() + " " + decision.reason().code();
    }

    /** How often something was told of a pass; soon after it has happened. */
    long events(String type, SubscriptionId id) {
        return heard.stream()
                .filter(event -> event.subscription().id().equals(id)
                        && event.getClass().getSimpleName().equals(type))
                .count();
    }

    double counted(String name) {
        return meters.get("berth.subscriptions." + name).counter().count();
    }
}
