package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.availability.Availability;
import dev.berth.bookings.BookingCommand.AddBlock;
import dev.berth.bookings.BookingCommand.BookingDetails;
import dev.berth.bookings.BookingCommand.CheckOut;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.ExtendBooking;
import dev.berth.bookings.BookingCommand.Extension;
import dev.berth.bookings.BookingCommand.FreeBusy;
import dev.berth.bookings.BookingCommand.FreeBusyStep;
import dev.berth.bookings.BookingCommand.GetCalendar;
import dev.berth.bookings.BookingCommand.GetFreeBusy;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.PlaceBooking;
import dev.berth.bookings.BookingCommand.PreviewExtension;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingEvent.ListingChanged;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a place can be booked: opening hours, lengths, lead time, horizon, and the time between two bookings. */
@WithServices
@Tag("LI10")
@Tag("LI13")
class HoursIT {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    /** A day that is open, far enough ahead. */
    private final LocalDate day = LocalDate.now(BERLIN).plusDays(3);

    private static final String OPEN_NEARER = """
            SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                ON a.slot_id = b.slot_id AND a.id < b.id
                    AND a.stay && tstzrange(lower(b.stay) - interval '30 minutes', upper(b.stay) + interval '30 minutes')
            WHERE a.live AND b.live AND a.block_id IS NULL AND b.block_id IS NULL
            """;

    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();

    HoursIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Instant at(String time) {
        return day.atTime(LocalTime.parse(time)).atZone(BERLIN).toInstant();
    }

    private TimeRange stay(String from, String to) {
        return new TimeRange(at(from), at(to));
    }

    private static Availability hours(String text) {
        return new Availability(text, null, null, List.of(), null, null, null, null, null, null);
    }

    private static Availability buffer(int minutes) {
        return new Availability(null, null, null, List.of(), null, null, null, null, minutes, null);
    }

    private Listing listing(int capacity, Availability availability) {
        return limited(world.listing(capacity), availability);
    }

    private Listing limited(Listing listing, Availability availability) {
        Listing limited = listing.withAvailability(availability);
        world.listings.put(limited.id(), limited);
        return limited;
    }

    /** As if its host had said so, while others look. */
    private void change(Listing listing, Availability availability) {
        Listing changed = new Listing(
                listing.id(),
                listing.version() + 1,
                listing.owner(),
                listing.title(),
                listing.description(),
                listing.type(),
                listing.location(),
                listing.address(),
                listing.timeZone(),
                listing.tariff(),
                listing.amenities(),
                listing.instantBook(),
                listing.cancellationPolicy(),
                listing.maxHeightCentimetres(),
                listing.demo(),
                listing.attribution(),
                listing.slots(),
                availability,
                listing.addressPrivacy());
        world.listings.put(changed.id(), changed);
        world.bus.publish(new ListingChanged(changed));
    }

    private Problem refusal(Listing listing, TimeRange stay) {
        return world.refusal(new CreateQuote(
                null, listing.id(), stay.from().toString(), stay.to().toString(), null, null, false));
    }

    private @Nullable ProblemType place(Listing listing, TimeRange stay) {
        try {
            world.place(BookingWorld.someone(), listing, stay);
            return null;
        } catch (Rejection rejection) {
            return rejection.problem().type();
        }
    }

    @Test
    @Tag("rule-6")
    void entryAndExit_mustBeInside() {
        Listing listing = listing(1, hours("08:00-18:00"));
        assertThat(place(listing, stay("08:00", "10:00"))).isNull();
        assertThat(place(listing, stay("16:00", "18:00"))).isNull();

        Problem early = refusal(listing, stay("07:00", "09:00"));
        assertThat(early.type()).isEqualTo(ProblemType.PLACE_CLOSED);
        assertThat(early.errors().getFirst().pointer()).isEqualTo("/from");
        assertThat(early.members()).containsEntry("opensAt", at("08:00")).containsEntry("closesAt", at("18:00"));
        assertThat(early.detail()).contains("08:00");

        Problem late = refusal(listing, stay("12:00", "18:30"));
        assertThat(late.type()).isEqualTo(ProblemType.PLACE_CLOSED);
        assertThat(late.errors().getFirst().pointer()).isEqualTo("/to");
        assertThat(late.members()).containsEntry("latestTo", at("18:00"));
    }

