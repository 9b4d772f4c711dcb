package dev.berth.bookings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.ModifyBooking;
import dev.berth.bookings.BookingCommand.Near;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.QuoteWarning;
import dev.berth.bookings.BookingCommand.Reason;
import dev.berth.bookings.BookingCommand.RecommendSlots;
import dev.berth.bookings.BookingCommand.Recommendation;
import dev.berth.bookings.BookingCommand.Recommended;
import dev.berth.identity.IdentityCommand.VehicleFacts;
import dev.berth.listings.Bay;
import dev.berth.listings.Listing;
import dev.berth.listings.Misfit;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.testing.Services;
import dev.berth.testing.WithServices;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.VehicleId;
import dev.berth.values.VehicleKind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who gets which bay (RULES 11, 25; SM8). */
@WithServices
class BaysIT {
    private static final Bay CHARGING = new Bay(null, null, null, null, true, null, null);

    private final BookingWorld world;
    private final Principal driver = BookingWorld.someone();
    private final TimeRange stay = BookingWorld.stay(24, 2);

    BaysIT(Services services) {
        world = new BookingWorld(services);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static Slot slot(String name, SlotKind kind, int position, @Nullable Bay bay) {
        return new Slot(SlotId.next(), name, kind, position, bay);
    }

    /** One of each kind, the common one last. */
    private Listing ofAllKinds() {
        return world.listing(List.of(
                slot("permit", SlotKind.ACCESSIBLE, 0, null),
                slot("charge", SlotKind.EV, 1, CHARGING),
                slot("family", SlotKind.FAMILY, 2, null),
                slot("motorcycle", SlotKind.MOTORCYCLE, 3, null),
                slot("truck", SlotKind.TRUCK, 4, null),
                slot("share", SlotKind.CAR_SHARE, 5, null),
                slot("standard", SlotKind.STANDARD, 6, null)));
    }

    private VehicleId vehicle(VehicleKind kind, boolean ev, boolean carShare) {
        return vehicle(kind, 150, 450, 180, 1_500, ev, carShare);
    }

    private VehicleId vehicle(
            VehicleKind kind, int height, int length, int width, int weight, boolean ev, boolean carShare) {
        VehicleId id = VehicleId.next();
        world.vehicle(
                driver, new VehicleFacts(id, "KA BE 11", height, ev, kind, length, width, weight, false, carShare));
        return id;
    }

    private CreateQuote quote(Listing listing, @Nullable VehicleId vehicle, @Nullable SlotId slot, boolean permit) {
        return new CreateQuote(
                driver, listing.id(), stay.from().toString(), stay.to().toString(), vehicle, slot, permit);
    }

    private String book(Quote quote) {
        return world.ask(world.booking(driver, quote, null)).booking().slotName();
    }

    private String book(Listing listing, @Nullable VehicleId vehicle, boolean permit) {
        return book(world.ask(quote(listing, vehicle, null, permit)));
    }

    private ProblemType refusal(Listing listing, @Nullable VehicleId vehicle, boolean permit) {
        return world.refusal(world.booking(driver, world.ask(quote(listing, vehicle, null, permit)), null))
                .type();
    }

    @Test
    @Tag("rule-11")
    void everybodyGetsTheirKind_andNothingThatIsKeptForOthers() {
        Listing listing = ofAllKinds();
        VehicleId car = vehicle(VehicleKind.CAR, false, false);
        VehicleId electric = vehicle(VehicleKind.CAR, true, false);
        assertThat(book(listing, electric, false)).isEqualTo("charge");
        assertThat(book(listing, vehicle(VehicleKind.CAR, false, true), false)).isEqualTo("share");
        assertThat(book(listing, vehicle(VehicleKind.MOTORCYCLE, false, false), false))
                .isEqualTo("motorcycle");
        assertThat(book(listing, vehicle(VehicleKind.TRUCK, false, false), false))
                .isEqualTo("truck");
        assertThat(book(listing, car, false)).isEqualTo("standard");
        // The permit's and the family's bay are free still, but not for these.
        assertThat(refusal(listing, car, false)).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(refusal(listing, electric, false)).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(refusal(listing, null, false)).isEqualTo(ProblemType.SLOT_TAKEN);
        assertThat(book(listing, null, true)).isEqualTo("permit");
        // Who names the family's bay gets it.
        assertThat(book(world.ask(quote(listing, car, listing.slots().get(2).id(), false))))
                .isEqualTo("family");
    }

    @Test
    @Tag("rule-11")
    void aKeptBay_isNotForWhomItIsNot_evenWhenTheyNameIt() {
        Listing listing = ofAllKinds();
        Problem refusal =
                world.refusal(quote(listing, null, listing.slots().getFirst().id(), false));
        assertThat(refusal.type()).isEqualTo(ProblemType.NO_FITTING_BAY);
        assertThat(refusal.members()).containsEntry("misfits", Map.of(Misfit.PERMIT_NEEDED, 1));
        assertThat(refusal.errors().getFirst().pointer()).isEqualTo("/slotId");
        Listing truckless = world.listing(3);
        Problem truck = world.refusal(quote(truckless, vehicle(VehicleKind.TRUCK, false, false), null, false));
        assertThat(truck.type()).isEqualTo(ProblemType.NO_FITTING_BAY);
        assertThat(truck.members()).containsEntry("misfits", Map.of(Misfit.NOT_FOR_TRUCKS, 3));
        // Nor may a quote that was made without a vehicle bring one in that does not fit.
        Quote without = world.ask(quote(truckless, null, null, false));
        BookingCommand.PlaceBooking plain = world.booking(driver, without, null);
        BookingCommand.PlaceBooking withTruck = new BookingCommand.PlaceBooking(
                plain.actor(),
                plain.quoteId(),
                plain.finalPrice(),
                vehicle(VehicleKind.TRUCK, false, false),
                plain.paymentMethod(),
                plain.idempotencyKey(),
                plain.fingerprint());
        assertThat(world.refusal(withTruck).type()).isEqualTo(ProblemType.NO_FITTING_BAY);
        assertThat(world.number("SELECT count(*) FROM bookings.occupation")).isZero();
    }

    @Test
    @Tag("rule-25")
    void aBay_isNotGivenToWhatDoesNotFit() {
        Listing listing = world.listing(List.of(
                slot("low", SlotKind.STANDARD, 0, new Bay(140, null, null, null, null, null, null)),
                slot("short", SlotKind.STANDARD, 1, new Bay(null, 400, null, null, null, null, null)),
                slot("narrow", SlotKind.STANDARD, 2, new Bay(null, null, 170, null, null, null, null)),
                slot("lift", SlotKind.STANDARD, 3, new Bay(null, null, null, 1_400, null, null, null)),
                slot("large", SlotKind.STANDARD, 4, new Bay(190, 500, 200, 2_500, null, null, null))));
        VehicleId car = vehicle(VehicleKind.CAR, false, false);
        Quote quote = world.ask(quote(listing, car, null, false));
        assertThat(quote.warnings()).isEmpty();
        assertThat(book(quote)).isEqualTo("large");
        assertThat(refusal(listing, car, false)).isEqualTo(ProblemType.SLOT_TAKEN);
        VehicleId van = vehicle(VehicleKind.CAR, 195, 600, 210, 3_000, false, false);
        assertThat(world.refusal(quote(listing, van, null, false)).members())
                .containsEntry(
                        "misfits",
                        Map.of(Misfit.TOO_HIGH, 2, Misfit.TOO_LONG, 1, Misfit.TOO_WIDE, 1, Misfit.TOO_HEAVY, 1));
        // What is not known is not refused, but said.
        Quote unknown = world.ask(quote(listing, null, null, false));
        assertThat(unknown.warnings()).containsExactly(QuoteWarning.MEASURES_UNKNOWN);
        assertThat(book(unknown)).isEqualTo("low");
    }

    @Test
    @Tag("rule-11")
    @Tag("rule-14")
    void aBookingMoves_toABayOfItsKindOnly() {
        Listing listing = world.listing(List.of(
                slot("permit 1", SlotKind.ACCESSIBLE, 0, null),
                slot("permit 2", SlotKind.ACCESSIBLE, 1, null),
                slot("standard", SlotKind.STANDARD, 2, null)));
        Quote quote = world.ask(quote(listing, null, null, true));
        Booking first = world.ask(world.booking(driver, quote, PretendPayments.SUCCEEDS))
                .booking();
        TimeRange later = BookingWorld.stay(30, 2);
        // Somebody else has its bay then.
        world.ask(world.booking(
                driver,
                world.ask(new CreateQuote(
                        driver,
                        listing.id(),
                        later.from().toString(),
                        later.to().toString(),
                        null,
                        first.slot(),
                        true)),
                null));
        Quote other = world.ask(new CreateQuote(
                driver, listing.id(), later.from().toString(), later.to().toString(), null, null, true));
        Booking moved = world.ask(new ModifyBooking(driver, first.id(), other.quoteId(), other.finalPrice(), null))
                .booking();
        assertThat(moved.slotName()).isEqualTo("permit 2");
    }

    /** All that are not booked, in the order of kinds and positions. */
    private void searchKnows(Listing listing, Set<SlotId> taken) {
        world.search((id, wanted, kinds, limit) -> {
            List<SlotId> free = listing.slots().stream()
                    .filter(slot -> kinds.contains(slot.kind()) && !taken.contains(slot.id()))
                    .sorted(Comparator.comparingInt((Slot slot) -> kinds.indexOf(slot.kind()))
                            .thenComparingInt(Slot::position))
                    .map(Slot::id)
                    .toList();
            return Future.succeededFuture(
                    new FreeSlotFinder.FreeSlots(true, free.size(), free.subList(0, Math.min(limit, free.size()))));
        });
    }

    private Recommended recommended(Listing listing, @Nullable VehicleId vehicle, @Nullable Near near, int limit) {
        return world.ask(new RecommendSlots(
                driver, listing.id(), stay.from().toString(), stay.to().toString(), vehicle, false, near, limit));
    }

    private static List<String> names(Recommended recommended) {
        List<String> names = new ArrayList<>();
        recommended.items().forEach(item -> names.add(item.slot().name()));
        return names;
    }

    @Test
    @Tag("rule-11")
    @Tag("SM8")
    void recommendations_suit_areFree_andSayWhy() {
        Bay far = new Bay(null, null, null, null, null, 120, 10);
        Bay near = new Bay(null, null, null, null, null, 15, 90);
        Listing listing = world.listing(List.of(
                slot("far", SlotKind.STANDARD, 0, far),
                slot("near", SlotKind.STANDARD, 1, near),
                slot("taken", SlotKind.STANDARD, 2, new Bay(null, null, null, null, null, 1, 1)),
                slot("short", SlotKind.STANDARD, 3, new Bay(null, 300, null, null, null, null, null)),
                slot("family", SlotKind.FAMILY, 4, null),
                slot("charge", SlotKind.EV, 5, CHARGING),
                slot("permit", SlotKind.ACCESSIBLE, 6, null)));
        searchKnows(listing, Set.of(listing.slots().get(2).id()));
        VehicleId electric = vehicle(VehicleKind.CAR, true, false);
        Recommended best = recommended(listing, electric, null, 20);
        assertThat(names(best)).containsExactly("charge", "far", "near", "family");
        assertThat(best.freeSlots()).isEqualTo(4);
        assertThat(best.misfits()).isEqualTo(Map.of(Misfit.PERMIT_NEEDED, 1, Misfit.TOO_LONG, 1));
        assertThat(best.warnings()).isEmpty();
        assertThat(best.items().stream().map(Recommendation::reasons))
                .containsExactly(
                        Set.of(Reason.KEPT_FOR_YOU, Reason.LEAST_GAPS),
                        Set.of(Reason.NEAREST_TO_LIFT, Reason.LEAST_GAPS),
                        Set.of(Reason.NEAREST_TO_ENTRANCE),
                        Set.of(Reason.LEAST_GAPS));
        assertThat(names(recommended(listing, electric, Near.ENTRANCE, 2))).containsExactly("near", "far");
        assertThat(names(recommended(listing, electric, Near.LIFT, 1))).containsExactly("far");
        // The one that is recommended can be had.
        assertThat(book(world.ask(
                        quote(listing, electric, best.items().getLast().slot().id(), false))))
                .isEqualTo("family");
    }

    @Test
    @Tag("SM8")
    void withoutASearch_nothingIsRecommended() {
        assertThat(world.refusal(new RecommendSlots(
                                driver,
                                world.listing(2).id(),
                                stay.from().toString(),
                                stay.to().toString(),
                                null,
                                false,
                                null,
                                5))
                        .type())
                .isEqualTo(ProblemType.UNAVAILABLE);
    }
}
