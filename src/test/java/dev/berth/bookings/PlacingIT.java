package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@WithServices
class PlacingIT {
    private static final String OVERLAPS = """
            SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                ON a.slot_id = b.slot_id AND a.id < b.id AND a.stay && b.stay
            WHERE a.live AND b.live
            """;

    private final BookingWorld world;

    PlacingIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aBooking_isHeldWithAllItNeeds() {
        Listing listing = world.listing(2);
        Principal driver = BookingWorld.someone();
        TimeRange stay = BookingWorld.stay(24, 3);
        BookingDetails details = world.place(driver, listing, stay);
        Booking booking = details.booking();
        assertThat(booking.status()).isEqualTo(BookingStatus.HELD);
        assertThat(booking.version()).isEqualTo(1);
        assertThat(booking.slot()).isEqualTo(listing.slots().getFirst().id());
        assertThat(booking.slotName()).isEqualTo(listing.slots().getFirst().name());
        assertThat(booking.stay()).isEqualTo(stay);
        assertThat(booking.price()).isEqualTo(new Money(750, "EUR"));
        assertThat(booking.host()).isEqualTo(listing.owner());
        assertThat(booking.commissionBasisPoints()).isEqualTo(1_200);
        assertThat(booking.holdExpiresAt()).isEqualTo(booking.createdAt().plus(world.config.holdTime()));
        assertThat(details.payment().status()).isEqualTo(PaymentStatus.REQUIRES_PAYMENT_METHOD);
        assertThat(details.payment().clientSecret()).isNotBlank();
        assertThat(details.pass()).isNull();
        // The next one gets the next slot, the third one none.
        assertThat(world.place(driver, listing, stay).booking().slot())
                .isEqualTo(listing.slots().getLast().id());
        PlaceBooking third = world.booking(driver, world.quote(listing, stay), null);
        assertThat(world.refusal(third).type()).isEqualTo(ProblemType.SLOT_TAKEN);
    }

    @Test
    @Tag("rule-1")
    void staysThatMeet_areNoOverlap_andOneSecondIs() {
        Listing listing = world.listing(1);
        Principal driver = BookingWorld.someone();
        TimeRange stay = BookingWorld.stay(24, 2);
        world.place(driver, listing, stay);
        TimeRange late = new TimeRange(stay.to().minusSeconds(1), stay.to().plusSeconds(3_600));
        assertThat(world.refusal(world.booking(driver, world.quote(listing, late), null))
                        .type())
                .isEqualTo(ProblemType.SLOT_TAKEN);
        world.place(driver, listing, new TimeRange(stay.to(), stay.to().plusSeconds(3_600)));
        world.place(driver, listing, new TimeRange(stay.from().minusSeconds(3_600), stay.from()));
    }

    @Test
    void aBooking_isOneStatement_andSoIsARefusal() {
        Listing listing = world.listing(1);
        PlaceBooking first =
                world.booking(BookingWorld.someone(), world.quote(listing, BookingWorld.stay(24, 1)), null);
        PlaceBooking second =
                world.booking(BookingWorld.someone(), world.quote(listing, BookingWorld.stay(24, 1)), null);
        world.statements.set(0);
        world.ask(first);
        assertThat(world.statements).hasValue(1);
        world.refusal(second);
        assertThat(world.statements).hasValue(2);
    }

