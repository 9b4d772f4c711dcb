package dev.berth.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.billing.BillingCommand.BillingDetails;
import dev.berth.billing.BillingCommand.GetInvoice;
import dev.berth.billing.BillingCommand.InvoicePage;
import dev.berth.billing.BillingCommand.ListInvoices;
import dev.berth.billing.BillingCommand.SetDetails;
import dev.berth.billing.BillingCommand.Side;
import dev.berth.billing.BillingSql.Draft;
import dev.berth.billing.Invoice.Kind;
import dev.berth.billing.Invoice.Purpose;
import dev.berth.bookings.Booking;
import dev.berth.bookings.BookingCommand;
import dev.berth.bookings.BookingCommand.ChargePurpose;
import dev.berth.bookings.BookingCommand.DescribeCharge;
import dev.berth.bookings.BookingCommand.DescribedCharge;
import dev.berth.bookings.BookingEvent;
import dev.berth.bookings.BookingEvent.BookingRescued;
import dev.berth.bookings.BookingEvent.Origin;
import dev.berth.bookings.Occupancy;
import dev.berth.fees.BookedFee;
import dev.berth.fees.FeeCommand;
import dev.berth.fees.FeeCommand.TaxOfPlace;
import dev.berth.fees.PlaceTax;
import dev.berth.fees.ServiceFeeRate;
import dev.berth.fees.ServiceFeeTerms;
import dev.berth.identity.IdentityCommand;
import dev.berth.identity.IdentityCommand.Contact;
import dev.berth.identity.IdentityCommand.GetContact;
import dev.berth.listings.ListingCommand;
import dev.berth.listings.ListingCommand.GetTariff;
import dev.berth.listings.ListingCommand.ListingTariff;
import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentCommand.Charged;
import dev.berth.payments.PaymentCommand.ChargedPart;
import dev.berth.payments.PaymentCommand.FindCharged;
import dev.berth.payments.PaymentCommand.ListTransactions;
import dev.berth.payments.PaymentCommand.Transaction;
import dev.berth.payments.PaymentCommand.TransactionKind;
import dev.berth.payments.PaymentCommand.TransactionPage;
import dev.berth.payments.PaymentEvent;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.payments.PaymentEvent.PaymentSucceeded;
import dev.berth.payments.PaymentRoutes;
import dev.berth.payments.WalletRoutes;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Event;
import dev.berth.platform.bus.Message;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Database;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.EventConsumers;
import dev.berth.platform.events.EventReader;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.events.EventsConfig;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.events.RelayVerticle;
import dev.berth.platform.http.Contract;
import dev.berth.platform.http.ContractRouter;
import dev.berth.platform.http.HttpConfig;
import dev.berth.platform.json.Json;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.platform.security.RateLimiter;
import dev.berth.points.PointsRoutes;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.promotions.BookedDiscount;
import dev.berth.promotions.Payer;
import dev.berth.testing.Services;
import dev.berth.testing.TestNode;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.InvoiceId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/**
 * From events to documents, in a real database; what other capabilities know is told by the test.
 *
 * <p>Longer than other files, because all of it shares one setting.
 */
@WithServices
@Timeout(120)
@Tag("rule-31")
@Tag("PY4")
@TestInstance(Lifecycle.PER_CLASS)
class BillingIT {
    private static final int PATIENCE_SECONDS = 60;
    private static final int WRITERS = 64;
    private static final BillingConfig CONFIG = new BillingConfig(
            BillingConfig.Seller.HOST, "Berth", null, null, "BI-", "BC-", 6, 2, Duration.ofSeconds(20));
    private static final Tariff PLAIN = new Tariff("EUR", 250, null);

    /** What counts where a tariff says nothing. */
    private final AtomicReference<@Nullable PlaceTax> placeTax = new AtomicReference<>();

    private static final Transaction TRANSACTION = new Transaction(
            Ids.next(),
            TransactionKind.REFUND,
            PaymentId.next(),
            BookingId.next(),
            null,
            new Money(1_205, "EUR"),
            "=Garage, \"Süd\"",
            Instant.parse("2026-10-03T12:00:00Z"),
            null);

