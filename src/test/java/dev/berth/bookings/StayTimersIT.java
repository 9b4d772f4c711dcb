package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.ExtendBooking;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.OverstayStatus;
import dev.berth.bookings.BookingCommand.RecordEntry;
import dev.berth.bookings.BookingCommand.WatchPlace;
import dev.berth.bookings.BookingEvent.BookingCompleted;
import dev.berth.bookings.BookingEvent.BookingExpired;
import dev.berth.bookings.BookingEvent.BookingMissed;
import dev.berth.bookings.BookingEvent.BookingOverstayed;
import dev.berth.bookings.BookingEvent.BookingWarned;
import dev.berth.bookings.BookingEvent.Warning;
import dev.berth.listings.Listing;
import dev.berth.platform.config.Secret;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.BookingId;
import dev.berth.values.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What time alone does to stays, with two nodes that look all the time. */
@WithServices
class StayTimersIT {
    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final Listing listing;
    /** Each booking has a slot of its own: their stays are moved into each other's way. */
    private int slots;

    StayTimersIT(Services services) {
        world = new BookingWorld(services, new Secret(BookingWorld.PASS_KEY), Duration.ofMillis(20));
        world.addNode();
        listing = world.listing(8);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Booking confirmed(int fromMinutes, int toMinutes) {
        BookingCommand.Quote quote = world.quote(
                listing, BookingWorld.stay(24, 2), listing.slots().get(slots++).id());
        Booking booking = world.ask(world.booking(driver, quote, PretendPayments.SUCCEEDS))
                .booking();
        world.moveStay(booking, fromMinutes, toMinutes);
        return booking;
    }

    /** Came an hour ago, so that nothing is new to them; the stay then lies so many minutes from now. */
    private Booking parked(int toMinutes) {
        Booking booking = confirmed(-1, 300);
        world.ask(new CheckIn(driver, booking.id()));
        settle(booking, toMinutes);
        return booking;
    }

    private void settle(Booking booking, int toMinutes) {
        world.sql("""
                BEGIN;
                UPDATE bookings.transition SET at = at - interval '2 days' WHERE booking_id = '%1$s';
                UPDATE bookings.occupation SET entered_at = now() + (%2$d - 290) * interval '1 minute',
                    stay = tstzrange(
                        now() + (%2$d - 290) * interval '1 minute', now() + %2$d * interval '1 minute') WHERE id = '%1$s';
                COMMIT
                """.formatted(booking.id(), toMinutes));
    }

    private List<Warning> warnings(BookingId id) {
        return world.events.stream()
                .filter(BookingWarned.class::isInstance)
                .map(BookingWarned.class::cast)
                .filter(warned -> warned.booking().id().equals(id))
                .map(BookingWarned::warning)
                .toList();
    }

    private <E extends BookingEvent.OfBooking> List<E> told(Class<E> type, BookingId id) {
        return world.events.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(event -> event.booking().id().equals(id))
                .toList();
    }

    /** Until both nodes have looked a few times more. */
    private void afterAnotherLook() {
        int before = world.statements.get();
        world.eventually(() -> world.statements.get() > before + 60);
    }

    @Test
    @Tag("rule-18")
    void theDriver_isWarnedBeforeTheEnd_andAtIt_onceByAllNodesTogether() {
        List<Booking> soon = IntStream.range(0, 4).mapToObj(i -> parked(29)).toList();
        List<Booking> later = List.of(parked(31));
        world.eventually(
                () -> soon.stream().allMatch(each -> !warnings(each.id()).isEmpty()));
        afterAnotherLook();
        soon.forEach(each -> assertThat(warnings(each.id())).containsExactly(Warning.ENDING_SOON));
        later.forEach(each -> assertThat(warnings(each.id())).isEmpty());
        soon.forEach(each -> settle(each, 0));
        world.eventually(() ->
                soon.stream().allMatch(each -> warnings(each.id()).size() == 2));
        afterAnotherLook();
        soon.forEach(each -> assertThat(warnings(each.id())).containsExactly(Warning.ENDING_SOON, Warning.ENDED));
        assertThat(world.number("SELECT count(*) FROM platform.outbox WHERE type = 'bookings.BookingWarned'"))
                .isEqualTo(8);
    }

    @Test
    @Tag("rule-9")
    @Tag("rule-13")
    void aNodeWhoseClockIsAnHourAhead_endsNothingEarly() {
        world.addNode(Clock.offset(Clock.systemUTC(), Duration.ofHours(1)));
        Booking held = world.place(driver, listing, BookingWorld.stay(24, 2)).booking();
        slots = 2;
        // By that clock the first has been missed, and the second stays too long.
        Booking coming = confirmed(10, 200);
        Booking staying = parked(40);
        Booking over = world.place(driver, listing, BookingWorld.stay(30, 2)).booking();
        world.expireHold(over);
        world.eventually(() -> !told(BookingExpired.class, over.id()).isEmpty());
        afterAnotherLook();
        assertThat(List.of(held, coming, staying))
                .extracting(each ->
                        world.ask(new GetBooking(driver, each.id())).booking().status())
                .containsExactly(BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.ACTIVE);
        assertThat(warnings(staying.id())).isEmpty();
        assertThat(told(BookingOverstayed.class, staying.id())).isEmpty();
    }

    @Test
    @Tag("rule-18")
    void aStayThatWasExtended_isWarnedAnewForItsNewEnd() {
        Booking booking = parked(20);
        world.eventually(() -> warnings(booking.id()).size() == 1);
        Instant to =
                world.ask(new GetBooking(driver, booking.id())).booking().stay().to();
        world.ask(new ExtendBooking(
                driver, booking.id(), to.plus(Duration.ofHours(2)).toString(), null, null));
        afterAnotherLook();
        assertThat(warnings(booking.id())).hasSize(1);
        settle(booking, 15);
        world.eventually(() -> warnings(booking.id()).size() == 2);
        assertThat(warnings(booking.id())).containsOnly(Warning.ENDING_SOON);
    }

    @Test
    @Tag("rule-18")
    void whoHasJustCome_isNotWarnedAtOnce() {
        Booking booking = confirmed(-1, 29);
        world.ask(new CheckIn(driver, booking.id()));
        afterAnotherLook();
        assertThat(warnings(booking.id())).isEmpty();
        settle(booking, 0);
        world.eventually(() -> !warnings(booking.id()).isEmpty());
        afterAnotherLook();
        assertThat(warnings(booking.id())).containsExactly(Warning.ENDED);
    }

    @Test
    @Tag("rule-18")
    void anOutage_isNotMadeUpForByWarnings() {
        Booking booking = parked(-11);
        world.eventually(() -> !told(BookingOverstayed.class, booking.id()).isEmpty());
        afterAnotherLook();
        assertThat(warnings(booking.id())).isEmpty();
    }

    @Test
    @Tag("rule-18")
    @Tag("rule-13")
    void afterTheGrace_theStayIsTooLong_withoutAnotherState() {
        Booking inGrace = parked(-9);
        Booking booking = parked(-11);
        world.eventually(() -> !told(BookingOverstayed.class, booking.id()).isEmpty());
        afterAnotherLook();
        assertThat(told(BookingOverstayed.class, booking.id())).singleElement().satisfies(event -> {
            assertThat(event.booking().status()).isEqualTo(BookingStatus.ACTIVE);
            assertThat(event.booking().overstay()).isNotNull();
            assertThat(event.seen()).isFalse();
        });
        assertThat(told(BookingOverstayed.class, inGrace.id())).isEmpty();
        BookingDetails details = world.ask(new GetBooking(driver, booking.id()));
        assertThat(details.overstay()).isNotNull().satisfies(overstay -> {
            assertThat(overstay.status()).isEqualTo(OverstayStatus.RUNNING);
            assertThat(overstay.hours()).isEqualTo(1);
            assertThat(overstay.amount().amount()).isEqualTo(1_312);
        });
        assertThat(details.history())
                .extracting(HistoryEntry::reason)
                .containsOnlyOnce("OVERSTAYED")
                .last()
                .isEqualTo("OVERSTAYED");
    }

    @Test
    @Tag("rule-20")
    void whereTheExitIsSeen_whoIsNotInsideHasGone() {
        world.ask(new WatchPlace(listing.id(), true, true, false, 1));
        Booking unseen = parked(-11);
        Booking inside = confirmed(-1, 300);
        world.ask(new RecordEntry(inside.id(), Instant.now(), "north"));
        settle(inside, -11);
        world.eventually(() -> !told(BookingCompleted.class, unseen.id()).isEmpty()
                && !told(BookingOverstayed.class, inside.id()).isEmpty());
        assertThat(told(BookingOverstayed.class, inside.id())).singleElement().matches(BookingOverstayed::seen);
        BookingDetails gone = world.ask(new GetBooking(driver, unseen.id()));
        assertThat(gone.booking().status()).isEqualTo(BookingStatus.COMPLETED);
        assertThat(gone.leftAt()).isEqualTo(gone.booking().stay().to());
        assertThat(gone.overstay()).isNull();
        assertThat(world.ask(new GetBooking(driver, inside.id())).booking().status())
                .isEqualTo(BookingStatus.ACTIVE);
    }

    @Test
    @Tag("rule-20")
    void whereNobodySees_theDriverIsAsked_andSilenceCostsNothing() {
        Booking asked = parked(-60);
        Booking silent = parked(-25 * 60);
        world.eventually(() -> !told(BookingCompleted.class, silent.id()).isEmpty());
        afterAnotherLook();
        assertThat(told(BookingCompleted.class, silent.id())).hasSize(1);
        assertThat(world.ask(new GetBooking(driver, asked.id())).booking().status())
                .isEqualTo(BookingStatus.ACTIVE);
        assertThat(world.number("SELECT count(*) FROM bookings.charge")).isZero();
        assertThat(world.ask(new GetBooking(driver, silent.id())).history())
                .last()
                .satisfies(entry -> assertThat(entry.detail()).isEqualTo("UNANSWERED"));
    }

    @Test
    @Tag("rule-19")
    void whereTheEntryIsSeen_whoHasNotComeInHalfAnHour_isANoShow() {
        Booking unknown = confirmed(-31, 60);
        afterAnotherLook();
        assertThat(told(BookingMissed.class, unknown.id()))
                .as("unknown is not no-show")
                .isEmpty();
        world.ask(new WatchPlace(listing.id(), true, false, false, 2));
        // An older word.
        world.ask(new WatchPlace(listing.id(), false, false, true, 1));
        Booking waited = confirmed(-29, 60);
        Booking missed = confirmed(-31, 60);
        world.eventually(() -> !told(BookingMissed.class, missed.id()).isEmpty());
        afterAnotherLook();
        assertThat(told(BookingMissed.class, missed.id())).singleElement().satisfies(event -> {
            assertThat(event.booking().status()).isEqualTo(BookingStatus.NO_SHOW);
            assertThat(event.released()).isFalse();
            assertThat(event.occupancy().live()).isTrue();
        });
        assertThat(told(BookingMissed.class, waited.id())).isEmpty();
        assertThat(world.payments.refunds).as("nothing comes back").isEmpty();
        assertThat(world.ask(new GetBooking(driver, missed.id())).pass()).isNotNull();
    }

    @Test
    @Tag("rule-16")
    @Tag("rule-19")
    void theSlotOfANoShow_isKept_andWhoComesLateFindsIt() {
        world.ask(new WatchPlace(listing.id(), true, false, false, 1));
        Booking missed = confirmed(-31, 60);
        world.eventually(() -> !told(BookingMissed.class, missed.id()).isEmpty());
        assertThat(world.ask(new RecordEntry(missed.id(), Instant.now(), "north"))
                        .booking()
                        .status())
                .isEqualTo(BookingStatus.ACTIVE);
        assertThat(world.ask(new CheckOut(driver, missed.id())).refund().amount())
                .as("came too late to leave for free")
                .isZero();
    }

    @Test
    @Tag("rule-19")
    void theSlotOfANoShow_isSoldAgain_whereTheHostLets() {
        world.ask(new WatchPlace(listing.id(), true, false, true, 1));
        Booking missed = confirmed(-31, 60);
        world.eventually(() -> !told(BookingMissed.class, missed.id()).isEmpty());
        assertThat(told(BookingMissed.class, missed.id())).singleElement().satisfies(event -> {
            assertThat(event.released()).isTrue();
            assertThat(event.occupancy().live()).isFalse();
        });
        assertThat(world.number(
                        "SELECT count(*) FROM bookings.occupation WHERE live AND id = '%s'".formatted(missed.id())))
                .isZero();
        assertThat(world.refusal(new CheckIn(driver, missed.id())).type()).isEqualTo(ProblemType.ILLEGAL_STATE);
        assertThat(world.ask(new GetBooking(driver, missed.id())).pass()).isNull();
    }
}