    @Test
    void aRefusal_writesNothing() {
        Listing listing = world.listing(1);
        world.place(BookingWorld.someone(), listing, BookingWorld.stay(24, 1));
        PlaceBooking second =
                world.booking(BookingWorld.someone(), world.quote(listing, BookingWorld.stay(24, 1)), null);
        // A transaction that writes takes the next number.
        long before = world.number("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
        world.refusal(second);
        assertThat(world.number("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))
                .isEqualTo(before);
    }

    @Test
    @Tag("rule-10")
    void hotSlot_isSoldOnce() {
        Listing listing = world.listing(1);
        Quote quote = world.quote(listing, BookingWorld.stay(24, 1));
        List<Future<BookingDetails>> tries = Stream.generate(
                        () -> world.send(world.booking(BookingWorld.someone(), quote, null)))
                .limit(200)
                .toList();
        BookingWorld.await(Future.join(tries).otherwiseEmpty());
        assertThat(tries.stream().filter(Future::succeeded)).hasSize(1);
        assertThat(tries.stream().filter(Future::failed).map(PlacingIT::reason))
                .hasSize(199)
                .containsOnly(ProblemType.SLOT_TAKEN);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isEqualTo(1);
        assertThat(world.number("SELECT count(*) FROM platform.outbox")).isEqualTo(1);
    }

    @Test
    @Tag("rule-10")
    void manyAtOnce_neverOverlap_andTheCalendarCountsWithoutAGap() {
        Random random = new Random(20_260_301);
        List<Listing> listings = List.of(world.listing(3), world.listing(5), world.listing(1));
        List<Future<BookingDetails>> tries = new ArrayList<>();
        List<Booking> placed = Collections.synchronizedList(new ArrayList<>());
        for (int round = 0; round < 12; round++) {
            List<Future<BookingDetails>> wave = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Listing listing = listings.get(random.nextInt(listings.size()));
                TimeRange stay = BookingWorld.stay(24 + random.nextInt(30), 1 + random.nextInt(6));
                wave.add(world.send(world.booking(BookingWorld.someone(), world.quote(listing, stay), null))
                        .onSuccess(details -> placed.add(details.booking())));
            }
            BookingWorld.await(Future.join(wave).otherwiseEmpty());
            tries.addAll(wave);
            // Some end in the meantime, so that their slots are sold again.
            List<Booking> some = List.copyOf(placed);
            some.stream().filter(booking -> random.nextInt(4) == 0).forEach(booking -> {
                world.expireHold(booking);
                placed.remove(booking);
            });
        }
        assertThat(tries.stream().filter(Future::failed).map(PlacingIT::reason)).containsOnly(ProblemType.SLOT_TAKEN);
        assertThat(tries.stream().filter(Future::succeeded)).hasSizeGreaterThan(60);
        assertThat(world.number(OVERLAPS)).isZero();
        // Whoever was answered is there.
        assertThat(world.number("SELECT count(*) FROM bookings.occupation"))
                .isEqualTo(tries.stream().filter(Future::succeeded).count());
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE status = 'EXPIRED'"))
                .isPositive();
        assertOutboxIsTrue();
    }

    /** In the order of their sequence, the events of a listing are numbered without a gap, and read back as written. */
    private void assertOutboxIsTrue() {
        Map<String, Long> versions = new HashMap<>();
        for (Row row : world.sql("SELECT key, type, body, topic FROM platform.outbox ORDER BY sequence")) {
            BookingEvent event = read(row.getString("type"), row.getString("body"));
            assertThat(world.outbox.encode(event)).isEqualTo(row.getString("body"));
            assertThat(event.key()).isEqualTo(row.getString("key"));
            assertThat(event.address()).isEqualTo(row.getString("topic"));
            assertThat(event.calendarVersion()).isEqualTo(versions.merge(event.key(), 1L, Long::sum));
        }
        for (Row row : world.sql("SELECT listing_id, version FROM bookings.calendar")) {
            assertThat(versions).containsEntry(row.getUUID(0).toString(), row.getLong(1));
        }
    }

    private BookingEvent read(String type, String body) {
        try {
            Class<?> event = MessageCatalog.of(List.of(BookingEvent.class)).type(type);
            return (BookingEvent) world.json.readValue(body, event);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void outboxRows_areTheEventsThatTheBusTells() {
        Listing listing = world.listing(1);
        Principal driver = BookingWorld.someone();
        BookingDetails held = world.place(driver, listing, BookingWorld.stay(24, 1));
        world.expireHold(held.booking());
        BookingDetails paid = world.placeAndPay(driver, listing, BookingWorld.stay(24, 1));
        world.ask(new BookingCommand.CancelBooking(driver, paid.booking().id(), "changed my \"mind\"\n"));
        assertOutboxIsTrue();
        List<Row> rows = world.sql("SELECT type, body FROM platform.outbox ORDER BY sequence");
        assertThat(rows)
                .extracting(row -> row.getString(0))
                .containsExactly(
                        "bookings.BookingPlaced",
                        "bookings.BookingExpired",
                        "bookings.BookingPlaced",
                        "bookings.BookingConfirmed",
                        "bookings.BookingCancelled");
        List<BookingEvent> written = rows.stream()
                .map(row -> read(row.getString(0), row.getString(1)))
                .toList();
        world.eventually(() -> world.events.size() == written.size());
        assertThat(world.events).containsExactlyInAnyOrderElementsOf(written);
        // Driver and host each hear of each.
        world.eventually(() -> world.told.size() == 2 * written.size());
    }

    @Test
    void sameKey_isTheSameBooking_alsoAtOnce() {
        Listing listing = world.listing(20);
        Principal driver = BookingWorld.someone();
        PlaceBooking command = world.booking(driver, world.quote(listing, BookingWorld.stay(24, 1)), null);
        List<Future<BookingDetails>> answers =
                Stream.generate(() -> world.send(command)).limit(32).toList();
        answers.forEach(BookingWorld::await);
        assertThat(answers.stream().map(answer -> answer.result().booking()))
                .containsOnly(answers.getFirst().result().booking());
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isEqualTo(1);

        PlaceBooking other = new PlaceBooking(
                driver, command.quoteId(), command.finalPrice(), null, null, command.idempotencyKey(), "ff");
        assertThat(world.refusal(other).type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_REUSED);
        // Somebody else's key is another key.
        PlaceBooking another = new PlaceBooking(
                BookingWorld.someone(),
                command.quoteId(),
                command.finalPrice(),
                null,
                null,
                command.idempotencyKey(),
                "ff");
        assertThat(world.ask(another).booking().id())
                .isNotEqualTo(answers.getFirst().result().booking().id());
    }

    @Test
    void sameKey_forTheLastSlot_isTheSameBooking_alsoAtOnce() {
        for (int round = 0; round < 50; round++) {
            PlaceBooking command = world.booking(
                    BookingWorld.someone(), world.quote(world.listing(1), BookingWorld.stay(24, 1)), null);
            List<Future<BookingDetails>> answers =
                    Stream.generate(() -> world.send(command)).limit(8).toList();
            assertThat(answers.stream()
                            .map(answer -> BookingWorld.await(answer).booking().id())
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void aReplay_isAnswered_evenWhenTheQuoteHasExpiredSince() {
        Listing listing = world.listing(1);
        Principal driver = BookingWorld.someone();
        Quote fresh = world.quote(listing, BookingWorld.stay(24, 1));
        QuoteTokens tokens = world.quoteTokens();
        Quote old = expired(fresh, tokens);
        PlaceBooking stale = world.booking(driver, old, null);
        // As if it had been made in time.
        world.ask(new PlaceBooking(
                driver, fresh.quoteId(), fresh.finalPrice(), null, null, stale.idempotencyKey(), "0a0b"));
        assertThat(world.ask(stale).booking().status()).isEqualTo(BookingStatus.HELD);
    }

    private static Quote expired(Quote quote, QuoteTokens tokens) {
        QuoteTerms terms = tokens.read(quote.quoteId());
        QuoteTerms old = new QuoteTerms(
                terms.listing(),
                terms.inventory(),
                terms.host(),
                terms.title(),
                terms.locationText(),
                terms.location(),
                terms.timeZone(),
                terms.slot(),
                terms.stay(),
                terms.price(),
                terms.commissionBasisPoints(),
                terms.policy(),
                terms.vehicle(),
                terms.vehicleOwner(),
                terms.surcharges(),
                terms.vehicleTraits(),
                terms.needs(),
                null,
                terms.expiresAt().minusSeconds(600),
                terms.fee());
        return new Quote(
                tokens.write(old),
                quote.listingId(),
                quote.title(),
                quote.timeZone(),
                quote.from(),
                quote.to(),
                quote.lines(),
                quote.tax(),
                quote.serviceFee(),
                quote.total(),
                null,
                quote.finalPrice(),
                quote.policy(),
                old.expiresAt(),
                quote.freeSlots(),
                quote.warnings(),
                quote.instantBook());
    }

    @Test
    @Tag("rule-8")
    void badQuotes_areRefused_withAFreshOneWhereThatHelps() {
        Listing listing = world.listing(1);
        Principal driver = BookingWorld.someone();
        Quote quote = world.quote(listing, BookingWorld.stay(24, 1));
        QuoteTokens tokens = world.quoteTokens();

        String forged =
                new QuoteTokens(world.signers.signer("something else"), world.json).write(tokens.read(quote.quoteId()));
        for (String token :
                List.of(forged, "x", quote.quoteId() + "A", quote.quoteId().substring(4))) {
            PlaceBooking command = new PlaceBooking(driver, token, quote.finalPrice(), null, null, "key-forged", "00");
            assertThat(world.refusal(command).type()).isEqualTo(ProblemType.QUOTE_INVALID);
        }

        var expired = world.refusal(world.booking(driver, expired(quote, tokens), null));
        assertThat(expired.type()).isEqualTo(ProblemType.QUOTE_STALE);
        assertThat(expired.members()).containsKey("quote");

        PlaceBooking cheaper =
                new PlaceBooking(driver, quote.quoteId(), new Money(1, "EUR"), null, null, "key-cheaper", "00");
        var mismatch = world.refusal(cheaper);
        assertThat(mismatch.type()).isEqualTo(ProblemType.QUOTE_STALE);
        Quote fresh = (Quote) requireNonNull(mismatch.members().get("quote"));
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isZero();
        world.ask(world.booking(driver, fresh, null));
    }

    @Test
    @Tag("rule-9")
    void anExpiredHold_doesNotStandInTheWay() {
        Listing listing = world.listing(1);
        TimeRange stay = BookingWorld.stay(24, 4);
        // Two short ones in the way of a long one.
        Booking first = world.place(
                        BookingWorld.someone(),
                        listing,
                        new TimeRange(stay.from(), stay.from().plusSeconds(3_600)))
                .booking();
        Booking second = world.place(
                        BookingWorld.someone(), listing, new TimeRange(stay.to().minusSeconds(3_600), stay.to()))
                .booking();
        PlaceBooking wanted = world.booking(BookingWorld.someone(), world.quote(listing, stay), null);
        world.expireHold(first);
        assertThat(world.refusal(wanted).type()).isEqualTo(ProblemType.SLOT_TAKEN);
        world.expireHold(second);
        world.ask(wanted);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE status = 'EXPIRED' AND NOT live"))
                .isEqualTo(2);
        assertOutboxIsTrue();
        assertThat(world.sql("SELECT type FROM platform.outbox ORDER BY sequence"))
                .extracting(row -> row.getString(0))
                .containsExactly(
                        "bookings.BookingPlaced",
                        "bookings.BookingPlaced",
                        "bookings.BookingExpired",
                        "bookings.BookingExpired",
                        "bookings.BookingPlaced");
    }

    @Test
    void aWishedSlot_isBookedOrRefused() {
        Listing listing = world.listing(3);
        var wish = listing.slots().get(1);
        TimeRange stay = BookingWorld.stay(24, 1);
        Principal driver = BookingWorld.someone();
        Quote quote = world.quote(listing, stay, wish.id());
        assertThat(world.ask(world.booking(driver, quote, null)).booking().slotName())
                .isEqualTo(wish.name());
        assertThat(world.refusal(world.booking(driver, quote, null)).type()).isEqualTo(ProblemType.SLOT_TAKEN);
    }

    @Test
    void candidates_areWhatSearchBelieves_andTheRestWhenItIsBehind() {
        Listing listing = world.listing(40);
        TimeRange stay = BookingWorld.stay(24, 1);
        var third = listing.slots().get(2).id();
        world.search((id, wanted, kinds, limit) ->
                Future.succeededFuture(new FreeSlotFinder.FreeSlots(true, 40, List.of(third))));
        assertThat(world.quote(listing, stay).freeSlots()).isEqualTo(40);
        assertThat(world.place(BookingWorld.someone(), listing, stay).booking().slot())
                .isEqualTo(third);
        // It still believes so: everybody else gets another one.
        for (int i = 0; i < 39; i++) {
            world.place(BookingWorld.someone(), listing, stay);
        }
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE live"))
                .isEqualTo(40);
        PlaceBooking late = world.booking(BookingWorld.someone(), world.quote(listing, stay), null);
        assertThat(world.refusal(late).type()).isEqualTo(ProblemType.SLOT_TAKEN);
        // Full, says search: one statement finds that it is true.
        world.search(
                (id, wanted, kinds, limit) -> Future.succeededFuture(new FreeSlotFinder.FreeSlots(true, 0, List.of())));
        world.statements.set(0);
        assertThat(world.refusal(late).type()).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(world.statements).hasValue(1);
    }

    @Test
    void vehicles_areTheDriversOwn_andFit() {
        Listing listing = world.listing(1);
        TimeRange stay = BookingWorld.stay(24, 1);
        Principal driver = BookingWorld.someone();
        VehicleId car = world.vehicle(driver, 150);
        VehicleId van = world.vehicle(driver, 260);
        Quote quote = world.quote(listing, stay);
        assertThat(world.refusal(with(quote, BookingWorld.someone(), car)).type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(world.refusal(with(quote, driver, van)).errors().getFirst().pointer())
                .isEqualTo("/vehicleId");
        assertThat(world.refusal(new CreateQuote(
                                null,
                                listing.id(),
                                stay.from().toString(),
                                stay.to().toString(),
                                car,
                                null,
                                false))
                        .type())
                .isEqualTo(ProblemType.UNAUTHENTICATED);
        assertThat(world.ask(with(quote, driver, car)).booking().vehicle()).isEqualTo(car);
    }

    private static PlaceBooking with(Quote quote, Principal driver, VehicleId vehicle) {
        return new PlaceBooking(driver, quote.quoteId(), quote.finalPrice(), vehicle, null, "key-" + vehicle, "00");
    }

    private static ProblemType reason(Future<?> failed) {
        if (failed.cause() instanceof Rejection rejection) {
            return rejection.problem().type();
        }
        throw new AssertionError(failed.cause());
    }
}