    @Test
    @Tag("rule-6")
    void exitAfterHours_isAllowedWhereTheHostSaysSo() {
        Listing listing =
                listing(1, new Availability("08:00-18:00", null, true, List.of(), null, null, null, null, null, null));
        assertThat(place(listing, stay("16:00", "21:00"))).isNull();
        assertThat(refusal(listing, stay("07:00", "07:30")).type()).isEqualTo(ProblemType.PLACE_CLOSED);
    }

    @Test
    @Tag("rule-7")
    void lengthLeadAndHorizon_areTheHosts() {
        Listing listing = listing(1, new Availability(null, null, null, List.of(), 1_440, 10, 60, 240, null, null));
        assertThat(place(listing, stay("10:00", "12:00"))).isNull();
        Problem brief = refusal(listing, stay("14:00", "14:45"));
        assertThat(brief.type()).isEqualTo(ProblemType.STAY_TOO_SHORT);
        assertThat(brief.members()).containsEntry("minStayMinutes", 60L);
        Problem endless = refusal(listing, stay("14:00", "18:15"));
        assertThat(endless.type()).isEqualTo(ProblemType.STAY_TOO_LONG);
        assertThat(endless.detail()).contains("4 hours");
        Problem soon = refusal(listing, BookingWorld.stay(2, 2));
        assertThat(soon.type()).isEqualTo(ProblemType.STAY_TOO_SOON);
        assertThat(soon.members()).containsKey("earliestFrom");
        Problem far = refusal(listing, BookingWorld.stay(24 * 11, 2));
        assertThat(far.type()).isEqualTo(ProblemType.STAY_TOO_FAR_AHEAD);
        assertThat(far.members()).containsKey("latestFrom");
    }

    @Test
    @Tag("rule-6")
    void whatHasClosedSinceTheQuote_isNotBooked_butWhatWasBookedStays() {
        Listing listing = listing(2, hours("08:00-20:00"));
        Quote quote = world.quote(listing, stay("17:00", "19:00"));
        PlaceBooking first = world.booking(driver, quote, null);
        BookingDetails made = world.ask(first);

        change(listing, hours("08:00-18:00"));
        PlaceBooking second = world.booking(BookingWorld.someone(), quote, null);
        world.eventually(() -> refusal(listing, stay("17:00", "19:00")).type() == ProblemType.PLACE_CLOSED);
        int before = world.statements.get();
        assertThat(world.refusal(second).type()).isEqualTo(ProblemType.PLACE_CLOSED);
        assertThat(world.statements.get() - before).as("round trips").isEqualTo(1);
        // The same request as the first is answered as that was.
        assertThat(world.ask(first).booking().id()).isEqualTo(made.booking().id());
    }

    @Test
    @Tag("rule-6")
    @Tag("rule-14")
    void modifying_obeysTheHours() {
        Listing listing = listing(1, hours("08:00-20:00"));
        Booking booking =
                world.placeAndPay(driver, listing, stay("10:00", "12:00")).booking();
        Quote quote = world.quote(listing, stay("17:00", "19:00"));
        change(listing, hours("08:00-18:00"));
        world.eventually(() -> refusal(listing, stay("17:00", "19:00")).type() == ProblemType.PLACE_CLOSED);
        ModifyBooking modify = new ModifyBooking(driver, booking.id(), quote.quoteId(), quote.finalPrice(), null);
        assertThat(world.refusal(modify).type()).isEqualTo(ProblemType.PLACE_CLOSED);
    }

