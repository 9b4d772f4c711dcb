package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.ExtendBooking;
import dev.berth.bookings.BookingCommand.Extension;
import dev.berth.bookings.BookingCommand.ExtensionOption;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.PreviewExtension;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.ReleaseCharge;
import dev.berth.bookings.BookingCommand.SettleCharge;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import dev.berth.values.VehicleId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Another time for a booking: before it starts, and while the driver is in. */
@WithServices
class ChangeIT {
    private static final String OVERLAPS = """
            SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                ON a.slot_id = b.slot_id AND a.id < b.id AND a.stay && b.stay
            WHERE a.live AND b.live
            """;

    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final TimeRange stay = BookingWorld.stay(24, 2);

    ChangeIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Booking paid(Listing listing) {
        return world.placeAndPay(driver, listing, stay).booking();
    }

    private ModifyBooking modify(Booking booking, Quote quote) {
        return new ModifyBooking(driver, booking.id(), quote.quoteId(), quote.finalPrice(), null);
    }

    private ExtendBooking extend(Booking booking, Instant to, @Nullable String method) {
        return new ExtendBooking(driver, booking.id(), to.toString(), null, method);
    }

    private static TimeRange later(TimeRange stay, int hours) {
        return new TimeRange(
                stay.from().plus(Duration.ofHours(hours)), stay.to().plus(Duration.ofHours(hours)));
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    @Test
    @Tag("rule-14")
    void aLongerTime_costsTheDifference_underTheSameId() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        TimeRange longer = new TimeRange(stay.from(), stay.to().plus(Duration.ofHours(2)));
        BookingDetails changed = world.ask(modify(booking, world.quote(listing, longer)));
        assertThat(changed.booking().id()).isEqualTo(booking.id());
        assertThat(changed.booking().stay()).isEqualTo(longer);
        assertThat(changed.booking().price()).isEqualTo(eur(1_000));
        assertThat(changed.change()).isNull();
        assertThat(world.payments.charges).hasSize(2);
        assertThat(world.payments.charges).last().satisfies(charge -> {
            assertThat(charge.price()).isEqualTo(eur(500));
            assertThat(charge.booking()).isEqualTo(booking.id());
            assertThat(charge.payment()).isNotEqualTo(booking.payment());
        });
        assertThat(world.ask(new GetBooking(driver, booking.id())).history())
                .last()
                .satisfies(entry -> {
                    assertThat(entry.reason()).isEqualTo("MODIFIED");
                    assertThat(entry.actor()).isEqualTo(driver.user());
                });
        // Cancelled, both payments go back.
        world.ask(new CancelBooking(driver, booking.id(), null));
        assertThat(world.payments.refundTotals.values()).containsExactlyInAnyOrder(eur(500), eur(500));
    }

    @Test
    @Tag("rule-14")
    @Tag("rule-25")
    void aQuoteWithoutTheVehicle_doesNotSaveItsSurcharge() {
        TariffRules rules = new TariffRules(
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                null,
                new TariffRules.Surcharges(null, 300L, 150));
        Listing listing = world.listing(1, new Tariff("EUR", 250, null, rules));
        VehicleId high = world.vehicle(driver, 180);
        Quote with = world.ask(new CreateQuote(
                driver, listing.id(), stay.from().toString(), stay.to().toString(), high, null, false));
        Booking booking =
                world.ask(world.booking(driver, with, PretendPayments.SUCCEEDS)).booking();
        assertThat(booking.price()).isEqualTo(eur(800));
        TimeRange then = later(stay, 1);

        Problem refusal = world.refusal(modify(booking, world.quote(listing, then)));

        assertThat(refusal.type()).isEqualTo(ProblemType.QUOTE_STALE);
        Quote fresh = (Quote) requireNonNull(refusal.members().get("quote"));
        assertThat(fresh.total()).isEqualTo(eur(800));
        assertThat(world.ask(modify(booking, fresh)).booking().price()).isEqualTo(eur(800));
        assertThat(world.payments.refundTotals).isEmpty();
    }

