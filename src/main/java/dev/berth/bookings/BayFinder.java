package dev.berth.bookings;

import dev.berth.bookings.FreeSlotFinder.FreeSlots;
import dev.berth.listings.BayNeeds;
import dev.berth.listings.Listing;
import dev.berth.listings.Misfit;
import dev.berth.listings.Slot;
import dev.berth.platform.problems.Problem;
import dev.berth.platform.problems.Problem.FieldError;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the bays that a booking may have, the best first (RULES 11, 25). */
final class BayFinder {
    /** Slots that a booking tries of a listing that seems to be full. */
    private static final int FULL_CANDIDATES = 8;

    private final FreeSlotFinder finder;

    BayFinder(FreeSlotFinder finder) {
        this.finder = finder;
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

    Candidates candidates(ListingCache.Known known, TimeRange stay, BayChoice choice) {
        if (choice instanceof BayChoice.Wish) {
            return new Candidates(choice.ofListing(known.listing()).toList(), List.of());
        }
        Free free = free(known, stay, choice, FreeSlotFinder.MAX_CANDIDATES).orElse(null);
        if (free != null && free.count() == 0) {
            // The index may be a moment behind, or an expired hold be in the way: a few are worth a look.
            return new Candidates(
                    choice.ofListing(known.listing()).limit(FULL_CANDIDATES).toList(), List.of());
        }
        List<Slot> first = free == null
                ? choice.ofListing(known.listing())
                        .limit(FreeSlotFinder.MAX_CANDIDATES)
                        .toList()
                : free.slots();
        return new Candidates(first, others(known, choice, first));
    }

    /** In no order, so that many who come at once do not all try the same one. */
    private static List<Slot> others(ListingCache.Known known, BayChoice choice, List<Slot> first) {
        if (known.listing().slots().size() <= first.size()) {
            return List.of();
        }
        Set<Slot> tried = Set.copyOf(first);
        List<Slot> others = new ArrayList<>(choice.ofListing(known.listing())
                .filter(slot -> !tried.contains(slot))
                .toList());
        Collections.shuffle(others);
        return others;
    }

    /**
     * What seems to be free.
     *
     * @param count how many there are
     * @param slots the best of them
     */
    record Free(int count, List<Slot> slots) {}

    /** What the index of this node says; empty when it does not answer or know, which a booking can do without. */
    Optional<Free> free(ListingCache.Known known, TimeRange stay, BayChoice choice, int limit) {
        Listing listing = known.listing();
        boolean closer = choice.looksCloser(known);
        return finder.find(listing.id(), stay, choice.kinds(), closer ? listing.capacity() : limit)
                .map(Optional::of)
                .otherwise(unreachable -> Optional.<FreeSlots>empty())
                .await()
                .filter(FreeSlots::known)
                .map(found -> {
                    List<Slot> slots = found.slots().stream()
                            .flatMap(id -> Optional.ofNullable(known.slots().get(id)).stream())
                            .filter(slot -> !closer || choice.fits(slot, listing))
                            .toList();
                    int count = closer ? slots.size() : found.freeCount();
                    return new Free(count, slots.subList(0, Math.min(slots.size(), limit)));
                });
    }

    /**
     * How vehicles can stand in a listing.
     *
     * @throws Rejection NO_FITTING_BAY when they cannot, with what is in the way: {@code misfits} by reason
     */
    static void check(ListingCache.Known known, BayChoice choice, BayNeeds needs, String pointer) {
        Listing listing = known.listing();
        if (choice.ofListing(listing).findAny().isPresent()) {
            return;
        }
        Stream<Slot> meant = choice instanceof BayChoice.Wish wish ? Stream.of(wish.slot()) : listing.slots().stream();
        Map<Misfit, Integer> misfits = misfits(meant.toList(), listing, needs);
        String detail = detail(misfits);
        Problem problem =
                new Problem(ProblemType.NO_FITTING_BAY, detail, List.of(new FieldError(pointer, detail)), Map.of());
        throw new Rejection(problem.with("misfits", misfits));
    }

    private static String detail(Map<Misfit, Integer> misfits) {
        if (misfits.isEmpty()) {
            return "no bay here is given without asking: name the one that is wanted";
        }
        return misfits.containsKey(Misfit.PERMIT_NEEDED) && misfits.size() == 1
                ? "these bays are for people with a disabled person's permit"
                : "the vehicle may not stand in any of these bays";
    }

    /** How many bays refuse, by the reason. */
    static Map<Misfit, Integer> misfits(List<Slot> slots, Listing listing, BayNeeds needs) {
        Map<Misfit, Integer> misfits = new EnumMap<>(Misfit.class);
        for (Slot slot : slots) {
            Misfit misfit = needs.misfit(slot, listing.maxHeightCentimetres());
            if (misfit != null) {
                misfits.merge(misfit, 1, Integer::sum);
            }
        }
        return misfits;
    }

    /** What to choose from for who needs this; the one that is wanted, if it is the listing's. */
    static BayChoice choice(ListingCache.Known known, BayNeeds needs, @Nullable SlotId wish) {
        Slot slot = wish == null ? null : known.slots().get(wish);
        if (wish != null && slot == null) {
            throw new Rejection(ProblemType.UNPROCESSABLE, "the listing has no such slot", "/slotId");
        }
        return slot == null ? new BayChoice.Fitting(needs) : new BayChoice.Wish(slot, needs);
    }
}
