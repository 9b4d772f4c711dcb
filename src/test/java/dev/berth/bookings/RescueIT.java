package dev.berth.bookings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CheckIn;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.FindRights;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.GetCalendar;
import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.RecordEntry;
import dev.berth.bookings.BookingCommand.WatchPlace;
import dev.berth.bookings.BookingEvent.BookingDisplaced;
import dev.berth.bookings.BookingEvent.BookingOverstayed;
import dev.berth.bookings.BookingEvent.BookingRescued;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentCommand.Reassign;
import dev.berth.platform.config.Secret;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A slot that is not empty when the next stay begins, with two nodes that look all the time. */
@WithServices
class RescueIT {
    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final Principal before = BookingWorld.someone();

    RescueIT(Services services) {
        world = new BookingWorld(services, new Secret(BookingWorld.PASS_KEY), Duration.ofMillis(20));
        world.addNode();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Booking book(Principal who, Listing listing, Slot slot, TimeRange stay) {
        Quote quote = world.quote(listing, stay, slot.id());
        return world.ask(world.booking(who, quote, PretendPayments.SUCCEEDS)).booking();
    }

    /** Somebody is still in a slot, eleven minutes after their end, until which they were seen or not. */
    private Booking inTheWay(Listing listing, Slot slot, boolean seen) {
        if (seen) {
            world.ask(new WatchPlace(listing.id(), true, true, false, 1));
        }
        Booking booking = book(before, listing, slot, BookingWorld.stay(24, 2));
        world.moveStay(booking, -60, 60);
        world.ask(new RecordEntry(booking.id(), Instant.now(), "north"));
        world.moveStay(booking, -120, -11);
        world.eventually(() -> world.events.stream()
                .anyMatch(event -> event instanceof BookingOverstayed told
                        && told.booking().id().equals(booking.id())));
        return booking;
    }

    /** The next one in that slot, whose stay lies so many minutes from now. */
    private Booking next(Listing listing, Slot slot, int fromMinutes, int toMinutes) {
        Booking booking = book(driver, listing, slot, BookingWorld.stay(30, 2));
        world.moveStay(booking, fromMinutes, toMinutes);
        return booking;
    }

    private BookingDetails look(Booking booking) {
        return world.ask(new GetBooking(driver, booking.id()));
    }

    private <E extends BookingEvent> List<E> told(Class<E> type) {
        return world.events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private void afterAnotherLook() {
        int sent = world.statements.get();
        world.eventually(() -> world.statements.get() > sent + 60);
    }

    private void near(Listing... places) {
        List<ListingId> ids = new ArrayList<>();
        for (Listing place : places) {
            ids.add(place.id());
        }
        world.nearby(wish -> {
            assertThat(wish.radiusMetres()).isEqualTo(500);
            return Future.succeededFuture(ids);
        });
    }

    /** A listing's calendar as its events tell it, from nothing. */
    private List<String> calendar(Listing listing) {
        return world.ask(new GetCalendar(listing.id())).occupancies().stream()
                .map(each -> each.id() + " " + each.slot())
                .sorted()
                .toList();
    }

    @Test
    @Tag("rule-18")
    void tenMinutesBefore_theNextHasAnotherSlotOfTheListing_onceByAllNodesTogether() {
        Listing listing = world.listing(3);
        inTheWay(listing, listing.slots().get(0), false);
        Booking far = next(listing, listing.slots().get(0), 100, 160);
        Booking booking = next(listing, listing.slots().get(0), 9, 90);
        world.eventually(() -> !told(BookingRescued.class).isEmpty());
        afterAnotherLook();
        assertThat(told(BookingRescued.class)).singleElement().satisfies(event -> {
            assertThat(event.booking().id()).isEqualTo(booking.id());
            assertThat(event.left().live()).isFalse();
            assertThat(event.worth()).isNull();
            assertThat(event.origin().slotName())
                    .isEqualTo(listing.slots().get(0).name());
            assertThat(event.occupancies()).hasSize(2);
        });
        BookingDetails moved = look(booking);
        assertThat(moved.booking().slot()).isNotEqualTo(listing.slots().get(0).id());
        assertThat(moved.booking().price()).isEqualTo(booking.price());
        assertThat(moved.booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        assertThat(moved.pass()).isNotNull();
        assertThat(moved.history()).last().satisfies(entry -> {
            assertThat(entry.reason()).isEqualTo("RESCUED");
            assertThat(entry.actor()).isNull();
        });
        assertThat(look(far).booking().slot()).isEqualTo(listing.slots().get(0).id());
        assertThat(world.ask(new CheckIn(driver, booking.id())).booking().status())
                .isEqualTo(BookingStatus.ACTIVE);
    }

    @Test
    @Tag("rule-18")
    void whereNobodyIsSeen_nobodyIsSentAway_untilTheDriverSaysThatTheSlotIsTaken() {
        Listing listing = world.listing(1);
        inTheWay(listing, listing.slots().getFirst(), false);
        Booking booking = next(listing, listing.slots().getFirst(), -1, 90);
        afterAnotherLook();
        assertThat(look(booking).booking().status()).isEqualTo(BookingStatus.CONFIRMED);
        BookingDetails away = world.ask(new CheckIn(driver, booking.id(), true));
        assertThat(away.booking().status()).isEqualTo(BookingStatus.CANCELLED_BY_HOST);
        assertThat(away.refund()).isEqualTo(booking.price());
        assertThat(world.payments.refundTotals).containsEntry(booking.payment(), booking.price());
        assertThat(world.refusal(new CheckIn(driver, booking.id(), true)).type())
                .isEqualTo(ProblemType.ILLEGAL_STATE);
    }

    @Test
    @Tag("rule-18")
    void whoSeesThatTheSlotIsEmpty_comesIn() {
        Listing listing = world.listing(1);
        inTheWay(listing, listing.slots().getFirst(), false);
        Booking booking = next(listing, listing.slots().getFirst(), -1, 90);
        assertThat(world.ask(new CheckIn(driver, booking.id())).booking().status())
                .isEqualTo(BookingStatus.ACTIVE);
    }

    @Test
    @Tag("rule-18")
    void aSlotThatIsEmpty_asFarAsIsKnown_isNoReasonToGoElsewhere() {
        Listing listing = world.listing(2);
        Booking booking = next(listing, listing.slots().getFirst(), -1, 90);
        assertThat(world.refusal(new CheckIn(driver, booking.id(), true)).detail())
                .contains("nobody");
        assertThat(look(booking).booking().slot()).isEqualTo(booking.slot());
    }

    @Test
    @Tag("rule-18")
    void elsewhere_atThePriceThatWasPaid_withAnotherPass() {
        Listing full = world.listing(1);
        Listing tooDear = world.listing(1, 600);
        Listing asking = world.asking(1);
        Listing place = world.listing(1, 400);
        near(full, tooDear, asking, place);
        inTheWay(full, full.slots().getFirst(), true);
        Booking booking = book(driver, full, full.slots().getFirst(), BookingWorld.stay(30, 2));
        String oldQr = requireNonNull(look(booking).pass()).qr();
        world.moveStay(booking, 9, 129);
        world.eventually(() -> !told(BookingRescued.class).isEmpty());
        afterAnotherLook();
        assertThat(told(BookingRescued.class)).singleElement().satisfies(event -> {
            assertThat(event.booking().listing()).isEqualTo(place.id());
            assertThat(event.booking().host()).isEqualTo(place.owner());
            assertThat(event.origin().host()).isEqualTo(full.owner());
            assertThat(event.worth()).isEqualTo(new Money(800, "EUR"));
        });
        BookingDetails moved = look(booking);
        assertThat(moved.booking().price()).isEqualTo(booking.price());
        assertThat(moved.location()).isEqualTo(place.location());
        assertThat(requireNonNull(moved.pass()).qr()).isNotEqualTo(oldQr);
        assertThat(world.ask(new FindRights(
                                place.id(), null, requireNonNull(moved.pass()).pin(), null))
                        .rights())
                .singleElement()
                .satisfies(right -> assertThat(right.booking()).isEqualTo(booking.id()));
        assertThat(world.ask(new FindRights(full.id(), booking.id(), null, null))
                        .rights())
                .as("what gates of the old place are told is that it is another place's")
                .singleElement()
                .satisfies(right -> assertThat(right.listing()).isEqualTo(place.id()));
        assertThat(world.payments.reassigned)
                .contains(new Reassign(booking.id(), place.owner(), new Money(800, "EUR")));
        assertThat(calendar(place))
                .containsExactly(booking.id() + " " + place.slots().getFirst().id());
        assertThat(calendar(full)).isEmpty();
        List<Long> versions = world.events.stream()
                .filter(event -> event.listingId().equals(full.id()))
                .map(BookingEvent::calendarVersion)
                .sorted()
                .toList();
        assertThat(versions)
                .as("each change of the old calendar is told")
                .endsWith(world.ask(new GetCalendar(full.id())).calendarVersion());
    }

    @Test
    @Tag("rule-18")
    void withoutAnyOther_everythingGoesBack_onceByAllNodesTogether() {
        Listing listing = world.listing(1);
        inTheWay(listing, listing.slots().getFirst(), true);
        Booking booking = next(listing, listing.slots().getFirst(), 9, 90);
        world.eventually(() -> !told(BookingDisplaced.class).isEmpty());
        afterAnotherLook();
        assertThat(told(BookingDisplaced.class)).hasSize(1);
        BookingDetails away = look(booking);
        assertThat(away.booking().status()).isEqualTo(BookingStatus.CANCELLED_BY_HOST);
        assertThat(away.pass()).isNull();
        assertThat(away.history()).extracting(HistoryEntry::reason).last().isEqualTo("SLOT_OCCUPIED");
        world.eventually(() -> world.payments.refundTotals.containsKey(booking.payment()));
        assertThat(world.payments.refundTotals).containsEntry(booking.payment(), booking.price());
    }

    @Test
    @Tag("rule-18")
    void whenTheDriverBeforeHasGone_nothingHappens() {
        Listing listing = world.listing(2);
        Booking late = inTheWay(listing, listing.slots().getFirst(), true);
        world.sql("UPDATE bookings.watch SET sees_exit = true");
        world.ask(new CheckOut(before, late.id()));
        Booking booking = next(listing, listing.slots().getFirst(), 5, 90);
        afterAnotherLook();
        assertThat(look(booking).booking().slot()).isEqualTo(booking.slot());
        assertThat(told(BookingRescued.class)).isEmpty();
    }
}
