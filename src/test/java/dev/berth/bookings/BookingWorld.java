package dev.berth.bookings;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.fees.FeeConfig;
import dev.berth.fees.FeeVerticle;
import dev.berth.identity.IdentityCommand;
import dev.berth.listings.Arrival;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingCommand.ListingTariff;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
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
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.platform.security.Signers;
import dev.berth.pricing.Tariff;
import dev.berth.realtime.RealtimeEvent;
import dev.berth.testing.Services;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import dev.berth.values.VehicleKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node with nothing but bookings on a database of its own. Listings, vehicles and payments are played by their
 * contracts; there is no search unless a test plays it.
 */
final class BookingWorld implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Long enough that nothing expires by itself: tests move the clock of single holds with {@link #expireHold}. */
    private static final Duration HOLD = Duration.ofMinutes(10);

    static final StayConfig STAYS = new StayConfig(
            Duration.ofMinutes(30),
            12_500,
            1_000,
            List.of("JPY=1500"),
            Duration.ofHours(24),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            StayConfig.RescueAt.BEFORE_START,
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            500,
            20_000);

    static final SeriesConfig SERIES = new SeriesConfig(20, 8);

    static final String PASS_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    final Vertx vertx = Vertx.vertx();
    final JsonMapper json = Json.mapper();
    final Bus bus = Bus.install(vertx, MessageCatalog.of(List.of(BookingEvent.class)), json);
    final PretendPayments payments = new PretendPayments(bus);
    final Signers signers = new Signers(SecurityConfig.forTests());
    final Map<ListingId, Listing> listings = new ConcurrentHashMap<>();
    final Map<VehicleId, IdentityCommand.VehicleFacts> vehicles = new ConcurrentHashMap<>();
    final Map<VehicleId, UserId> vehicleOwners = new ConcurrentHashMap<>();
    final Queue<BookingEvent> events = new ConcurrentLinkedQueue<>();
    final Queue<RealtimeEvent.UserTold> told = new ConcurrentLinkedQueue<>();
    final AtomicInteger statements = new AtomicInteger();
    final AtomicInteger keys = new AtomicInteger();
    final BookingConfig config;
    final Db db;
    final Outbox outbox;
    private final Pool pool;
    private volatile NearbyPlaces nearby = wish -> Future.succeededFuture(List.of());
    private volatile FreeSlotFinder search =
            (listing, stay, kinds, limit) -> Future.failedFuture("there is no search here");
    private final Clock clock = Clock.systemUTC();

    BookingWorld(Services services) {
        this(services, new Secret(PASS_KEY), Duration.ofHours(1));
    }

    /** @param sweepInterval an hour when no test wants a sweeper in its way */
    BookingWorld(Services services, @Nullable Secret passKey, Duration sweepInterval) {
        this(services, passKey, sweepInterval, STAYS);
    }