    @Test
    @Tag("rule-6")
    @Tag("rule-7")
    @Tag("rule-15")
    void extending_endsInsideAndIsNotTooLong() {
        Listing listing =
                listing(1, new Availability("08:00-18:00", null, null, List.of(), null, null, null, 480, null, null));
        Booking booking =
                world.placeAndPay(driver, listing, stay("09:00", "16:00")).booking();
        Problem closed = world.refusal(
                new ExtendBooking(driver, booking.id(), at("18:30").toString(), null, null));
        assertThat(closed.type()).isEqualTo(ProblemType.STAY_TOO_LONG);
        assertThat(closed.members()).containsEntry("longestTo", at("17:00"));
        Extension extension = world.ask(new PreviewExtension(driver, booking.id()));
        assertThat(extension.longestTo()).isEqualTo(at("17:00"));
        assertThat(extension.options()).extracting(option -> option.to()).containsExactly(at("16:30"), at("17:00"));

        Listing other = listing(1, hours("08:00-18:00"));
        Booking late = world.placeAndPay(driver, other, stay("09:00", "17:00")).booking();
        assertThat(world.ask(new PreviewExtension(driver, late.id())).options())
                .extracting(option -> option.to())
                .containsExactly(at("17:30"), at("18:00"));
        Problem after =
                world.refusal(new ExtendBooking(driver, late.id(), at("18:30").toString(), null, null));
        assertThat(after.type()).isEqualTo(ProblemType.PLACE_CLOSED);
        assertThat(after.members()).containsKey("longestTo");
    }

    @Test
    @Tag("rule-7")
    void buffer_isKeptBetweenBookings_butNotBesideBlocks() {
        Listing listing = listing(1, buffer(30));
        assertThat(place(listing, stay("12:00", "14:00"))).isNull();
        assertThat(place(listing, stay("14:29", "16:00"))).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(place(listing, stay("10:00", "11:31"))).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(place(listing, stay("14:30", "16:00"))).isNull();
        assertThat(place(listing, stay("10:00", "11:30"))).isNull();

        world.ask(
                new AddBlock(BookingWorld.owner(listing), listing.id(), List.of(), at("16:00"), at("18:00"), "WORKS"));
        assertThat(place(listing, stay("18:00", "19:00"))).isNull();
        assertThat(world.number(OPEN_NEARER)).isZero();
    }

    @Test
    @Tag("rule-7")
    void buffer_isKeptTowardsBookingsFromBeforeItWasSaid() {
        Listing listing = listing(1, Availability.DEFAULT);
        assertThat(place(listing, stay("12:00", "14:00"))).isNull();
        change(listing, buffer(60));
        world.eventually(() -> place(listing, stay("14:30", "15:00")) == ProblemType.SLOT_TAKEN);
        assertThat(place(listing, stay("10:00", "11:30"))).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(place(listing, stay("10:00", "11:00"))).isNull();
    }

    @Test
    @Tag("rule-12")
    void outsideHours_theHostMayBeAsked_whereTheySaySo() {
        Availability asking =
                new Availability("08:00-18:00", null, null, List.of(), null, null, null, null, null, true);
        Listing listing = listing(1, asking);
        Quote evening = world.quote(listing, stay("20:00", "22:00"));
        assertThat(evening.instantBook()).isFalse();
        assertThat(world.quote(listing, stay("10:00", "12:00")).instantBook()).isTrue();

        Booking request = world.ask(world.booking(driver, evening, PretendPayments.SUCCEEDS))
                .booking();
        assertThat(request.status()).isEqualTo(BookingStatus.PENDING_HOST);
        assertThat(world.ask(new BookingCommand.AcceptRequest(BookingWorld.owner(listing), request.id()))
                        .booking()
                        .status())
                .isEqualTo(BookingStatus.CONFIRMED);

        Booking morning =
                world.placeAndPay(driver, listing, stay("10:00", "12:00")).booking();
        Quote later = world.quote(listing, stay("23:00", "23:30"));
        assertThat(world.refusal(new BookingCommand.ModifyBooking(
                                driver, morning.id(), later.quoteId(), later.finalPrice(), null))
                        .type())
                .as("what is certain is not moved to where it would have to be asked for")
                .isEqualTo(ProblemType.PLACE_CLOSED);

        change(listing, hours("08:00-18:00"));
        assertThat(refusal(listing, stay("20:00", "22:00")).type()).isEqualTo(ProblemType.PLACE_CLOSED);
    }

