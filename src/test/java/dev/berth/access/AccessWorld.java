package dev.berth.access;

import dev.berth.access.AccessCommand.AccessDecision;
import dev.berth.access.AccessCommand.AttemptAccess;
import dev.berth.access.AccessCommand.Credential;
import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.access.AccessCommand.FailMode;
import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.BookingPayment;
import dev.berth.bookings.BookingCommand.FindRights;
import dev.berth.bookings.BookingCommand.Pass;
import dev.berth.bookings.BookingCommand.PassContent;
import dev.berth.bookings.BookingCommand.Right;
import dev.berth.bookings.BookingStatus;
import dev.berth.identity.IdentityCommand;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
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
import dev.berth.subscriptions.SubscriptionCommand;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.values.BookingId;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A node with access on a database of its own, twice, so that two gates ask two. Listings, vehicles and bookings are played
 * by their contracts; a pass's code is {@code pass:} and the booking's id.
 */
final class AccessWorld implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(60);
    /** Of a database that does not answer; longer than one that is slow under tests. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

    private static final long NONCE = 42;
    private static final long POLL_NANOS = Duration.ofMillis(10).toNanos();

    final TestNode node;
    final String kafka;
    final Map<ListingId, Listing> listings = new ConcurrentHashMap<>();
    final Map<BookingId, Right> rights = new ConcurrentHashMap<>();
    final Map<String, Set<BookingId>> pins = new ConcurrentHashMap<>();
    final Map<VehicleId, String> plates = new ConcurrentHashMap<>();
    final Set<BookingId> taken = ConcurrentHashMap.newKeySet();
    /** What bookings were told, such as {@code ENTRY} and the booking's id. */
    final Queue<String> told = new ConcurrentLinkedQueue<>();

    AccessWorld(Services services) {
        node = new TestNode(services);
        kafka = services.kafka();
        MessageCatalog catalog = MessageCatalog.of(List.of(AccessEvent.class, ObservationMade.class));
        EventsConfig events = new EventsConfig(
                kafka,
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
        EventConsumers consumers = new EventConsumers(
                new EventReader(catalog, Json.mapper()), node.db(), events, new SimpleMeterRegistry());
        node.deploy(new Others());
        node.deploy(new RelayVerticle(node.db(), events, Set.of(AccessEvent.ADDRESS), new SimpleMeterRegistry()));
        for (int i = 0; i < 2; i++) {
            node.deploy(new AccessVerticle(
                    node.bus(),
                    node.db(),
                    node.outbox(),
                    consumers,
                    new Signers(SecurityConfig.forTests()),
                    Json.mapper(),
                    config(),
                    Clock.systemUTC(),
                    new SimpleMeterRegistry()));
        }
    }

    private static AccessConfig config() {
        return new AccessConfig(
                ANSWER_WITHIN,
                FailMode.CLOSED,
                FailMode.OPEN,
                false,
                5,
                Duration.ofMinutes(10),
                Duration.ofMinutes(30),
                Duration.ofMinutes(1),
                Duration.ofHours(12),
                100,
                Duration.ofMillis(50),
                Duration.ofMillis(1),
                100,
                Duration.ofDays(30),
                Duration.ofDays(400),
                Duration.ofMinutes(30),
                0.5,
                Duration.ofMillis(100),
                10);
    }

    private final class Others extends VerticleBase {
        @Override
        public Future<?> start() {
            return Future.all(
                    node.bus().<ListingCommand<?>>serve(ListingCommand.ADDRESS, ListingCommand.class, this::listing),
                    node.bus().<IdentityCommand<?>>serve(IdentityCommand.ADDRESS, IdentityCommand.class, this::plates),
                    node.bus().<BookingCommand<?>>serve(BookingCommand.ADDRESS, BookingCommand.class, this::booking),
                    node.bus()
                            .<SubscriptionCommand<?>>serve(
                                    SubscriptionCommand.ADDRESS, SubscriptionCommand.class, this::subscription));
        }

        private Message listing(ListingCommand<?> command) {
            Listing found = command instanceof ListingCommand.GetListing get ? listings.get(get.listing()) : null;
            if (found == null) {
                throw new Rejection(ProblemType.NOT_FOUND, "there is no such listing");
            }
            return found;
        }

        /** Nobody has a monthly pass. */
        private Message subscription(SubscriptionCommand<?> command) {
            if (command instanceof SubscriptionCommand.FindPasses find) {
                return find.reply(new SubscriptionCommand.PassRights(List.of()));
            }
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such thing");
        }

        private Message plates(IdentityCommand<?> command) {
            if (command instanceof IdentityCommand.FindPlates find) {
                return find.reply(new IdentityCommand.Plates(find.vehicles().stream()
                        .filter(plates::containsKey)
                        .map(vehicle -> new IdentityCommand.Plate(vehicle, plates.getOrDefault(vehicle, "")))
                        .toList()));
            }
            throw new Rejection(ProblemType.NOT_FOUND, "there is no such thing");
        }

        private Message booking(BookingCommand<?> command) {
            return switch (command) {
                case BookingCommand.ReadPass read -> read.reply(content(read.qr()));
                case FindRights find -> find.reply(new BookingCommand.Rights(Instant.now(), find(find)));
                case BookingCommand.GetTaken get ->
                    get.reply(new BookingCommand.Taken(
                            Instant.now(),
                            taken.stream()
                                    .filter(id -> right(id).listing().equals(get.listing()))
                                    .map(BookingId::value)
                                    .toList()));
                case BookingCommand.GetPassKey get -> get.reply(new BookingCommand.PassKey("AAAA"));
                case BookingCommand.GetPass get -> get.reply(pass(get.booking()));
                case BookingCommand.GetBooking get -> get.reply(details(get.booking()));
                case BookingCommand.RecordEntry entry -> {
                    told.add("ENTRY " + entry.booking());
                    yield entry.reply(details(entry.booking()));
                }
                case BookingCommand.RecordExit exit -> {
                    told.add("EXIT " + exit.booking());
                    yield exit.reply(details(exit.booking()));
                }
                case BookingCommand.WatchPlace watch -> {
                    told.add("WATCH %s %s %s %s %d"
                            .formatted(
                                    watch.listing(),
                                    watch.seesEntry(),
                                    watch.seesExit(),
                                    watch.releaseNoShows(),
                                    watch.version()));
                    yield watch.reply(Done.DONE);
                }
                default -> throw new Rejection(ProblemType.NOT_FOUND, "there is no such thing");
            };
        }

        private PassContent content(String qr) {
            if (!qr.startsWith("pass:")) {
                throw new Rejection(ProblemType.UNPROCESSABLE, "no pass");
            }
            Right right = right(BookingId.parse(qr.substring("pass:".length())));
            return new PassContent(
                    right.booking(), right.listing(), right.slot(), right.notBefore(), right.notAfter(), NONCE);
        }

        private List<Right> find(FindRights find) {
            BookingId booking = find.booking();
            String pin = find.pin();
            TimeRange around = find.around();
            return rights.values().stream()
                    .filter(right -> booking == null || right.booking().equals(booking))
                    .filter(right -> pin == null
                            || (right.listing().equals(find.listing())
                                    && pins.getOrDefault(pin, Set.of()).contains(right.booking())))
                    .filter(right -> around == null
                            || (right.listing().equals(find.listing())
                                    && right.status().live()
                                    && right.stay().overlaps(around)))
                    .toList();
        }
    }

    private Right right(BookingId booking) {
        Right right = rights.get(booking);
        if (right == null) {
            throw new AssertionError("no booking " + booking);
        }
        return right;
    }

    Pass pass(BookingId booking) {
        Right right = right(booking);
        return new Pass(booking, "pass:" + booking, "012345", right.notBefore(), right.notAfter());
    }

    BookingDetails details(BookingId id) {
        Right right = right(id);
        Booking booking = new Booking(
                id,
                1,
                right.status(),
                right.listing(),
                right.slot(),
                "Ebene 2 \u2116 7",
                right.driver(),
                UserId.next(),
                right.vehicle(),
                right.stay(),
                new Money(500, "EUR"),
                1_200,
                new PaymentId(id.value()),
                "Große Tiefgarage am Marktplatz \uD83D\uDE97",
                "Kaiserstraße 1, Karlsruhe",
                "Europe/Berlin",
                null,
                null,
                null,
                right.stay().from());
        return new BookingDetails(
                booking,
                new GeoPoint(49, 8.4),
                null,
                CancellationPolicy.FLEXIBLE,
                new BookingPayment(booking.payment(), PaymentStatus.SUCCEEDED, null, null, List.of(), null),
                null,
                null,
                null,
                List.of(),
                Money.zero("EUR"),
                null,
                null,
                List.of(),
                null);
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

    /** A confirmed booking from an hour ago until in an hour. */
    BookingId right(Listing listing) {
        return right(listing, BookingStatus.CONFIRMED, -60, 60, null);
    }

    /** @param plate of the vehicle; null for none */
    BookingId right(Listing listing, BookingStatus status, int fromMinutes, int toMinutes, @Nullable String plate) {
        VehicleId vehicle = null;
        if (plate != null) {
            vehicle = VehicleId.next();
            plates.put(vehicle, plate);
        }
        return put(listing, BookingId.next(), UserId.next(), vehicle, status, fromMinutes, toMinutes);
    }

    BookingId put(
            Listing listing,
            BookingId booking,
            UserId driver,
            @Nullable VehicleId vehicle,
            BookingStatus status,
            int fromMinutes,
            int toMinutes) {
        Instant from = Instant.now().plus(Duration.ofMinutes(fromMinutes));
        Instant to = Instant.now().plus(Duration.ofMinutes(toMinutes));
        rights.put(
                booking,
                new Right(
                        booking,
                        listing.id(),
                        listing.slots().getFirst().id(),
                        driver,
                        vehicle,
                        new TimeRange(from, to),
                        status,
                        from.minus(Duration.ofMinutes(15)),
                        to.plus(Duration.ofMinutes(10)),
                        false,
                        NONCE));
        return booking;
    }

    /** The same right in another state. */
    void become(BookingId booking, BookingStatus status) {
        Right old = right(booking);
        rights.put(
                booking,
                new Right(
                        booking,
                        old.listing(),
                        old.slot(),
                        old.driver(),
                        old.vehicle(),
                        old.stay(),
                        status,
                        old.notBefore(),
                        old.notAfter(),
                        old.slotTaken(),
                        old.nonce()));
    }

    void pin(BookingId booking, String pin) {
        pins.computeIfAbsent(pin, none -> ConcurrentHashMap.newKeySet()).add(booking);
    }

    static Credential qr(BookingId booking) {
        return new Credential(CredentialType.QR, "pass:" + booking);
    }

    static Credential pin(String digits) {
        return new Credential(CredentialType.PIN, digits);
    }

    static Credential plate(String plate) {
        return new Credential(CredentialType.PLATE, plate);
    }

    static AttemptAccess attempt(Listing listing, String device, Direction direction, Credential credential) {
        return new AttemptAccess(owner(listing), listing.id(), device, direction, credential, null, null);
    }

    /** {@code ALLOW} or {@code DENY}, and the reason's code after it when there is one. */
    String enter(Listing listing, Credential credential) {
        return said(node.ask(attempt(listing, "north", Direction.ENTRY, credential)));
    }

    String leave(Listing listing, Credential credential) {
        return said(node.ask(attempt(listing, "south", Direction.EXIT, credential)));
    }

    static String said(AccessDecision decision) {
        AccessReason reason = decision.reason();
        return decision.decision() + (reason == null ? "" : " " + reason.code());
    }

    long number(String sql, UUID of) {
        return node.rows(sql, of).getFirst().getLong(0);
    }

    static void eventually(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + DEADLINE + ": " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