    @Test
    @Tag("rule-14")
    void aShorterTime_givesTheDifferenceBack_andNothingTwice() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        TimeRange shorter = new TimeRange(stay.from(), stay.to().minus(Duration.ofHours(1)));
        ModifyBooking command = modify(booking, world.quote(listing, shorter));
        BookingDetails changed = world.ask(command);
        assertThat(changed.booking().price()).isEqualTo(eur(250));
        assertThat(changed.refund()).isEqualTo(eur(250));
        assertThat(changed.payment().status()).isEqualTo(PaymentStatus.SUCCEEDED);
        world.ask(command);
        assertThat(world.payments.refundTotals).containsEntry(booking.payment(), eur(250));
        // What it left is free; what it kept comes back when it is cancelled.
        world.place(driver, listing, new TimeRange(shorter.to(), stay.to()));
        world.ask(new CancelBooking(driver, booking.id(), null));
        assertThat(world.payments.refundTotals).containsEntry(booking.payment(), eur(500));
    }

    @Test
    @Tag("rule-14")
    void anotherTime_isTriedInItsOwnSlotFirst_thenInAnother_elseRefused() {
        Listing listing = world.listing(2);
        Booking booking = paid(listing);
        TimeRange then = later(stay, 5);
        Booking other = world.placeAndPay(BookingWorld.someone(), listing, then).booking();
        assertThat(other.slot()).isEqualTo(booking.slot());
        BookingDetails moved = world.ask(modify(booking, world.quote(listing, then)));
        assertThat(moved.booking().slot()).isNotEqualTo(booking.slot());
        assertThat(moved.booking().stay()).isEqualTo(then);
        Booking third = world.placeAndPay(driver, listing, stay).booking();
        assertThat(world.refusal(modify(third, world.quote(listing, then))).type())
                .isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(world.ask(new GetBooking(driver, third.id())).booking().stay())
                .isEqualTo(stay);
    }

    @Test
    @Tag("rule-14")
    void onceTheStayHasBegun_itIsNotModified() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        world.moveStay(booking, -1, 60);
        Problem refusal = world.refusal(modify(booking, world.quote(listing, later(stay, 9))));
        assertThat(refusal.type()).isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(refusal.detail()).contains("CONFIRMED");
        world.ask(new CheckIn(driver, booking.id()));
        assertThat(world.refusal(modify(booking, world.quote(listing, later(stay, 9))))
                        .detail())
                .contains("ACTIVE");
    }

    @Test
    @Tag("rule-14")
    void aChangeIsOneStatement_whenItCostsNoMore() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        Quote quote = world.quote(listing, later(stay, 1));
        world.statements.set(0);
        world.ask(modify(booking, quote));
        // Beside it: who may do it, and the answer, read before and after with what has to go back or is called off.
        assertThat(world.sql("SELECT count(*) FROM bookings.transition WHERE reason = 'MODIFIED'")
                        .getFirst()
                        .getLong(0))
                .isEqualTo(1);
        assertThat(world.statements).hasValueLessThanOrEqualTo(6);
    }

    @Test
    @Tag("rule-15")
    void whileTheDriverIsIn_theStayGetsLonger_ifTheTailIsFree() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        world.moveStay(booking, -30, 90);
        BookingDetails in = world.ask(new CheckIn(driver, booking.id()));
        Instant end = in.booking().stay().to();
        Extension preview = world.ask(new PreviewExtension(driver, booking.id()));
        assertThat(preview.options())
                .extracting(ExtensionOption::to)
                .contains(end.plus(Duration.ofHours(1)), end.plus(Duration.ofHours(4)));
        ExtensionOption hour = preview.options().get(1);
        assertThat(hour.price()).isEqualTo(eur(250));

        BookingDetails longer =
                world.ask(new ExtendBooking(driver, booking.id(), hour.to().toString(), hour.price(), null));

        assertThat(longer.booking().status()).isEqualTo(BookingStatus.ACTIVE);
        assertThat(longer.booking().stay().to()).isEqualTo(hour.to());
        assertThat(longer.booking().price()).isEqualTo(eur(750));
        assertThat(requireNonNull(longer.pass()).notAfter()).isAfter(hour.to());
        // The same again is the same.
        world.ask(new ExtendBooking(driver, booking.id(), hour.to().toString(), hour.price(), null));
        assertThat(world.payments.charges).hasSize(2);
    }

    @Test
    @Tag("rule-15")
    void whenSomebodyComesNext_theLongestFreeTailIsTold() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        TimeRange next =
                new TimeRange(stay.to().plus(Duration.ofMinutes(45)), stay.to().plus(Duration.ofHours(3)));
        world.place(BookingWorld.someone(), listing, next);
        Problem refusal = world.refusal(extend(booking, stay.to().plus(Duration.ofHours(1)), null));
        assertThat(refusal.type()).isEqualTo(ProblemType.EXTENSION_UNAVAILABLE);
        assertThat(refusal.members()).containsEntry("longestTo", next.from());
        assertThat(world.ask(new PreviewExtension(driver, booking.id())).options())
                .extracting(ExtensionOption::to)
                .containsExactly(stay.to().plus(Duration.ofMinutes(30)));
        // That long it goes.
        assertThat(world.ask(extend(booking, next.from(), null))
                        .booking()
                        .stay()
                        .to())
                .isEqualTo(next.from());
    }

    @Test
    @Tag("rule-15")
    void whatItCosts_isWhatWasTold_orTheDriverIsAskedAgain() {
        Booking booking = paid(world.listing(1));
        Problem refusal = world.refusal(new ExtendBooking(
                driver, booking.id(), stay.to().plus(Duration.ofHours(1)).toString(), eur(1), null));
        assertThat(refusal.type()).isEqualTo(ProblemType.QUOTE_STALE);
        assertThat(refusal.members()).containsEntry("price", eur(250));
        assertThat(world.payments.charges).hasSize(1);
    }

    @Test
    @Tag("rule-15")
    void aDeclinedCard_leavesTheBookingAsItWas_andTheTailFree() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        Instant to = stay.to().plus(Duration.ofHours(1));
        assertThat(world.refusal(extend(booking, to, PretendPayments.DECLINED)).type())
                .isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(world.ask(new GetBooking(driver, booking.id())).booking().stay())
                .isEqualTo(stay);
        world.place(BookingWorld.someone(), listing, new TimeRange(stay.to(), to));
    }

    @Test
    @Tag("rule-15")
    void whileTheBankAsks_theTailIsKept_andTheMoneyMakesItTrue() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        Instant to = stay.to().plus(Duration.ofHours(1));
        BookingDetails waiting = world.ask(extend(booking, to, PretendPayments.NEEDS_ACTION));
        assertThat(waiting.booking().stay()).isEqualTo(stay);
        PaymentId payment = requireNonNull(waiting.change()).payment();
        assertThat(waiting.change().due()).isEqualTo(eur(250));
        assertThat(waiting.change().actionUrl()).isEqualTo(PretendPayments.ACTION_URL);
        Quote tail = world.quote(listing, new TimeRange(stay.to(), to));
        assertThat(world.refusal(world.booking(BookingWorld.someone(), tail, null))
                        .type())
                .isEqualTo(ProblemType.SLOT_TAKEN);

        world.payments.statuses.put(payment, PaymentStatus.SUCCEEDED);
        world.ask(new SettleCharge(payment, booking.id()));
        world.ask(new SettleCharge(payment, booking.id()));

        BookingDetails longer = world.ask(new GetBooking(driver, booking.id()));
        assertThat(longer.booking().stay().to()).isEqualTo(to);
        assertThat(longer.change()).isNull();
        assertThat(longer.history())
                .filteredOn(entry -> entry.reason().equals("EXTENDED"))
                .hasSize(1);
    }

    @Test
    @Tag("rule-15")
    void whoSaysNoAtTheBank_orNeverComesBack_keepsNothingFromOthers() {
        Listing listing = world.listing(1);
        Booking booking = paid(listing);
        Instant to = stay.to().plus(Duration.ofHours(1));
        PaymentId first = requireNonNull(world.ask(extend(booking, to, PretendPayments.NEEDS_ACTION))
                        .change())
                .payment();
        world.payments.statuses.put(first, PaymentStatus.DECLINED);
        world.ask(new ReleaseCharge(first, booking.id()));
        assertThat(world.ask(new GetBooking(driver, booking.id())).change()).isNull();

        PaymentId second = requireNonNull(world.ask(extend(booking, to, PretendPayments.NEEDS_ACTION))
                        .change())
                .payment();
        world.sql("UPDATE bookings.charge SET expires_at = now() - interval '1 second' WHERE id = '" + second + "'");
        world.sql("SELECT * FROM bookings.expire_changes(10)");
        world.place(BookingWorld.someone(), listing, new TimeRange(stay.to(), to));
        // And money that comes too late goes back.
        world.ask(new SettleCharge(second, booking.id()));
        assertThat(world.payments.refunds).contains(second);
        assertThat(world.ask(new GetBooking(driver, booking.id())).booking().stay())
                .isEqualTo(stay);
    }

    /** Else somebody could pay at the bank for what there is not, until it came back. */
    @Test
    @Tag("rule-15")
    void aChangeThatIsReplacedOrCancelled_cannotBePaidAtTheBank() {
        Booking booking = paid(world.listing(1));
        PaymentId first = requireNonNull(
                        world.ask(extend(booking, stay.to().plus(Duration.ofHours(1)), PretendPayments.NEEDS_ACTION))
                                .change())
                .payment();
        PaymentId second = requireNonNull(
                        world.ask(extend(booking, stay.to().plus(Duration.ofHours(2)), PretendPayments.NEEDS_ACTION))
                                .change())
                .payment();
        assertThat(world.payments.abandoned).containsExactly(first);
        world.ask(new CancelBooking(driver, booking.id(), null));
        assertThat(world.payments.abandoned).contains(second);
    }

    @Test
    void whoGoesOrCancels_callsOffWhatWaited() {
        Listing listing = world.listing(1);
        Booking cancelled = paid(listing);
        Instant to = stay.to().plus(Duration.ofHours(1));
        world.ask(extend(cancelled, to, PretendPayments.NEEDS_ACTION));
        world.ask(new CancelBooking(driver, cancelled.id(), null));
        Booking gone = paid(listing);
        world.moveStay(gone, -30, 90);
        world.ask(new CheckIn(driver, gone.id()));
        world.ask(extend(gone, Instant.now().plus(Duration.ofHours(3)), PretendPayments.NEEDS_ACTION));
        world.ask(new CheckOut(driver, gone.id()));
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE live"))
                .isZero();
        assertThat(world.number("SELECT count(*) FROM bookings.charge WHERE status = 'PENDING'"))
                .isZero();
    }

    @Test
    @Tag("rule-10")
    void manyAtOnce_neverOverlap_andTheCalendarHasNoGap() {
        Listing listing = world.listing(3);
        List<Booking> bookings = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            bookings.add(world.placeAndPay(driver, listing, BookingWorld.stay(24 + i / 3 * 3, 2))
                    .booking());
        }
        List<Future<BookingDetails>> tries = new ArrayList<>();
        for (int i = 0; i < 48; i++) {
            Booking booking = bookings.get(i % bookings.size());
            tries.add(
                    i % 2 == 0
                            ? world.send(extend(booking, booking.stay().to().plus(Duration.ofHours(1 + i % 4)), null))
                            : world.send(modify(booking, world.quote(listing, later(booking.stay(), 1 + i % 5)))));
        }
        BookingWorld.await(Future.join(tries).otherwiseEmpty());
        assertThat(tries.stream().filter(Future::succeeded)).isNotEmpty();
        assertThat(world.number(OVERLAPS)).isZero();
        assertThat(world.number("SELECT count(*) FROM bookings.charge WHERE status = 'PENDING'"))
                .isZero();
        assertThat(world.number("""
                SELECT count(*) FROM bookings.occupation o WHERE o.block_id IS NULL AND o.price_amount <>
                    coalesce(o.charged_amount, o.price_amount) - o.refund_amount + coalesce((
                        SELECT sum(c.amount - c.refund_amount) FROM bookings.charge c
                        WHERE c.booking_id = o.id AND c.status = 'SETTLED'), 0)
                """))
                .as("bookings whose price is not what was paid")
                .isZero();
        List<Long> versions = world.sql("""
                SELECT (body::json ->> 'calendarVersion')::bigint FROM platform.outbox WHERE key = '%s' ORDER BY 1
                """.formatted(listing.id())).stream()
                .map(row -> row.getLong(0))
                .toList();
        assertThat(versions).doesNotHaveDuplicates();
        assertThat(versions.getLast()).isEqualTo(versions.size());
    }
}