    private final Vertx vertx = Vertx.vertx();
    private final MessageCatalog catalog = MessageCatalog.of(List.<Class<? extends Message>>of(
            BillingCommand.class,
            Invoice.class,
            IdentityCommand.class,
            ListingCommand.class,
            PaymentCommand.class,
            BookingCommand.class,
            BookingEvent.class,
            PaymentEvent.class));
    private final Bus bus = Bus.install(vertx, catalog, Json.mapper());
    private final Map<PaymentId, Charged> charged = new ConcurrentHashMap<>();
    private final Map<PaymentId, DescribedCharge> charges = new ConcurrentHashMap<>();
    private final Map<ListingId, Tariff> tariffs = new ConcurrentHashMap<>();
    private final List<ListTransactions> asked = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    private Db db;
    private BillingSql sql;
    private Biller biller;
    private HttpServer server;

    private final class Others extends VerticleBase {
        @Override
        public Future<?> start() {
            return Future.all(
                    bus.<IdentityCommand<?>>serve(
                            IdentityCommand.ADDRESS, IdentityCommand.class, command -> switch (command) {
                                case GetContact c ->
                                    c.reply(new Contact(c.user(), "a@mail.example", "Erika Muster", "de", false));
                                default -> throw new AssertionError(command);
                            }),
                    bus.<PaymentCommand<?>>serve(
                            PaymentCommand.ADDRESS, PaymentCommand.class, command -> switch (command) {
                                case FindCharged c ->
                                    c.reply(charged.getOrDefault(c.payment(), new Charged(List.of())));
                                case ListTransactions c -> {
                                    asked.add(c);
                                    yield c.reply(new TransactionPage(List.of(TRANSACTION), TRANSACTION.id()));
                                }
                                default -> throw new AssertionError(command);
                            }),
                    bus.<BookingCommand<?>>serve(
                            BookingCommand.ADDRESS, BookingCommand.class, command -> switch (command) {
                                case DescribeCharge c -> c.reply(Objects.requireNonNull(charges.get(c.payment())));
                                default -> throw new AssertionError(command);
                            }),
                    bus.<FeeCommand<?>>serve(
                            FeeCommand.ADDRESS, FeeCommand.class, command -> new TaxOfPlace(placeTax.get())),
                    bus.<ListingCommand<?>>serve(
                            ListingCommand.ADDRESS, ListingCommand.class, command -> switch (command) {
                                case GetTariff c -> {
                                    Tariff tariff = tariffs.get(c.listing());
                                    if (tariff == null) {
                                        throw new Rejection(ProblemType.NOT_FOUND, "");
                                    }
                                    yield c.reply(new ListingTariff(c.listing(), 1, "Europe/Berlin", tariff));
                                }
                                default -> throw new AssertionError(command);
                            }));
        }
    }