    @Test
    @Tag("rule-7")
    @Tag("rule-10")
    void buffer_isKeptByTheDatabase_whoeverComesAtOnce() {
        Listing listing = listing(2, buffer(30));
        List<Future<BookingDetails>> tries = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Instant from = at("08:00").plus(Duration.ofMinutes(15L * (i % 32)));
            Quote quote = world.quote(listing, new TimeRange(from, from.plus(Duration.ofMinutes(45))));
            tries.add(world.send(world.booking(BookingWorld.someone(), quote, null)));
        }
        BookingWorld.await(Future.join(tries).otherwiseEmpty());
        assertThat(tries.stream().filter(Future::succeeded).count()).isPositive();
        assertThat(world.number(OPEN_NEARER)).isZero();
        assertThat(world.number("""
                SELECT count(*) FROM bookings.occupation a JOIN bookings.occupation b
                    ON a.slot_id = b.slot_id AND a.id < b.id AND a.taken && b.taken
                """)).isZero();
    }

    @Test
    @Tag("rule-7")
    void buffer_outlivesTheStay() {
        Listing listing = listing(1, buffer(60));
        Booking booking =
                world.placeAndPay(driver, listing, stay("12:00", "14:00")).booking();
        world.moveStay(booking, -120, 60);
        world.sql(
                "UPDATE bookings.occupation SET status = 'ACTIVE', entered_at = now() - interval '1 hour' WHERE id = '%s'"
                        .formatted(booking.id()));
        world.ask(new CheckOut(driver, booking.id()));
        assertThat(world.ask(new GetCalendar(listing.id())).occupancies())
                .extracting(Occupancy::kind)
                .containsExactly(Occupancy.Kind.USED);
        Instant soon = Instant.now().plusSeconds(900);
        assertThat(place(listing, new TimeRange(soon, soon.plusSeconds(3_600)))).isEqualTo(ProblemType.SLOT_TAKEN);
        Instant later = Instant.now().plusSeconds(3_660);
        assertThat(place(listing, new TimeRange(later, later.plusSeconds(3_600))))
                .isNull();
    }

    @Test
    @Tag("rule-7")
    @Tag("rule-15")
    void changes_keepTheBuffer() {
        Listing listing = listing(1, buffer(30));
        Booking booking =
                world.placeAndPay(driver, listing, stay("10:00", "12:00")).booking();
        assertThat(place(listing, stay("14:00", "15:00"))).isNull();
        assertThat(world.ask(new PreviewExtension(driver, booking.id())).longestTo())
                .isEqualTo(at("13:30"));
        Problem refused = world.refusal(
                new ExtendBooking(driver, booking.id(), at("13:45").toString(), null, null));
        assertThat(refused.type()).isEqualTo(ProblemType.EXTENSION_UNAVAILABLE);
        assertThat(refused.members()).containsEntry("longestTo", at("13:30"));
        BookingDetails longer = world.ask(
                new ExtendBooking(driver, booking.id(), at("13:00").toString(), null, PretendPayments.SUCCEEDS));
        assertThat(longer.booking().stay().to()).isEqualTo(at("13:00"));
        assertThat(place(listing, stay("13:15", "13:45"))).isEqualTo(ProblemType.SLOT_TAKEN);

        Quote earlier = world.quote(listing, stay("09:00", "10:30"));
        world.ask(new ModifyBooking(driver, booking.id(), earlier.quoteId(), earlier.finalPrice(), null));
        assertThat(place(listing, stay("10:45", "12:00"))).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(place(listing, stay("11:00", "13:30"))).isNull();
        assertThat(world.number(OPEN_NEARER)).isZero();
    }

    @Test
    @Tag("rule-12")
    @Tag("rule-7")
    void requests_keepTheBuffer() {
        Listing listing = limited(world.asking(1), buffer(30));
        BookingDetails asked = world.ask(
                world.booking(driver, world.quote(listing, stay("10:00", "12:00")), PretendPayments.SUCCEEDS));
        world.ask(new BookingCommand.AcceptRequest(
                BookingWorld.owner(listing), asked.booking().id()));
        PlaceBooking near =
                world.booking(driver, world.quote(listing, stay("12:15", "13:00")), PretendPayments.SUCCEEDS);
        assertThat(world.refusal(near).type()).isEqualTo(ProblemType.SLOT_TAKEN);
    }

    @Test
    @Tag("rule-7")
    void nodesOfTheVersionBefore_bookWithoutABuffer() {
        Listing listing = listing(1, Availability.DEFAULT);
        BookingDetails made = world.place(driver, listing, stay("10:00", "12:00"));
        // As they call it: without the last argument.
        world.sql("""
                SELECT bookings.place_booking(uuidv7(), listing_id, ARRAY[slot_id], ARRAY[slot_name], upper(stay),
                    upper(stay) + interval '1 hour', uuidv7(), host_id, NULL, 100, 'EUR', 1200, 'FLEXIBLE', 'x', 'x', 49.0,
                    8.4, 'Europe/Berlin', 600000, now() + interval '1 minute', 'REQUIRES_PAYMENT_METHOD', 'old', '\\x00',
                    NULL)
                FROM bookings.occupation WHERE id = '%s'
                """.formatted(made.booking().id()));
        assertThat(world.number("SELECT count(*) FROM bookings.occupation WHERE live AND taken IS NULL"))
                .isEqualTo(2);
    }

    @Test
    @Tag("LI9")
    void calendar_tellsWhatIsFreeAndWhyNot() {
        Listing listing = listing(2, hours("08:00-18:00"));
        world.place(driver, listing, stay("09:00", "10:30"));
        world.ask(
                new AddBlock(BookingWorld.owner(listing), listing.id(), List.of(), at("12:00"), at("13:00"), "WORKS"));
        int before = world.statements.get();
        FreeBusy calendar = world.ask(new GetFreeBusy(listing.id(), at("07:00"), at("19:30"), 60));
        assertThat(world.statements.get() - before).as("queries").isEqualTo(1);
        assertThat(calendar.capacity()).isEqualTo(2);
        assertThat(calendar.steps()).hasSize(13);
        FreeBusyStep closed = calendar.steps().getFirst();
        assertThat(closed.reason()).isEqualTo("CLOSED");
        assertThat(closed.free()).isZero();
        assertThat(calendar.steps())
                .extracting(FreeBusyStep::free)
                .containsExactly(0, 2, 1, 1, 2, 0, 2, 2, 2, 2, 2, 0, 0);
        assertThat(calendar.steps().get(5).reason()).isEqualTo("BLOCKED");
        assertThat(calendar.steps().get(5).blocked()).isEqualTo(2);
        assertThat(calendar.steps().get(3).booked()).isEqualTo(1);
        assertThat(calendar.steps().getLast().to()).isEqualTo(at("19:30"));

        assertThat(world.refusal(new GetFreeBusy(
                                listing.id(), at("07:00"), at("07:00").plus(Duration.ofDays(60)), 15))
                        .type())
                .isEqualTo(ProblemType.UNPROCESSABLE);
        assertThat(world.refusal(new GetFreeBusy(ListingId.next(), at("07:00"), at("08:00"), 60))
                        .type())
                .isEqualTo(ProblemType.NOT_FOUND);
    }
}
