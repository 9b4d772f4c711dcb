package dev.berth.bookings;

import dev.berth.bookings.BookingSql.Stored;
import dev.berth.bookings.StaySql.Place;
import dev.berth.bookings.StaySql.RescueOutcome;
import dev.berth.bookings.StaySql.Rescued;
import dev.berth.identity.IdentityCommand.GetVehicle;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.payments.PaymentCommand.Reassign;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Pricing;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings drivers elsewhere whose slot is not empty when their stay begins (RULES 18): to a slot of the same kind of the same
 * listing, else of another one near it, at the price that was paid; else everything goes back. The database decides each in
 * one statement, which finds nothing to do when another node was faster.
 *
 * <p>Another slot of the same listing does no harm, even when the driver before has gone and has only not said so. Elsewhere,
 * or away, a driver is sent only when somebody is in the slot for certain.
 */
final class Rescues {
    private static final Logger LOG = LoggerFactory.getLogger(Rescues.class);

    /** How often one is tried anew because the booking has changed meanwhile. */
    private static final int TRIES = 3;

    /** Slots that are tried of each other place. */
    private static final int SLOTS_PER_PLACE = 3;

    private final Bus bus;
    private final Bookings bookings;
    private final Quotes quotes;
    private final ListingCache listings;
    private final NearbyPlaces nearby;
    private final StaySql sql;
    private final Checkout checkout;
    private final Announcer announcer;
    private final StayConfig config;
    private final SecureRandom random;

    Rescues(
            Bus bus,
            Bookings bookings,
            Quotes quotes,
            ListingCache listings,
            NearbyPlaces nearby,
            StaySql sql,
            Checkout checkout,
            Announcer announcer,
            StayConfig config,
            SecureRandom random) {
        this.bus = bus;
        this.bookings = bookings;
        this.quotes = quotes;
        this.listings = listings;
        this.nearby = nearby;
        this.sql = sql;
        this.checkout = checkout;
        this.announcer = announcer;
        this.config = config;
        this.random = random;
    }

    /** Helps those whose stay begins soon, at most so many; whether there are more. */
    boolean sweep(int limit) {
        if (config.rescueAt() != StayConfig.RescueAt.BEFORE_START) {
            return false;
        }
        List<BookingId> blocked = sql.takeBlocked(config.rescueLead(), config.rescueAgain(), limit);
        for (BookingId id : blocked) {
            try {
                rescue(id, false);
            } catch (Rejection rejection) {
                LOG.warn("booking {}, whose slot is not empty, is helped later: {}", id, rejection.getMessage());
            }
        }
        return blocked.size() == limit;
    }

    /** @param claimed whether the driver stands before the slot and says that it is taken */
    RescueOutcome rescue(BookingId id, boolean claimed) {
        for (int i = 0; i < TRIES; i++) {
            Stored stored = bookings.find(id).orElse(null);
            if (stored == null) {
                return RescueOutcome.UNKNOWN;
            }
            Booking booking = stored.booking();
            BayChoice.Like like = quotes.like(booking);
            Rescued rescued = rescue(booking, claimed, slots(booking, like), List.of(), false);
            if (rescued.changed().outcome() == RescueOutcome.NONE && rescued.sure()) {
                rescued = rescue(booking, claimed, List.of(), places(stored, like), true);
            }
            RescueOutcome outcome = rescued.changed().outcome();
            if (outcome != RescueOutcome.STALE) {
                conclude(rescued);
                return outcome;
            }
        }
        throw new Rejection(ProblemType.CONFLICT, "the booking changes all the time: try again");
    }

    private Rescued rescue(Booking booking, boolean claimed, List<Slot> slots, List<Place> places, boolean last) {
        Rescued rescued = sql.rescue(booking, claimed, slots, places, last, checkout.pins(), random.nextLong());
        announcer.announce(rescued.changed().events());
        return rescued;
    }

    /** What the events bring for sure, at once. */
    private void conclude(Rescued rescued) {
        for (BookingEvent event : rescued.changed().events()) {
            if (event instanceof BookingEvent.BookingDisplaced displaced) {
                checkout.returnMoneyNow(bookings.reload(displaced.booking().id()));
            } else if (event instanceof BookingEvent.BookingRescued moved && moved.worth() != null) {
                Booking booking = moved.booking();
                try {
                    settle(booking.id(), booking.host(), moved.worth());
                } catch (Rejection rejection) {
                    LOG.warn("the host of booking {} gets its money later: {}", booking.id(), rejection.getMessage());
                }
            }
        }
    }

    /** The money of a booking that has another host becomes theirs. Repeatable; one that has moved on is left to the next. */
    void settle(BookingId id, UserId host, Money worth) {
        Stored stored = bookings.find(id).orElse(null);
        if (stored != null && stored.booking().host().equals(host)) {
            bus.ask(new Reassign(id, host, worth)).await();
            checkout.discounts().follow(stored);
        }
    }

    private List<Slot> slots(Booking booking, BayChoice.Like like) {
        return quotes.candidates(booking.listing(), booking.stay(), like).all().stream()
                .filter(slot -> !slot.id().equals(booking.slot()))
                .toList();
    }

    private List<Place> places(Stored stored, BayChoice.Like like) {
        Booking booking = stored.booking();
        NearbyPlaces.Wish wish = new NearbyPlaces.Wish(
                stored.location(),
                config.rescueRadiusMetres(),
                booking.stay(),
                like.kind() == SlotKind.ACCESSIBLE,
                height(booking));
        List<ListingId> near =
                nearby.find(wish).otherwise(unreachable -> List.of()).await();
        List<Place> places = new ArrayList<>();
        for (ListingId id : near) {
            known(id)
                    .map(ListingCache.Known::listing)
                    .filter(listing -> !listing.id().equals(booking.listing()) && listing.instantBook())
                    .ifPresent(listing -> addPlaces(places, listing, booking, like));
        }
        return places;
    }

    private void addPlaces(List<Place> places, Listing listing, Booking booking, BayChoice.Like like) {
        Money price = booking.parking();
        if (!listing.tariff().currency().equals(price.currency())) {
            return;
        }
        Money worth = Pricing.price(listing.tariff(), booking.stay(), ZoneId.of(listing.timeZone()))
                .total();
        long most = Math.multiplyExact(price.amount(), config.rescueWorthBasisPoints());
        if (Math.multiplyExact(worth.amount(), StayConfig.WHOLE_BASIS_POINTS) > most) {
            return;
        }
        quotes.candidates(listing.id(), booking.stay(), like).all().stream()
                .limit(SLOTS_PER_PLACE)
                .forEach(slot -> places.add(new Place(
                        listing.id(),
                        listing.owner(),
                        slot.id(),
                        slot.name(),
                        listing.title(),
                        listing.address(),
                        listing.location().lat(),
                        listing.location().lng(),
                        listing.timeZone(),
                        worth.amount())));
    }

    private @Nullable Integer height(Booking booking) {
        VehicleId vehicle = booking.vehicle();
        if (vehicle == null) {
            return null;
        }
        try {
            return bus.ask(new GetVehicle(booking.driver(), vehicle)).await().heightCentimetres();
        } catch (Rejection gone) {
            return null;
        }
    }

    private Optional<ListingCache.Known> known(ListingId id) {
        try {
            return Optional.of(listings.get(id));
        } catch (Rejection rejection) {
            if (rejection.problem().type() == ProblemType.NOT_FOUND) {
                return Optional.empty();
            }
            throw rejection;
        }
    }
}
