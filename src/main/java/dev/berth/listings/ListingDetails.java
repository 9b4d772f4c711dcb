package dev.berth.listings;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.availability.Availability;
import dev.berth.platform.problems.Rejection;
import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.UserId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an owner says of a listing, apart from its slots.
 *
 * @param title 1 to {@value #MAX_TITLE_LENGTH} characters
 * @param description at most {@value #MAX_DESCRIPTION_LENGTH} characters
 * @param address 1 to {@value #MAX_ADDRESS_LENGTH} characters
 * @param timeZone IANA name
 * @param amenities codes of {@link Amenity} and own tags, at most {@value #MAX_AMENITIES}; in any case and spacing
 * @param location where it is, exactly; what the public is told of it is not for its owner to say
 * @param maxHeightCentimetres 100 to 1000; null when there is no limit
 * @param addressPrivacy null leaves it; of a new listing, its type decides
 * @param accessNotes how to get in, for those who have booked, at most {@value #MAX_ACCESS_NOTES_LENGTH} characters; null
 *     leaves them, and empty ones are none
 */
public record ListingDetails(
        String title,
        String description,
        ListingType type,
        GeoPoint location,
        String address,
        String timeZone,
        Tariff tariff,
        Set<String> amenities,
        boolean instantBook,
        CancellationPolicy cancellationPolicy,
        @Nullable Integer maxHeightCentimetres,
        // Left out where nothing is said, so that what was imported before has the same digest.
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable AddressPrivacy addressPrivacy,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String accessNotes) {
    public static final int MAX_TITLE_LENGTH = 120;
    public static final int MAX_DESCRIPTION_LENGTH = 4_000;
    public static final int MAX_ADDRESS_LENGTH = 300;
    public static final int MAX_AMENITIES = 30;
    public static final int MAX_ACCESS_NOTES_LENGTH = 1_000;
    static final int MIN_HEIGHT_CENTIMETRES = 100;
    static final int MAX_HEIGHT_CENTIMETRES = 1_000;

    /** @throws Rejection naming every field that is wrong */
    public ListingDetails {
        title = title.strip();
        description = description.strip();
        address = address.strip();
        accessNotes = accessNotes == null ? null : accessNotes.strip();
        FieldCheck check = new FieldCheck();
        check.line("/title", title, MAX_TITLE_LENGTH);
        check.text("/description", description, MAX_DESCRIPTION_LENGTH);
        check.line("/address", address, MAX_ADDRESS_LENGTH);
        if (accessNotes != null) {
            check.text("/accessNotes", accessNotes, MAX_ACCESS_NOTES_LENGTH);
        }
        check.timeZone("/timeZone", timeZone);
        amenities = check.amenities("/amenities", amenities, MAX_AMENITIES);
        if (maxHeightCentimetres != null
                && (maxHeightCentimetres < MIN_HEIGHT_CENTIMETRES || maxHeightCentimetres > MAX_HEIGHT_CENTIMETRES)) {
            check.wrong(
                    "/maxHeightCentimetres",
                    "must be %d to %d".formatted(MIN_HEIGHT_CENTIMETRES, MAX_HEIGHT_CENTIMETRES));
        }
        check.done();
    }

    /** A place of which nothing is said that only those learn who have booked. */
    public ListingDetails(
            String title,
            String description,
            ListingType type,
            GeoPoint location,
            String address,
            String timeZone,
            Tariff tariff,
            Set<String> amenities,
            boolean instantBook,
            CancellationPolicy cancellationPolicy,
            @Nullable Integer maxHeightCentimetres) {
        this(
                title,
                description,
                type,
                location,
                address,
                timeZone,
                tariff,
                amenities,
                instantBook,
                cancellationPolicy,
                maxHeightCentimetres,
                null,
                null);
    }

    public ListingDetails withTariff(Tariff other) {
        return new ListingDetails(
                title,
                description,
                type,
                location,
                address,
                timeZone,
                other,
                amenities,
                instantBook,
                cancellationPolicy,
                maxHeightCentimetres,
                addressPrivacy,
                accessNotes);
    }

    public ListingDetails withDescription(String other) {
        return new ListingDetails(
                title,
                other,
                type,
                location,
                address,
                timeZone,
                tariff,
                amenities,
                instantBook,
                cancellationPolicy,
                maxHeightCentimetres,
                addressPrivacy,
                accessNotes);
    }

    /** @param shown what is told of where it is, since a listing is what everybody is told */
    Listing listing(
            ListingId id,
            long version,
            UserId owner,
            boolean demo,
            @Nullable String attribution,
            List<Slot> slots,
            Availability availability,
            Shown shown) {
        return new Listing(
                id,
                version,
                owner,
                title,
                description,
                type,
                shown.location(),
                shown.address(),
                timeZone,
                tariff,
                amenities,
                instantBook,
                cancellationPolicy,
                maxHeightCentimetres,
                demo,
                attribution,
                slots,
                availability,
                shown.privacy());
    }

    /** What a listing tells everybody, for a change that leaves where it is as it was. */
    static ListingDetails of(Listing listing) {
        return new ListingDetails(
                listing.title(),
                listing.description(),
                listing.type(),
                listing.location(),
                listing.address(),
                listing.timeZone(),
                listing.tariff(),
                listing.amenities(),
                listing.instantBook(),
                listing.cancellationPolicy(),
                listing.maxHeightCentimetres());
    }

    /** Without what only some may know: a log is read by others. */
    @Override
    public String toString() {
        return "ListingDetails[" + title + ", " + type + "]";
    }
}
