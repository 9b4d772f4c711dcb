package dev.berth.listings;

import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.PriceLine;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The JSON of the listings operations. Bodies follow the contract's schemas; what these cannot say is checked here. */
final class ListingJson {
    private ListingJson() {}

    /** {@code ListingDraft} and {@code ListingUpdate} of the contract; fields that only an answer has are left out. */
    record ListingBody(
            String title,
            @Nullable String description,
            ListingType type,
            GeoPoint location,
            String address,
            String timeZone,
            TariffBody tariff,
            @Nullable List<String> amenities,
            @Nullable Boolean instantBook,
            @Nullable CancellationPolicy cancellationPolicy,
            @Nullable Integer maxHeightCentimetres,
            @Nullable Integer capacity,
            @Nullable List<SlotBody> slots) {
        ListingDetails details() {
            return new ListingDetails(
                    title,
                    Objects.requireNonNullElse(description, ""),
                    type,
                    location,
                    address,
                    timeZone,
                    tariff.tariff("/tariff", zone()),
                    new LinkedHashSet<>(Objects.requireNonNullElse(amenities, List.of())),
                    Objects.requireNonNullElse(instantBook, true),
                    Objects.requireNonNullElse(cancellationPolicy, CancellationPolicy.FLEXIBLE),
                    maxHeightCentimetres);
        }

        /** Null when there is none of that name, which is refused elsewhere. */
        private @Nullable ZoneId zone() {
            try {
                return ZoneId.of(timeZone);
            } catch (DateTimeException e) {
                return null;
            }
        }

        /** Null when the slots are not said one by one. */
        @Nullable
        List<SlotDraft> slotDrafts() {
            if (slots == null) {
                return null;
            }
            if (capacity != null && capacity != slots.size()) {
                throw new Rejection(
                        ProblemType.INVALID_REQUEST,
                        "capacity is %d, but slots has %d".formatted(capacity, slots.size()),
                        "/capacity");
            }
            return slots.stream().map(SlotBody::draft).toList();
        }

        /** Those said one by one, or as many as the capacity, or one. */
        List<SlotDraft> newSlots() {
            List<SlotDraft> drafts = slotDrafts();
            return drafts != null ? drafts : SlotDraft.numbered(capacity == null ? 1 : capacity);
        }
    }

    record SlotBody(
            @Nullable SlotId id,
            String name,
            @Nullable SlotKind kind,
            @Nullable Bay bay) {
        SlotDraft draft() {
            return new SlotDraft(id, name, Objects.requireNonNullElse(kind, SlotKind.STANDARD), bay);
        }
    }

    record SlotPatch(
            @Nullable String name,
            @Nullable SlotKind kind,
            @Nullable Bay bay,
            @Nullable Boolean retired) {}

    /** @param slots null in lists */
    record ListingView(
            ListingId id,
            long version,
            UserId owner,
            String title,
            String description,
            ListingType type,
            GeoPoint location,
            String address,
            String timeZone,
            int capacity,
            TariffBody tariff,
            SortedSet<String> amenities,
            boolean instantBook,
            CancellationPolicy cancellationPolicy,
            @Nullable Integer maxHeightCentimetres,
            boolean demo,
            @Nullable String attribution,
            @Nullable List<Slot> slots) {
        static ListingView whole(Listing listing) {
            return of(listing, listing.slots());
        }

        static ListingView inList(Listing listing) {
            return of(listing, null);
        }

        private static ListingView of(Listing listing, @Nullable List<Slot> slots) {
            return new ListingView(
                    listing.id(),
                    listing.version(),
                    listing.owner(),
                    listing.title(),
                    listing.description(),
                    listing.type(),
                    listing.location(),
                    listing.address(),
                    listing.timeZone(),
                    listing.capacity(),
                    TariffBody.of(listing.tariff(), ZoneId.of(listing.timeZone())),
                    new TreeSet<>(listing.amenities()),
                    listing.instantBook(),
                    listing.cancellationPolicy(),
                    listing.maxHeightCentimetres(),
                    listing.demo(),
                    listing.attribution(),
                    slots);
        }
    }

    record SlotView(
            SlotId id,
            String name,
            SlotKind kind,
            int position,
            @Nullable Bay bay,
            boolean retired) {}

    record PriceView(
            ListingId listingId, Instant from, Instant to, String timeZone, List<PriceLine> lines, Money total) {}

    /**
     * A tariff that nobody has yet, and what stays would cost by it.
     *
     * @param timeZone of the place
     */
    record PreviewBody(TariffBody tariff, String timeZone, List<StayBody> stays) {}

    record StayBody(String from, String to) {}

    record PreviewView(List<PreviewedPrice> items) {}

    record PreviewedPrice(Instant from, Instant to, List<PriceLine> lines, Money total) {}

    record AmenityView(String code, String label) {}
}