    @BeforeAll
    void start(Services services) {
        DatabaseConfig database = DatabaseConfig.of(services.migratedDatabase());
        db = Database.open(
                vertx,
                new DatabaseConfig(
                        database.url(),
                        database.user(),
                        database.password(),
                        16,
                        2,
                        64,
                        Duration.ofSeconds(30),
                        5_000,
                        Duration.ofSeconds(30)));
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
        sql = new BillingSql(db, Json.mapper(), CONFIG);
        biller = new Biller(bus, sql, CONFIG, new BillingMetrics(new SimpleMeterRegistry()), new DocumentTexts.All());
        deploy(new Others());
        deploy(new RelayVerticle(
                db, events, Set.of(BookingEvent.ADDRESS, PaymentEvent.ADDRESS), new SimpleMeterRegistry()));
        deploy(new BillingVerticle(
                bus,
                db,
                new EventConsumers(new EventReader(catalog, Json.mapper()), db, events, new SimpleMeterRegistry()),
                Json.mapper(),
                CONFIG,
                new SimpleMeterRegistry()));
        ContractRouter contract = new ContractRouter(
                Contract.load().only("billing", "payments"),
                token -> new Principal(UserId.parse(token), Set.of(Role.DRIVER)),
                new Unlimited(),
                Json.mapper(),
                HttpConfig.forTests());
        new BillingRoutes(bus).addTo(contract);
        new PaymentRoutes(bus).addTo(contract);
        new WalletRoutes(bus, "http://127.0.0.1").addTo(contract);
        new PointsRoutes(bus).addTo(contract);
        Router router = Router.router(vertx);
        contract.mount(router);
        server = TestNode.await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    @AfterAll
    void close() {
        TestNode.await(vertx.close());
    }

    private void deploy(VerticleBase verticle) {
        TestNode.await(vertx.deployVerticle(
                verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    private static final class Unlimited implements RateLimiter {
        @Override
        public Verdict takeHere(String subject) {
            return new Verdict(true, EVERYTHING, 1_000, 1, 999, 1, 0);
        }

        @Override
        public Future<Verdict> take(String policy, String subject) {
            return Future.succeededFuture(takeHere(subject));
        }

        @Override
        public void require(String policy) {}
    }

    private static Tariff taxed(int basisPoints, boolean inclusive) {
        return new Tariff(
                "EUR",
                251,
                null,
                new TariffRules(
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        List.of(),
                        List.of(),
                        new Tax(basisPoints, inclusive),
                        null));
    }

    /** A booking that is paid, as the other capabilities know it. */
    private Booking paid(UserId host, long price, Tariff tariff) {
        Booking booking = Samples.booking(UserId.next(), host, price);
        tariffs.put(booking.listing(), tariff);
        charged.put(booking.payment(), new Charged(List.of(part(booking, booking.payment(), price))));
        charges.put(booking.payment(), new DescribedCharge(booking, ChargePurpose.STAY, booking.stay(), null, null));
        return booking;
    }

    private static ChargedPart part(Booking booking, PaymentId payment, long price) {
        return new ChargedPart(payment, booking.id(), booking.driver(), booking.host(), new Money(price, "EUR"));
    }

    private static PaymentSucceeded succeeded(Booking booking) {
        return new PaymentSucceeded(booking.payment(), booking.id(), booking.driver(), booking.price());
    }

    private static PaymentRefunded refunded(Booking booking, long amount) {
        return new PaymentRefunded(booking.payment(), booking.id(), booking.driver(), new Money(amount, "EUR"), null);
    }

    private EventRecord take(Event event) {
        EventRecord record = new EventRecord(Ids.next(), event);
        biller.take(record);
        return record;
    }

    private <R extends Message> R ask(Command<R> command) {
        return TestNode.await(bus.ask(command, Duration.ofSeconds(PATIENCE_SECONDS)));
    }

    private static Principal actor(UserId user, Role... roles) {
        return new Principal(user, Set.of(roles));
    }

    /** The oldest first. */
    private List<Invoice> documents(UserId user, Side side) {
        InvoicePage page = ask(new ListInvoices(actor(user), side, null, null, null, null, null, 100));
        return page.items().reversed();
    }

    @Test
    void anInvoiceIsWritten_whenTheMoneyHasCome_onceThroughKafka() {
        Booking booking = paid(UserId.next(), 750, PLAIN);
        Outbox outbox = new Outbox(db, bus, Json.mapper());
        for (int times = 0; times < 2; times++) {
            CompletableFuture.runAsync(() -> outbox.inTransaction(changes -> {
                        changes.record(succeeded(booking));
                        return true;
                    }))
                    .join();
        }
        PaymentSucceeded after = succeeded(paid(booking.host(), 500, PLAIN));
        until(() -> !documents(booking.driver(), Side.BUYER).isEmpty());
        biller.take(new EventRecord(Ids.next(), after));

        Invoice invoice = documents(booking.driver(), Side.BUYER).getFirst();
        assertThat(invoice.number()).isEqualTo("BI-000001");
        assertThat(invoice.kind()).isEqualTo(Kind.INVOICE);
        assertThat(invoice.content().lines())
                .containsExactly(new TaxedLine("3 angefangene Stunden zu 2,50\u00a0€", 750, 0, null));
        assertThat(invoice.content().buyer().name()).isEqualTo("Erika Muster");
        assertThat(documents(booking.host(), Side.SELLER))
                .extracting(Invoice::number)
                .containsExactly("BI-000001", "BI-000002");
    }

    @Test
    @Tag("PY11")
    void taxIsThatOfThePlace_inThePriceOrOnIt_asItWasQuoted() {
        UserId host = UserId.next();
        take(succeeded(paid(host, 753, taxed(1_900, true))));
        take(succeeded(paid(host, 896, taxed(1_900, false))));
        take(succeeded(paid(host, 1_000, taxed(700, false))));

        assertThat(documents(host, Side.SELLER))
                .extracting(each -> each.content().lines())
                .containsExactly(
                        List.of(new TaxedLine("3 angefangene Stunden zu 2,51\u00a0€", 753, 120, 1_900)),
                        List.of(new TaxedLine("3 angefangene Stunden zu 2,51\u00a0€", 896, 143, 1_900)),
                        // Another price than the tariff's: one line.
                        List.of(new TaxedLine("Parken", 1_000, 65, 700)));
    }

    @Test
    @Tag("PY11")
    void aTariffThatSaysNothing_hasTheTaxOfItsPlace() {
        UserId host = UserId.next();
        placeTax.set(new PlaceTax("DE", "USt", 1_900, true));
        take(succeeded(paid(host, 750, PLAIN)));
        placeTax.set(null);
        take(succeeded(paid(host, 750, PLAIN)));
        assertThat(documents(host, Side.SELLER))
                .extracting(each -> each.content().lines().getFirst().taxBasisPoints())
                .containsExactly(1_900, null);
        assertThat(documents(host, Side.SELLER).getFirst().content().tax()).isEqualTo(120);
    }

    @Test
    @Tag("rule-27")
    @Tag("PY11")
    void aServiceFee_isThePlatforms_andItsInvoiceIsCreditedLast() {
        UserId host = UserId.next();
        Booking plain = Samples.booking(UserId.next(), host, 872);
        ServiceFeeTerms terms = new ServiceFeeTerms(
                Ids.next(), new ServiceFeeRate(1_000, new Money(25, "EUR")), new PlaceTax("DE", "USt", 1_900, false));
        BookedFee fee = terms.of(new Money(753, "EUR"));
        assertThat(fee.amount()).isEqualTo(new Money(119, "EUR"));
        Booking booking = Samples.withFee(plain, fee);
        tariffs.put(booking.listing(), taxed(1_900, true));
        charged.put(
                booking.payment(),
                new Charged(List.of(new ChargedPart(
                        booking.payment(), booking.id(), booking.driver(), host, booking.price(), fee.part()))));
        charges.put(booking.payment(), new DescribedCharge(booking, ChargePurpose.STAY, booking.stay(), null, null));
        take(succeeded(booking));
        take(succeeded(booking));
        assertThat(documents(host, Side.SELLER))
                .extracting(each -> each.content().gross())
                .containsExactly(753L);
        List<Invoice> invoices = documents(booking.driver(), Side.BUYER);
        Invoice ofFee = invoices.stream()
                .filter(each -> each.sellerId() == null)
                .findFirst()
                .orElseThrow();
        assertThat(invoices).hasSize(2);
        assertThat(ofFee.content().seller().name()).isEqualTo("Berth");
        assertThat(ofFee.content().lines()).containsExactly(new TaxedLine("Servicegebühr", 119, 19, 1_900));

        // Half of the parking, then all of it with the fee.
        take(refunded(booking, 377));
        EventRecord rest = take(refunded(booking, 495));
        biller.take(rest);
        List<Invoice> notes = documents(booking.driver(), Side.BUYER).stream()
                .filter(each -> each.kind() == Kind.CREDIT_NOTE)
                .toList();
        assertThat(notes).extracting(each -> each.content().gross()).containsExactlyInAnyOrder(377L, 376L, 119L);
        assertThat(notes.stream().filter(each -> each.sellerId() == null))
                .extracting(each -> each.content().tax())
                .containsExactly(19L);
        assertThat(ofFee.number()).startsWith("BI-");
    }

    @Test
    @Tag("PY12")
    void whatACodeHasTakenOff_isTold_andWhatIsPaidIsTaxed() {
        UserId host = UserId.next();
        Booking booking = paid(host, 600, taxed(1_900, true));
        BookedDiscount discount =
                new BookedDiscount("SOMMER-26", Payer.PLATFORM, null, new Money(753, "EUR"), new Money(153, "EUR"));
        charges.put(
                booking.payment(),
                new DescribedCharge(booking, ChargePurpose.STAY, booking.stay(), null, null, discount));
        take(succeeded(booking));
        take(refunded(booking, 600));

        assertThat(documents(host, Side.SELLER))
                .extracting(each -> each.content().lines())
                .containsExactlyInAnyOrder(
                        List.of(
                                new TaxedLine("Parken", 600, 96, 1_900),
                                new TaxedLine(
                                        "Preis 7,53\u00a0€, abzüglich 1,53\u00a0€ mit dem Code SOMMER-26",
                                        0,
                                        0,
                                        1_900)),
                        List.of(new TaxedLine("Parken", 600, 96, 1_900)));
    }

    @Test
    void whatGoesBack_isCredited_partByPart_andOnce() {
        UserId host = UserId.next();
        Booking booking = paid(host, 1_001, taxed(1_900, true));
        // The money of a series may go back before its event is here: the invoice is written first.
        EventRecord first = take(refunded(booking, 333));
        take(succeeded(booking));
        biller.take(first);
        tariffs.remove(booking.listing());
        take(refunded(booking, 667));
        take(refunded(booking, 1));

        List<Invoice> all = documents(booking.driver(), Side.BUYER);
        assertThat(all).extracting(Invoice::number).containsExactly("BI-000001", "BC-000001", "BC-000002", "BC-000003");
        Invoice invoice = all.getFirst();
        assertThat(all.subList(1, 4)).allSatisfy(note -> {
            assertThat(note.kind()).isEqualTo(Kind.CREDIT_NOTE);
            assertThat(Objects.requireNonNull(note.content().corrects()).id()).isEqualTo(invoice.id());
        });
        assertThat(all.subList(1, 4).stream()
                        .mapToLong(each -> each.content().gross())
                        .sum())
                .isEqualTo(1_001);
        assertThat(all.subList(1, 4).stream()
                        .mapToLong(each -> each.content().tax())
                        .sum())
                .isEqualTo(invoice.content().tax())
                .isEqualTo(160);
    }

    @Test
    void aSeriesHasAnInvoiceForEachBooking_andEveryFurtherChargeOneOfItsOwn() {
        UserId host = UserId.next();
        Booking one = paid(host, 750, PLAIN);
        Booking other = paid(host, 500, PLAIN);
        PaymentId whole = PaymentId.next();
        charged.put(whole, new Charged(List.of(part(one, one.payment(), 750), part(other, other.payment(), 500))));
        take(new PaymentSucceeded(whole, new BookingId(whole.value()), one.driver(), new Money(1_250, "EUR")));

        PaymentId overstay = PaymentId.next();
        charged.put(overstay, new Charged(List.of(part(one, overstay, 1_624))));
        charges.put(overstay, new DescribedCharge(one, ChargePurpose.OVERSTAY, one.stay(), 2, new Money(1_000, "EUR")));
        take(new PaymentSucceeded(overstay, one.id(), one.driver(), new Money(1_624, "EUR")));
        take(new PaymentSucceeded(PaymentId.next(), one.id(), one.driver(), Money.zero("EUR")));

        List<Invoice> all = documents(host, Side.SELLER);
        assertThat(all).extracting(each -> each.content().gross()).containsExactly(750L, 500L, 1_624L);
        assertThat(all.getLast().content().purpose()).isEqualTo(Purpose.OVERSTAY);
        assertThat(all.getLast().content().lines())
                .extracting(TaxedLine::label, TaxedLine::gross)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("2 angefangene Stunden nach dem Ende", 624L),
                        org.assertj.core.groups.Tuple.tuple("Gebühr für das Überziehen", 1_000L));
    }

    @Test
    void whoIsBroughtToAnotherHost_hasAnInvoiceOfThatHost_andTheFirstIsTakenBack() {
        Booking booking = paid(UserId.next(), 750, taxed(1_900, true));
        take(succeeded(booking));
        take(refunded(booking, 100));
        Booking moved = Samples.at(booking, UserId.next());
        tariffs.put(moved.listing(), taxed(700, true));
        EventRecord rescue = take(new BookingRescued(
                moved,
                new Occupancy(booking.id().value(), booking.slot(), booking.stay(), false),
                new Origin(booking.listing(), booking.host(), booking.title(), booking.slotName()),
                null,
                3));
        biller.take(rescue);
        take(refunded(booking, 650));

        assertThat(documents(booking.host(), Side.SELLER))
                .extracting(Invoice::kind, each -> each.content().gross())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Kind.INVOICE, 750L),
                        org.assertj.core.groups.Tuple.tuple(Kind.CREDIT_NOTE, 100L),
                        org.assertj.core.groups.Tuple.tuple(Kind.CREDIT_NOTE, 650L));
        List<Invoice> others = documents(moved.host(), Side.SELLER);
        assertThat(others)
                .extracting(
                        Invoice::number,
                        each -> each.content().gross(),
                        each -> each.content().tax())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("BI-000001", 650L, 43L),
                        org.assertj.core.groups.Tuple.tuple("BC-000001", 650L, 43L));
        assertThat(others.getFirst().content().title()).isEqualTo("Bahnhof");
    }

