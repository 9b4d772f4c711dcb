package dev.berth.listings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.availability.Availability;
import dev.berth.platform.bus.Message;
import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.UserId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is advertised: a driveway, a lot, a garage.
 *
 * @param version +1 with every change of the listing, its slots or its tariff; its ETag
 * @param location what the public is told: not where it is when {@link AddressPrivacy#AFTER_CONFIRMATION} (RULES 38)
 * @param address as {@code location}; who may know more is told by {@link ListingCommand.GetArrivals}
 * @param timeZone IANA name
 * @param maxHeightCentimetres of a vehicle; null when there is no limit
 * @param amenities upper-case codes ({@code CCTV}, {@code EV_CHARGING}, {@code COVERED}, {@code LIFT}, {@code OPEN_24_7},
 *     {@code ACCESSIBLE} and others)
 * @param demo made by the demo data, and marked so wherever it is shown
 * @param attribution who must be named where this is shown; null when nobody
 * @param slots in order of position, at least one; {@code capacity} is their number
 * @param availability when it can be booked; null only when a node told of it that does not know of such rules yet
 * @param addressPrivacy null only when a node told of it that does not know of it yet
 */
public record Listing(
        ListingId id,
        long version,
        UserId owner,
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
        boolean demo,
        @Nullable String attribution,
        List<Slot> slots,
        @Nullable Availability availability,
        @Nullable AddressPrivacy addressPrivacy)
        implements Message {
    /** How many slots a listing may have. */
    public static final int MAX_CAPACITY = 5_000;

    public Listing {
        amenities = Set.copyOf(amenities);
        slots = List.copyOf(slots);
    }

    /** One that can be booked at any time, with the platform's defaults, and whose address is public. */
    public Listing(
            ListingId id,
            long version,
            UserId owner,
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
            boolean demo,
            @Nullable String attribution,
            List<Slot> slots) {
        this(
                id,
                version,
                owner,
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
                demo,
                attribution,
                slots,
                Availability.DEFAULT,
                AddressPrivacy.PUBLIC);
    }

    /** When it can be booked. */
    @Override
    public Availability availability() {
        return availability == null ? Availability.DEFAULT : availability;
    }

    /** Who is told where it is. */
    @Override
    public AddressPrivacy addressPrivacy() {
        return addressPrivacy == null ? AddressPrivacy.PUBLIC : addressPrivacy;
    }

    /** Whether it says everything that this node knows of: else its reader asks for the listing itself. */
    @JsonIgnore
    public boolean isWhole() {
        return availability != null && addressPrivacy != null;
    }

    public Listing withAvailability(Availability other) {
        return new Listing(
                id,
                version,
                owner,
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
                demo,
                attribution,
                slots,
                other,
                addressPrivacy);
    }

    @JsonIgnore
    public int capacity() {
        return slots.size();
    }
}
