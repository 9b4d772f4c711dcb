package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.CollectOverstay;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.OverstayStatus;
import dev.berth.bookings.BookingCommand.Overstaying;
import dev.berth.bookings.BookingCommand.PayBooking;
import dev.berth.bookings.BookingCommand.RecordEntry;
import dev.berth.bookings.BookingCommand.RecordExit;
import dev.berth.bookings.BookingCommand.SettleCharge;
import dev.berth.bookings.BookingCommand.WaiveOverstayFee;
import dev.berth.bookings.BookingCommand.WatchPlace;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What leaving late costs, and leaving at once. The listing's hour is 2.50, so that an hour too long is 3.12. */
@WithServices
class OverstayIT {
    private static final long PER_HOUR = 312;
    private static final long FEE = 1_000;

    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final Listing listing;
    private final Principal host;

    OverstayIT(Services services) {
        world = new BookingWorld(services);
        listing = world.listing(2);
        host = BookingWorld.owner(listing);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    /** Came at the start; the stay lies so many minutes from now. */
    private Booking parked(int fromMinutes, int toMinutes) {
        Booking booking =
                world.placeAndPay(driver, listing, BookingWorld.stay(24, 2)).booking();
        world.moveStay(booking, -1, 60);
        world.ask(new CheckIn(driver, booking.id()));
        world.moveStay(booking, fromMinutes, toMinutes);
        world.sql("UPDATE bookings.occupation SET entered_at = lower(stay) WHERE id = '" + booking.id() + "'");
        return booking;
    }

    private Overstaying overstay(BookingDetails details) {
        return requireNonNull(details.overstay());
    }

    private List<Charge> overstayCharges(Booking booking) {
        return world.payments.charges.stream()
                .filter(charge -> charge.booking().equals(booking.id())
                        && !charge.payment().equals(booking.payment()))
                .toList();
    }

    @Test
    @Tag("rule-17")
    void theGrace_costsNothing() {
        BookingDetails out = world.ask(new CheckOut(driver, parked(-120, -9).id()));
        assertThat(out.booking().status()).isEqualTo(BookingStatus.COMPLETED);
        assertThat(out.overstay()).isNull();
        assertThat(out.booking().overstay()).isNull();
        assertThat(world.number("SELECT count(*) FROM bookings.charge")).isZero();
    }

    @Test
    @Tag("rule-18")
    void afterIt_eachStartedHourAndTheFee_areChargedToTheSavedCard_once() {
        Booking booking = parked(-200, -81);
        BookingDetails before = world.ask(new GetBooking(driver, booking.id()));
        assertThat(overstay(before).status()).as("nobody has looked yet").isEqualTo(OverstayStatus.NOT_YET);
        BookingDetails out = world.ask(new CheckOut(driver, booking.id()));
        Money due = eur(2 * PER_HOUR + FEE);
        assertThat(out.booking().overstay()).isNotNull().satisfies(told -> {
            assertThat(told.total()).isEqualTo(due);
            assertThat(told.perHour()).isEqualTo(eur(PER_HOUR));
            assertThat(told.fee()).isEqualTo(eur(FEE));
        });
        assertThat(overstay(out).status()).isEqualTo(OverstayStatus.PAID);
        assertThat(overstay(out).hours()).isEqualTo(2);
        assertThat(overstay(out).amount()).isEqualTo(due);
        assertThat(overstay(out).since()).isEqualTo(out.booking().stay().to().plus(Duration.ofMinutes(10)));
        // Told again: by the driver, the gate, and the events.
        world.ask(new CheckOut(driver, booking.id()));
        world.ask(new RecordExit(booking.id(), Instant.now(), "north"));
        world.ask(new CollectOverstay(booking.id()));
        world.ask(new SettleCharge(requireNonNull(overstay(out).payment()), booking.id()));
        assertThat(overstayCharges(booking)).singleElement().satisfies(charge -> {
            assertThat(charge.price()).isEqualTo(due);
            assertThat(charge.method())
                    .as("the card that the booking was paid with")
                    .isNull();
            assertThat(charge.commissionBasisPoints()).isEqualTo(1_200);
            assertThat(charge.host()).isEqualTo(listing.owner());
        });
        assertThat(world.number("SELECT count(*) FROM bookings.charge")).isEqualTo(1);
    }

    @Test
    @Tag("rule-18")
    void theStatement_reckonsAsTheRule() {
        OverstayTerms terms = new OverstayTerms(eur(PER_HOUR), eur(FEE));
        Booking booking = parked(-200, -100);
        Instant end = world.sql("SELECT upper(stay) FROM bookings.occupation WHERE id = '%s'".formatted(booking.id()))
                .getFirst()
                .getOffsetDateTime(0)
                .toInstant();
        Instant since = end.plus(Duration.ofMinutes(10));
        for (long millis :
                new long[] {-600_000, -1, 0, 1, 3_599_999, 3_600_000, 3_600_001, 86_399_999, 86_400_000, 200_000_000}) {
            Instant until = since.plusMillis(millis);
            assertThat(world.number("""
                            SELECT d.amount FROM bookings.occupation o,
                                bookings.overstay_due(o, '%s', 600000, 86400000) d WHERE o.id = '%s'
                            """.formatted(until, booking.id())))
                    .as("%d ms after the grace", millis)
                    .isEqualTo(terms.due(since, until, Duration.ofHours(24)).amount());
        }
    }

    @Test
    @Tag("rule-18")
    void whatTheCardDoesNotGive_theDriverPaysInTheApp() {
        world.payments.saved(PretendPayments.DECLINED);
        Booking booking = parked(-200, -11);
        BookingDetails out = world.ask(new CheckOut(driver, booking.id()));
        assertThat(overstay(out).status()).isEqualTo(OverstayStatus.DUE);
        assertThat(out.actions()).contains(BookingAction.PAY_OVERSTAY);
        PaymentId payment = requireNonNull(overstay(out).payment());
        world.ask(new CollectOverstay(booking.id()));
        assertThat(overstayCharges(booking))
                .as("what was declined is not tried again by itself")
                .hasSize(1);
        assertThat(world.refusal(new PayBooking(driver, payment, PretendPayments.DECLINED))
                        .type())
                .isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(world.refusal(new PayBooking(BookingWorld.someone(), payment, PretendPayments.SUCCEEDS))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        for (int i = 0; i < 2; i++) {
            BookingDetails paid = world.ask(new PayBooking(driver, payment, PretendPayments.SUCCEEDS));
            assertThat(overstay(paid).status()).isEqualTo(OverstayStatus.PAID);
            assertThat(paid.booking().status()).isEqualTo(BookingStatus.COMPLETED);
        }
    }

    @Test
    @Tag("rule-18")
    void theBank_mayWantToSeeTheDriver() {
        world.payments.saved(PretendPayments.NEEDS_ACTION);
        Booking booking = parked(-200, -11);
        world.ask(new CheckOut(driver, booking.id()));
        Overstaying due = overstay(world.ask(new GetBooking(driver, booking.id())));
        assertThat(due.status()).isEqualTo(OverstayStatus.DUE);
        assertThat(due.actionUrl()).isEqualTo(PretendPayments.ACTION_URL);
    }

    @Test
    @Tag("rule-18")
    void theHost_waivesTheFee_beforeItIsPaid() {
        world.payments.saved(PretendPayments.DECLINED);
        Booking booking = parked(-200, -11);
        PaymentId first = requireNonNull(
                overstay(world.ask(new CheckOut(driver, booking.id()))).payment());
        assertThat(world.refusal(new WaiveOverstayFee(driver, booking.id(), "please"))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.ask(new GetBooking(host, booking.id())).actions()).contains(BookingAction.WAIVE_FEE);
        for (int i = 0; i < 2; i++) {
            Overstaying waived =
                    overstay(world.ask(new WaiveOverstayFee(host, booking.id(), "The barrier was broken")));
            assertThat(waived.status()).isEqualTo(OverstayStatus.DUE);
            assertThat(waived.amount()).isEqualTo(eur(PER_HOUR));
            assertThat(waived.fee()).isEqualTo(eur(0));
            assertThat(waived.waivedReason()).isEqualTo("The barrier was broken");
            assertThat(waived.payment()).as("another amount is another payment").isNotEqualTo(first);
        }
        assertThat(world.payments.abandoned).containsOnly(first);
        // The money of the first came all the same: it goes back.
        world.ask(new SettleCharge(first, booking.id()));
        assertThat(world.payments.refunds).containsExactly(first);
        assertThat(world.ask(new GetBooking(driver, booking.id())).history())
                .last()
                .satisfies(entry -> {
                    assertThat(entry.reason()).isEqualTo("FEE_WAIVED");
                    assertThat(entry.actor()).isEqualTo(host.user());
                    assertThat(entry.detail()).isEqualTo("The barrier was broken");
                });
    }

    @Test
    @Tag("rule-18")
    void theHost_waivesTheFee_afterItWasPaid() {
        Booking booking = parked(-200, -11);
        PaymentId paid = requireNonNull(
                overstay(world.ask(new CheckOut(driver, booking.id()))).payment());
        Overstaying waived = overstay(world.ask(new WaiveOverstayFee(host, booking.id(), "No signal")));
        assertThat(waived.status()).isEqualTo(OverstayStatus.PAID);
        assertThat(waived.refund()).isEqualTo(eur(FEE));
        assertThat(world.payments.refundTotals).containsEntry(paid, eur(FEE));
    }

    @Test
    @Tag("rule-18")
    void whoWasInTime_hasNoFeeToWaive() {
        Booking booking = parked(-120, -5);
        assertThat(world.refusal(new WaiveOverstayFee(host, booking.id(), "x")).type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        world.ask(new CheckOut(driver, booking.id()));
        assertThat(world.refusal(new WaiveOverstayFee(host, booking.id(), "x")).type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
    }

    @Test
    @Tag("rule-20")
    void whereNobodySees_theDriverSaysWhenTheyLeft() {
        Booking booking = parked(-300, -180);
        Instant said = Instant.now().minus(Duration.ofMinutes(175));
        BookingDetails out = world.ask(new CheckOut(driver, booking.id(), said));
        assertThat(out.leftAt()).isBetween(said.minusMillis(2), said.plusMillis(2));
        assertThat(out.overstay()).isNull();
        world.ask(new WatchPlace(listing.id(), true, true, false, 1));
        Booking seen = parked(-300, -180);
        assertThat(world.refusal(new CheckOut(driver, seen.id(), said)).type()).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(overstay(world.ask(new CheckOut(driver, seen.id()))).hours()).isEqualTo(3);
    }

    @Test
    @Tag("rule-18")
    void aGateThatTellsLate_isReckonedByWhatItSaw() {
        Booking booking = parked(-300, -180);
        BookingDetails out =
                world.ask(new RecordExit(booking.id(), Instant.now().minus(Duration.ofMinutes(172)), "north"));
        assertThat(out.overstay()).isNull();
    }

    @Test
    @Tag("rule-17")
    void whoGoesAgainAtOnce_hasNotStayed() {
        Booking booking =
                world.placeAndPay(driver, listing, BookingWorld.stay(24, 2)).booking();
        world.moveStay(booking, -1, 60);
        world.ask(new CheckIn(driver, booking.id()));
        BookingDetails out = world.ask(new CheckOut(driver, booking.id()));
        assertThat(out.refund()).isEqualTo(booking.price());
        assertThat(world.payments.refundTotals).containsEntry(booking.payment(), booking.price());
        assertThat(world.ask(new GetBooking(driver, booking.id())).history())
                .extracting(HistoryEntry::status)
                .endsWith(BookingStatus.ACTIVE, BookingStatus.COMPLETED);
    }

    @Test
    @Tag("rule-17")
    void whoStaysLongerOrCameTooLate_hasStayed() {
        Booking longer = parked(-60, 60);
        world.sql("UPDATE bookings.occupation SET entered_at = now() - interval '301 seconds' WHERE id = '%s'"
                .formatted(longer.id()));
        assertThat(world.ask(new CheckOut(driver, longer.id())).refund()).isEqualTo(eur(0));
        Booking late =
                world.placeAndPay(driver, listing, BookingWorld.stay(24, 2)).booking();
        world.moveStay(late, -31, 60);
        world.ask(new RecordEntry(late.id(), Instant.now(), "north"));
        assertThat(world.ask(new RecordExit(late.id(), Instant.now(), "north")).refund())
                .isEqualTo(eur(0));
        assertThat(world.payments.refunds).isEmpty();
    }
}
