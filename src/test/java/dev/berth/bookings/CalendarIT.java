package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.AddBlock;
import dev.berth.bookings.BookingCommand.Block;
import dev.berth.bookings.BookingCommand.Calendar;
import dev.berth.bookings.BookingCommand.CancelBooking;
import dev.berth.bookings.BookingCommand.ExportCalendars;
import dev.berth.bookings.BookingCommand.GetBooking;
import dev.berth.bookings.BookingCommand.GetCalendar;
import dev.berth.bookings.BookingCommand.ListBlocks;
import dev.berth.bookings.BookingCommand.RemoveBlock;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Blocks, the end of holds, and the calendars that search reads. */
@WithServices
class CalendarIT {
    private final Services services;
    private BookingWorld world;
    private final TimeRange stay = BookingWorld.stay(24, 4);

    CalendarIT(Services services) {
        this.services = services;
        world = new BookingWorld(services);
    }

    @BeforeEach
    void forget() {
        world.events.clear();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static AddBlock block(Listing listing, List<SlotId> slots, TimeRange stay) {
        return new AddBlock(BookingWorld.owner(listing), listing.id(), slots, stay.from(), stay.to(), "maintenance");
    }

    @Test
    void aBlock_keepsDriversOut_untilItIsRemoved() {
        Listing listing = world.listing(2);
        SlotId first = listing.slots().getFirst().id();
        Block added = world.ask(block(listing, List.of(first), stay));
        assertThat(world.place(BookingWorld.someone(), listing, stay).booking().slot())
                .isEqualTo(listing.slots().getLast().id());
        var third = world.booking(BookingWorld.someone(), world.quote(listing, stay), null);
        assertThat(world.refusal(third).type()).isEqualTo(ProblemType.SLOT_TAKEN);

        Principal owner = BookingWorld.owner(listing);
        assertThat(world.ask(new ListBlocks(owner, listing.id(), null, 10)).blocks())
                .containsExactly(added);
        world.ask(new RemoveBlock(owner, listing.id(), added.id()));
        assertThat(world.ask(new ListBlocks(owner, listing.id(), null, 10)).blocks())
                .isEmpty();
        assertThat(world.refusal(new RemoveBlock(owner, listing.id(), added.id()))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
        assertThat(world.ask(third).booking().slot()).isEqualTo(first);
    }

    @Test
    void aBlockOfAll_isRefused_namingWhatIsInItsWay() {
        Listing listing = world.listing(3);
        Booking held = world.place(BookingWorld.someone(), listing, stay).booking();
        Booking paid = world.placeAndPay(BookingWorld.someone(), listing, stay).booking();
        Problem problem = world.refusal(block(listing, List.of(), stay));
        assertThat(problem.type()).isEqualTo(ProblemType.CONFLICT);
        assertThat(problem.members().get("bookings"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrder(held.id().value(), paid.id().value());
        assertThat(world.number("SELECT count(*) FROM bookings.block")).isZero();
        // What has ended is in nobody's way, whether somebody has noticed or not.
        world.expireHold(held);
        world.ask(new CancelBooking(new Principal(paid.driver(), java.util.Set.of()), paid.id(), null));
        assertThat(world.ask(block(listing, List.of(), stay)).slots()).hasSize(3);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE live AND block_id IS NOT NULL"))
                .isEqualTo(3);
        Problem second = world.refusal(block(listing, List.of(), stay));
        assertThat(second.members().get("blocks"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(1);
    }

    @Test
    void badBlocks_areRefused() {
        Listing listing = world.listing(1);
        Instant now = Instant.now();
        AddBlock backwards =
                new AddBlock(BookingWorld.owner(listing), listing.id(), List.of(), stay.to(), stay.from(), "no");
        assertThat(world.refusal(backwards).type()).isEqualTo(ProblemType.UNPROCESSABLE);
        TimeRange past = new TimeRange(now.minusSeconds(7_200), now.minusSeconds(3_600));
        assertThat(world.refusal(block(listing, List.of(), past)).type()).isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(world.refusal(block(listing, List.of(SlotId.next()), stay)).type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
        AddBlock foreign = new AddBlock(BookingWorld.someone(), listing.id(), List.of(), stay.from(), stay.to(), "no");
        assertThat(world.refusal(foreign).type()).isEqualTo(ProblemType.FORBIDDEN);
        assertThat(world.refusal(new ListBlocks(BookingWorld.someone(), listing.id(), null, 10))
                        .type())
                .isEqualTo(ProblemType.FORBIDDEN);
    }

    @Test
    void blocksAgainstBookings_neverOverlap() {
        Listing listing = world.listing(4);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            TimeRange wanted = BookingWorld.stay(24 + i % 8, 2);
            all.add(world.send(world.booking(BookingWorld.someone(), world.quote(listing, wanted), null)));
            all.add(world.send(block(listing, List.of(listing.slots().get(i % 4).id()), wanted)));
        }
        BookingWorld.await(Future.join(all).otherwiseEmpty());
        assertThat(world.number("""
                SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                    ON a.slot_id = b.slot_id AND a.id < b.id AND a.stay && b.stay
                WHERE a.live AND b.live
                """)).isZero();
        long events = world.number("SELECT count(*) FROM platform.outbox");
        assertThat(world.number("SELECT version FROM bookings.calendar")).isEqualTo(events);
    }

    @Test
    void calendars_areWhatTheEventsSay() {
        Listing listing = world.listing(3);
        Booking held = world.place(BookingWorld.someone(), listing, stay).booking();
        Booking cancelled =
                world.placeAndPay(BookingWorld.someone(), listing, stay).booking();
        world.ask(new CancelBooking(new Principal(cancelled.driver(), java.util.Set.of()), cancelled.id(), null));
        world.ask(block(listing, List.of(listing.slots().getLast().id()), stay));
        Calendar calendar = world.ask(new GetCalendar(listing.id()));
        assertThat(calendar.calendarVersion()).isEqualTo(5);
        assertThat(calendar.occupancies()).hasSize(2).allMatch(Occupancy::live);
        assertThat(calendar.occupancies()).contains(new Occupancy(held.id().value(), held.slot(), held.stay(), true));
        // A reader of events comes to the same.
        world.eventually(() -> world.events.size() == 5);
        List<Occupancy> followed = new ArrayList<>();
        world.events.stream()
                .sorted(Comparator.comparingLong(BookingEvent::calendarVersion))
                .flatMap(event -> event.occupancies().stream())
                .forEach(change -> {
                    followed.removeIf(known -> known.id().equals(change.id()));
                    if (change.live()) {
                        followed.add(change);
                    }
                });
        assertThat(followed).containsExactlyInAnyOrderElementsOf(calendar.occupancies());
        assertThat(world.ask(new GetCalendar(ListingId.next())).calendarVersion())
                .isZero();
    }

    @Test
    void export_hasEachCalendarOnce_pageByPage() {
        List<Listing> listings = List.of(world.listing(1), world.listing(1), world.listing(1));
        listings.forEach(listing -> world.place(BookingWorld.someone(), listing, stay));
        Listing emptied = world.listing(1);
        Booking gone = world.place(BookingWorld.someone(), emptied, stay).booking();
        world.ask(new CancelBooking(new Principal(gone.driver(), java.util.Set.of()), gone.id(), null));
        List<Calendar> exported = new ArrayList<>();
        ListingId after = null;
        while (true) {
            List<Calendar> page = world.ask(new ExportCalendars(after, 3)).calendars();
            if (page.isEmpty()) {
                break;
            }
            exported.addAll(page);
            after = page.getLast().listing();
        }
        assertThat(exported).hasSize(4);
        assertThat(exported)
                .extracting(calendar -> calendar.occupancies().size())
                .containsOnly(0, 1);
        assertThat(exported)
                .filteredOn(calendar -> calendar.listing().equals(emptied.id()))
                .extracting(Calendar::calendarVersion)
                .containsExactly(2L);
    }

    @Test
    void theSweeper_endsHoldsThatAreDue_andNoOthers() {
        world.close();
        world = new BookingWorld(services, null, Duration.ofMillis(50));
        Listing listing = world.listing(3);
        Principal driver = BookingWorld.someone();
        Booking due = world.place(driver, listing, stay).booking();
        Booking paid = world.placeAndPay(driver, listing, stay).booking();
        Booking held = world.place(driver, listing, stay).booking();
        world.expireHold(due);
        world.eventually(
                () -> world.ask(new GetBooking(driver, due.id())).booking().status() == BookingStatus.EXPIRED);
        assertThat(world.ask(new GetBooking(driver, due.id()))
                        .history()
                        .getLast()
                        .reason())
                .isEqualTo("HOLD_EXPIRED");
        assertThat(world.ask(new GetBooking(driver, paid.id())).booking().status())
                .isEqualTo(BookingStatus.CONFIRMED);
        assertThat(world.ask(new GetBooking(driver, held.id())).booking().status())
                .isEqualTo(BookingStatus.HELD);
        world.eventually(() -> world.events.stream().anyMatch(BookingEvent.BookingExpired.class::isInstance));
        assertThat(world.place(driver, listing, stay).booking().slot()).isEqualTo(due.slot());
    }

    @Test
    void manySweepers_endEachHoldOnce() {
        Listing listing = world.listing(60);
        List<Slot> slots = listing.slots();
        for (int i = 0; i < slots.size(); i++) {
            world.ask(world.booking(
                    BookingWorld.someone(),
                    world.quote(listing, stay, slots.get(i).id()),
                    null));
        }
        world.sql("UPDATE bookings.occupation SET hold_expires_at = now() - interval '1 second'");
        List<Future<?>> sweeps = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sweeps.add(world.statement("SELECT * FROM bookings.expire_holds(10)"));
        }
        BookingWorld.await(Future.all(sweeps));
        world.sql("SELECT * FROM bookings.expire_holds(100)");
        assertThat(world.number("SELECT count(*) FROM platform.outbox WHERE type = 'bookings.BookingExpired'"))
                .isEqualTo(60);
        assertThat(world.number("SELECT count(DISTINCT body::jsonb -> 'calendarVersion') FROM platform.outbox"))
                .isEqualTo(120);
        assertThat(world.number("SELECT version FROM bookings.calendar")).isEqualTo(120);
    }
}
