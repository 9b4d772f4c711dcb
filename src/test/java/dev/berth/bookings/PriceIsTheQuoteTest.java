package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.availability.StayDefaults;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.fees.FeeCommand;
import dev.berth.fees.FeeCommand.Commission;
import dev.berth.identity.IdentityCommand;
import dev.berth.identity.IdentityCommand.GetVehicle;
import dev.berth.identity.IdentityCommand.VehicleFacts;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingCommand.GetListing;
import dev.berth.listings.ListingCommand.GetTariff;
import dev.berth.listings.ListingCommand.ListingTariff;
import dev.berth.listings.ListingRoutes;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.http.Operations;
import dev.berth.platform.http.Request;
import dev.berth.platform.http.Response;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.SecurityConfig;
import dev.berth.platform.security.Signers;
import dev.berth.pricing.Tariffs;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import dev.berth.values.VehicleKind;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** What {@code getPrice} says to everybody and what a quote promises, asked in the same breath. */
@Tag("PY6")
@Tag("BK1")
class PriceIsTheQuoteTest {
    private static final Instant NOW = Instant.parse("2026-03-20T10:00:00Z");
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final List<String> ZONES =
            List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu");

    private static final Map<ListingId, Listing> LISTINGS = new ConcurrentHashMap<>();
    private static final Principal DRIVER = new Principal(UserId.next(), Set.of(Role.DRIVER));
    private static final VehicleFacts LARGE =
            new VehicleFacts(VehicleId.next(), "KA B 1", 230, true, VehicleKind.CAR, 0, 0, 0, false, false);
    private static final Vertx VERTX = Vertx.vertx();
    private static final JsonMapper JSON = Json.mapper();
    private static final Bus BUS = Bus.install(VERTX, MessageCatalog.of(List.of(BookingEvent.class)), JSON);

    /** The routes as they are bound. */
    private static final Map<String, Function<Request, Future<Response>>> OPERATIONS = new ConcurrentHashMap<>();

