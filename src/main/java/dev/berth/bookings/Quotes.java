package dev.berth.bookings;

import dev.berth.availability.Timetable;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.FreeSlotFinder.FreeSlots;
import dev.berth.identity.IdentityCommand.GetVehicle;
import dev.berth.identity.IdentityCommand.VehicleFacts;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.platform.bus.Bus;
import dev.berth.platform.http.LocalTimes;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Price;
import dev.berth.pricing.Pricing;
import dev.berth.pricing.TariffRules;
import dev.berth.pricing.TariffRules.Surcharges;
import dev.berth.pricing.VehicleTraits;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Quotes: makes them, reads them back, and finds the slots that a booking of one may try. */
final class Quotes {
    /** Slots that a booking tries of a listing that seems to be full. */
    private static final int FULL_CANDIDATES = 8;

    private final Bus bus;
    private final ListingCache listings;
    private final FreeSlotFinder finder;
    private final QuoteTokens tokens;
    private final BookingConfig config;
    private final Clock clock;

    Quotes(
            Bus bus,
            ListingCache listings,
            FreeSlotFinder finder,
            QuoteTokens tokens,
            BookingConfig config,
            Clock clock) {
        this.bus = bus;
        this.listings = listings;
        this.finder = finder;
        this.tokens = tokens;
        this.config = config;
        this.clock = clock;
    }

    Quote create(CreateQuote command) {
        Listing listing = listings.get(command.listing()).listing();
        ZoneId zone = ZoneId.of(listing.timeZone());
        Instant from = LocalTimes.instant(command.from(), zone, "/from");
        Instant to = LocalTimes.instant(command.to(), zone, "/to");
        if (!from.isBefore(to)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a stay ends after it begins", "/to");
        }
        OwnVehicle vehicle =
                command.vehicle() == null ? null : checkVehicle(command.actor(), command.vehicle(), listing);
        return quote(listing, new TimeRange(from, to), vehicle, command.slot());
    }

    private Quote quote(Listing listing, TimeRange stay, @Nullable OwnVehicle vehicle, @Nullable SlotId slot) {
        Rejection refusal = refusal(listing.id(), stay, Duration.ZERO);
        if (refusal != null) {
            throw refusal;
        }
        if (slot != null && !listings.get(listing.id()).slots().containsKey(slot)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the listing has no such slot", "/slotId");
        }
        VehicleTraits traits = vehicle == null ? VehicleTraits.UNKNOWN : vehicle.traits();
        Price price = Pricing.price(listing.tariff(), stay, ZoneId.of(listing.timeZone()), traits);
        QuoteTerms terms = terms(listing, stay, vehicle, slot, price.total());
        return new Quote(
                tokens.write(terms),
                listing.id(),
                listing.title(),
                listing.timeZone(),
                stay.from(),
                stay.to(),
                price.lines(),
                price.total(),
                price.total(),
                listing.cancellationPolicy(),
                terms.expiresAt(),
                freeSlots(listing.id(), stay, slot));
    }

    /** What is promised from now on, for as long as a quote holds. */
    QuoteTerms terms(
            Listing listing, TimeRange stay, @Nullable OwnVehicle vehicle, @Nullable SlotId slot, Money price) {
        TariffRules rules = listing.tariff().rules();
        return new QuoteTerms(
                listing.id(),
                listing.version(),
                listing.owner(),
                listing.title(),
                listing.address(),
                listing.location(),
                listing.timeZone(),
                slot,
                stay,
                price,
                config.commissionBasisPoints(),
                listing.cancellationPolicy(),
                vehicle == null ? null : vehicle.id(),
                vehicle == null ? null : vehicle.owner(),
                rules == null ? null : rules.surcharges(),
                vehicle == null ? null : vehicle.traits(),
                expiry());
    }

    /** Of what is promised now; to the second: a client that shows a countdown shows the truth. */
    Instant expiry() {
        return clock.instant().plus(config.quoteLifetime()).truncatedTo(ChronoUnit.SECONDS);
    }

    Duration lifetime() {
        return config.quoteLifetime();
    }

