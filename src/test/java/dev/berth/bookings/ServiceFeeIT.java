package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.AcceptRequest;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.Cancellation;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.ExtendBooking;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.PreviewCancellation;
import dev.berth.bookings.BookingCommand.PreviewExtension;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.ServiceFeeLine;
import dev.berth.bookings.SeriesCommand.CreateSeriesQuote;
import dev.berth.bookings.SeriesCommand.PlaceSeries;
import dev.berth.bookings.SeriesCommand.SeriesQuote;
import dev.berth.fees.FeeCommand.AddPolicy;
import dev.berth.fees.FeeCommand.CalculateFees;
import dev.berth.fees.FeeCommand.FeeCalculation;
import dev.berth.fees.FeePolicy;
import dev.berth.fees.ServiceFeeRate;
import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Postings;
import dev.berth.ledger.ServiceFee;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentCommand.Charge;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.payments.PaymentCommand.Share;
import dev.berth.payments.WalletCommand;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The driver's service fee, from the policy by the quote to what comes back. */
@WithServices
@Tag("rule-27")
@Tag("PY11")
class ServiceFeeIT {
    private static final Principal ADMIN = new Principal(UserId.next(), Set.of(Role.ADMIN));
    /** Of 2 h at 5.00 that is 1.00, with 0.16 of tax in it. */
    private static final ServiceFeeRate RATE = new ServiceFeeRate(500, eur(50));

    private static final TimeRange STAY = BookingWorld.stay(240, 2);

    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();

    ServiceFeeIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        assertThat(world.number("SELECT count(*) FROM payments.difference")).isZero();
        world.close();
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private FeePolicy policy(@Nullable UserId host, @Nullable ServiceFeeRate rate) {
        return world.ask(new AddPolicy(ADMIN, host, 1_200, rate, null, "test", null));
    }

    /** 5.00 an hour in Germany. */
    private Listing listing(CancellationPolicy policy) {
        return world.listing(3, 500, policy);
    }

    private void fill(long amount) {
        Transfer transfer = Transfer.apart(Ids.next(), TransferKind.TOP_UP, Postings.topUp(driver.user(), eur(amount)));
        world.db.inTransaction(connection -> new LedgerSql(world.db).post(connection, transfer));
    }

    private long balance(String kind) {
        return world.number(
                "SELECT coalesce(-sum(amount), 0)::bigint FROM payments.balance WHERE kind = '%s'".formatted(kind));
    }

    @Test
    @Tag("PY5")
    @Tag("PY8")
    void theWallet_paysTheFeeInTheStatementThatBooks_andItIsStoredWithItsVersion() {
        FeePolicy policy = policy(null, RATE);
        Listing listing = listing(CancellationPolicy.FLEXIBLE);
        fill(5_000);
        Quote quote = world.quote(listing, STAY);
        ServiceFeeLine line = requireNonNull(quote.serviceFee());
        assertThat(List.of(line.amount(), line.tax())).containsExactly(eur(100), eur(16));
        assertThat(quote.total()).isEqualTo(eur(1_100));
        assertThat(quote.finalPrice()).isEqualTo(eur(1_100));

        PlaceBooking command = world.booking(driver, quote, WalletCommand.METHOD);
        int before = world.statements.get();
        Booking booking = world.ask(command).booking();
        assertThat(world.statements.get() - before)
                .as("the booking, and reading it")
                .isEqualTo(2);
        assertThat(booking.price()).isEqualTo(eur(1_100));
        assertThat(requireNonNull(booking.fee()).terms().policy()).isEqualTo(policy.id());
        assertThat(List.of(balance("host_payable"), balance("platform_revenue"), balance("tax_payable")))
                .containsExactly(880L, 204L, 16L);
        assertThat(balance("wallet")).isEqualTo(3_900);

        // With a card beside it, what the wallet has is not enough; it pays all of it when it is.
        Quote next = world.quote(listing, STAY);
        PlaceBooking inside = new PlaceBooking(
                driver, next.quoteId(), next.finalPrice(), null, null, "inside", "0a0b", new Inside(true, true));
        world.ask(inside);
        assertThat(balance("tax_payable")).isEqualTo(32);
        assertThat(world.number(
                        "SELECT count(*) FROM payments.payment WHERE service_fee = 100 AND service_fee_tax = 16"))
                .isEqualTo(2);

        // What is sold stays as it is sold; the host sees their own part of it.
        policy(null, null);
        assertThat(world.ask(new GetBooking(driver, booking.id())).booking().fee())
                .isEqualTo(booking.fee());
        BookingDetails hosts = world.ask(new GetBooking(BookingWorld.owner(listing), booking.id()));
        assertThat(hosts.booking().price()).isEqualTo(eur(1_000));
        assertThat(hosts.booking().fee()).isNull();
        assertThat(world.quote(listing, STAY).serviceFee()).isNull();
    }