    @BeforeContainer
    static void start() throws Exception {
        Operations operations = OPERATIONS::put;
        new ListingRoutes(BUS).addTo(operations);
        VerticleBase node = new VerticleBase() {
            @Override
            public Future<?> start() {
                Quotes quotes = new Quotes(
                        BUS,
                        new ListingCache(BUS, Duration.ofMinutes(1), 10, StayDefaults.STANDARD),
                        new BayFinder((listing, stay, kinds, limit) -> Future.failedFuture("there is no search here")),
                        new QuoteTokens(new Signers(SecurityConfig.forTests()).signer(BookingVerticle.QUOTES), JSON),
                        bookingConfig(),
                        Clock.fixed(NOW, ZoneOffset.UTC));
                return Future.all(
                        BUS.<ListingCommand<?>>serve(
                                ListingCommand.ADDRESS, ListingCommand.class, PriceIsTheQuoteTest::listing),
                        BUS.<FeeCommand<?>>serve(FeeCommand.ADDRESS, FeeCommand.class, asked -> new Commission(1_200)),
                        BUS.<IdentityCommand<?>>serve(
                                IdentityCommand.ADDRESS, IdentityCommand.class, PriceIsTheQuoteTest::vehicle),
                        BUS.<BookingCommand<?>>serve(
                                BookingCommand.ADDRESS,
                                BookingCommand.class,
                                command -> command instanceof CreateQuote create ? quotes.create(create) : none()));
            }
        };
        await(VERTX.deployVerticle(node, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    @AfterContainer
    static void stop() throws Exception {
        await(VERTX.close());
    }

    private static BookingConfig bookingConfig() {
        return new BookingConfig(
                null,
                Duration.ofMinutes(5),
                Duration.ofMinutes(10),
                Duration.ofHours(24),
                Duration.ofMinutes(30),
                Duration.ofDays(30),
                Duration.ofDays(180),
                Duration.ofMinutes(1),
                1_200,
                Duration.ofMinutes(15),
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                50,
                Duration.ofSeconds(5),
                "/bookings/{booking}",
                Duration.ofMinutes(1),
                10,
                BookingWorld.STAYS,
                BookingWorld.SERIES);
    }

    private static Message listing(ListingCommand<?> command) {
        return switch (command) {
            case GetListing(ListingId id) -> known(id);
            case GetTariff(ListingId id) -> {
                Listing found = known(id);
                yield new ListingTariff(id, found.version(), found.timeZone(), found.tariff());
            }
            default -> none();
        };
    }

    private static Listing known(ListingId id) {
        Listing found = LISTINGS.get(id);
        if (found == null) {
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such listing");
        }
        return found;
    }

    private static Message vehicle(IdentityCommand<?> command) {
        return command instanceof GetVehicle(UserId owner, VehicleId id)
                        && owner.equals(DRIVER.user())
                        && id.equals(LARGE.id())
                ? LARGE
                : none();
    }

    private static Message none() {
        throw new Rejection(ProblemType.NOT_FOUND, "there is no such thing");
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    /** An answer, or the code of the refusal. */
    private record Said(
            @Nullable JsonNode lines,
            @Nullable JsonNode total,
            @Nullable String refused) {
        static Said of(Future<?> asked, Function<Object, Object> body) throws Exception {
            try {
                JsonNode answer = JSON.valueToTree(body.apply(await(asked)));
                return new Said(answer.path("lines"), answer.path("total"), null);
            } catch (java.util.concurrent.ExecutionException e) {
                if (e.getCause() instanceof Rejection rejection) {
                    return new Said(null, null, rejection.problem().type().name());
                }
                throw e;
            }
        }
    }

    private static Said price(Listing listing, String from, String to, boolean vehicle) throws Exception {
        Map<String, String> query = vehicle
                ? Map.of("from", from, "to", to, "vehicleId", LARGE.id().toString())
                : Map.of("from", from, "to", to);
        Request request = (Request) Proxy.newProxyInstance(
                Request.class.getClassLoader(),
                new Class<?>[] {Request.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "pathId" -> listing.id().value();
                    case "query", "requiredQuery" -> query.get((String) arguments[0]);
                    case "queryBoolean" -> arguments[1];
                    case "principalOrNull" -> vehicle ? DRIVER : null;
                    default -> null;
                });
        Future<Response> asked;
        try {
            asked = Objects.requireNonNull(OPERATIONS.get("getPrice")).apply(request);
        } catch (Rejection rejection) {
            asked = Future.failedFuture(rejection);
        }
        return Said.of(asked, answer -> Objects.requireNonNull(((Response) answer).body()));
    }

    private static Said quote(Listing listing, String from, String to, boolean vehicle) throws Exception {
        return Said.of(
                BUS.ask(new CreateQuote(
                        vehicle ? DRIVER : null, listing.id(), from, to, vehicle ? LARGE.id() : null, null, false)),
                answer -> answer);
    }

    @Property(tries = 400)
    @Tag("rule-8")
    @Label("Rules 1 to 5, 8, 25: the open price is the quote's, line by line, and refuses the same times")
    void price_isTheQuote(
            @ForAll long seed,
            @ForAll @IntRange(max = 86_400 * 100) int ahead,
            @ForAll @IntRange(min = 1_800, max = 86_400 * 30) int length,
            @ForAll boolean ownOffset,
            @ForAll boolean vehicle)
            throws Exception {
        ZoneId zone = ZoneId.of(ZONES.get(Math.floorMod(seed, ZONES.size())));
        Instant from = NOW.plusSeconds(ahead);
        Listing listing = listing(seed, from, zone);
        String begin = written(from, zone, ownOffset);
        String end = written(from.plusSeconds(length), zone, ownOffset);

        Said price = price(listing, begin, end, vehicle);
        assertThat(price).isEqualTo(quote(listing, begin, end, vehicle));
        assertThat(price.total()).isNotNull();
    }

    /** Also as local time with an offset that is not its own, which only exists when the clocks do not skip it. */
    private static String written(Instant instant, ZoneId zone, boolean ownOffset) {
        return ownOffset ? instant.atZone(zone).toOffsetDateTime().toString() : instant.toString();
    }

    @net.jqwik.api.Example
    @Tag("rule-2")
    @Label("Rule 2: a local time that the clocks skip is refused alike")
    void skippedTime_isRefusedAlike() throws Exception {
        Listing listing = listing(1, NOW, ZoneId.of("Europe/Berlin"));
        String from = "2026-03-29T02:30:00+01:00";
        String to = "2026-03-29T05:00:00+02:00";

        Said price = price(listing, from, to, false);
        assertThat(price.refused()).isEqualTo("NONEXISTENT_LOCAL_TIME");
        assertThat(quote(listing, from, to, false)).isEqualTo(price);
    }

    private static Listing listing(long seed, Instant about, ZoneId zone) {
        Listing listing = new Listing(
                ListingId.next(),
                1,
                UserId.next(),
                "Garage",
                "",
                ListingType.GARAGE,
                new GeoPoint(49.0, 8.4),
                "Street 1",
                zone.getId(),
                Tariffs.random(seed, about, true),
                Set.of(),
                true,
                CancellationPolicy.FLEXIBLE,
                null,
                false,
                null,
                List.of(new Slot(SlotId.next(), "1", SlotKind.STANDARD, 0)));
        LISTINGS.put(listing.id(), listing);
        return listing;
    }
}
