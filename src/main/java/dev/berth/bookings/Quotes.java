package dev.berth.bookings;

import dev.berth.availability.Hindrance;
import dev.berth.availability.Timetable;
import dev.berth.bookings.BayFinder.Candidates;
import dev.berth.bookings.BookingCommand.CreateQuote;
import dev.berth.bookings.BookingCommand.Quote;
import dev.berth.bookings.BookingCommand.QuoteDiscount;
import dev.berth.bookings.BookingCommand.QuoteTax;
import dev.berth.bookings.BookingCommand.QuoteWarning;
import dev.berth.bookings.BookingCommand.ServiceFeeLine;
import dev.berth.fees.BookedFee;
import dev.berth.fees.FeeCommand.Commission;
import dev.berth.fees.FeeCommand.GetCommission;
import dev.berth.fees.PlaceTax;
import dev.berth.fees.ServiceFeeTerms;
import dev.berth.identity.IdentityCommand.GetVehicle;
import dev.berth.identity.IdentityCommand.VehicleFacts;
import dev.berth.ledger.ServiceFee;
import dev.berth.listings.BayNeeds;
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
import dev.berth.pricing.Tariff;
import dev.berth.pricing.TariffRules;
import dev.berth.pricing.TariffRules.Surcharges;
import dev.berth.pricing.TariffRules.Tax;
import dev.berth.pricing.VehicleTraits;
import dev.berth.promotions.Discount;
import dev.berth.promotions.PromotionCommand.PriceCode;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Quotes: makes them, reads them back, and finds the slots that a booking of one may try. */
final class Quotes {
    private final Bus bus;
    private final ListingCache listings;
    private final BayFinder bays;
    private final QuoteTokens tokens;
    private final BookingConfig config;
    private final Clock clock;

    Quotes(Bus bus, ListingCache listings, BayFinder bays, QuoteTokens tokens, BookingConfig config, Clock clock) {
        this.bus = bus;
        this.listings = listings;
        this.bays = bays;
        this.tokens = tokens;
        this.config = config;
        this.clock = clock;
    }

    Quote create(CreateQuote command) {
        Listing listing = listings.get(command.listing()).listing();
        TimeRange stay = stay(listing, command.from(), command.to());
        OwnVehicle vehicle =
                command.vehicle() == null ? null : checkVehicle(command.actor(), command.vehicle(), listing);
        Code code = command.promoCode() == null
                ? null
                : new Code(
                        command.promoCode(),
                        command.actor() == null ? null : command.actor().user());
        return quote(listing, stay, vehicle, needs(vehicle).withPermit(command.permit()), command.slot(), code);
    }

