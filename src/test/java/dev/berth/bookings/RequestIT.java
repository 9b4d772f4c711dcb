package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.AcceptRequest;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.DeclineRequest;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.ListBookings;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.listings.Listing;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bookings that a host is asked for (RULES 12). */
@WithServices
@Tag("rule-12")
class RequestIT {
    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final TimeRange stay = BookingWorld.stay(24, 2);

    RequestIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Booking requested(Listing listing, TimeRange when) {
        return requested(BookingWorld.someone(), listing, when, PretendPayments.SUCCEEDS);
    }

    private Booking requested(Principal who, Listing listing, TimeRange when, String card) {
        return world.ask(world.booking(who, world.quote(listing, when), card)).booking();
    }

    private BookingStatus status(Listing listing, Booking booking) {
        return world.ask(new GetBooking(BookingWorld.owner(listing), booking.id()))
                .booking()
                .status();
    }

    @Test
    void aRequest_setsThePriceAside_andKeepsNothing_untilTheHostSaysYes() {
        Listing listing = world.asking(1);
        PlaceBooking command = world.booking(driver, world.quote(listing, stay), PretendPayments.SUCCEEDS);
        BookingDetails asked = world.ask(command);
        assertThat(asked.booking().status()).isEqualTo(BookingStatus.PENDING_HOST);
        assertThat(asked.actions()).containsExactly(BookingAction.MODIFY, BookingAction.CANCEL);
        assertThat(world.ask(command).booking().id())
                .as("the same again")
                .isEqualTo(asked.booking().id());
        assertThat(world.payments.charges).isEmpty();
        assertThat(world.payments.authorised).as("once").hasSize(1);
        assertThat(asked.payment().status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(requested(listing, stay).id()).isNotEqualTo(asked.booking().id());

        Principal host = BookingWorld.owner(listing);
        assertThat(world.ask(new GetBooking(host, asked.booking().id())).actions())
                .contains(BookingAction.CONFIRM, BookingAction.DECLINE);
        assertThat(world.ask(new AcceptRequest(host, asked.booking().id()))
                        .booking()
                        .status())
                .isEqualTo(BookingStatus.CONFIRMED);
        world.ask(new AcceptRequest(host, asked.booking().id()));

        assertThat(world.payments.charges).hasSize(1);
        BookingDetails confirmed =
                world.ask(new GetBooking(driver, asked.booking().id()));
        assertThat(confirmed.pass()).isNotNull();
        assertThat(confirmed.history())
                .extracting(HistoryEntry::status, HistoryEntry::actor, HistoryEntry::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(BookingStatus.PENDING_HOST, driver.user(), "REQUESTED"),
                        org.assertj.core.groups.Tuple.tuple(BookingStatus.PENDING_HOST, null, "AUTHORISED"),
                        org.assertj.core.groups.Tuple.tuple(BookingStatus.CONFIRMED, host.user(), "ACCEPTED"));
    }

    @Test
    void theHostHasHalfOfTheTime_butNeverMoreThanADay() {
        Listing listing = world.asking(1);
        TimeRange soon = BookingWorld.stay(4, 1);
        Booking half = requested(listing, soon);
        Duration toStart = Duration.between(half.createdAt(), soon.from());
        assertThat(half.holdExpiresAt())
                .isBetween(
                        half.createdAt().plus(toStart.dividedBy(2)).minusSeconds(1),
                        half.createdAt().plus(toStart.dividedBy(2)).plusSeconds(1));
        Booking day = requested(listing, BookingWorld.stay(24 * 9, 1));
        assertThat(day.holdExpiresAt())
                .isBetween(
                        day.createdAt().plus(Duration.ofHours(24)),
                        Instant.now().plus(Duration.ofHours(24)));
    }

    @Test
    void theFirstAcceptWins_andTheOthersAreDeclined() {
        Listing listing = world.asking(1);
        Principal host = BookingWorld.owner(listing);
        List<Booking> requests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            requests.add(requested(listing, stay));
        }
        Booking later = requested(listing, new TimeRange(stay.to(), stay.to().plusSeconds(3_600)));
        List<Future<BookingDetails>> answers = requests.stream()
                .map(booking -> world.send(new AcceptRequest(host, booking.id())))
                .toList();
        BookingWorld.await(Future.join(answers).otherwiseEmpty());
        assertThat(answers.stream().filter(Future::succeeded)).hasSize(1);
        assertThat(requests.stream().map(booking -> status(listing, booking)))
                .containsOnlyOnce(BookingStatus.CONFIRMED)
                .filteredOn(status -> status == BookingStatus.DECLINED)
                .hasSize(7);
        assertThat(status(listing, later)).as("back to back").isEqualTo(BookingStatus.PENDING_HOST);
        assertThat(world.payments.charges).hasSize(1);
    }

