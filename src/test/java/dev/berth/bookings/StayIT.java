package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.RecordEntry;
import dev.berth.bookings.BookingCommand.RecordExit;
import dev.berth.listings.Listing;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Principal;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Coming and going, and the state machine that it is part of. */
@WithServices
class StayIT {
    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();

    StayIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Booking confirmed(Listing listing) {
        return world.placeAndPay(driver, listing, BookingWorld.stay(24, 2)).booking();
    }

    /** A confirmed booking whose stay lies so many minutes from now. */
    private Booking confirmed(int fromMinutes, int toMinutes) {
        Booking booking = confirmed(world.listing(1));
        world.moveStay(booking, fromMinutes, toMinutes);
        return booking;
    }

    @Test
    @Tag("rule-13")
    void theTable_andTheDatabase_knowTheSameTransitions() {
        for (BookingStatus from : BookingStatus.values()) {
            for (BookingStatus to : BookingStatus.values()) {
                if (from != to) {
                    boolean database = world.sql("SELECT bookings.may_become('%s', '%s')".formatted(from, to))
                            .getFirst()
                            .getBoolean(0);
                    assertThat(database).as("%s to %s", from, to).isEqualTo(Transitions.isLegal(from, to));
                }
            }
        }
    }

    @Test
    @Tag("rule-13")
    void whatIsNotListed_isRefusedByTheDatabase_whoeverTriesIt() {
        Booking booking = confirmed(world.listing(1));
        assertThatThrownBy(() -> world.sql("UPDATE bookings.occupation SET status = 'EXPIRED', live = false WHERE id = '"
                        + booking.id() + "'"))
                .hasMessageContaining("a booking that is CONFIRMED cannot become EXPIRED");
    }

    @Test
    @Tag("rule-13")
    void whatTheStateDoesNotAllow_isRefused_namingTheState() {
        for (BookingStatus status : BookingStatus.values()) {
            Booking booking = confirmed(-30, 30);
            world.force(booking, status);
            if (!Transitions.isLegal(status, BookingStatus.ACTIVE) && status != BookingStatus.ACTIVE) {
                refused(new CheckIn(driver, booking.id()), status);
                refused(new RecordEntry(booking.id(), Instant.now(), "gate"), status);
            }
            if (!Transitions.isLegal(status, BookingStatus.COMPLETED, Transitions.Who.DRIVER)
                    && status != BookingStatus.COMPLETED) {
                refused(new CheckOut(driver, booking.id()), status);
                refused(new RecordExit(booking.id(), Instant.now(), "gate"), status);
            }
            if (!Transitions.isLegal(status, BookingStatus.CANCELLED_BY_DRIVER)
                    && status != BookingStatus.CANCELLED_BY_DRIVER) {
                refused(new CancelBooking(driver, booking.id(), null), status);
            }
        }
    }

    private void refused(BookingCommand<?> command, BookingStatus status) {
        Problem problem = world.refusal(command);
        assertThat(problem.type()).as("%s when %s", command, status).isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(problem.detail()).contains(status.name());
    }