    /** A stay as a client writes it: RFC 3339 with an offset. */
    static TimeRange stay(Listing listing, String fromText, String toText) {
        ZoneId zone = ZoneId.of(listing.timeZone());
        Instant from = LocalTimes.instant(fromText, zone, "/from");
        Instant to = LocalTimes.instant(toText, zone, "/to");
        if (!from.isBefore(to)) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "a stay ends after it begins", "/to");
        }
        return new TimeRange(from, to);
    }

    static BayNeeds needs(@Nullable OwnVehicle vehicle) {
        return vehicle == null ? BayNeeds.UNKNOWN : vehicle.needs();
    }

    /** @param driver null for a visitor */
    private record Code(String typed, @Nullable UserId driver) {}

    private Quote quote(
            Listing listing,
            TimeRange stay,
            @Nullable OwnVehicle vehicle,
            BayNeeds needs,
            @Nullable SlotId slot,
            @Nullable Code code) {
        ListingCache.Known known = listings.get(listing.id());
        Rejection refusal = refusal(known, stay, Duration.ZERO, true);
        if (refusal != null) {
            throw refusal;
        }
        BayChoice choice = BayFinder.choice(known, needs, slot);
        BayFinder.check(known, choice, needs, slot == null ? "/vehicleId" : "/slotId");
        VehicleTraits traits = vehicle == null ? VehicleTraits.UNKNOWN : vehicle.traits();
        Commission charged = charged(listing);
        Price price = Pricing.price(tariff(listing, charged.tax()), stay, ZoneId.of(listing.timeZone()), traits);
        Discount discount = code == null
                ? null
                : bus.ask(new PriceCode(code.driver(), code.typed(), listing.owner(), price.total()))
                        .await();
        BookedFee fee = fee(charged, discount == null ? price.total() : discount.reduced());
        QuoteTerms terms = terms(listing, stay, vehicle, needs, slot, price.total(), discount, charged, fee);
        return new Quote(
                tokens.write(terms),
                listing.id(),
                listing.title(),
                listing.timeZone(),
                stay.from(),
                stay.to(),
                price.lines(),
                QuoteTax.of(listing.tariff(), charged.tax()),
                ServiceFeeLine.of(fee),
                fee == null ? price.total() : price.total().plus(fee.amount()),
                discount == null ? null : quoted(discount),
                terms.price(),
                listing.cancellationPolicy(),
                terms.expiresAt(),
                bays.free(known, stay, choice, FreeSlotFinder.MAX_CANDIDATES)
                        .map(BayFinder.Free::count)
                        .orElse(null),
                warnings(known, needs),
                !asksTheHost(known, stay));
    }

    private static QuoteDiscount quoted(Discount discount) {
        Integer percent = discount.percent();
        String label = percent == null
                ? "Code %s".formatted(discount.shown())
                : "Code %s: %d %% off".formatted(discount.shown(), percent);
        return new QuoteDiscount(discount.shown(), label, percent, discount.amount());
    }

    /** What the platform takes of a price there, and beside it, and the tax of the place. */
    Commission charged(Listing listing) {
        return bus.ask(new GetCommission(listing.owner(), listing.timeZone())).await();
    }

    /** What counts there: a tariff that says nothing of tax has that of its place (RULES 31). */
    static Tariff tariff(Listing listing, @Nullable PlaceTax place) {
        return listing.tariff().at(place == null ? null : new Tax(place.basisPoints(), place.inclusive()));
    }

    /** Null where there is none. */
    static @Nullable BookedFee fee(Commission charged, Money parking) {
        ServiceFeeTerms terms = charged.serviceFee();
        return terms == null ? null : terms.of(parking);
    }

    /**
     * What is promised from now on, for as long as a quote holds.
     *
     * @param parking before the discount
     * @param fee what is paid beside it
     */
    QuoteTerms terms(
            Listing listing,
            TimeRange stay,
            @Nullable OwnVehicle vehicle,
            BayNeeds needs,
            @Nullable SlotId slot,
            Money parking,
            @Nullable Discount discount,
            Commission charged,
            @Nullable BookedFee fee) {
        TariffRules rules = listing.tariff().rules();
        Money reduced = discount == null ? parking : discount.reduced();
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
                fee == null ? reduced : reduced.plus(fee.amount()),
                charged.basisPoints(),
                listing.cancellationPolicy(),
                vehicle == null ? null : vehicle.id(),
                vehicle == null ? null : vehicle.owner(),
                rules == null ? null : rules.surcharges(),
                vehicle == null ? null : vehicle.traits(),
                needs.equals(BayNeeds.UNKNOWN) ? null : needs,
                discount,
                expiry(),
                fee);
    }

    /** Of what is promised now; to the second: a client that shows a countdown shows the truth. */
    Instant expiry() {
        return clock.instant().plus(config.quoteLifetime()).truncatedTo(ChronoUnit.SECONDS);
    }

    Duration lifetime() {
        return config.quoteLifetime();
    }

    /** What the driver should know before (RULES 25). */
    static Set<QuoteWarning> warnings(ListingCache.Known known, BayNeeds needs) {
        boolean limits = known.limited() || known.listing().maxHeightCentimetres() != null;
        return limits && needs.lacksMeasures() ? Set.of(QuoteWarning.MEASURES_UNKNOWN) : Set.of();
    }

    /** What the parking costs, beside what was paid, to stay until then: by the tariff of now, and never less than nothing. */
    Money extension(Booking booking, Instant to) {
        Listing listing = listings.get(booking.listing()).listing();
        TimeRange stay = booking.stay();
        Money nothing = Money.zero(booking.price().currency());
        if (!to.isAfter(stay.to()) || !listing.tariff().currency().equals(nothing.currency())) {
            return nothing;
        }
        ZoneId zone = ZoneId.of(listing.timeZone());
        Tariff tariff = tariff(listing, charged(listing).tax());
        Money whole =
                Pricing.price(tariff, new TimeRange(stay.from(), to), zone).total();
        Money part = Pricing.price(tariff, stay, zone).total();
        return whole.amount() > part.amount() ? whole.minus(part) : nothing;
    }

    /** The fee of a booking whose parking costs so much more: by what it was reckoned by before. */
    static @Nullable BookedFee extended(Booking booking, Money extra) {
        BookedFee before = booking.fee();
        return before == null || extra.isZero()
                ? before
                : before.terms().atLeast(booking.parking().plus(extra), before);
    }

    /** What a longer stay costs the driver beside what was paid: the parking, and the fee on it. */
    Money extra(Booking booking, Instant to) {
        Money parking = extension(booking, to);
        return parking.plus(part(extended(booking, parking), booking)
                .beyond(part(booking.fee(), booking))
                .amount());
    }

    private static ServiceFee part(@Nullable BookedFee fee, Booking booking) {
        return BookedFee.part(fee, booking.price().currency());
    }

    /**
     * Why a stay cannot be booked there now, whoever else has booked; null when it can.
     *
     * @param late how much later than it was asked for this is: a quote that was in time stays in time
     */
    @Nullable
    Rejection refusal(ListingId id, TimeRange stay, Duration late) {
        return refusal(listings.get(id), stay, late, false);
    }

    private @Nullable Rejection refusal(ListingCache.Known known, TimeRange stay, Duration late, boolean asks) {
        Instant now = clock.instant();
        return Refusals.of(stay, known.timetable(), now, now.minus(late), config.pastTolerance(), asks);
    }

    /**
     * As {@link #refusal}, of what was quoted before; null also when the listing is gone, which has no slots any more.
     *
     * @param asks whether the host may be asked for a time at which the place is closed
     */
    @Nullable
    Rejection refusal(QuoteTerms terms, boolean asks) {
        return known(terms.listing())
                .map(known -> refusal(known, terms.stay(), config.quoteLifetime(), asks))
                .orElse(null);
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
    record OwnVehicle(VehicleId id, UserId owner, VehicleTraits traits, BayNeeds needs) {}

    /** Who asks for a recommendation or a quote, with the vehicle that they name. */
    BayNeeds needs(@Nullable Principal actor, @Nullable VehicleId vehicle, boolean permit, Listing listing) {
        return needs(vehicle == null ? null : checkVehicle(actor, vehicle, listing))
                .withPermit(permit);
    }

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
        BayNeeds needs = new BayNeeds(
                facts.kind(),
                facts.heightCentimetres(),
                facts.lengthCentimetres(),
                facts.widthCentimetres(),
                facts.weightKilograms(),
                facts.ev(),
                facts.permit(),
                facts.carShare());
        return new OwnVehicle(vehicle, actor.user(), new VehicleTraits(facts.heightCentimetres(), facts.ev()), needs);
    }

    /** What a token promises; refused with QUOTE_INVALID when it is forged. Its expiry is for the database to judge. */
    QuoteTerms read(String quoteId) {
        return tokens.read(quoteId);
    }

    /**
     * Who comes with what.
     *
     * @param vehicle null when none is named
     */
    record Arriving(@Nullable VehicleId vehicle, BayNeeds needs) {}

    /**
     * The vehicle to book with: the request's, else the quote's. A quote found for somebody else is checked again, and is
     * stale when it was made for a vehicle that costs something else (RULES 25).
     *
     * @throws Rejection NO_FITTING_BAY when another vehicle than the quote's is named that may not stand there
     */
    Arriving arriving(QuoteTerms terms, @Nullable VehicleId wanted, Principal actor) {
        VehicleId vehicle = wanted == null ? terms.vehicle() : wanted;
        BayNeeds quoted = terms.needs() == null ? BayNeeds.UNKNOWN : terms.needs();
        boolean checked =
                Objects.equals(vehicle, terms.vehicle()) && actor.user().equals(terms.vehicleOwner());
        if (vehicle == null || checked) {
            return new Arriving(vehicle, quoted);
        }
        ListingCache.Known known = listings.get(terms.listing());
        OwnVehicle own = checkVehicle(actor, vehicle, known.listing());
        if (surcharge(terms, own.traits()) != surcharge(terms, terms.vehicleTraits())) {
            throw stale(terms, vehicle, actor, "the quote is for another vehicle, which costs something else");
        }
        // A permit that was declared is the driver's; what is known of the quote's vehicle is not this one's.
        BayNeeds needs = own.needs().withPermit(terms.vehicle() == null && quoted.permit());
        BayFinder.check(known, choice(terms, needs), needs, "/vehicleId");
        return new Arriving(vehicle, needs);
    }

    /** Whether the host decides who comes. A listing that is gone asks nobody: it has no slots either. */
    boolean asksTheHost(ListingId id) {
        return known(id).map(known -> !known.listing().instantBook()).orElse(false);
    }

    /** Whether the host decides about a stay: always, or because the place is closed then (RULES 12). */
    boolean asksTheHost(ListingId id, TimeRange stay) {
        return known(id).map(known -> asksTheHost(known, stay)).orElse(false);
    }

    private static boolean asksTheHost(ListingCache.Known known, TimeRange stay) {
        if (!known.listing().instantBook()) {
            return true;
        }
        Hindrance hindrance = known.timetable().hindrance(stay);
        return known.timetable().asksOutsideHours() && hindrance != null && hindrance.isClosed();
    }

    /** All of a listing's; none when it is gone. */
    List<Slot> slots(ListingId id) {
        return known(id).map(known -> known.listing().slots()).orElse(List.of());
    }

    /** Those of a listing that may be chosen, best first as long as nobody knows which are free; none when it is gone. */
    List<Slot> slots(ListingId id, BayChoice choice) {
        return known(id)
                .map(known -> choice.ofListing(known.listing()).toList())
                .orElse(List.of());
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
            boolean permit = terms.needs() != null && terms.needs().permit();
            Discount discount = terms.discount();
            Code code = discount == null ? null : new Code(discount.code(), actor.user());
            Quote fresh = quote(listing, terms.stay(), own, needs(own).withPermit(permit), terms.slot(), code);
            return new Rejection(problem.with("quote", fresh));
        } catch (Rejection noFreshOne) {
            return new Rejection(problem);
        }
    }

    /** Slots to try for a stay; none when the listing is gone. */
    Candidates candidates(ListingId id, TimeRange stay, BayChoice choice) {
        return known(id).map(known -> bays.candidates(known, stay, choice)).orElse(Candidates.NONE);
    }

    /** Which bays a booking of what was quoted may have. */
    BayChoice choice(QuoteTerms terms, BayNeeds needs) {
        return known(terms.listing())
                .filter(known -> terms.slot() != null && known.slots().containsKey(terms.slot()))
                .map(known -> BayFinder.choice(known, needs, terms.slot()))
                .orElseGet(() -> new BayChoice.Fitting(needs));
    }

    /** Which bays may stand in for the one that a booking has. */
    BayChoice.Like like(Booking booking) {
        return BayChoice.Like.of(known(booking.listing())
                .map(known -> known.slots().get(booking.slot()))
                .orElseGet(() -> own(booking)));
    }
}