    /** @param sweepInterval an hour when no test wants a sweeper in its way */
    BookingWorld(Services services, @Nullable Secret passKey, Duration sweepInterval, StayConfig stays) {
        String url = services.databaseLike("bookings", empty -> Database.migrate(DatabaseConfig.of(empty)));
        PgConnectOptions connect =
                PgConnectOptions.fromUri(url).setCachePreparedStatements(true).setPipeliningLimit(64);
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(8))
                .connectingTo(connect)
                .using(vertx)
                .build();
        List<SqlClient> pipelined = Stream.generate(() -> counted(PgBuilder.client()
                        .with(new PoolOptions().setMaxSize(1))
                        .connectingTo(connect)
                        .using(vertx)
                        .build()))
                .limit(8)
                .toList();
        db = new Db(pool, pipelined);
        config = new BookingConfig(
                passKey,
                Duration.ofMinutes(5),
                HOLD,
                Duration.ofHours(24),
                Duration.ofMinutes(30),
                Duration.ofDays(30),
                Duration.ofDays(180),
                Duration.ofMinutes(1),
                1_200,
                Duration.ofMinutes(15),
                Duration.ofMinutes(10),
                sweepInterval,
                50,
                Duration.ofSeconds(5),
                "/bookings/{booking}",
                Duration.ofSeconds(10),
                100,
                stays,
                SERIES);
        outbox = new Outbox(db, bus, json);
        await(bus.subscribe(BookingEvent.ADDRESS, BookingEvent.class, events::add));
        await(bus.subscribe(RealtimeEvent.ADDRESS, RealtimeEvent.UserTold.class, told::add));
        deploy(new Others());
        deploy(payments);
        deploy(new FeeVerticle(bus, db, outbox, json, FeeConfig.defaults(), 1_200, clock));
        addNode();
    }

    /** Another one that works on the same database; a command is answered by any. */
    void addNode() {
        addNode(clock);
    }

    /** @param nodeClock what its machine's clock shows */
    void addNode(Clock nodeClock) {
        deploy(new BookingVerticle(
                bus,
                db,
                outbox,
                (listing, stay, kinds, limit) -> search.find(listing, stay, kinds, limit),
                wish -> nearby.find(wish),
                signers,
                json,
                "https://berth.example",
                config,
                nodeClock,
                new SimpleMeterRegistry()));
    }

    void nearby(NearbyPlaces places) {
        nearby = places;
    }

    void search(FreeSlotFinder finder) {
        search = finder;
    }

    void deploy(VerticleBase verticle) {
        await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    /** Counts what goes over the pipelined connections: all statements of the capability. */
    private SqlClient counted(SqlClient client) {
        return (SqlClient) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SqlClient.class}, (proxy, method, arguments) -> {
                    if (method.getName().endsWith("uery")) {
                        statements.incrementAndGet();
                    }
                    try {
                        return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        throw requireNonNull(e.getCause());
                    }
                });
    }

    /** Listings and vehicles. */
    private final class Others extends VerticleBase {
        @Override
        public Future<?> start() {
            return Future.all(
                    bus.<ListingCommand<?>>serve(ListingCommand.ADDRESS, ListingCommand.class, this::listing),
                    bus.<IdentityCommand<?>>serve(IdentityCommand.ADDRESS, IdentityCommand.class, this::vehicle));
        }

        private Message listing(ListingCommand<?> command) {
            return switch (command) {
                case ListingCommand.GetListing get -> required(listings.get(get.listing()));
                case ListingCommand.GetTariff get -> {
                    Listing found = listings.get(get.listing());
                    yield required(
                            found == null
                                    ? null
                                    : new ListingTariff(found.id(), found.version(), found.timeZone(), found.tariff()));
                }
                case ListingCommand.GetArrivals get ->
                    new ListingCommand.Arrivals(get.listings().stream()
                            .map(listings::get)
                            .filter(Objects::nonNull)
                            .map(found -> new Arrival(found.id(), found.location(), found.address(), null))
                            .toList());
                default -> required(null);
            };
        }

        private Message vehicle(IdentityCommand<?> command) {
            if (command instanceof IdentityCommand.GetVehicle get
                    && get.owner().equals(vehicleOwners.get(get.vehicle()))) {
                return required(vehicles.get(get.vehicle()));
            }
            return required(null);
        }

        private Message required(@Nullable Message found) {
            if (found == null) {
                throw new Rejection(ProblemType.NOT_FOUND, "there is no such thing");
            }
            return found;
        }
    }

    QuoteTokens quoteTokens() {
        return new QuoteTokens(signers.signer(BookingVerticle.QUOTES), json);
    }

    Listing listing(int capacity) {
        return listing(capacity, 250);
    }

    Listing listing(int capacity, long hour) {
        return listing(capacity, hour, CancellationPolicy.FLEXIBLE);
    }

    Listing listing(int capacity, long hour, CancellationPolicy policy) {
        return listing(capacity, new Tariff("EUR", hour, null), policy, true);
    }

    Listing listing(int capacity, Tariff tariff) {
        return listing(capacity, tariff, CancellationPolicy.FLEXIBLE, true);
    }

    /** One whose host wants to be asked. */
    Listing asking(int capacity) {
        return listing(capacity, new Tariff("EUR", 250, null), CancellationPolicy.FLEXIBLE, false);
    }

    private Listing listing(int capacity, Tariff tariff, CancellationPolicy policy, boolean instantBook) {
        List<Slot> slots = IntStream.range(0, capacity)
                .mapToObj(i -> new Slot(SlotId.next(), "A\"" + (i + 1), SlotKind.STANDARD, i))
                .toList();
        return listing(slots, tariff, policy, instantBook);
    }

    Listing listing(List<Slot> slots) {
        return listing(slots, new Tariff("EUR", 250, null), CancellationPolicy.FLEXIBLE, true);
    }

    private Listing listing(List<Slot> slots, Tariff tariff, CancellationPolicy policy, boolean instantBook) {
        Listing listing = new Listing(
                ListingId.next(),
                1,
                UserId.next(),
                "Große \"Garage\" \\ 7 \uD83D\uDE97",
                "",
                ListingType.GARAGE,
                new GeoPoint(49.0, 8.4),
                "Kaiserstraße 1/2, Karlsruhe",
                "Europe/Berlin",
                tariff,
                Set.of(),
                instantBook,
                policy,
                200,
                false,
                null,
                slots);
        listings.put(listing.id(), listing);
        return listing;
    }

    static Principal someone() {
        return new Principal(UserId.next(), Set.of(Role.DRIVER));
    }

    static Principal owner(Listing listing) {
        return new Principal(listing.owner(), Set.of(Role.HOST));
    }

    VehicleId vehicle(Principal owner, int heightCentimetres) {
        VehicleId id = VehicleId.next();
        vehicle(
                owner,
                new IdentityCommand.VehicleFacts(
                        id, "KA B 1", heightCentimetres, false, VehicleKind.CAR, 0, 0, 0, false, false));
        return id;
    }

    void vehicle(Principal owner, IdentityCommand.VehicleFacts facts) {
        vehicles.put(facts.id(), facts);
        vehicleOwners.put(facts.id(), owner.user());
    }

    /** Begins so many hours from now, on a whole hour. */
    static TimeRange stay(int inHours, int hours) {
        Instant from = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(inHours, ChronoUnit.HOURS);
        return new TimeRange(from, from.plus(hours, ChronoUnit.HOURS));
    }

    Quote quote(Listing listing, TimeRange stay) {
        return quote(listing, stay, null);
    }

    Quote quote(Listing listing, TimeRange stay, @Nullable SlotId slot) {
        return ask(new CreateQuote(
                null, listing.id(), stay.from().toString(), stay.to().toString(), null, slot, false));
    }

    PlaceBooking booking(Principal driver, Quote quote, @Nullable String method) {
        return new PlaceBooking(
                driver, quote.quoteId(), quote.finalPrice(), null, method, "key-" + keys.incrementAndGet(), "0a0b");
    }

    BookingDetails place(Principal driver, Listing listing, TimeRange stay) {
        return ask(booking(driver, quote(listing, stay), null));
    }

    BookingDetails placeAndPay(Principal driver, Listing listing, TimeRange stay) {
        return ask(booking(driver, quote(listing, stay), PretendPayments.SUCCEEDS));
    }

    <R extends Message> Future<R> send(Command<R> command) {
        return bus.ask(command, DEADLINE);
    }

    <R extends Message> R ask(Command<R> command) {
        return await(send(command));
    }

    /** The problem that a command is refused with. */
    Problem refusal(Command<?> command) {
        try {
            Message answer = ask(command);
            throw new AssertionError("not refused: " + answer);
        } catch (Rejection rejection) {
            return rejection.problem();
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("no answer in " + DEADLINE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs one statement beside the capability. */
    List<Row> sql(String sql) {
        List<Row> rows = new ArrayList<>();
        await(pool.query(sql).execute()).forEach(rows::add);
        return rows;
    }

    /** As {@link #sql}, without waiting. */
    Future<?> statement(String sql) {
        return pool.query(sql).execute();
    }

    long number(String sql) {
        return sql(sql).getFirst().getLong(0);
    }

    /** As if the hold had been made long ago. */
    void expireHold(Booking booking) {
        sql("UPDATE bookings.occupation SET hold_expires_at = now() - interval '1 second' WHERE id = '%s'"
                .formatted(booking.id()));
    }

    /** As if the stay had begun. */
    void startStay(Booking booking) {
        sql("""
                UPDATE bookings.occupation
                SET stay = tstzrange(now() - interval '1 hour', now() + interval '1 hour') WHERE id = '%s'
                """.formatted(booking.id()));
    }

    /** As if the stay lay so many minutes from now; it may lie in the past. */
    void moveStay(Booking booking, int fromMinutes, int toMinutes) {
        sql("""
                UPDATE bookings.occupation
                SET stay = tstzrange(now() + %d * interval '1 minute', now() + %d * interval '1 minute') WHERE id = '%s'
                """.formatted(fromMinutes, toMinutes, booking.id()));
    }

    /** As if it had been paid so many minutes ago. */
    void paidAgo(Booking booking, int minutes) {
        sql("""
                UPDATE bookings.transition SET at = now() - %d * interval '1 minute'
                WHERE booking_id = '%s' AND status = 'CONFIRMED'
                """.formatted(minutes, booking.id()));
    }

    /** Puts it into a state by force, past what keeps others from doing so. */
    void force(Booking booking, BookingStatus status) {
        boolean waits = status == BookingStatus.HELD || status == BookingStatus.PENDING_HOST;
        sql("""
                BEGIN;
                ALTER TABLE bookings.occupation DISABLE TRIGGER occupation_transition;
                UPDATE bookings.occupation SET status = '%s', live = %s, hold_expires_at = %s WHERE id = '%s';
                ALTER TABLE bookings.occupation ENABLE TRIGGER occupation_transition;
                COMMIT
                """.formatted(status, status.live(), waits ? "now() + interval '1 hour'" : "NULL", booking.id()));
    }

    /** Waits until it holds; without a sleep, each look is a round trip of the database. */
    void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come true in " + DEADLINE);
            }
            sql("SELECT pg_sleep(0.01)");
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
