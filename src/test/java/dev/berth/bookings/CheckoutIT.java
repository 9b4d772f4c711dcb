package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.GetPass;
import dev.berth.bookings.BookingCommand.ListBookings;
import dev.berth.bookings.BookingCommand.Pass;
import dev.berth.bookings.BookingCommand.PayBooking;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.PreviewCancellation;
import dev.berth.bookings.BookingCommand.ReleaseUnpaid;
import dev.berth.bookings.BookingCommand.ReturnMoney;
import dev.berth.bookings.BookingCommand.SettlePayment;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentEvent.PaymentFailed;
import dev.berth.payments.PaymentEvent.PaymentRefunded;
import dev.berth.payments.PaymentEvent.PaymentSucceeded;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.Event;
import dev.berth.platform.events.EventRecord;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@WithServices
class CheckoutIT {
    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final TimeRange stay = BookingWorld.stay(24, 2);

    CheckoutIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private PlaceBooking order(Listing listing, String method) {
        return world.booking(driver, world.quote(listing, stay), method);
    }

    private BookingDetails reload(Booking booking) {
        return world.ask(new GetBooking(driver, booking.id()));
    }

    @Test
    void paidAtOnce_isConfirmed_withItsPass() {
        Listing listing = world.listing(1);
        BookingDetails details = world.ask(order(listing, PretendPayments.SUCCEEDS));
        Booking booking = details.booking();
        assertThat(booking.status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(booking.version()).isEqualTo(2);
        assertThat(booking.holdExpiresAt()).isNull();
        assertThat(details.payment().status()).isEqualTo(PaymentStatus.SUCCEEDED);
        Pass pass = requireNonNull(details.pass());
        assertThat(pass.pin()).matches("[0-9]{6}");
        assertThat(pass.notBefore()).isEqualTo(stay.from().minus(world.config.earlyEntry()));
        assertThat(pass.notAfter()).isEqualTo(stay.to().plus(world.config.lateExit()));
        var key = PassTokens.of(world.config.passKey()).publicKey();
        assertThat(PassTokens.read(pass.qr(), key)).hasValueSatisfying(content -> {
            assertThat(content.booking()).isEqualTo(booking.id());
            assertThat(content.slot()).isEqualTo(booking.slot());
        });
        assertThat(world.ask(new GetPass(driver, booking.id()))).isEqualTo(pass);

        var charge = world.payments.charges.remove();
        assertThat(charge.price()).isEqualTo(new Money(500, "EUR"));
        assertThat(charge.commissionBasisPoints()).isEqualTo(1_200);
        assertThat(charge.returnUrl()).isEqualTo("https://berth.example/bookings/" + booking.id());

        BookingDetails seen = reload(booking);
        assertThat(seen.history())
                .extracting(entry -> entry.status() + " " + entry.reason())
                .containsExactly("HELD BOOKED", "CONFIRMED PAID");
        // The host sees it, but not what opens the gate; strangers see nothing.
        BookingDetails hosted = world.ask(new GetBooking(BookingWorld.owner(listing), booking.id()));
        assertThat(hosted.pass()).isNull();
        assertThat(world.refusal(new GetPass(BookingWorld.owner(listing), booking.id()))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.refusal(new GetBooking(BookingWorld.someone(), booking.id()))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        Principal admin = new Principal(UserId.next(), Set.of(Role.ADMIN));
        assertThat(world.ask(new GetBooking(admin, booking.id())).booking()).isEqualTo(booking);
    }

    @Test
    void pins_differOnEachDayOfAListing() {
        Listing listing = world.listing(40);
        Set<String> pins = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            pins.add(requireNonNull(world.placeAndPay(BookingWorld.someone(), listing, stay)
                            .pass())
                    .pin());
        }
        assertThat(pins).hasSize(40);
    }

    @Test
    void declined_freesTheSlot_andARetryIsAnsweredTheSame() {
        Listing listing = world.listing(1);
        PlaceBooking order = order(listing, PretendPayments.DECLINED);
        Problem first = world.refusal(order);
        assertThat(first.type()).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(first.detail()).isEqualTo("Your card has insufficient funds.");
        assertThat(first.members()).containsEntry("declineCode", "insufficient_funds");
        assertThat(world.refusal(order)).isEqualTo(first);
        assertThat(world.payments.charges).hasSize(1);
        // Free again.
        assertThat(world.ask(order(listing, PretendPayments.SUCCEEDS)).booking().status())
                .isEqualTo(BookingStatus.CONFIRMED);
    }

    @Test
    void anUnknownMethod_isRefused_andFreesTheSlot() {
        Listing listing = world.listing(1);
        assertThat(world.refusal(order(listing, PretendPayments.UNKNOWN)).type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE live"))
                .isZero();
    }

    @Test
    void needsAction_staysHeld_untilThePaymentSucceeds() {
        Listing listing = world.listing(1);
        PlaceBooking order = order(listing, PretendPayments.NEEDS_ACTION);
        BookingDetails held = world.ask(order);
        assertThat(held.booking().status()).isEqualTo(BookingStatus.HELD);
        assertThat(held.payment().status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(held.payment().actionUrl()).isEqualTo(PretendPayments.ACTION_URL);
        // A page that is opened again is told where to go, too.
        assertThat(reload(held.booking()).payment().actionUrl()).isEqualTo(PretendPayments.ACTION_URL);
        assertThat(world.ask(order).payment().actionUrl()).isEqualTo(PretendPayments.ACTION_URL);

        world.bus.publish(succeeded(held.booking()));
        world.eventually(() -> reload(held.booking()).booking().status() == BookingStatus.CONFIRMED);
        // Kafka brings the same once more.
        world.ask(new SettlePayment(held.booking().id()));
        assertThat(reload(held.booking()).booking().version()).isEqualTo(2);
        assertThat(world.ask(order).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
    }

    @Test
    void needsAction_butTheDriverRefuses_freesTheSlot() {
        Listing listing = world.listing(1);
        BookingDetails held = world.ask(order(listing, PretendPayments.NEEDS_ACTION));
        BookingId id = held.booking().id();
        // An old event: the bank is still asked.
        world.ask(new ReleaseUnpaid(id));
        assertThat(reload(held.booking()).booking().status()).isEqualTo(BookingStatus.HELD);

        world.payments.statuses.put(held.booking().payment(), PaymentStatus.DECLINED);
        world.bus.publish(
                new PaymentFailed(held.booking().payment(), id, held.booking().driver(), "authentication_failure"));
        world.eventually(() -> reload(held.booking()).booking().status() == BookingStatus.EXPIRED);
        // Kafka brings the same once more.
        world.ask(new ReleaseUnpaid(id));
        assertThat(reload(held.booking()).payment().status()).isEqualTo(PaymentStatus.DECLINED);
        world.ask(order(listing, PretendPayments.SUCCEEDS));
    }

    @Test
    void unreachableProvider_leavesItHeld_andTheSameRequestGoesOn() {
        Listing listing = world.listing(1);
        PlaceBooking order = order(listing, PretendPayments.UNREACHABLE);
        Problem problem = world.refusal(order);
        assertThat(problem.type()).isEqualTo(ProblemType.PAYMENT_PROVIDER_UNAVAILABLE);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE status = 'HELD'"))
                .isEqualTo(1);
        // It had been charged after all.
        BookingDetails held = world.ask(new ListBookings(driver, false, null, Set.of(), null, 10))
                .bookings()
                .getFirst();
        assertThat(problem.members()).containsEntry("bookingId", held.booking().id());
        world.payments.statuses.put(held.booking().payment(), PaymentStatus.SUCCEEDED);
        assertThat(world.ask(order).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isEqualTo(1);
    }

    @Test
    void payLater_confirms_andADeclinedCardLeavesItHeld() {
        Listing listing = world.listing(1);
        Booking booking = world.place(driver, listing, stay).booking();
        PayBooking declined = new PayBooking(driver, booking.payment(), PretendPayments.DECLINED);
        assertThat(world.refusal(declined).type()).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(reload(booking).payment().status()).isEqualTo(PaymentStatus.DECLINED);
        assertThat(reload(booking).booking().status()).isEqualTo(BookingStatus.HELD);
        PayBooking stranger = new PayBooking(BookingWorld.someone(), booking.payment(), PretendPayments.SUCCEEDS);
        assertThat(world.refusal(stranger).type()).isEqualTo(ProblemType.NOT_FOUND);
        PayBooking pays = new PayBooking(driver, booking.payment(), PretendPayments.SUCCEEDS);
        assertThat(world.ask(pays).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(world.ask(pays).pass()).isNotNull();
        assertThat(world.payments.charges).hasSize(2);
    }

    @Test
    @Tag("rule-9")
    void payLater_afterTheHold_isRefusedBeforeAnythingIsCharged() {
        Booking booking = world.place(driver, world.listing(1), stay).booking();
        world.expireHold(booking);
        PayBooking pays = new PayBooking(driver, booking.payment(), PretendPayments.SUCCEEDS);
        assertThat(world.refusal(pays).type()).isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(world.payments.charges).isEmpty();
    }

    @Test
    void aFreeStay_needsNoCard() {
        Listing listing = world.listing(1, 0);
        BookingDetails details = world.place(driver, listing, stay);
        assertThat(details.booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(details.pass()).isNotNull();
        assertThat(world.payments.charges).isEmpty();
        world.ask(new CancelBooking(driver, details.booking().id(), null));
        assertThat(world.payments.refunds).isEmpty();
    }

    @Test
    @Tag("rule-9")
    void latePayment_takesTheSameSlotAgain() {
        Listing listing = world.listing(1);
        Booking booking = heldAndExpired(listing);
        world.ask(new SettlePayment(booking.id()));
        BookingDetails after = reload(booking);
        assertThat(after.booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(after.history().getLast().reason()).isEqualTo("PAID_LATE");
        assertThat(after.pass()).isNotNull();
        assertThat(world.payments.refunds).isEmpty();
    }

    @Test
    @Tag("rule-9")
    void latePayment_takesAnotherSlot_orGivesTheMoneyBack() {
        Listing listing = world.listing(2);
        Booking booking = heldAndExpired(listing);
        Booking other = world.placeAndPay(BookingWorld.someone(), listing, stay).booking();
        assertThat(other.slot()).isEqualTo(booking.slot());
        world.ask(new SettlePayment(booking.id()));
        assertThat(reload(booking).booking().slot())
                .isEqualTo(listing.slots().getLast().id());

        Principal second = BookingWorld.someone();
        Listing full = world.listing(1);
        Booking late = heldAndExpired(full);
        world.placeAndPay(second, full, stay);
        world.told.clear();
        world.ask(new SettlePayment(late.id()));
        assertThat(reload(late).booking().status()).isEqualTo(BookingStatus.EXPIRED);
        assertThat(reload(late).payment().status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(world.payments.refunds).containsExactly(late.payment());
        world.eventually(() -> world.told.stream().anyMatch(told -> told.user().equals(late.driver())));
        // Given up for good: also when the slot is free later, and the event comes again.
        world.sql("UPDATE bookings.occupation SET live = false, status = 'CANCELLED_BY_DRIVER' WHERE driver_id = '%s'"
                .formatted(second.user()));
        world.ask(new SettlePayment(late.id()));
        assertThat(reload(late).booking().status()).isEqualTo(BookingStatus.EXPIRED);
    }

    @Test
    @Tag("rule-9")
    void latePayment_settledByMany_confirmsOnceOrRefunds() {
        Listing listing = world.listing(1);
        Booking booking = heldAndExpired(listing);
        List<Future<?>> all = Stream.<Future<?>>generate(() -> world.send(new SettlePayment(booking.id())))
                .limit(16)
                .toList();
        BookingWorld.await(Future.all(all));
        assertThat(reload(booking).booking().version()).isEqualTo(3);
        assertThat(world.payments.refunds).isEmpty();
    }

    @Test
    @Tag("rule-9")
    void theHoldEndsWhileTheCardIsCharged_thenTheMoneyComesBack() {
        Listing listing = world.listing(1);
        PlaceBooking order = order(listing, PretendPayments.SUCCEEDS);
        world.payments.meanwhile(charge -> world.vertx
                .executeBlocking(() -> {
                    world.expireHold(heldOf(charge.booking().toString()));
                    world.sql("SELECT * FROM bookings.expire_holds(10)");
                    world.payments.meanwhile(next -> {});
                    world.placeAndPay(BookingWorld.someone(), listing, stay);
                    return true;
                })
                .await());
        assertThat(world.refusal(order).type()).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(world.payments.refunds).hasSize(1);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE live"))
                .isEqualTo(1);
    }

    private Booking heldOf(String id) {
        return world.ask(new GetBooking(driver, dev.berth.values.BookingId.parse(id)))
                .booking();
    }

    private Booking heldAndExpired(Listing listing) {
        Booking booking =
                world.ask(order(listing, PretendPayments.NEEDS_ACTION)).booking();
        world.expireHold(booking);
        world.sql("SELECT * FROM bookings.expire_holds(10)");
        return booking;
    }

    @Test
    void cancelled_byItsDriver_beforeItStarts_givesAllBack() {
        Listing listing = world.listing(1);
        Booking booking = world.ask(order(listing, PretendPayments.SUCCEEDS)).booking();
        var preview = world.ask(new PreviewCancellation(driver, booking.id()));
        assertThat(preview.refund()).isEqualTo(booking.price());
        assertThat(preview.kept()).isEqualTo(Money.zero("EUR"));
        BookingDetails cancelled = world.ask(new CancelBooking(driver, booking.id(), "plans changed"));
        assertThat(cancelled.booking().status()).isEqualTo(BookingStatus.CANCELLED_BY_DRIVER);
        assertThat(cancelled.payment().status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(cancelled.pass()).isNull();
        assertThat(world.payments.refunds).containsExactly(booking.payment());
        assertThat(reload(booking).history().getLast().detail()).isEqualTo("plans changed");
        // Again: the same. The slot is free.
        assertThat(world.ask(new CancelBooking(driver, booking.id(), null)).booking())
                .isEqualTo(cancelled.booking());
        world.place(BookingWorld.someone(), listing, stay);
        assertThat(world.refusal(new GetPass(driver, booking.id())).type()).isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(world.refusal(new PreviewCancellation(driver, booking.id())).type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        // The event comes through Kafka, too, and changes nothing.
        world.ask(new ReturnMoney(booking.id()));
        assertThat(world.payments.refunds).hasSize(1);
    }

    @Test
    void cancelled_byItsHost_andByStrangersNot() {
        Listing listing = world.listing(1);
        Booking booking = world.ask(order(listing, PretendPayments.SUCCEEDS)).booking();
        assertThat(world.refusal(new CancelBooking(BookingWorld.someone(), booking.id(), null))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(world.ask(new CancelBooking(BookingWorld.owner(listing), booking.id(), null))
                        .booking()
                        .status())
                .isEqualTo(BookingStatus.CANCELLED_BY_HOST);
        assertThat(world.payments.refunds).containsExactly(booking.payment());
        assertThat(world.refusal(new CancelBooking(driver, booking.id(), null)).type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
    }

    @Test
    void cancel_afterTheStart_isRefused() {
        Booking booking =
                world.ask(order(world.listing(1), PretendPayments.SUCCEEDS)).booking();
        world.startStay(booking);
        assertThat(world.refusal(new CancelBooking(driver, booking.id(), null)).type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(world.refusal(new PreviewCancellation(driver, booking.id())).type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(world.payments.refunds).isEmpty();
    }

    @Test
    void aCancelledHold_callsItsPaymentOff() {
        Booking booking =
                world.ask(order(world.listing(1), PretendPayments.NEEDS_ACTION)).booking();
        world.ask(new CancelBooking(driver, booking.id(), null));
        assertThat(world.payments.abandoned).containsExactly(booking.payment());
        assertThat(world.payments.refunds).isEmpty();
        assertThat(reload(booking).payment().status()).isEqualTo(PaymentStatus.CANCELLED);
    }

    @Test
    void eventsOfKafka_doWhatIsLeft() throws Exception {
        Listing listing = world.listing(2);
        Booking paid = world.ask(order(listing, PretendPayments.NEEDS_ACTION)).booking();
        consume(succeeded(paid));
        assertThat(reload(paid).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        // A part of it is not all of it: what counts is the payment.
        world.payments.statuses.put(paid.payment(), PaymentStatus.SUCCEEDED);
        consume(new PaymentRefunded(paid.payment(), paid.id(), paid.driver(), new Money(1, "EUR"), null));
        assertThat(reload(paid).payment().status()).isEqualTo(PaymentStatus.SUCCEEDED);
        world.payments.statuses.put(paid.payment(), PaymentStatus.REFUNDED);
        consume(new PaymentRefunded(paid.payment(), paid.id(), paid.driver(), paid.price(), null));
        assertThat(reload(paid).payment().status()).isEqualTo(PaymentStatus.REFUNDED);

        Booking lapsed = heldAndExpired(listing);
        consume(new BookingEvent.BookingExpired(reload(lapsed).booking(), "HOLD_EXPIRED", 1));
        assertThat(world.payments.abandoned).containsExactly(lapsed.payment());
        // One that is alive again keeps its money, however late its end is told.
        world.ask(new SettlePayment(lapsed.id()));
        consume(new BookingEvent.BookingExpired(lapsed, "HOLD_EXPIRED", 1));
        assertThat(world.payments.abandoned).hasSize(1);
    }

    /** As Kafka's consumer does: on a virtual thread. */
    private void consume(Event event) {
        BookingEvents consumer = new BookingEvents(world.bus);
        Promise<Boolean> done = Promise.promise();
        BookingWorld.await(world.vertx.deployVerticle(
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        consumer.accept(new EventRecord(Ids.next(), event));
                        done.complete(true);
                        return done.future();
                    }
                },
                new io.vertx.core.DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD)));
    }

    private static PaymentSucceeded succeeded(Booking booking) {
        return new PaymentSucceeded(booking.payment(), booking.id(), booking.driver(), booking.price());
    }

    @Test
    void lists_areTheReadersOwn_newestFirst_pageByPage() {
        Listing listing = world.listing(5);
        Listing other = world.listing(1);
        Booking first = world.place(driver, listing, stay).booking();
        Booking second = world.placeAndPay(driver, listing, stay).booking();
        Booking third = world.place(driver, other, stay).booking();
        world.place(BookingWorld.someone(), listing, stay);
        var page = world.ask(new ListBookings(driver, false, null, Set.of(), null, 2));
        assertThat(page.bookings()).extracting(BookingDetails::booking).containsExactly(third, second);
        assertThat(page.next()).isEqualTo(second.id());
        var next = world.ask(new ListBookings(driver, false, null, Set.of(), page.next(), 2));
        assertThat(next.bookings()).extracting(BookingDetails::booking).containsExactly(first);
        assertThat(next.next()).isNull();
        var confirmed = new ListBookings(driver, false, null, Set.of(BookingStatus.CONFIRMED), null, 10);
        assertThat(world.ask(confirmed).bookings()).hasSize(1);
        var hosted = new ListBookings(BookingWorld.owner(listing), true, listing.id(), Set.of(), null, 10);
        assertThat(world.ask(hosted).bookings()).hasSize(3);
        assertThat(world.ask(new ListBookings(BookingWorld.owner(listing), true, other.id(), Set.of(), null, 10))
                        .bookings())
                .isEmpty();
    }
}
