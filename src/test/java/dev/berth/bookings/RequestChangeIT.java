package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.AcceptRequest;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.promotions.BookedDiscount;
import dev.berth.promotions.Payer;
import dev.berth.promotions.PromotionCommand.CreatePromotion;
import dev.berth.promotions.PromotionConfig;
import dev.berth.promotions.PromotionTerms;
import dev.berth.promotions.PromotionVerticle;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.Role;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Another time for a request, before the host has answered, for no more than is set aside (RULES 12, 14, 28). */
@WithServices
@Tag("rule-12")
@Tag("rule-28")
class RequestChangeIT {
    private static final int RACES = 8;

    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final TimeRange stay = BookingWorld.stay(24, 4);

    RequestChangeIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static Money eur(long amount) {
        return new Money(amount, "EUR");
    }

    private Booking requested(Listing listing) {
        return world.ask(world.booking(driver, world.quote(listing, stay), PretendPayments.SUCCEEDS))
                .booking();
    }

    private TimeRange hours(int hours) {
        return new TimeRange(stay.from(), stay.from().plus(Duration.ofHours(hours)));
    }

    private ModifyBooking to(Listing listing, Booking booking, TimeRange when) {
        Quote quote = world.quote(listing, when);
        return new ModifyBooking(driver, booking.id(), quote.quoteId(), quote.finalPrice(), null);
    }

    private BookingDetails seen(Booking booking) {
        return world.ask(new GetBooking(driver, booking.id()));
    }

    @Test
    void aShorterRequest_keepsWhatIsSetAside_andOnlyItsPriceIsCollected() {
        Listing listing = world.asking(1);
        Principal host = BookingWorld.owner(listing);
        Booking booking = requested(listing);
        ModifyBooking command = to(listing, booking, hours(2));
        BookingDetails changed = world.ask(command);
        assertThat(changed.booking().stay()).isEqualTo(hours(2));
        assertThat(changed.booking().price()).isEqualTo(eur(500));
        assertThat(changed.booking().status()).isEqualTo(BookingStatus.PENDING_HOST);
        assertThat(changed.booking().holdExpiresAt()).isEqualTo(booking.holdExpiresAt());
        assertThat(changed.payment().setAside()).isEqualTo(eur(1_000));
        assertThat(world.ask(command).booking().version())
                .as("the same again")
                .isEqualTo(changed.booking().version());
        assertThat(world.payments.authorised).hasSize(1);
        assertThat(world.number("""
                SELECT count(*) FROM platform.outbox WHERE type = 'bookings.BookingRequestChanged'
                """)).as("the host is told once").isEqualTo(1);
        assertThat(seen(booking).history())
                .last()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo("MODIFIED"));

        BookingDetails confirmed = world.ask(
                new AcceptRequest(host, booking.id(), changed.booking().version()));
        assertThat(confirmed.booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(world.payments.charges)
                .singleElement()
                .satisfies(charge -> assertThat(charge.price()).isEqualTo(eur(500)));
        assertThat(seen(booking).payment().setAside()).isNull();

        world.ask(new CancelBooking(driver, booking.id(), null));
        assertThat(world.payments.refundTotals.get(booking.payment())).isEqualTo(eur(500));
    }

    @Test
    void upToWhatIsSetAside_itMayBecomeLongerAgain_butNotMore() {
        Listing listing = world.asking(1);
        Booking booking = requested(listing);
        world.ask(to(listing, booking, hours(1)));
        assertThat(world.ask(to(listing, booking, hours(3))).booking().price()).isEqualTo(eur(750));
        Problem refusal = world.refusal(to(listing, booking, hours(5)));
        assertThat(refusal.type()).isEqualTo(ProblemType.PRICE_ABOVE_HOLD);
        assertThat(refusal.members()).containsEntry("setAside", eur(1_000)).containsEntry("price", eur(1_250));
        BookingDetails back = world.ask(to(listing, booking, stay));
        assertThat(back.booking().price()).isEqualTo(eur(1_000));
        assertThat(back.payment().setAside()).isEqualTo(eur(1_000));
        // Another day, at the same price.
        TimeRange next =
                new TimeRange(stay.from().plus(Duration.ofDays(1)), stay.to().plus(Duration.ofDays(1)));
        assertThat(world.ask(to(listing, booking, next)).booking().stay()).isEqualTo(next);
    }

    @Test
    void aHostWhoHasSeenAnother_isAskedToLookAgain() {
        Listing listing = world.asking(1);
        Principal host = BookingWorld.owner(listing);
        Booking booking = requested(listing);
        long seen = world.ask(new GetBooking(host, booking.id())).booking().version();
        world.ask(to(listing, booking, hours(2)));
        assertThat(world.refusal(new AcceptRequest(host, booking.id(), seen)).type())
                .isEqualTo(ProblemType.PRECONDITION_FAILED);
        assertThat(world.payments.charges).isEmpty();
        assertThat(world.ask(new AcceptRequest(host, booking.id(), seen + 1))
                        .booking()
                        .stay())
                .isEqualTo(hours(2));
    }

