package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.PayBooking;
import dev.berth.bookings.BookingCommand.ReturnMoney;
import dev.berth.bookings.BookingCommand.SettlePayment;
import dev.berth.bookings.SeriesCommand.CancelSeries;
import dev.berth.bookings.SeriesCommand.CreateSeriesQuote;
import dev.berth.bookings.SeriesCommand.GetSeries;
import dev.berth.bookings.SeriesCommand.Occurrence;
import dev.berth.bookings.SeriesCommand.PlaceSeries;
import dev.berth.bookings.SeriesCommand.PreviewSeriesCancellation;
import dev.berth.bookings.SeriesCommand.SeriesCancellation;
import dev.berth.bookings.SeriesCommand.SeriesDetails;
import dev.berth.bookings.SeriesCommand.SeriesQuote;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentCommand.ChargeTogether;
import dev.berth.payments.PaymentEvent.PaymentFailed;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Bookings that are made together, against the real database.
 *
 * <p>Longer than other files, because what a series can come to is played through in one setting.
 */
@WithServices
@Tag("BK10")
class SeriesIT {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final String FIVE_DAYS = "FREQ=DAILY;COUNT=5";

    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();

    /** Two hours, the day after tomorrow. */
    private final TimeRange first = BookingWorld.stay(48, 2);

    SeriesIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private TimeRange day(int number) {
        return new TimeRange(
                first.from().atZone(BERLIN).plusDays(number).toInstant(),
                first.to().atZone(BERLIN).plusDays(number).toInstant());
    }

    private SeriesQuote quote(Listing listing, String rule, Set<LocalDate> except, @Nullable SlotId slot) {
        return world.ask(new CreateSeriesQuote(
                null, listing.id(), first.from().toString(), first.to().toString(), rule, except, null, false, slot));
    }

    private SeriesQuote quote(Listing listing) {
        return quote(listing, FIVE_DAYS, Set.of(), null);
    }

    private PlaceSeries order(SeriesQuote quote, Principal actor, @Nullable String method) {
        return new PlaceSeries(
                actor,
                requireNonNull(quote.quoteId()),
                quote.finalPrice(),
                method,
                "series-" + world.keys.incrementAndGet(),
                "0a0b");
    }

    private SeriesDetails placed(Listing listing, String method) {
        return world.ask(order(quote(listing), driver, method));
    }

    private static List<BookingStatus> statuses(SeriesDetails series) {
        return series.bookings().stream()
                .map(details -> details.booking().status())
                .toList();
    }

    private SeriesDetails reload(SeriesDetails series) {
        return world.ask(new GetSeries(driver, series.id()));
    }

    private static Booking booking(SeriesDetails series, int index) {
        return series.bookings().get(index).booking();
    }

    private void expire(SeriesDetails series) {
        series.bookings().forEach(details -> world.expireHold(details.booking()));
    }

    private static BookingId paid(SeriesDetails series) {
        return new BookingId(series.id().value());
    }

    private long live() {
        return world.number("SELECT count(*) FROM bookings.occupation WHERE live");
    }

