package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.Near;
import dev.berth.bookings.BookingCommand.Reason;
import dev.berth.bookings.BookingCommand.RecommendSlots;
import dev.berth.bookings.BookingCommand.Recommendation;
import dev.berth.bookings.BookingCommand.Recommended;
import dev.berth.listings.BayNeeds;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.TimeRange;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which bay of a listing to take (SM8): of those that suit and seem to be free, with what speaks for each. */
final class Recommendations {
    private final ListingCache listings;
    private final BayFinder bays;
    private final Quotes quotes;

    Recommendations(ListingCache listings, BayFinder bays, Quotes quotes) {
        this.listings = listings;
        this.bays = bays;
        this.quotes = quotes;
    }

    Recommended of(RecommendSlots command) {
        ListingCache.Known known = listings.get(command.listing());
        Listing listing = known.listing();
        TimeRange stay = Quotes.stay(listing, command.from(), command.to());
        BayNeeds needs = quotes.needs(command.actor(), command.vehicle(), command.permit(), listing);
        Rejection refusal = quotes.refusal(listing.id(), stay, Duration.ZERO);
        if (refusal != null) {
            throw refusal;
        }
        BayChoice choice = new BayChoice.Any(needs);
        BayFinder.check(known, choice, needs, "/query/vehicleId");
        // All of them: which is nearest is not what the search sorts by.
        List<Slot> free = bays.free(known, stay, choice, listing.capacity())
                .orElseThrow(() -> new Rejection(
                        ProblemType.UNAVAILABLE, "it is not known at the moment which bays are free: try again soon"))
                .slots();
        List<Recommendation> items = ordered(free, command.near())
                .limit(command.limit())
                .map(slot -> new Recommendation(slot, reasons(slot, free, needs)))
                .toList();
        return new Recommended(
                items, free.size(), BayFinder.misfits(listing.slots(), listing, needs), Quotes.warnings(known, needs));
    }

    /** The search's own order has the kind first, then what cuts up the calendars least, then the position. */
    private static Stream<Slot> ordered(List<Slot> free, @Nullable Near near) {
        if (near == null) {
            return free.stream();
        }
        // Of those whose distance nobody has said the positions tell: lower is nearer.
        Comparator<Slot> nearest =
                Comparator.comparing(distance(near), Comparator.nullsLast(Comparator.<Integer>naturalOrder()));
        return free.stream().sorted(near == Near.ENTRANCE ? nearest.thenComparingInt(Slot::position) : nearest);
    }

    private static Function<Slot, @Nullable Integer> distance(Near near) {
        return slot -> near == Near.ENTRANCE
                ? slot.bayOrPlain().entranceMetres()
                : slot.bayOrPlain().liftMetres();
    }

    private static Set<Reason> reasons(Slot slot, List<Slot> free, BayNeeds needs) {
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        if (needs.isKeptFor(slot.kind())) {
            reasons.add(Reason.KEPT_FOR_YOU);
        }
        if (isNearest(slot, free, Near.ENTRANCE)) {
            reasons.add(Reason.NEAREST_TO_ENTRANCE);
        }
        if (isNearest(slot, free, Near.LIFT)) {
            reasons.add(Reason.NEAREST_TO_LIFT);
        }
        // The search gives those of a kind in this order.
        Slot first = free.stream()
                .filter(other -> other.kind() == slot.kind())
                .findFirst()
                .orElse(slot);
        if (first.equals(slot)) {
            reasons.add(Reason.LEAST_GAPS);
        }
        return reasons;
    }

    private static boolean isNearest(Slot slot, List<Slot> free, Near near) {
        Integer metres = distance(near).apply(slot);
        return metres != null
                && free.stream().map(distance(near)).filter(Objects::nonNull).allMatch(other -> metres <= other);
    }
}