    @ParameterizedTest
    @Tag("rule-29")
    @CsvSource({
        // policy, starts in so many hours, comes back of 10.00 and a fee of 1.00, the fee as well
        "FLEXIBLE, 240, 1100, true",
        "MODERATE, 23, 500, false",
        "STRICT, 169, 500, false",
        "STRICT, 100, 0, false",
    })
    void theFee_comesBackOnlyWithAllOfThePrice(CancellationPolicy cancellation, int inHours, long back, boolean fee) {
        policy(null, RATE);
        Booking booking = world.placeAndPay(driver, listing(cancellation), STAY).booking();
        world.paidAgo(booking, 3 * 60);
        world.moveStay(booking, inHours * 60, (inHours + 2) * 60);
        Cancellation preview = world.ask(new PreviewCancellation(driver, booking.id()));
        assertThat(preview.refund()).isEqualTo(eur(back));
        assertThat(preview.kept()).isEqualTo(eur(1_100 - back));
        assertThat(preview.serviceFee()).isEqualTo(eur(100));
        assertThat(preview.serviceFeeRefunded()).isEqualTo(fee);
        assertThat(world.ask(new CancelBooking(driver, booking.id(), null)).refund())
                .isEqualTo(eur(back));
        assertThat(world.payments.refundTotals.getOrDefault(booking.payment(), eur(0)))
                .isEqualTo(eur(back));
    }

    @Test
    @Tag("rule-29")
    void aHostWhoCancels_givesAllBack_andSeesTheirPart() {
        policy(null, RATE);
        Listing listing = listing(CancellationPolicy.STRICT);
        Booking booking = world.placeAndPay(driver, listing, STAY).booking();
        world.paidAgo(booking, 3 * 60);
        Principal host = BookingWorld.owner(listing);
        Cancellation preview = world.ask(new PreviewCancellation(host, booking.id()));
        assertThat(preview.refund()).isEqualTo(eur(1_000));
        assertThat(preview.serviceFee()).isNull();
        BookingDetails cancelled = world.ask(new CancelBooking(host, booking.id(), null));
        assertThat(cancelled.refund()).isEqualTo(eur(1_000));
        assertThat(world.payments.refundTotals).containsEntry(booking.payment(), eur(1_100));
    }

    @Test
    @Tag("rule-14")
    @Tag("rule-15")
    void aChange_paysTheFeeOnTheDifference_andACheaperOneKeepsIt() {
        policy(null, RATE);
        Listing listing = listing(CancellationPolicy.MODERATE);
        Booking booking = world.placeAndPay(driver, listing, STAY).booking();
        TimeRange longer = new TimeRange(STAY.from(), STAY.to().plusSeconds(7_200));
        Quote quote = world.quote(listing, longer);
        assertThat(quote.finalPrice()).isEqualTo(eur(2_150));
        Booking changed = world.ask(new ModifyBooking(
                        driver, booking.id(), quote.quoteId(), quote.finalPrice(), PretendPayments.SUCCEEDS))
                .booking();
        assertThat(changed.price()).isEqualTo(eur(2_150));
        Charge charge = world.payments.charges.stream()
                .filter(each -> !each.payment().equals(booking.payment()))
                .findFirst()
                .orElseThrow();
        assertThat(charge.price()).isEqualTo(eur(1_050));
        assertThat(charge.fee()).isEqualTo(new ServiceFee(eur(50), eur(8)));

        // Without the policy the booking's own terms count for making it longer.
        policy(null, null);
        TimeRange extended = new TimeRange(longer.from(), longer.to().plusSeconds(3_600));
        Money extra = world.ask(new PreviewExtension(driver, booking.id())).options().stream()
                .filter(option -> option.to().equals(extended.to()))
                .findFirst()
                .orElseThrow()
                .price();
        assertThat(extra).isEqualTo(eur(525));
        assertThat(world.ask(new ExtendBooking(
                                driver, booking.id(), extended.to().toString(), extra, PretendPayments.SUCCEEDS))
                        .booking()
                        .price())
                .isEqualTo(eur(2_675));

        Quote shorter =
                world.quote(listing, new TimeRange(STAY.from(), STAY.from().plusSeconds(3_600)));
        BookingDetails less = world.ask(new ModifyBooking(
                driver, booking.id(), shorter.quoteId(), shorter.finalPrice(), PretendPayments.SUCCEEDS));
        assertThat(less.booking().price()).as("5.00 and the fee of 1.75").isEqualTo(eur(675));
        assertThat(less.refund()).isEqualTo(eur(2_000));
        assertThat(world.payments.refundTotals.values().stream()
                        .mapToLong(Money::amount)
                        .sum())
                .isEqualTo(2_000);

        // Half of what is left of the parking, of each payment what is no fee; then the host gives everything back.
        world.ask(new CancelBooking(BookingWorld.owner(listing), booking.id(), null));
        assertThat(world.payments.refundTotals.values().stream()
                        .mapToLong(Money::amount)
                        .sum())
                .isEqualTo(2_675);
    }