    @Test
    void all_areBooked_paidOnce_andEachKnowsItsSeries_withAsManyStatementsAsForTwo() {
        Listing listing = world.listing(2);
        SeriesQuote quote = quote(listing);
        assertThat(quote.conflicts()).isZero();
        assertThat(quote.finalPrice()).isEqualTo(new Money(2_500, "EUR"));
        assertThat(quote.occurrences()).hasSize(5).allSatisfy(each -> {
            assertThat(each.problem()).isNull();
            assertThat(each.price()).isEqualTo(new Money(500, "EUR"));
        });

        world.statements.set(0);
        SeriesDetails series = world.ask(order(quote, driver, PretendPayments.SUCCEEDS));
        // Place, confirm, and what the answer and the order to payments are made of.
        assertThat(world.statements.get()).isEqualTo(5);
        assertThat(statuses(series)).hasSize(5).containsOnly(BookingStatus.CONFIRMED);
        assertThat(series.payment()).isEqualTo(PaymentStatus.SUCCEEDED);
        assertThat(series.price()).isEqualTo(quote.finalPrice());
        assertThat(series.rule()).isEqualTo(FIVE_DAYS);
        assertThat(series.cancellable()).isTrue();
        for (int i = 0; i < 5; i++) {
            Booking booking = booking(series, i);
            assertThat(booking.stay()).isEqualTo(day(i));
            assertThat(booking.series()).isEqualTo(new Booking.Part(series.id(), i + 1, 5));
            assertThat(booking.payment().value()).isEqualTo(booking.id().value());
        }
        // The same slot for all, and another pass for each.
        assertThat(series.bookings())
                .extracting(details -> details.booking().slot())
                .containsOnly(booking(series, 0).slot());
        assertThat(series.bookings())
                .extracting(details -> requireNonNull(details.pass()).pin())
                .doesNotHaveDuplicates();
        assertThat(series.bookings())
                .extracting(details -> requireNonNull(details.pass()).qr())
                .doesNotHaveDuplicates();

        ChargeTogether charge = world.payments.together.remove();
        assertThat(world.payments.together).isEmpty();
        assertThat(charge.payment()).isEqualTo(new PaymentId(series.id().value()));
        assertThat(charge.shares())
                .hasSize(5)
                .allSatisfy(share -> assertThat(share.price()).isEqualTo(new Money(500, "EUR")));
        assertThat(charge.returnUrl())
                .endsWith("/bookings/" + booking(series, 0).id());

        BookingDetails one = world.ask(new GetBooking(driver, booking(series, 2).id()));
        assertThat(one.history())
                .extracting(entry -> entry.status() + " " + entry.reason())
                .containsExactly("HELD BOOKED", "CONFIRMED PAID");
        // Its calendar counts each of them, without a gap.
        assertThat(world.number(
                        "SELECT version FROM bookings.calendar WHERE listing_id = '%s'".formatted(listing.id())))
                .isEqualTo(10);
        assertThat(world.refusal(new GetSeries(BookingWorld.someone(), series.id()))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(world.ask(new GetSeries(BookingWorld.owner(listing), series.id()))
                        .bookings())
                .hasSize(5)
                .allSatisfy(details -> assertThat(details.pass()).isNull());
    }

    @Test
    void whatCannotBeHad_isListedWithItsReason_andThereIsNothingToBook() {
        Listing listing = world.listing(1);
        world.placeAndPay(BookingWorld.someone(), listing, day(1));
        SeriesQuote quote = quote(listing, "FREQ=DAILY;INTERVAL=1;COUNT=3", Set.of(), null);
        assertThat(quote.quoteId()).isNull();
        assertThat(quote.conflicts()).isEqualTo(1);
        assertThat(quote.finalPrice()).isEqualTo(new Money(1_000, "EUR"));
        Occurrence taken = quote.occurrences().get(1);
        assertThat(taken.problem()).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(taken.date())
                .isEqualTo(LocalDate.ofInstant(day(1).from(), BERLIN).toString());
        assertThat(taken.price()).isNull();

        // Left out, the others can be had.
        SeriesQuote without = quote(listing, "FREQ=DAILY;COUNT=3", Set.of(LocalDate.parse(taken.date())), null);
        SeriesDetails series = world.ask(order(without, driver, PretendPayments.SUCCEEDS));
        assertThat(series.bookings())
                .extracting(details -> details.booking().stay())
                .containsExactly(day(0), day(2));
    }

    @Test
    void tooFarAhead_isAConflictOfThatDayOnly() {
        Listing listing = world.listing(1);
        SeriesQuote quote = quote(listing, "FREQ=MONTHLY;INTERVAL=4;COUNT=3", Set.of(), null);
        assertThat(quote.occurrences()).extracting(Occurrence::problem).endsWith(ProblemType.STAY_TOO_FAR_AHEAD);
        assertThat(quote.occurrences().getFirst().problem()).isNull();
    }

    @Test
    void whatIsNoSeries_isRefused() {
        Listing listing = world.listing(1);
        for (String rule : List.of("FREQ=DAILY", "FREQ=SOMETIMES;COUNT=2")) {
            assertThat(refusal(listing, rule).type()).as(rule).isEqualTo(ProblemType.RRULE_INVALID);
        }
        assertThat(refusal(listing, "FREQ=DAILY;COUNT=21").type()).isEqualTo(ProblemType.SERIES_TOO_LONG);
        Problem overlap = world.refusal(new CreateSeriesQuote(
                null,
                listing.id(),
                first.from().toString(),
                first.from().plusSeconds(90_000).toString(),
                "FREQ=DAILY;COUNT=2",
                Set.of(),
                null,
                false,
                null));
        assertThat(overlap.type()).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(overlap.errors().getFirst().pointer()).isEqualTo("/rrule");
        assertThat(refusal(world.asking(1), FIVE_DAYS).type()).isEqualTo(ProblemType.SERIES_NOT_INSTANT);
        // It is paid at once.
        PlaceSeries unpaid = order(quote(listing), driver, null);
        assertThat(world.refusal(unpaid).errors().getFirst().pointer()).isEqualTo("/paymentMethod");
        assertThat(live()).isZero();
    }

    private Problem refusal(Listing listing, String rule) {
        return world.refusal(new CreateSeriesQuote(
                null, listing.id(), first.from().toString(), first.to().toString(), rule, Set.of(), null, false, null));
    }

    @Test
    void oneTakenMeanwhile_booksNothing_andIsNamed() {
        Listing listing = world.listing(1);
        SeriesQuote quote = quote(listing);
        world.placeAndPay(BookingWorld.someone(), listing, day(3));
        Problem problem = world.refusal(order(quote, driver, PretendPayments.SUCCEEDS));
        assertThat(problem.type()).isEqualTo(ProblemType.SERIES_CONFLICT);
        assertThat(problem.members().get("conflicts"))
                .asInstanceOf(InstanceOfAssertFactories.list(Occurrence.class))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.from()).isEqualTo(day(3).from());
                    assertThat(each.problem()).isEqualTo(ProblemType.SLOT_TAKEN);
                });
        assertThat(live()).isEqualTo(1);
        assertThat(world.number("SELECT count(*) FROM bookings.series")).isZero();
        assertThat(world.payments.together).isEmpty();
    }

    @Test
    void whereNoSlotIsFreeForAll_eachGetsOne() {
        Listing listing = world.listing(2);
        world.ask(world.booking(
                BookingWorld.someone(),
                world.quote(listing, day(1), listing.slots().get(0).id()),
                PretendPayments.SUCCEEDS));
        world.ask(world.booking(
                BookingWorld.someone(),
                world.quote(listing, day(3), listing.slots().get(1).id()),
                PretendPayments.SUCCEEDS));
        SeriesDetails series = placed(listing, PretendPayments.SUCCEEDS);
        assertThat(booking(series, 1).slot()).isEqualTo(listing.slots().get(1).id());
        assertThat(booking(series, 3).slot()).isEqualTo(listing.slots().get(0).id());
        // But one that is asked for is the only one.
        assertThat(quote(listing, FIVE_DAYS, Set.of(), listing.slots().get(0).id())
                        .conflicts())
                .isEqualTo(5);
    }

    @Test
    void ofManyAtOnce_oneWinsWhole_andNoneHalf() {
        Listing listing = world.listing(1);
        SeriesQuote every = quote(listing, "FREQ=DAILY;COUNT=10", Set.of(), null);
        SeriesQuote second = quote(listing, "FREQ=DAILY;INTERVAL=2;COUNT=5", Set.of(), null);
        List<Future<SeriesDetails>> tries = new ArrayList<>();
        IntStream.range(0, 8)
                .forEach(i -> tries.add(world.send(
                        order(i % 2 == 0 ? every : second, BookingWorld.someone(), PretendPayments.SUCCEEDS))));
        int won = 0;
        for (Future<SeriesDetails> each : tries) {
            try {
                SeriesDetails series = BookingWorld.await(each);
                assertThat(statuses(series)).containsOnly(BookingStatus.CONFIRMED);
                won++;
                assertThat(live()).isEqualTo(series.bookings().size());
            } catch (Rejection rejection) {
                assertThat(rejection.problem().type()).isEqualTo(ProblemType.SERIES_CONFLICT);
            }
        }
        assertThat(won).isEqualTo(1);
    }

    @Test
    void besideManySlots_allWhoFit_win() {
        Listing listing = world.listing(4);
        SeriesQuote quote = quote(listing);
        List<Future<SeriesDetails>> tries = IntStream.range(0, 8)
                .mapToObj(i -> world.send(order(quote, BookingWorld.someone(), PretendPayments.SUCCEEDS)))
                .toList();
        long won = tries.stream()
                .filter(each -> {
                    try {
                        return BookingWorld.await(each).bookings().size() == 5;
                    } catch (Rejection rejection) {
                        assertThat(rejection.problem().type()).isEqualTo(ProblemType.SERIES_CONFLICT);
                        return false;
                    }
                })
                .count();
        assertThat(won).isEqualTo(4);
        assertThat(live()).isEqualTo(20);
    }

    @Test
    void theSameRequestAgain_isTheSameSeries_alsoAtOnce() {
        Listing listing = world.listing(3);
        PlaceSeries order = order(quote(listing), driver, PretendPayments.SUCCEEDS);
        List<Future<SeriesDetails>> tries =
                IntStream.range(0, 4).mapToObj(i -> world.send(order)).toList();
        Set<Object> ids = new HashSet<>();
        tries.forEach(each -> ids.add(BookingWorld.await(each).id()));
        assertThat(ids).hasSize(1);
        assertThat(live()).isEqualTo(5);
        assertThat(statuses(world.ask(order))).containsOnly(BookingStatus.CONFIRMED);
        PlaceSeries other =
                new PlaceSeries(driver, order.quoteId(), order.finalPrice(), null, order.idempotencyKey(), "ffff");
        assertThat(world.refusal(withMethod(other)).type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_REUSED);
    }

    private static PlaceSeries withMethod(PlaceSeries order) {
        return new PlaceSeries(
                order.actor(),
                order.quoteId(),
                order.finalPrice(),
                PretendPayments.SUCCEEDS,
                order.idempotencyKey(),
                order.fingerprint());
    }

    @Test
    void aForgedQuote_oneForASingleStay_andAnotherPrice_areRefused() {
        Listing listing = world.listing(1);
        SeriesQuote quote = quote(listing);
        assertThat(world.refusal(new PlaceSeries(
                                driver,
                                world.quote(listing, first).quoteId(),
                                quote.finalPrice(),
                                PretendPayments.SUCCEEDS,
                                "k",
                                "00"))
                        .type())
                .isEqualTo(ProblemType.QUOTE_INVALID);
        assertThat(world.refusal(new PlaceSeries(
                                driver,
                                requireNonNull(quote.quoteId()),
                                new Money(1, "EUR"),
                                PretendPayments.SUCCEEDS,
                                "k",
                                "00"))
                        .type())
                .isEqualTo(ProblemType.QUOTE_STALE);
    }

    @Test
    void aDeclinedCard_freesAll_andARetryIsAnsweredTheSame() {
        Listing listing = world.listing(1);
        PlaceSeries order = order(quote(listing), driver, PretendPayments.DECLINED);
        Problem problem = world.refusal(order);
        assertThat(problem.type()).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(live()).isZero();
        assertThat(world.refusal(order)).isEqualTo(problem);
        assertThat(world.payments.together).hasSize(1);
        assertThat(statuses(placed(listing, PretendPayments.SUCCEEDS))).containsOnly(BookingStatus.CONFIRMED);
    }

    @Test
    void atTheBank_allWaitTogether_andNoneIsPaidOrGivenUpAlone() {
        Listing listing = world.listing(1);
        SeriesDetails series = placed(listing, PretendPayments.NEEDS_ACTION);
        assertThat(statuses(series)).containsOnly(BookingStatus.HELD);
        assertThat(series.actionUrl()).isEqualTo(PretendPayments.ACTION_URL);
        BookingDetails one = world.ask(new GetBooking(driver, booking(series, 1).id()));
        assertThat(one.payment().actionUrl()).isEqualTo(PretendPayments.ACTION_URL);
        assertThat(one.actions()).doesNotContain(BookingAction.PAY, BookingAction.CANCEL);
        assertThat(world.refusal(new CancelBooking(driver, one.booking().id(), null))
                        .type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(world.refusal(new PayBooking(driver, one.booking().payment(), PretendPayments.SUCCEEDS))
                        .type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);

        world.ask(new SettlePayment(paid(series)));
        world.ask(new SettlePayment(paid(series)));
        assertThat(statuses(reload(series))).containsOnly(BookingStatus.CONFIRMED);
    }

    @Test
    void notConfirmedAtTheBank_freesAll() {
        Listing listing = world.listing(1);
        SeriesDetails series = placed(listing, PretendPayments.NEEDS_ACTION);
        world.payments.statuses.put(new PaymentId(series.id().value()), PaymentStatus.DECLINED);
        world.bus.publish(new PaymentFailed(
                new PaymentId(series.id().value()), paid(series), driver.user(), "authentication_failed"));
        world.eventually(() -> live() == 0);
        assertThat(statuses(reload(series))).containsOnly(BookingStatus.EXPIRED);
    }

    @Test
    void aProviderThatDoesNotAnswer_leavesAllHeld_andTheSameRequestGoesOn() {
        Listing listing = world.listing(1);
        PlaceSeries order = order(quote(listing), driver, PretendPayments.UNREACHABLE);
        assertThat(world.refusal(order).type()).isEqualTo(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE);
        assertThat(live()).isEqualTo(5);
        assertThat(statuses(world.ask(withMethod(order)))).containsOnly(BookingStatus.CONFIRMED);
    }

    @Test
    @Tag("rule-9")
    void aHoldThatExpires_freesAllForTheNext_andCallsThePaymentOff() {
        Listing listing = world.listing(1);
        SeriesDetails series = placed(listing, PretendPayments.NEEDS_ACTION);
        expire(series);
        SeriesDetails next = world.ask(order(quote(listing), BookingWorld.someone(), PretendPayments.SUCCEEDS));
        assertThat(statuses(next)).containsOnly(BookingStatus.CONFIRMED);
        assertThat(statuses(reload(series))).containsOnly(BookingStatus.EXPIRED);
        world.ask(new ReturnMoney(booking(series, 0).id()));
        assertThat(world.payments.abandoned)
                .containsExactly(new PaymentId(series.id().value()));
    }

    @Test
    @Tag("rule-9")
    void moneyThatComesLate_takesAllUpAgain_inOtherSlotsIfNeedBe() {
        Listing listing = world.listing(2);
        SeriesDetails series = placed(listing, PretendPayments.NEEDS_ACTION);
        expire(series);
        world.placeAndPay(BookingWorld.someone(), listing, day(2));
        world.ask(new SettlePayment(paid(series)));
        SeriesDetails late = reload(series);
        assertThat(statuses(late)).containsOnly(BookingStatus.CONFIRMED);
        assertThat(world.payments.refunds).isEmpty();
    }

    @Test
    @Tag("rule-9")
    void moneyThatComesTooLateForOne_goesBackForAll_andFreesTheRest() {
        Listing listing = world.listing(1);
        SeriesDetails series = placed(listing, PretendPayments.NEEDS_ACTION);
        world.expireHold(booking(series, 2));
        world.placeAndPay(BookingWorld.someone(), listing, day(2));
        assertThat(live()).isEqualTo(5);
        world.ask(new SettlePayment(paid(series)));
        world.ask(new SettlePayment(paid(series)));
        assertThat(statuses(reload(series))).containsOnly(BookingStatus.EXPIRED);
        assertThat(live()).isEqualTo(1);
        assertThat(world.payments.refundTotals).isEmpty();
        assertThat(Set.copyOf(world.payments.refunds))
                .isEqualTo(Set.copyOf(series.bookings().stream()
                        .map(details -> details.booking().payment())
                        .toList()));
    }

    @Test
    void oneIsCancelled_andItsShareComesBack_andTheOthersStay() {
        Listing listing = world.listing(1);
        SeriesDetails series = placed(listing, PretendPayments.SUCCEEDS);
        Booking one = booking(series, 3);
        world.ask(new CancelBooking(driver, one.id(), null));
        assertThat(world.payments.refundTotals).containsOnlyKeys(one.payment());
        assertThat(world.payments.refundTotals.get(one.payment())).isEqualTo(new Money(500, "EUR"));
        assertThat(live()).isEqualTo(4);
        assertThat(reload(series).payment()).isEqualTo(PaymentStatus.SUCCEEDED);
    }

    @Test
    @Tag("rule-29")
    void allToCome_areCancelledByTheTermsOfEach_asThePreviewSays() {
        Listing listing = world.listing(1, 250, CancellationPolicy.MODERATE);
        SeriesDetails series = placed(listing, PretendPayments.SUCCEEDS);
        series.bookings().forEach(details -> world.paidAgo(details.booking(), 60));
        // One has begun, one begins in less than a day, one has been cancelled already.
        world.startStay(booking(series, 0));
        world.moveStay(booking(series, 1), 300, 420);
        world.ask(new CancelBooking(driver, booking(series, 4).id(), null));
        world.payments.refundTotals.clear();

        SeriesCancellation preview = world.ask(new PreviewSeriesCancellation(driver, series.id()));
        assertThat(preview.bookings())
                .extracting(each -> each.refund().amount() + " " + each.reason())
                .containsExactly("250 LESS_THAN_A_DAY", "500 DAY_AHEAD", "500 DAY_AHEAD");
        assertThat(preview.refund()).isEqualTo(new Money(1_250, "EUR"));
        assertThat(preview.kept()).isEqualTo(new Money(250, "EUR"));

        SeriesDetails cancelled = world.ask(new CancelSeries(driver, series.id(), "moved away"));
        assertThat(statuses(cancelled).subList(1, 5)).containsOnly(BookingStatus.CANCELLED_BY_DRIVER);
        assertThat(statuses(cancelled).getFirst()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(cancelled.cancellable()).isFalse();
        Money back = IntStream.of(1, 2, 3)
                .mapToObj(i -> requireNonNull(
                        world.payments.refundTotals.get(booking(series, i).payment())))
                .reduce(Money.zero("EUR"), Money::plus);
        assertThat(back).isEqualTo(preview.refund());
        // Again: nothing more.
        assertThat(statuses(world.ask(new CancelSeries(driver, series.id(), null))))
                .isEqualTo(statuses(cancelled));
        assertThat(world.refusal(new PreviewSeriesCancellation(driver, series.id()))
                        .type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(world.refusal(new CancelSeries(BookingWorld.owner(listing), series.id(), null))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
    }

    @Test
    void aHeldSeries_isGivenUpWhole_andMoneyOnItsWayGoesBack() {
        Listing listing = world.listing(1);
        SeriesDetails series = placed(listing, PretendPayments.NEEDS_ACTION);
        assertThat(world.ask(new PreviewSeriesCancellation(driver, series.id())).refund())
                .isEqualTo(Money.zero("EUR"));
        assertThat(statuses(world.ask(new CancelSeries(driver, series.id(), null))))
                .containsOnly(BookingStatus.CANCELLED_BY_DRIVER);
        assertThat(Set.copyOf(world.payments.abandoned))
                .containsExactly(new PaymentId(series.id().value()));
        assertThat(live()).isZero();
        world.ask(new SettlePayment(paid(series)));
        assertThat(world.payments.refunds).hasSize(5);
    }
}
