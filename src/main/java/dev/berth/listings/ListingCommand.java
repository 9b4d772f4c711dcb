package dev.berth.listings;

import dev.berth.availability.Availability;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Done;
import dev.berth.platform.bus.Message;
import dev.berth.platform.idempotency.Once;
import dev.berth.pricing.Tariff;
import dev.berth.values.ListingId;
import dev.berth.values.Principal;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the listings capability can be asked to do.
 *
 * <p>Changes are for the owner: anybody else is refused with FORBIDDEN, an unknown or deleted listing with NOT_FOUND, a
 * version that is not the present one with PRECONDITION_FAILED.
 */
public sealed interface ListingCommand<R extends Message> extends Command<R>
        permits ListingCommand.GetListing,
                ListingCommand.ExportListings,
                ListingCommand.ListListings,
                ListingCommand.GetTariff,
                ListingCommand.GetAvailability,
                ListingCommand.CreateListing,
                ListingCommand.UpdateListing,
                ListingCommand.DeleteListing,
                ListingCommand.SetTariff,
                ListingCommand.SetAvailability,
                ListingCommand.AddSlot,
                ListingCommand.ChangeSlot,
                ListingCommand.ReadDocument,
                ListingCommand.ImportListings {
    String ADDRESS = "listings.commands";

    @Override
    default String address() {
        return ADDRESS;
    }

    /** A listing with all its slots; NOT_FOUND when there is none or it has been deleted. */
    record GetListing(ListingId listing) implements ListingCommand<Listing> {}

    /**
     * All listings in the order of their ids, page by page: how a search node loads its index.
     *
     * @param after the last id of the page before, null for the first
     * @param limit at most {@value #MAX_EXPORT}
     */
    record ExportListings(@Nullable ListingId after, int limit) implements ListingCommand<ListingPage> {
        public static final int MAX_EXPORT = 2_000;
    }

    /**
     * Listings in the order of their ids, page by page.
     *
     * @param owner null for those of everybody
     * @param after the last id of the page before, null for the first
     * @param limit at most {@value #MAX_PAGE}
     */
    record ListListings(@Nullable UserId owner, @Nullable ListingId after, int limit)
            implements ListingCommand<ListingPage> {
        public static final int MAX_PAGE = 101;
    }

    /** @param listings empty at the end */
    record ListingPage(List<Listing> listings) implements Message {
        public ListingPage {
            listings = List.copyOf(listings);
        }
    }

    /** What a listing charges, without its slots. */
    record GetTariff(ListingId listing) implements ListingCommand<ListingTariff> {}

    /** @param version of the listing, whose part the tariff is */
    record ListingTariff(ListingId listing, long version, String timeZone, Tariff tariff) implements Message {}

    /** When a listing can be booked, without its slots. */
    record GetAvailability(ListingId listing) implements ListingCommand<ListingAvailability> {}

    /** @param version of the listing, whose part the availability is */
    record ListingAvailability(ListingId listing, long version, String timeZone, Availability availability)
            implements Message {}

    /**
     * Makes a listing of the actor, who must be a host or an operator.
     *
     * @param slots in order of position, 1 to {@value Listing#MAX_CAPACITY}; their ids are ignored
     * @param once repeats the answer instead of making a second one; null to make one each time
     */
    record CreateListing(
            Principal actor,
            ListingDetails details,
            List<SlotDraft> slots,
            @Nullable Once once) implements ListingCommand<Listing> {
        public CreateListing {
            slots = List.copyOf(slots);
        }
    }

    /**
     * Replaces what is said of a listing.
     *
     * @param slots the slots it has from now on: those missing are retired; null leaves them unless a capacity is given
     * @param capacity adds standard slots at the end or retires the last; ignored when slots are given
     */
    record UpdateListing(
            Principal actor,
            ListingId listing,
            long expectedVersion,
            ListingDetails details,
            @Nullable List<SlotDraft> slots,
            @Nullable Integer capacity)
            implements ListingCommand<Listing> {}

    /** From now on it is offered to nobody; bookings that it has stay valid. */
    record DeleteListing(
            Principal actor, ListingId listing, @Nullable Long expectedVersion) implements ListingCommand<Done> {}

    record SetTariff(
            Principal actor, ListingId listing, @Nullable Long expectedVersion, Tariff tariff)
            implements ListingCommand<ListingTariff> {}

    /**
     * Says when a listing can be booked from now on; bookings that it has stay valid. UNPROCESSABLE when the opening hours
     * are not understood, with the member {@code position} of the first character that is not, or a number is out of the
     * platform's limits.
     */
    record SetAvailability(
            Principal actor, ListingId listing, @Nullable Long expectedVersion, Availability availability)
            implements ListingCommand<ListingAvailability> {}

    /** Adds a slot at the end. A retired one of the same name comes back, because it is the same bay. */
    record AddSlot(
            Principal actor,
            ListingId listing,
            String name,
            SlotKind kind,
            @Nullable Bay bay,
            @Nullable Once once) implements ListingCommand<SlotChange> {}

    /**
     * @param name null leaves it
     * @param kind null leaves it
     * @param bay null leaves it; one that says nothing takes away what was said
     * @param retired whether it is no longer offered; bookings that it has stay valid; null leaves it
     */
    record ChangeSlot(
            Principal actor,
            ListingId listing,
            SlotId slot,
            @Nullable Long expectedVersion,
            @Nullable String name,
            @Nullable SlotKind kind,
            @Nullable Bay bay,
            @Nullable Boolean retired)
            implements ListingCommand<SlotChange> {}

    /** @param version of the listing after the change */
    record SlotChange(ListingId listing, long version, Slot slot, boolean retired) implements Message {}

    /**
     * Reads a document of a known shape into records that can be imported; UNPROCESSABLE when its shape is none of them.
     * Known are the GeoJSON of the car parks and of the accessible bays of the city of Karlsruhe.
     *
     * @param document JSON
     * @param tariff for records whose source gives none
     */
    record ReadDocument(String document, Tariff tariff) implements ListingCommand<ImportRecords> {
        @Override
        public String toString() {
            return "ReadDocument[" + document.length() + " characters]";
        }
    }

    /**
     * @param records in the order of the document
     * @param skipped records that cannot be used
     */
    record ImportRecords(List<ImportRecord> records, List<SkippedRecord> skipped) implements Message {
        public ImportRecords {
            records = List.copyOf(records);
            skipped = List.copyOf(skipped);
        }
    }

    /** @param id what the source calls it, unique within the source, 1 to 200 characters */
    record ImportRecord(String id, ListingDetails details, List<SlotDraft> slots) {
        public ImportRecord {
            slots = List.copyOf(slots);
        }
    }

    /** @param reason for a person */
    record SkippedRecord(String id, String reason) {}

    /**
     * Makes or updates listings of the actor, a host or operator, from a source, all or nothing. A record that has not
     * changed since it was imported changes nothing, whatever its owner has made of it since.
     *
     * @param source the name of the collection of records, 1 to 100 characters
     * @param attribution who must be named where the listings are shown
     * @param records at most {@value #MAX_RECORDS}
     */
    record ImportListings(
            Principal actor, String source, @Nullable String attribution, boolean demo, List<ImportRecord> records)
            implements ListingCommand<ImportReport> {
        public static final int MAX_RECORDS = 500;

        public ImportListings {
            records = List.copyOf(records);
        }
    }

    /** @param skipped records that cannot be used */
    record ImportReport(int created, int updated, int unchanged, List<SkippedRecord> skipped) implements Message {
        public ImportReport {
            skipped = List.copyOf(skipped);
        }
    }
}