    @Test
    void withASlotLeft_nobodyIsDeclined() {
        Listing listing = world.asking(2);
        Booking first = requested(listing, stay);
        Booking second = requested(listing, stay);
        Booking third = requested(listing, stay);
        Principal host = BookingWorld.owner(listing);
        world.ask(new AcceptRequest(host, first.id()));
        assertThat(status(listing, second)).isEqualTo(BookingStatus.PENDING_HOST);
        world.ask(new AcceptRequest(host, second.id()));
        assertThat(status(listing, third)).isEqualTo(BookingStatus.DECLINED);
    }

    @Test
    void whoIsNotAnswered_isTold_andCannotBeAcceptedAnyMore() {
        Listing listing = world.asking(1);
        Booking booking = requested(driver, listing, stay, PretendPayments.SUCCEEDS);
        world.expireHold(booking);
        assertThat(world.refusal(new AcceptRequest(BookingWorld.owner(listing), booking.id()))
                        .type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
        world.sql("SELECT * FROM bookings.expire_holds(10)");
        assertThat(world.ask(new GetBooking(driver, booking.id())).history())
                .last()
                .satisfies(entry -> {
                    assertThat(entry.status()).isEqualTo(BookingStatus.EXPIRED);
                    assertThat(entry.reason()).isEqualTo("NO_ANSWER");
                });
        assertThat(world.payments.charges).isEmpty();
    }

    @Test
    void aHostMaySayNo_andADriverMayGiveUp() {
        Listing listing = world.asking(1);
        Principal host = BookingWorld.owner(listing);
        Booking declined = requested(listing, stay);
        assertThat(world.refusal(new DeclineRequest(driver, declined.id(), null))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(world.ask(new DeclineRequest(host, declined.id(), "garage door broken"))
                        .booking()
                        .status())
                .isEqualTo(BookingStatus.DECLINED);
        world.ask(new DeclineRequest(host, declined.id(), null));
        assertThat(world.refusal(new AcceptRequest(host, declined.id())).detail())
                .contains("DECLINED");
        Booking given = requested(driver, listing, stay, PretendPayments.SUCCEEDS);
        world.ask(new CancelBooking(driver, given.id(), null));
        assertThat(world.refusal(new AcceptRequest(host, given.id())).detail()).contains("CANCELLED_BY_DRIVER");
    }

    @Test
    void aCardThatIsDeclined_endsTheRequest_beforeTheHostIsAsked() {
        Listing listing = world.asking(1);
        PlaceBooking poor = world.booking(driver, world.quote(listing, stay), PretendPayments.DECLINED);
        assertThat(world.refusal(poor).type()).isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(world.refusal(poor).type()).as("the same again").isEqualTo(ProblemType.PAYMENT_DECLINED);
        assertThat(world.payments.authorised).hasSize(1);
        assertThat(world.number("""
                SELECT count(*) FROM platform.outbox WHERE type = 'bookings.BookingRequested'
                """)).isZero();
    }

    @Test
    void whoHasToConfirmAtTheBank_isAskedForOnlyAfterThat() {
        Listing listing = world.asking(1);
        Principal host = BookingWorld.owner(listing);
        BookingDetails sent =
                world.ask(world.booking(driver, world.quote(listing, stay), PretendPayments.NEEDS_ACTION));
        BookingId id = sent.booking().id();
        assertThat(sent.booking().status()).isEqualTo(BookingStatus.PENDING_HOST);
        assertThat(sent.payment().status()).isEqualTo(PaymentStatus.REQUIRES_ACTION);
        assertThat(sent.payment().actionUrl()).isEqualTo(PretendPayments.ACTION_URL);
        assertThat(sent.booking().holdExpiresAt()).isBefore(Instant.now().plus(Duration.ofHours(1)));
        assertThat(requestsOf(host)).as("the host's inbox").isEmpty();
        assertThat(world.refusal(new AcceptRequest(host, id)).type()).isEqualTo(ProblemType.ILLEGAL_STATE);

        world.payments.statuses.put(sent.booking().payment(), PaymentStatus.AUTHORISED);
        world.ask(new BookingCommand.AskHost(id));
        world.ask(new BookingCommand.AskHost(id));

        assertThat(requestsOf(host)).extracting(each -> each.booking().id()).containsExactly(id);
        assertThat(world.number("""
                SELECT count(*) FROM platform.outbox WHERE type = 'bookings.BookingRequested'
                """)).isEqualTo(1);
        assertThat(world.ask(new AcceptRequest(host, id)).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
    }

    @Test
    void whoDoesNotConfirmAtTheBank_isNotAskedFor_andMoneyThatIsSetAsideTooLateIsGivenUp() {
        Listing listing = world.asking(1);
        Booking left = requested(driver, listing, stay, PretendPayments.NEEDS_ACTION);
        world.expireHold(left);
        world.sql("SELECT * FROM bookings.expire_holds(10)");
        assertThat(world.ask(new GetBooking(driver, left.id())).history())
                .last()
                .satisfies(entry -> assertThat(entry.reason()).isEqualTo("PAYMENT_DECLINED:expired"));

        world.ask(new BookingCommand.AskHost(left.id()));
        assertThat(world.payments.abandoned).containsExactly(left.payment());
        assertThat(status(listing, left)).isEqualTo(BookingStatus.EXPIRED);
    }

    @Test
    void whatIsSetAside_isGivenUp_whenNothingComesOfTheRequest() {
        Listing listing = world.asking(1);
        Principal host = BookingWorld.owner(listing);
        Booking declined = requested(listing, stay);
        world.ask(new DeclineRequest(host, declined.id(), null));
        Booking cancelled = requested(driver, listing, stay, PretendPayments.SUCCEEDS);
        world.ask(new CancelBooking(driver, cancelled.id(), null));
        Booking expired = requested(listing, stay);
        world.expireHold(expired);
        world.sql("SELECT * FROM bookings.expire_holds(10)");
        world.ask(new BookingCommand.ReturnMoney(expired.id()));

        assertThat(world.payments.abandoned)
                .containsExactly(declined.payment(), cancelled.payment(), expired.payment());
        assertThat(world.ask(new GetBooking(driver, cancelled.id())).payment().status())
                .isEqualTo(PaymentStatus.CANCELLED);
        assertThat(world.payments.refunds).isEmpty();
    }

    private List<BookingDetails> requestsOf(Principal host) {
        return world.ask(new ListBookings(host, true, null, Set.of(BookingStatus.PENDING_HOST), null, 10))
                .bookings();
    }

    @Test
    void whatCannotBeCollectedAnyMore_endsTheRequest_andFreesTheSlot() {
        Listing listing = world.asking(1);
        Principal host = BookingWorld.owner(listing);
        Booking poor = requested(driver, listing, stay, PretendPayments.WITHDRAWN);
        assertThat(world.refusal(new AcceptRequest(host, poor.id())).type()).isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(status(listing, poor)).isEqualTo(BookingStatus.EXPIRED);
        Booking next = requested(listing, stay);
        assertThat(world.ask(new AcceptRequest(host, next.id())).booking().status())
                .isEqualTo(BookingStatus.CONFIRMED);
    }

    @Test
    void withoutACard_orForATimeThatIsTaken_nobodyIsAsked() {
        Listing listing = world.asking(1);
        assertThat(world.refusal(world.booking(driver, world.quote(listing, stay), null))
                        .type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
        Booking booking = requested(listing, stay);
        world.ask(new AcceptRequest(BookingWorld.owner(listing), booking.id()));
        assertThat(world.refusal(world.booking(driver, world.quote(listing, stay), PretendPayments.SUCCEEDS))
                        .type())
                .isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(booking.createdAt()).isBefore(Instant.now().plusSeconds(1));
    }
}
