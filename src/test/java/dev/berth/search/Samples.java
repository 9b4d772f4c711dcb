package dev.berth.search;

import dev.berth.availability.StayDefaults;
import dev.berth.bookings.Occupancy;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Listing;
import dev.berth.listings.ListingType;
import dev.berth.listings.Slot;
import dev.berth.listings.SlotKind;
import dev.berth.pricing.Tariff;
import dev.berth.pricing.Tariffs;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Listings and calendars drawn at random, few values each, so that ties and collisions are common. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-03-20T10:00:00Z");
    static final StayDefaults DEFAULTS =
            new StayDefaults(Duration.ofMinutes(15), Duration.ofDays(30), Duration.ofDays(365));
    static final GeoPoint KARLSRUHE = new GeoPoint(49.0069, 8.4037);

    private static final List<String> AMENITIES =
            List.of("CCTV", "EV_CHARGING", "COVERED", "LIFT", "ACCESSIBLE", "RIVERSIDE");
    private static final List<String> ZONES = List.of("Europe/Berlin", "Pacific/Auckland", "America/New_York");
    private static final double UNITS = 1e7;

    final Random random;

    Samples(long seed) {
        random = new Random(seed);
    }

    UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    static double snap(double degrees) {
        return Math.round(degrees * UNITS) / UNITS;
    }

    /** A town, both sides of the antimeridian, both poles, anywhere. */
    GeoPoint point() {
        return switch (random.nextInt(8)) {
            case 0 -> new GeoPoint(snap(random.nextDouble(-90, 90)), snap(random.nextDouble(-180, 180)));
            case 1 -> new GeoPoint(snap(random.nextDouble(-20, -15)), snap(random.nextDouble(179, 180)));
            case 2 -> new GeoPoint(snap(random.nextDouble(-20, -15)), snap(random.nextDouble(-180, -179)));
            case 3 -> new GeoPoint(snap(random.nextDouble(89.5, 90)), snap(random.nextDouble(-180, 180)));
            case 4 -> new GeoPoint(-90, random.nextBoolean() ? 180 : -180);
            default ->
                new GeoPoint(
                        snap(KARLSRUHE.lat() + random.nextGaussian() * 0.02),
                        snap(KARLSRUHE.lng() + random.nextGaussian() * 0.03));
        };
    }

    Listing listing(ListingId id, long version, GeoPoint location, int maxSlots) {
        long hour = random.nextInt(5) * 50L;
        Long day = random.nextInt(3) == 0 ? null : Long.valueOf(hour * (1 + random.nextInt(8)));
        Set<String> amenities = new HashSet<>();
        for (String amenity : AMENITIES) {
            if (random.nextInt(3) == 0) {
                amenities.add(amenity);
            }
        }
        List<Slot> slots = new ArrayList<>();
        int count = 1 + random.nextInt(maxSlots);
        for (int i = 0; i < count; i++) {
            SlotKind kind = random.nextInt(3) == 0 ? oneOf(List.of(SlotKind.values())) : SlotKind.STANDARD;
            slots.add(new Slot(new SlotId(uuid()), "P" + i, kind, i));
        }
        return listing(
                id,
                version,
                "Place " + random.nextInt(100),
                location,
                oneOf(ZONES),
                // Some with rules that an entry of the index cannot hold.
                random.nextInt(4) == 0
                        ? Tariffs.random(random.nextLong(), NOW, random.nextBoolean())
                        : new Tariff("EUR", hour, day),
                amenities,
                random.nextInt(4) != 0,
                random.nextInt(3) == 0 ? 180 + random.nextInt(4) * 10 : null,
                oneOf(List.of(ListingType.values())),
                slots);
    }

    static Listing listing(
            ListingId id,
            long version,
            String title,
            GeoPoint location,
            String timeZone,
            Tariff tariff,
            Set<String> amenities,
            boolean instantBook,
            @Nullable Integer maxHeightCentimetres,
            ListingType type,
            List<Slot> slots) {
        return new Listing(
                id,
                version,
                new UserId(new UUID(1, 1)),
                title,
                "",
                type,
                location,
                "Street 1",
                timeZone,
                tariff,
                amenities,
                instantBook,
                CancellationPolicy.FLEXIBLE,
                maxHeightCentimetres,
                false,
                null,
                slots);
    }

    /** One garage of standard bays in Karlsruhe, 2.50 EUR the hour and 15.00 the day. */
    static Listing garage(ListingId id, long version, int capacity) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < capacity; i++) {
            slots.add(new Slot(SlotId.next(), "P" + i, SlotKind.STANDARD, i));
        }
        return listing(
                id,
                version,
                "Garage",
                KARLSRUHE,
                "Europe/Berlin",
                new Tariff("EUR", 250, 1500L),
                Set.of(),
                true,
                null,
                ListingType.GARAGE,
                slots);
    }

    /** Another place like it, whose slots are of these kinds. */
    static Listing withKinds(Listing like, SlotKind... kinds) {
        List<Slot> slots = new ArrayList<>();
        for (SlotKind kind : kinds) {
            slots.add(new Slot(SlotId.next(), "P" + slots.size(), kind, slots.size()));
        }
        return listing(
                ListingId.next(),
                1,
                like.title(),
                like.location(),
                like.timeZone(),
                like.tariff(),
                Set.of(),
                true,
                null,
                like.type(),
                slots);
    }

    static TimeRange stay(String from, String to) {
        return new TimeRange(Instant.parse(from), Instant.parse(to));
    }

    static Occupancy occupancy(UUID id, Slot slot, TimeRange stay, boolean live) {
        return new Occupancy(id, slot.id(), stay, live);
    }
}
