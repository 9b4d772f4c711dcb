package dev.berth.bookings;

import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.PassSlotCommand.Card;
import dev.berth.bookings.PassSlotCommand.Cards;
import dev.berth.bookings.PassSlotCommand.EndPass;
import dev.berth.bookings.PassSlotCommand.KeepSlots;
import dev.berth.bookings.PassSlotCommand.ReleaseSlots;
import dev.berth.bookings.PassSlotCommand.SignCards;
import dev.berth.bookings.PassSlotCommand.SignedCards;
import dev.berth.bookings.PassSlotSql.KeepOutcome;
import dev.berth.listings.BayNeeds;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.platform.bus.Done;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Principal;
import dev.berth.values.TimeRange;
import dev.berth.values.VehicleId;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Slots that monthly passes keep. */
final class PassSlots {
    /** The end of what has none: far beyond all that is reckoned with, and within what every part of it can count. */
    static final Instant NEVER = Instant.parse("2999-12-31T00:00:00Z");

    private static final int PIN_BOUND = 1_000_000;
    /** PINs to choose from beside one for each slot. */
    private static final int SPARE_PINS = 20;

    private final ListingCache listings;
    private final Quotes quotes;
    private final PassSlotSql sql;
    private final Outbox outbox;
    private final PassTokens tokens;
    private final SecureRandom random = new SecureRandom();

    PassSlots(ListingCache listings, Quotes quotes, PassSlotSql sql, Outbox outbox, PassTokens tokens) {
        this.listings = listings;
        this.quotes = quotes;
        this.sql = sql;
        this.outbox = outbox;
        this.tokens = tokens;
    }

    Cards keep(KeepSlots command) {
        if (command.count() < 1 || command.count() > PassSlotCommand.MAX_SLOTS) {
            throw new Rejection(
                    ProblemType.UNPROCESSABLE, "a pass keeps 1 to %d slots".formatted(PassSlotCommand.MAX_SLOTS));
        }
        ListingCache.Known known = listings.get(command.listing());
        LocalDate firstDay = day(known.listing(), command.from());
        Changed<KeepOutcome> changed = sql.keep(
                command.pass(),
                command.listing(),
                candidates(known, command),
                new TimeRange(command.from(), NEVER),
                firstDay,
                command.driver(),
                Stream.generate(() -> random.nextInt(PIN_BOUND))
                        .limit(command.count() + (long) SPARE_PINS)
                        .toArray(Integer[]::new),
                Stream.generate(random::nextLong).limit(command.count()).toArray(Long[]::new));
        changed.events().forEach(outbox::committed);
        List<Card> cards =
                changed.outcome() == KeepOutcome.TAKEN ? List.of() : sql.cards(command.pass(), known.slots());
        if (cards.isEmpty()) {
            throw new Rejection(
                    ProblemType.SLOT_TAKEN, "the place has not %d free bays from then on".formatted(command.count()));
        }
        return new Cards(cards);
    }

    /** Those that every one of the vehicles may stand in: nobody knows which of them comes. */
    private List<Slot> candidates(ListingCache.Known known, KeepSlots command) {
        Listing listing = known.listing();
        List<BayNeeds> needs = new ArrayList<>();
        Principal driver = new Principal(command.driver(), Set.of());
        for (VehicleId vehicle : command.vehicles()) {
            needs.add(quotes.needs(driver, vehicle, false, listing));
        }
        if (needs.isEmpty()) {
            needs.add(BayNeeds.UNKNOWN);
        }
        List<Slot> fitting = new ArrayList<>(listing.slots());
        BayChoice.Fitting first = new BayChoice.Fitting(needs.getFirst());
        for (BayNeeds each : needs) {
            BayChoice.Fitting choice = new BayChoice.Fitting(each);
            BayFinder.check(known, choice, each, "/vehicleIds");
            fitting.retainAll(Set.copyOf(choice.ofListing(listing).toList()));
        }
        if (fitting.isEmpty()) {
            throw new Rejection(ProblemType.NO_FITTING_BAY, "no bay here is for all of these vehicles", "/vehicleIds");
        }
        return first.ofListing(listing).filter(Set.copyOf(fitting)::contains).toList();
    }

    Done end(EndPass command) {
        Listing listing = listings.get(command.listing()).listing();
        sql.end(command.pass(), command.listing(), command.until(), day(listing, command.until()))
                .events()
                .forEach(outbox::committed);
        return Done.DONE;
    }

    Done release(ReleaseSlots command) {
        Listing listing = listings.get(command.listing()).listing();
        sql.release(command.listing(), command.cards(), command.until(), day(listing, command.until()))
                .events()
                .forEach(outbox::committed);
        return Done.DONE;
    }

    SignedCards sign(SignCards command) {
        return new SignedCards(command.cards().stream()
                .map(card -> tokens.write(new PassTokens.Content(
                        new BookingId(card.id()),
                        command.listing(),
                        card.slot(),
                        command.notBefore(),
                        command.notAfter(),
                        card.nonce())))
                .toList());
    }

    private static LocalDate day(Listing listing, Instant at) {
        return at.atZone(ZoneId.of(listing.timeZone())).toLocalDate();
    }
}