    /** A third of them roll back after they have their number, and all want the same seller's. */
    @Test
    void numbersHaveNoGapAndNoDouble_whateverWritersAndRollbacksThereAre() throws Exception {
        UserId host = UserId.next();
        Booking sample = Samples.booking(UserId.next(), host, 500);
        int each = 3;
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                for (int turn = 0; turn < each; turn++) {
                    boolean fails = (writer + turn) % 3 == 0;
                    Draft draft = draft(sample, host, Ids.next());
                    all.add(CompletableFuture.runAsync(() -> write(draft, fails), writers));
                }
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        List<Long> sequence = new ArrayList<>();
        db.query(
                        "SELECT sequence FROM billing.document WHERE seller = $1 ORDER BY issued_at, id",
                        Tuple.of(host.value()))
                .forEach(row -> sequence.add(row.getLong(0)));
        assertThat(sequence)
                .as("in the order of their times, too")
                .isEqualTo(LongStream.rangeClosed(1, WRITERS * each * 2 / 3)
                        .boxed()
                        .toList());
    }

    private static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void write(Draft draft, boolean fails) {
        try {
            sql.inTransaction(connection -> {
                sql.issue(connection, draft);
                if (fails) {
                    throw new GivenUp();
                }
                return true;
            });
        } catch (GivenUp expected) {
            assertThat(fails).isTrue();
        }
    }

