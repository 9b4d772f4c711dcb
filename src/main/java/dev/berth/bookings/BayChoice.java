package dev.berth.bookings;

import dev.berth.listings.Bay;
import dev.berth.listings.BayNeeds;
import dev.berth.listings.Listing;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which of a listing's bays a booking may have (RULES 11, 25). Of those that are free the search gives the best first: the
 * kind that is kept for them before the common one, then the one whose calendar is cut up least, then the one that is nearest
 * to the entrance.
 */
sealed interface BayChoice {
    /** The kinds of bays that are assigned, best first. */
    List<SlotKind> kinds();

    /** Whether a bay of one of these kinds may be taken. */
    boolean fits(Slot slot, Listing listing);

    /** Whether the kind alone does not decide. */
    default boolean looksCloser(ListingCache.Known known) {
        return known.limited();
    }

    /** Those of a listing, in the order in which they are tried when nobody knows which are free. */
    default Stream<Slot> ofListing(Listing listing) {
        List<SlotKind> kinds = kinds();
        return listing.slots().stream()
                .filter(slot -> kinds.contains(slot.kind()) && fits(slot, listing))
                .sorted(Comparator.comparingInt((Slot slot) -> kinds.indexOf(slot.kind()))
                        .thenComparingInt(Slot::position));
    }

    /** The best for a vehicle and its driver. */
    record Fitting(BayNeeds needs) implements BayChoice {
        @Override
        public List<SlotKind> kinds() {
            return needs.kinds();
        }

        @Override
        public boolean fits(Slot slot, Listing listing) {
            return needs.misfit(slot, listing.maxHeightCentimetres()) == null;
        }
    }

    /** Any that a vehicle may stand in, also of kinds that nobody is given without asking. */
    record Any(BayNeeds needs) implements BayChoice {
        @Override
        public List<SlotKind> kinds() {
            return Stream.concat(needs.kinds().stream(), Stream.of(SlotKind.FAMILY))
                    .toList();
        }

        @Override
        public boolean fits(Slot slot, Listing listing) {
            return needs.misfit(slot, listing.maxHeightCentimetres()) == null;
        }
    }

    /** The very one that a driver wants. */
    record Wish(Slot slot, BayNeeds needs) implements BayChoice {
        @Override
        public List<SlotKind> kinds() {
            return List.of(slot.kind());
        }

        @Override
        public boolean fits(Slot other, Listing listing) {
            return other.id().equals(slot.id()) && needs.misfit(other, listing.maxHeightCentimetres()) == null;
        }

        @Override
        public boolean looksCloser(ListingCache.Known known) {
            return true;
        }
    }

    /** Another bay for a booking that has one: of the same kind, and with room for whatever has room in that one. */
    record Like(SlotKind kind, Bay bay) implements BayChoice {
        static Like of(Slot slot) {
            return new Like(slot.kind(), slot.bayOrPlain());
        }

        @Override
        public List<SlotKind> kinds() {
            return List.of(kind);
        }

        @Override
        public boolean fits(Slot slot, Listing listing) {
            Bay other = slot.bayOrPlain();
            return isRoomy(other.maxHeightCentimetres(), bay.maxHeightCentimetres())
                    && isRoomy(other.maxLengthCentimetres(), bay.maxLengthCentimetres())
                    && isRoomy(other.maxWidthCentimetres(), bay.maxWidthCentimetres())
                    && isRoomy(other.maxWeightKilograms(), bay.maxWeightKilograms())
                    && (!Boolean.TRUE.equals(other.chargingRequired()) || Boolean.TRUE.equals(bay.chargingRequired()));
        }

        private static boolean isRoomy(@Nullable Integer limit, @Nullable Integer present) {
            return limit == null || (present != null && limit >= present);
        }
    }
}