    @Test
    @Tag("rule-16")
    void theDriver_mayComeAQuarterEarly_butNotEarlier() {
        Booking tooFar = confirmed(16, 120);
        assertThat(world.refusal(new CheckIn(driver, tooFar.id())).type()).isEqualTo(ProblemType.ILLEGAL_STATE);
        Booking soon = confirmed(14, 120);
        BookingDetails details = world.ask(new CheckIn(driver, soon.id()));
        assertThat(details.booking().status()).isEqualTo(BookingStatus.ACTIVE);
        assertThat(details.enteredAt()).isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(1));
        assertThat(details.pass()).as("it opens the way out too").isNotNull();
    }

    @Test
    @Tag("rule-16")
    void nobodyComesEarly_intoASlotThatIsNotEmpty() {
        Listing listing = world.listing(1);
        Booking before = world.placeAndPay(BookingWorld.someone(), listing, BookingWorld.stay(24, 2))
                .booking();
        Booking next = world.placeAndPay(driver, listing, BookingWorld.stay(26, 2)).booking();
        world.moveStay(before, -60, 5);
        world.moveStay(next, 5, 90);
        assertThat(world.refusal(new CheckIn(driver, next.id())).detail()).contains("not empty");
        // Whoever has not left in time is still in it.
        world.ask(new RecordEntry(before.id(), Instant.now().minusSeconds(60), "north"));
        world.moveStay(before, -60, -1);
        assertThat(world.refusal(new CheckIn(driver, next.id())).detail()).contains("not empty");
        world.ask(new RecordExit(before.id(), Instant.now(), "north"));
        assertThat(world.ask(new CheckIn(driver, next.id())).booking().status()).isEqualTo(BookingStatus.ACTIVE);
    }

    @Test
    @Tag("rule-16")
    void whoComesLate_findsTheSlot_untilTheStayIsOver() {
        Booking late = confirmed(-119, 1);
        assertThat(world.ask(new CheckIn(driver, late.id())).booking().status()).isEqualTo(BookingStatus.ACTIVE);
        Booking over = confirmed(-120, -1);
        assertThat(world.refusal(new CheckIn(driver, over.id())).detail()).contains("over");
    }

    @Test
    @Tag("rule-13")
    void comingAndGoing_areRepeatable_andTheHistoryIsComplete() {
        Booking booking = confirmed(-30, 30);
        Instant came = Instant.parse(Instant.now().minusSeconds(600).toString().substring(0, 19) + "Z");
        world.events.clear();
        for (int i = 0; i < 2; i++) {
            BookingDetails in = world.ask(new RecordEntry(booking.id(), came, "gate north"));
            assertThat(in.booking().status()).isEqualTo(BookingStatus.ACTIVE);
            assertThat(in.enteredAt()).isEqualTo(came);
            assertThat(in.pass()).as("a gate needs no pass").isNull();
        }
        for (int i = 0; i < 2; i++) {
            BookingDetails out = world.ask(new CheckOut(driver, booking.id()));
            assertThat(out.booking().status()).isEqualTo(BookingStatus.COMPLETED);
            assertThat(out.leftAt()).isAfter(came);
        }
        assertThat(world.events)
                .hasExactlyElementsOfTypes(BookingEvent.BookingStarted.class, BookingEvent.BookingCompleted.class);
        assertThat(world.ask(new GetBooking(driver, booking.id())).history())
                .extracting(HistoryEntry::status, HistoryEntry::actor, HistoryEntry::reason, HistoryEntry::detail)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(BookingStatus.HELD, driver.user(), "BOOKED", null),
                        org.assertj.core.groups.Tuple.tuple(BookingStatus.CONFIRMED, null, "PAID", null),
                        org.assertj.core.groups.Tuple.tuple(BookingStatus.ACTIVE, null, "ENTERED", "gate north"),
                        org.assertj.core.groups.Tuple.tuple(
                                BookingStatus.COMPLETED, driver.user(), "CHECKED_OUT", "APP"));
        assertThat(world.number("SELECT count(*) FROM bookings.transition WHERE at IS NULL"))
                .isZero();
    }

    @Test
    void whoLeavesEarly_freesTheSlot() {
        Listing listing = world.listing(1);
        Booking booking = confirmed(listing);
        world.moveStay(booking, -30, 240);
        world.ask(new CheckIn(driver, booking.id()));
        assertThat(world.refusal(world.booking(driver, world.quote(listing, BookingWorld.stay(2, 1)), null))
                        .type())
                .isEqualTo(ProblemType.SLOT_TAKEN);
        world.ask(new CheckOut(driver, booking.id()));
        world.place(driver, listing, BookingWorld.stay(2, 1));
    }

    @Test
    void onlyTheDriver_checksIn_andWhatIsNotThereIsNotFound() {
        Listing listing = world.listing(1);
        Booking booking = confirmed(listing);
        world.moveStay(booking, -30, 30);
        assertThat(world.refusal(new CheckIn(BookingWorld.owner(listing), booking.id()))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.refusal(new CheckIn(BookingWorld.someone(), booking.id()))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(world.refusal(new RecordEntry(BookingId.next(), Instant.now(), "gate"))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
    }

    @Test
    @Tag("rule-19")
    void whoWasNeverSeen_isNoNoShow_whenTheStayIsOver() {
        Booking over = confirmed(-120, -11);
        Booking inGrace = confirmed(-120, -9);
        assertThat(world.sql("SELECT * FROM bookings.complete_stays(600000, 10)")).hasSize(1);
        assertThat(world.ask(new GetBooking(driver, over.id())).history()).last().satisfies(entry -> {
            assertThat(entry.status()).isEqualTo(BookingStatus.COMPLETED);
            assertThat(entry.reason()).isEqualTo("STAY_OVER");
        });
        assertThat(world.ask(new GetBooking(driver, inGrace.id())).booking().status())
                .isEqualTo(BookingStatus.CONFIRMED);
    }

    @Test
    void whatCanBeDone_isTold() {
        Booking booking = confirmed(10, 120);
        assertThat(world.ask(new GetBooking(driver, booking.id())).actions())
                .contains(BookingAction.CHECK_IN, BookingAction.CANCEL)
                .doesNotContain(BookingAction.CHECK_OUT, BookingAction.PAY);
        assertThat(world.ask(new CheckIn(driver, booking.id())).actions())
                .contains(BookingAction.CHECK_OUT)
                .doesNotContain(BookingAction.CHECK_IN, BookingAction.CANCEL);
    }
}