    private static Draft draft(Booking booking, UserId seller, UUID payment) {
        Invoice.Content content = new Invoice.Content(
                "en",
                new Invoice.Party("Host", "", null),
                new Invoice.Party("Driver", "", null),
                "Berth",
                null,
                Purpose.STAY,
                booking.title(),
                "",
                "1",
                booking.stay().from(),
                booking.stay().to(),
                booking.timeZone(),
                "EUR",
                List.of(TaxedLine.of("Parking", 500, 1_900)));
        return new Draft(
                payment,
                seller,
                booking.driver(),
                new PaymentId(payment),
                booking.id(),
                booking.listing(),
                null,
                1_900,
                content);
    }

    @Test
    void whatWasIssued_staysAsItIs_alsoForWhoeverWritesPastTheFunction() {
        Booking booking = paid(UserId.next(), 750, PLAIN);
        take(succeeded(booking));
        for (String change : List.of(
                "UPDATE billing.document SET gross = 1",
                "DELETE FROM billing.document",
                "TRUNCATE billing.document",
                """
                INSERT INTO billing.document SELECT gen_random_uuid(), kind, seller, 9, 'X', buyer, invoice, gen_random_uuid(),
                    payment, booking, listing, currency, gross, tax, tax_basis_points, issued_at, issued_on, content
                FROM billing.document WHERE payment = '%s'
                """.formatted(booking.payment()),
                """
                INSERT INTO billing.document SELECT gen_random_uuid(), 'CREDIT_NOTE', seller, 1, 'X', buyer, id, gen_random_uuid(),
                    payment, booking, listing, currency, gross + 1, tax, tax_basis_points, issued_at, issued_on, content
                FROM billing.document WHERE payment = '%s'
                """.formatted(booking.payment()))) {
            assertThatThrownBy(() -> db.query(change, Tuple.tuple())).as(change).isNotNull();
        }
        assertThat(documents(booking.driver(), Side.BUYER)).hasSize(1);
    }