    /** What it costs, beside what was paid, to stay until then: by the tariff of now, and never less than nothing. */
    Money extension(Booking booking, Instant to) {
        Listing listing = listings.get(booking.listing()).listing();
        TimeRange stay = booking.stay();
        Money nothing = Money.zero(booking.price().currency());
        if (!to.isAfter(stay.to()) || !listing.tariff().currency().equals(nothing.currency())) {
            return nothing;
        }
        ZoneId zone = ZoneId.of(listing.timeZone());
        Money whole = Pricing.price(listing.tariff(), new TimeRange(stay.from(), to), zone)
                .total();
        Money part = Pricing.price(listing.tariff(), stay, zone).total();
        return whole.amount() > part.amount() ? whole.minus(part) : nothing;
    }

    /**
     * Why a stay cannot be booked there now, whoever else has booked; null when it can.
     *
     * @param late how much later than it was asked for this is: a quote that was in time stays in time
     */
    @Nullable
    Rejection refusal(ListingId id, TimeRange stay, Duration late) {
        Instant now = clock.instant();
        return Refusals.of(stay, listings.get(id).timetable(), now, now.minus(late), config.pastTolerance());
    }

    /** As {@link #refusal}, of what was quoted before; null also when the listing is gone, which has no slots any more. */
    @Nullable
    Rejection refusal(QuoteTerms terms) {
        return known(terms.listing()).isEmpty() ? null : refusal(terms.listing(), terms.stay(), config.quoteLifetime());
    }

    /** When a listing can be booked; null when it is gone. */
    @Nullable
    Timetable timetable(ListingId id) {
        return known(id).map(ListingCache.Known::timetable).orElse(null);
    }

    /** How long its slots stay empty between two bookings. */
    int bufferMinutes(ListingId id) {
        Timetable timetable = timetable(id);
        return timetable == null ? 0 : timetable.bufferMinutes();
    }

    /** A vehicle of whoever asks. */
    record OwnVehicle(VehicleId id, UserId owner, VehicleTraits traits) {}

    /** Refused when it is not the actor's, or does not fit. */
    OwnVehicle checkVehicle(@Nullable Principal actor, VehicleId vehicle, Listing listing) {
        if (actor == null) {
            throw new Rejection(ProblemType.UNAUTHENTICATED, "a vehicle has an owner: log in to name it");
        }
        VehicleFacts facts;
        try {
            facts = bus.ask(new GetVehicle(actor.user(), vehicle)).await();
        } catch (Rejection rejection) {
            if (rejection.problem().type() == ProblemType.NOT_FOUND) {
                throw new Rejection(ProblemType.UNPROCESSABLE, "you have no such vehicle", "/vehicleId");
            }
            throw rejection;
        }
        Integer limit = listing.maxHeightCentimetres();
        if (limit != null && facts.heightCentimetres() > limit) {
            String detail = "the vehicle is %d cm high, the limit is %d cm".formatted(facts.heightCentimetres(), limit);
            throw new Rejection(ProblemType.UNPROCESSABLE, detail, "/vehicleId");
        }
        return new OwnVehicle(vehicle, actor.user(), new VehicleTraits(facts.heightCentimetres(), facts.ev()));
    }

    /** What a token promises; refused with QUOTE_INVALID when it is forged. Its expiry is for the database to judge. */
    QuoteTerms read(String quoteId) {
        return tokens.read(quoteId);
    }

    /**
     * The vehicle to book with: the request's, else the quote's. A quote found for somebody else is checked again, and is
     * stale when it was made for a vehicle that costs something else (RULES 25).
     */
    @Nullable
    VehicleId vehicle(QuoteTerms terms, @Nullable VehicleId wanted, Principal actor) {
        VehicleId vehicle = wanted == null ? terms.vehicle() : wanted;
        boolean checked =
                Objects.equals(vehicle, terms.vehicle()) && actor.user().equals(terms.vehicleOwner());
        if (vehicle != null && !checked) {
            OwnVehicle own =
                    checkVehicle(actor, vehicle, listings.get(terms.listing()).listing());
            if (surcharge(terms, own.traits()) != surcharge(terms, terms.vehicleTraits())) {
                throw stale(terms, vehicle, actor, "the quote is for another vehicle, which costs something else");
            }
        }
        return vehicle;
    }

    /** Whether the host decides who comes. A listing that is gone asks nobody: it has no slots either. */
    boolean asksTheHost(ListingId id) {
        return known(id).map(known -> !known.listing().instantBook()).orElse(false);
    }

