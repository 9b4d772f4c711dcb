package dev.berth.bookings;

import dev.berth.dev.services.FreePorts;
import dev.berth.dev.stripe.StripeSimulator;
import dev.berth.fees.FeeCommand;
import dev.berth.fees.FeeConfig;
import dev.berth.fees.FeeEvent;
import dev.berth.fees.FeeVerticle;
import dev.berth.listings.Arrival;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingCommand.ListingTariff;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.payments.FinanceCommand;
import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentConfig;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentVerticle;
import dev.berth.payments.WalletCommand;
import dev.berth.payments.WalletConfig;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.cluster.Cluster;
import dev.berth.platform.cluster.ClusterConfig;
import dev.berth.platform.config.ConfigLoader;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventReader;
import dev.berth.platform.events.EventsConfig;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.RelayVerticle;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.platform.security.Signers;
import dev.berth.pricing.Tariff;
import dev.berth.realtime.RealtimeEvent;
import dev.berth.testing.Services;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * Two nodes of one cluster with bookings and payments, on one database, with Kafka between and the payment provider's
 * simulator beside them. Listings are played by their contract.
 */
final class ModelNodes implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(40);
    private static final String PROVIDER_KEY = "sk_test_model";
    private static final String WEBHOOK_SECRET = "whsec_model";
    private static final Set<String> TOPICS = Set.of(BookingEvent.ADDRESS, PaymentEvent.ADDRESS);

    /** Short enough that many end in a run, long enough that most are paid before. */
    private static final Map<String, String> BOOKINGS = Map.of(
            "BERTH_PASS_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "BERTH_HOLD_TIME", "2s",
            "BERTH_ANSWER_TIME", "3s",
            // A stay that is booked may have begun, or be over: so that much of a life happens in a minute.
            "BERTH_PAST_TOLERANCE", "3h",
            // Else whoever comes and goes within the minute would have everything back.
            "BERTH_STAYS_FREE_LEAVE", "0s",
            "BERTH_SWEEP_INTERVAL", "200ms");

    private final DatabaseConfig database;
    private final Vertx outside = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Signers signers = new Signers(SecurityConfig.forTests());
    private final StripeSimulator provider;
    private final Map<String, String> events;
    private final Map<String, String> payments;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Listing> listings;
    private final Map<ListingId, Listing> listingsById = new ConcurrentHashMap<>();

    private record Node(Vertx vertx, Bus bus) {}

    ModelNodes(Services services, Path folder) {
        database = DatabaseConfig.of(services.migratedDatabase());
        HttpServer webhooks = await(outside.createHttpServer()
                .requestHandler(request -> request.body()
                        .compose(body -> nodes.get(body.length() % nodes.size())
                                .bus()
                                .ask(new PaymentCommand.ReceiveWebhook(
                                        body.toString(), String.valueOf(request.getHeader("Stripe-Signature")))))
                        .onComplete(received -> request.response()
                                .setStatusCode(received.succeeded() ? 200 : 503)
                                .end()))
                .listen(0, "127.0.0.1"));
        provider = new StripeSimulator(StripeSimulator.Settings.of(
                0,
                folder,
                PROVIDER_KEY,
                new StripeSimulator.Webhook("http://127.0.0.1:" + webhooks.actualPort() + "/", WEBHOOK_SECRET)));
        await(outside.deployVerticle(provider));
        payments = Map.of(
                "BERTH_API_BASE", provider.url(),
                "BERTH_SECRET_KEY", PROVIDER_KEY,
                "BERTH_WEBHOOK_SECRET", WEBHOOK_SECRET,
                "BERTH_READ_TIMEOUT", "5s",
                "BERTH_NETWORK_RETRIES", "0",
                "BERTH_CALL_WAIT", "5s",
                "BERTH_RESOLVE_AFTER", "14s",
                "BERTH_RESOLVE_BACKOFF", "1s",
                "BERTH_RESOLVE_INTERVAL", "200ms");
        events = Map.of(
                "BERTH_KAFKA", services.kafka(),
                "BERTH_TOPIC_PARTITIONS", "4",
                "BERTH_LEASE_INTERVAL", "200ms",
                "BERTH_CONSUME_BACKOFF", "50ms");
        Tariff tariff = new Tariff("EUR", 250, 1_200L);
        listings = List.of(
                // One slot that all want, some that many want, hosts who want to be asked, and stays that cost nothing.
                listing(1, tariff, CancellationPolicy.FLEXIBLE, true),
                listing(4, tariff, CancellationPolicy.FLEXIBLE, true),
                listing(4, tariff, CancellationPolicy.MODERATE, true),
                listing(3, tariff, CancellationPolicy.STRICT, true),
                listing(3, new Tariff("EUR", 0, null), CancellationPolicy.FLEXIBLE, true),
                listing(1, tariff, CancellationPolicy.MODERATE, false),
                listing(3, tariff, CancellationPolicy.STRICT, false));
        listings.forEach(listing -> listingsById.put(listing.id(), listing));
        int port = FreePorts.find(1).getFirst();
        String cluster = "model-" + UUID.randomUUID();
        for (int i = 0; i < 2; i++) {
            nodes.add(start(new ClusterConfig(
                    true,
                    cluster,
                    "127.0.0.1",
                    port,
                    20,
                    List.of("127.0.0.1:" + port),
                    null,
                    null,
                    "127.0.0.1",
                    0,
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5),
                    Duration.ZERO)));
        }
    }

    private Node start(ClusterConfig cluster) {
        Vertx vertx = await(Cluster.start(Vertx.builder(), new VertxOptions(), cluster))
                .vertx();
        MeterRegistry meters = new SimpleMeterRegistry();
        MessageCatalog catalog = MessageCatalog.of(List.of(
                ListingCommand.class,
                Listing.class,
                FeeCommand.class,
                FeeEvent.class,
                BookingCommand.class,
                BookingEvent.class,
                Booking.class,
                PaymentCommand.class,
                WalletCommand.class,
                FinanceCommand.class,
                PaymentEvent.class,
                RealtimeEvent.class));
        Bus bus = Bus.install(vertx, catalog, Json.mapper());
        Db db = Database.open(vertx, database);
        Outbox outbox = new Outbox(db, bus, Json.mapper());
        EventsConfig config = load(EventsConfig.class, events);
        EventConsumers consumers = new EventConsumers(new EventReader(catalog, Json.mapper()), db, config, meters);
        deploy(vertx, new Listings(bus));
        deploy(
                vertx,
                new PaymentVerticle(
                        bus,
                        db,
                        outbox,
                        Json.mapper(),
                        load(PaymentConfig.class, payments),
                        new WalletConfig(500, 50_000, Duration.ofDays(7), 50, Duration.ofDays(180), 20, 5),
                        Clock.systemUTC(),
                        meters));
        deploy(vertx, new FeeVerticle(bus, db, outbox, Json.mapper(), FeeConfig.defaults(), 1_200, Clock.systemUTC()));
        deploy(
                vertx,
                new BookingVerticle(
                        bus,
                        db,
                        outbox,
                        (listing, stay, kinds, limit) -> Future.failedFuture("there is no search here"),
                        wish -> Future.failedFuture("nor are there other places"),
                        signers,
                        Json.mapper(),
                        "https://berth.example",
                        load(BookingConfig.class, BOOKINGS),
                        Clock.systemUTC(),
                        meters));
        deploy(
                vertx,
                consumers.consumer(
                        BookingEvents.GROUP, BookingEvents.TOPICS, BookingEvents.TYPES, new BookingEvents(bus)));
        deploy(vertx, new RelayVerticle(db, config, TOPICS, meters));
        return new Node(vertx, bus);
    }

    private static <T extends Record> T load(Class<T> type, Map<String, String> environment) {
        return ConfigLoader.load(type, Path.of("no-such-file.yaml"), environment);
    }

    private static void deploy(Vertx vertx, VerticleBase verticle) {
        await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    private final class Listings extends VerticleBase {
        private final Bus bus;

        private Listings(Bus bus) {
            this.bus = bus;
        }

        @Override
        public Future<?> start() {
            return bus.<ListingCommand<?>>serve(
                    ListingCommand.ADDRESS, ListingCommand.class, command -> switch (command) {
                        case ListingCommand.GetListing get -> listing(get.listing());
                        case ListingCommand.GetTariff get -> {
                            Listing found = listing(get.listing());
                            yield new ListingTariff(found.id(), found.version(), found.timeZone(), found.tariff());
                        }
                        case ListingCommand.GetArrivals get ->
                            new ListingCommand.Arrivals(get.listings().stream()
                                    .map(ModelNodes.this::listing)
                                    .map(found -> new Arrival(found.id(), found.location(), found.address(), null))
                                    .toList());
                        default -> throw new Rejection(ProblemType.NOT_FOUND, "not played here");
                    });
        }
    }

    private static Listing listing(int capacity, Tariff tariff, CancellationPolicy policy, boolean instantBook) {
        List<Slot> slots = IntStream.range(0, capacity)
                .mapToObj(i -> new Slot(SlotId.next(), "A" + (i + 1), SlotKind.STANDARD, i))
                .toList();
        return new Listing(
                ListingId.next(),
                1,
                UserId.next(),
                "Garage",
                "",
                ListingType.GARAGE,
                new GeoPoint(49.0, 8.4),
                "Kaiserstraße 1, Karlsruhe",
                "Europe/Berlin",
                tariff,
                Set.of(),
                instantBook,
                policy,
                null,
                false,
                null,
                slots);
    }

    List<Listing> listings() {
        return listings;
    }

    Listing listing(ListingId id) {
        Listing found = listingsById.get(id);
        if (found == null) {
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such listing");
        }
        return found;
    }

    DatabaseConfig database() {
        return database;
    }

    /** Where the provider's simulator listens, and the key that it knows. */
    String provider() {
        return provider.url();
    }

    static String providerKey() {
        return PROVIDER_KEY;
    }

    <R extends Message> Future<R> ask(int node, Command<R> command) {
        return nodes.get(node).bus().ask(command, DEADLINE);
    }

    /** For the threads of tests; never on a context of Vert.x. */
    static <T> T await(Future<T> future) {
        try {
            return future.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + DEADLINE, e);
        }
    }

    /** What the card holder answers on the bank's page; it may have been withdrawn. */
    void answerTheBank(String actionUrl, String answer) {
        URI page = URI.create(actionUrl);
        try {
            http.send(
                    HttpRequest.newBuilder(page)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(page.getRawQuery() + "&answer=" + answer))
                            .build(),
                    BodyHandlers.discarding());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing happens any more after it. */
    void stop() {
        nodes.forEach(node -> await(node.vertx().close()));
        nodes.clear();
    }

    @Override
    public void close() {
        stop();
        await(outside.close());
        http.close();
    }
}