    @Test
    void documentsAreForBuyerSellerAndAdministrators_andNobodyElse() throws Exception {
        Booking booking = paid(UserId.next(), 750, taxed(1_900, true));
        take(succeeded(booking));
        InvoiceId id = documents(booking.driver(), Side.BUYER).getFirst().id();

        assertThat(ask(new GetInvoice(actor(booking.host()), id)).id()).isEqualTo(id);
        assertThat(ask(new GetInvoice(actor(UserId.next(), Role.ADMIN), id)).id())
                .isEqualTo(id);
        assertThat(Objects.requireNonNull(catchThrowableOfType(
                                Rejection.class, () -> ask(new GetInvoice(actor(UserId.next()), id))))
                        .problem()
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        for (String form : List.of("", ".pdf", ".html")) {
            assertThat(get("/invoices/" + id + form, UserId.next()).statusCode())
                    .isEqualTo(404);
        }

        HttpResponse<byte[]> pdf = get("/invoices/" + id + ".pdf", booking.driver());
        assertThat(pdf.statusCode()).isEqualTo(200);
        assertThat(pdf.headers().firstValue("content-type")).contains("application/pdf");
        assertThat(pdf.headers().firstValue("content-disposition")).contains("inline; filename=\"BI-000001.pdf\"");
        assertThat(new String(pdf.body(), 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
        assertThat(new String(get("/invoices/" + id + ".html", booking.host()).body(), StandardCharsets.UTF_8))
                .contains("Rechnung", "BI-000001", "Garage &lt;Süd&gt;");

        JsonNode json =
                Json.mapper().readTree(get("/invoices/" + id, booking.driver()).body());
        assertThat(json.path("issuedOn").asText()).matches("\\d{4}-\\d{2}-\\d{2}");
        assertThat(json.path("total").path("amount").asLong()).isEqualTo(750);
        assertThat(json.path("taxes").path(0).path("basisPoints").asInt()).isEqualTo(1_900);
        assertThat(json.path("lines").path(0).path("net").asLong()
                        + json.path("lines").path(0).path("tax").asLong())
                .isEqualTo(750);
    }

    @Test
    void listsAreFiltered_andPaged() throws Exception {
        UserId host = UserId.next();
        Booking booking = paid(host, 750, PLAIN);
        take(succeeded(booking));
        take(refunded(booking, 250));
        take(succeeded(paid(host, 500, PLAIN)));

        assertThat(items("/invoices?as=seller", host)).hasSize(3);
        assertThat(items("/invoices", host)).isEmpty();
        assertThat(items("/invoices?as=seller&kind=CREDIT_NOTE", host)).hasSize(1);
        assertThat(items("/invoices?as=seller&bookingId=" + booking.id(), host)).hasSize(2);
        assertThat(items("/invoices?as=seller&to=2026-01-01T00:00:00Z", host)).isEmpty();
        assertThat(items("/invoices?as=seller&from=2026-01-01T00:00:00%2B01:00", host))
                .hasSize(3);
        JsonNode first =
                Json.mapper().readTree(get("/invoices?as=seller&limit=2", host).body());
        String next = first.path("next").asText();
        assertThat(items("/invoices?as=seller&limit=2&cursor=" + next, host)).hasSize(1);
        assertThat(get("/invoices?cursor=x", host).statusCode()).isEqualTo(400);
    }

    private List<JsonNode> items(String path, UserId user) throws Exception {
        HttpResponse<byte[]> answer = get(path, user);
        assertThat(answer.statusCode()).isEqualTo(200);
        List<JsonNode> items = new ArrayList<>();
        Json.mapper().readTree(answer.body()).path("items").forEach(items::add);
        return items;
    }

    @Test
    void transactionsAreATable_forSpreadsheets_withWhatFollows() throws Exception {
        UserId driver = UserId.next();
        HttpResponse<byte[]> table = get(
                "/payments/transactions.csv?kind=REFUND&from=2026-10-01T00:00:00%2B02:00&to=2026-11-01T00:00:00Z",
                driver);
        assertThat(table.statusCode()).isEqualTo(200);
        assertThat(table.headers().firstValue("content-type")).contains("text/csv; charset=utf-8; header=present");
        assertThat(new String(table.body(), StandardCharsets.UTF_8))
                .isEqualTo("""
                date,kind,amount,currency,description,bookingId,paymentId,id,subscriptionId,serviceFee\r
                2026-10-03T12:00:00Z,REFUND,12.05,EUR,"'=Garage, ""Süd""\",%s,%s,%s,,\r
                """.formatted(TRANSACTION.bookingId(), TRANSACTION.paymentId(), TRANSACTION.id()));
        assertThat(table.headers().firstValue("link").orElse(""))
                .startsWith("<?cursor=" + TRANSACTION.id() + "&kind=REFUND&from=2026-10-01T00%3A00%3A00%2B02%3A00&to=")
                .endsWith(">; rel=\"next\"");
        assertThat(asked)
                .containsExactly(new ListTransactions(
                        driver,
                        TransactionKind.REFUND,
                        Instant.parse("2026-09-30T22:00:00Z"),
                        Instant.parse("2026-11-01T00:00:00Z"),
                        null,
                        1_000));
        assertThat(get("/payments/transactions.csv?limit=1001", driver).statusCode())
                .isEqualTo(400);
        assertThat(get("/payments/transactions?kind=FEE", driver).statusCode()).isEqualTo(400);
    }

    @Test
    void peopleSayHowTheyAreNamed_onWhatIsIssuedFromThenOn() throws Exception {
        Booking booking = paid(UserId.next(), 750, PLAIN);
        take(succeeded(booking));
        HttpResponse<byte[]> before = get("/users/me/billing-details", booking.driver());
        assertThat(before.headers().firstValue("etag")).contains("\"0\"");
        BillingDetails said = ask(new SetDetails(
                actor(booking.driver()), " Muster GmbH ", "Am Markt 1\n76131 Karlsruhe", "de 123.456-789", 0L));
        assertThat(said).isEqualTo(new BillingDetails("Muster GmbH", "Am Markt 1\n76131 Karlsruhe", "DE123456789", 1));
        assertThat(send("PUT", "/users/me/billing-details", booking.driver(), "\"0\"", "{\"name\":\"Other\"}")
                        .statusCode())
                .isEqualTo(412);
        assertThat(send("PUT", "/users/me/billing-details", booking.driver(), null, "{\"name\":\" \"}")
                        .statusCode())
                .isEqualTo(400);
        PaymentId more = PaymentId.next();
        charged.put(more, new Charged(List.of(part(booking, more, 250))));
        charges.put(more, new DescribedCharge(booking, ChargePurpose.CHANGE, booking.stay(), null, null));
        take(new PaymentSucceeded(more, booking.id(), booking.driver(), new Money(250, "EUR")));

        assertThat(documents(booking.driver(), Side.BUYER))
                .extracting(each -> each.content().buyer().name())
                .containsExactly("Erika Muster", "Muster GmbH");
        assertThat(documents(booking.driver(), Side.BUYER).getLast().content().lines())
                .extracting(TaxedLine::label)
                .containsExactly("Änderung der Buchung");
    }

    private HttpResponse<byte[]> get(String path, UserId user) throws Exception {
        return send("GET", path, user, null, null);
    }

    private HttpResponse<byte[]> send(
            String method, String path, UserId user, @Nullable String version, @Nullable String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/api/v1" + path))
                .timeout(Duration.ofSeconds(30))
                .header("authorization", "Bearer " + user)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("content-type", "application/json");
        }
        if (version != null) {
            request.header("if-match", version);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void until(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain");
            }
            CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
                    .join();
        }
    }
}