    /** All of a listing's; none when it is gone. */
    List<Slot> slots(ListingId id) {
        return known(id).map(known -> known.listing().slots()).orElse(List.of());
    }

    /** A booking's own slot, to be tried before others. */
    static Slot own(Booking booking) {
        return new Slot(booking.slot(), booking.slotName(), SlotKind.STANDARD, 0);
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

    private static long surcharge(QuoteTerms terms, @Nullable VehicleTraits vehicle) {
        Surcharges surcharges = terms.surcharges();
        return surcharges == null || vehicle == null ? 0 : surcharges.of(vehicle);
    }

    /** The refusal of a quote that holds no more, with a fresh one for the same wish where that can be had. */
    Rejection stale(QuoteTerms terms, @Nullable VehicleId vehicle, Principal actor, String detail) {
        Problem problem = new Problem(ProblemType.QUOTE_STALE, detail);
        try {
            Listing listing = listings.get(terms.listing()).listing();
            OwnVehicle own = vehicle == null ? null : checkVehicle(actor, vehicle, listing);
            Quote fresh = quote(listing, terms.stay(), own, terms.slot());
            return new Rejection(problem.with("quote", fresh));
        } catch (Rejection noFreshOne) {
            return new Rejection(problem);
        }
    }

    /**
     * Slots to try for a stay.
     *
     * @param first best first: those that this node believes to be free
     * @param rest to try when none of the first is free: empty when there is no reason to doubt what this node believes
     */
    record Candidates(List<Slot> first, List<Slot> rest) {
        static final Candidates NONE = new Candidates(List.of(), List.of());

        List<Slot> all() {
            return Stream.concat(first.stream(), rest.stream()).toList();
        }
    }

    Candidates candidates(ListingId id, TimeRange stay, @Nullable SlotId wish) {
        ListingCache.Known known = known(id).orElse(null);
        if (known == null) {
            return new Candidates(List.of(), List.of());
        }
        if (wish != null) {
            return new Candidates(
                    Optional.ofNullable(known.slots().get(wish)).stream().toList(), List.of());
        }
        Optional<FreeSlots> found = find(id, stay).filter(FreeSlots::known);
        if (found.isPresent() && found.get().freeCount() == 0) {
            // The index may be a moment behind, or an expired hold be in the way: a few are worth a look.
            return new Candidates(byRule(known, FULL_CANDIDATES), List.of());
        }
        List<Slot> first = found.isPresent()
                ? found.get().slots().stream()
                        .flatMap(slot -> Optional.ofNullable(known.slots().get(slot)).stream())
                        .toList()
                : byRule(known, FreeSlotFinder.MAX_CANDIDATES);
        return new Candidates(first, others(known, first));
    }

    private static List<Slot> byRule(ListingCache.Known known, int limit) {
        return known.listing().slots().stream()
                .sorted(Comparator.comparing((Slot slot) -> slot.kind() != SlotKind.STANDARD)
                        .thenComparingInt(Slot::position))
                .limit(limit)
                .toList();
    }

    /** In no order, so that many who come at once do not all try the same one. */
    private static List<Slot> others(ListingCache.Known known, List<Slot> first) {
        if (known.listing().slots().size() <= first.size()) {
            return List.of();
        }
        Set<Slot> tried = Set.copyOf(first);
        List<Slot> others = new ArrayList<>(known.listing().slots());
        others.removeIf(tried::contains);
        Collections.shuffle(others);
        return others;
    }

    private @Nullable Integer freeSlots(ListingId id, TimeRange stay, @Nullable SlotId wish) {
        Optional<FreeSlots> found = find(id, stay);
        if (found.isEmpty() || !found.get().known()) {
            return null;
        }
        if (wish == null) {
            return found.get().freeCount();
        }
        if (found.get().slots().contains(wish)) {
            return 1;
        }
        boolean all = found.get().slots().size() == found.get().freeCount();
        return all ? Integer.valueOf(0) : null;
    }

    /** What the index of this node says; empty when it does not answer, which a booking can do without. */
    private Optional<FreeSlots> find(ListingId id, TimeRange stay) {
        return finder.find(id, stay, FreeSlotFinder.MAX_CANDIDATES)
                .map(Optional::of)
                .otherwise(unreachable -> Optional.empty())
                .await();
    }
}