    @Test
    void eachBookingOfASeries_hasItsOwn() {
        policy(null, RATE);
        Listing listing = listing(CancellationPolicy.FLEXIBLE);
        SeriesQuote quote = world.ask(new CreateSeriesQuote(
                driver,
                listing.id(),
                STAY.from().toString(),
                STAY.to().toString(),
                "FREQ=DAILY;COUNT=3",
                Set.of(),
                null,
                false,
                null));
        assertThat(quote.finalPrice()).isEqualTo(eur(3_300));
        assertThat(requireNonNull(quote.serviceFee()).amount()).isEqualTo(eur(300));
        world.ask(new PlaceSeries(
                driver,
                requireNonNull(quote.quoteId()),
                quote.finalPrice(),
                PretendPayments.SUCCEEDS,
                "series",
                "0a0b"));
        assertThat(world.payments.together.element().shares())
                .extracting(Share::fee)
                .containsOnly(new ServiceFee(eur(100), eur(16)))
                .hasSize(3);
    }

    @Test
    @Tag("rule-12")
    void aRequest_setsItAside() {
        policy(null, RATE);
        Listing listing = world.asking(1);
        world.ask(world.booking(driver, world.quote(listing, STAY), PretendPayments.SUCCEEDS));
        Charge charge = world.payments.authorised.element();
        assertThat(charge.price()).isEqualTo(eur(575));
        assertThat(charge.fee()).isEqualTo(new ServiceFee(eur(75), eur(12)));
    }

    @Test
    @Tag("rule-12")
    @Tag("rule-28")
    void aRequestThatBecomesShorter_hasTheFeeOfWhatItCostsThen() {
        policy(null, RATE);
        Listing listing = world.asking(1);
        Booking booking = world.ask(world.booking(driver, world.quote(listing, STAY), PretendPayments.SUCCEEDS))
                .booking();
        Quote shorter =
                world.quote(listing, new TimeRange(STAY.from(), STAY.from().plus(Duration.ofHours(1))));
        Booking changed = world.ask(
                        new ModifyBooking(driver, booking.id(), shorter.quoteId(), shorter.finalPrice(), null))
                .booking();
        assertThat(changed.price()).isEqualTo(eur(312));
        assertThat(requireNonNull(changed.fee()).amount()).isEqualTo(eur(62));

        world.ask(new AcceptRequest(BookingWorld.owner(listing), booking.id(), changed.version()));
        Charge charge = world.payments.charges.element();
        assertThat(charge.price()).isEqualTo(eur(312));
        assertThat(requireNonNull(charge.fee()).amount()).isEqualTo(eur(62));
    }

    @Test
    void policies_areAdmins_withinLimits_andAHostsOwnGoesFirst() {
        assertThat(world.refusal(new AddPolicy(driver, null, 1_200, RATE, null, "no", null))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.refusal(new AddPolicy(ADMIN, null, 1_200, new ServiceFeeRate(3_001, null), null, "no", null))
                        .errors()
                        .getFirst()
                        .pointer())
                .isEqualTo("/serviceFee/basisPoints");
        assertThat(world.refusal(new AddPolicy(ADMIN, null, 1_200, new ServiceFeeRate(0, eur(1_001)), null, "no", null))
                        .errors()
                        .getFirst()
                        .pointer())
                .isEqualTo("/serviceFee/fixed/amount");
        UserId host = UserId.next();
        policy(null, RATE);
        assertThat(calculated(host).total()).isEqualTo(eur(1_100));
        policy(host, ServiceFeeRate.NOTHING);
        assertThat(calculated(host).total()).isEqualTo(eur(1_000));
        policy(host, null);
        FeeCalculation again = calculated(host);
        assertThat(again.total()).isEqualTo(eur(1_100));
        assertThat(again.host().plus(again.platform())).isEqualTo(again.total());
        assertThat(world.ask(new CalculateFees(null, new Money(1_000, "JPY"), null))
                        .total())
                .as("the fixed part is in another currency")
                .isEqualTo(new Money(1_050, "JPY"));
    }

    private FeeCalculation calculated(UserId host) {
        return world.ask(new CalculateFees(host, eur(1_000), null));
    }

    @Test
    void aFreeStay_hasNoFee() {
        policy(null, RATE);
        Listing listing = world.listing(1, 0);
        Quote quote = world.ask(new CreateQuote(
                driver, listing.id(), STAY.from().toString(), STAY.to().toString(), null, null, false));
        assertThat(quote.serviceFee()).isNull();
        assertThat(world.ask(world.booking(driver, quote, null)).booking().status())
                .isEqualTo(BookingStatus.CONFIRMED);
    }
}