    @Test
    void anAnswerAndAChangeAtOnce_agreeOnThePrice() {
        for (int i = 0; i < RACES; i++) {
            Listing listing = world.asking(1);
            Booking booking = requested(listing);
            ModifyBooking change = to(listing, booking, hours(2));
            int before = world.payments.charges.size();
            Future<BookingDetails> changed = world.send(change);
            Future<BookingDetails> accepted = world.send(new AcceptRequest(BookingWorld.owner(listing), booking.id()));
            BookingWorld.await(Future.join(changed, accepted).otherwiseEmpty());

            BookingDetails now = seen(booking);
            assertThat(now.booking().status()).isEqualTo(BookingStatus.CONFIRMED);
            assertThat(world.payments.charges).hasSize(before + 1);
            if (changed.succeeded()) {
                assertThat(now.booking().stay()).isEqualTo(hours(2));
                assertThat(now.booking().price()).isEqualTo(eur(500));
            } else {
                assertThat(((Rejection) changed.cause()).problem().type()).isEqualTo(ProblemType.ILLEGAL_STATE);
                assertThat(now.booking().price()).isEqualTo(eur(1_000));
            }
            // What the card was asked for is what the booking costs, whoever came first: a change that found it
            // confirmed gives back.
            Money collected = Objects.requireNonNull(world.payments.prices.get(booking.payment()));
            Money refund = now.refund();
            assertThat(collected.minus(refund)).isEqualTo(now.booking().price());
        }
    }

    @Test
    void somebodyElsesRequest_orOneThatIsNotAskedYet_isNotChanged() {
        Listing listing = world.asking(1);
        Booking booking = requested(listing);
        Quote quote = world.quote(listing, hours(2));
        assertThat(world.refusal(new ModifyBooking(
                                BookingWorld.someone(), booking.id(), quote.quoteId(), quote.finalPrice(), null))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(world.refusal(new ModifyBooking(
                                BookingWorld.owner(listing), booking.id(), quote.quoteId(), quote.finalPrice(), null))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
        Booking atBank = world.ask(world.booking(driver, world.quote(listing, stay), PretendPayments.NEEDS_ACTION))
                .booking();
        assertThat(world.refusal(to(listing, atBank, hours(2))).type()).isEqualTo(ProblemType.ILLEGAL_STATE);
        world.expireHold(booking);
        assertThat(world.refusal(to(listing, booking, hours(2))).type()).isEqualTo(ProblemType.ILLEGAL_STATE);
    }

    @Test
    void whereNothingIsFree_itIsNotChanged() {
        Listing listing = world.asking(1);
        Booking booking = requested(listing);
        TimeRange later =
                new TimeRange(stay.from().plus(Duration.ofDays(2)), stay.to().plus(Duration.ofDays(2)));
        ModifyBooking command = to(listing, booking, later);
        Booking other = world.ask(
                        world.booking(BookingWorld.someone(), world.quote(listing, later), PretendPayments.SUCCEEDS))
                .booking();
        world.ask(new AcceptRequest(BookingWorld.owner(listing), other.id()));
        assertThat(world.refusal(command).type()).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(seen(booking).booking().stay()).isEqualTo(stay);
    }

    @Test
    @Tag("rule-36")
    void whatACodeTakesOff_becomesLessWithIt_andThatIsPosted() {
        world.deploy(new PromotionVerticle(
                world.bus,
                world.db,
                world.outbox,
                world.json,
                PromotionConfig.defaults(),
                Clock.systemUTC(),
                new SimpleMeterRegistry()));
        Listing listing = world.asking(1);
        Instant now = Instant.now();
        Principal admin = new Principal(UserId.next(), Set.of(Role.ADMIN));
        PromotionTerms terms = new PromotionTerms(
                "x", Payer.PLATFORM, 20, null, "EUR", 0, 5_000L, now, now.plus(Duration.ofDays(30)), null, null, null);
        world.ask(new CreatePromotion(admin, terms, "shorter-20", null));
        Quote quote = world.ask(new CreateQuote(
                driver, listing.id(), stay.from().toString(), stay.to().toString(), null, null, false, "shorter-20"));
        Booking booking = world.ask(world.booking(driver, quote, PretendPayments.SUCCEEDS))
                .booking();
        assertThat(booking.price()).isEqualTo(eur(800));

        assertThat(world.ask(to(listing, booking, hours(2))).booking().price()).isEqualTo(eur(400));
        world.ask(new AcceptRequest(BookingWorld.owner(listing), booking.id()));

        assertThat(world.payments.prices.get(booking.payment())).isEqualTo(eur(400));
        BookingDetails confirmed = seen(booking);
        BookedDiscount discount = Objects.requireNonNull(confirmed.discount());
        assertThat(discount.price()).isEqualTo(eur(500));
        assertThat(discount.amount()).isEqualTo(eur(100));
        assertThat(world.number("SELECT sum(amount)::bigint FROM payments.balance WHERE kind = 'promotions'"))
                .isEqualTo(100);
        // The share of 5.00, less that of the 4.00 that the driver has paid.
        assertThat(world.number("SELECT sum(amount)::bigint FROM payments.balance WHERE kind = 'host_payable'"))
                .isEqualTo(-(440 - 352));
    }

    @Test
    void whatIsLetGo_endsTheRequest_withItsReason() {
        Listing listing = world.asking(1);
        Booking booking = world.ask(world.booking(driver, world.quote(listing, stay), PretendPayments.WITHDRAWN))
                .booking();
        world.ask(to(listing, booking, hours(2)));
        Problem refusal = world.refusal(new AcceptRequest(BookingWorld.owner(listing), booking.id()));
        assertThat(refusal.type()).isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(refusal.members())
                .containsEntry("status", BookingStatus.EXPIRED)
                .containsKey("declineCode");
        assertThat(seen(booking).payment().status()).isEqualTo(PaymentStatus.DECLINED);
    }
}
