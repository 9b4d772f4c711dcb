package dev.berth.dev.data;

import dev.berth.listings.Amenity;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.listings.ListingDetails;
import dev.berth.listings.ListingType;
import dev.berth.listings.SlotDraft;
import dev.berth.listings.SlotKind;
import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Made-up driveways around real places: the street is that of a real place, the point lies near it. The generator is
 * seeded, and {@link Random} is specified to the bit, so that every load makes the same ones.
 */
final class Driveways {
    private static final long SEED = 20_241_127;
    private static final String TOWN = "Karlsruhe";
    /** One standard deviation of the distance to the real place, along each axis. */
    private static final double SPREAD_METRES = 180;

    private static final double METRES_PER_DEGREE = 111_320;

    /** A street as the places' addresses begin with, and the town that they end with. */
    private static final Pattern ADDRESS = Pattern.compile(
            "(?<street>[\\p{Lu}][\\p{L} .-]*?(?:straße|str\\.|allee|weg|ring|gasse|platz))\\b[^,]*, (?:.*, )?"
                    + "(?:\\d{5} )?(?<town>[^,]+)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    /** A kind of driveway, and how it is praised; {@code %s} is where. */
    private enum Kind {
        YARD(ListingType.DRIVEWAY, 30, "Stellplatz im Hof, %s", "Privater Hof, Zufahrt über das Tor."),
        DRIVEWAY(ListingType.DRIVEWAY, 25, "Einfahrt vor dem Haus, %s", "Bitte vorwärts einparken."),
        PRIVATE(ListingType.DRIVEWAY, 15, "Privatstellplatz, %s", "Ruhige Lage, wenige Minuten zur Haltestelle."),
        GARAGE(ListingType.GARAGE, 12, "Einzelgarage, %s", "Abschließbar, der Code kommt mit der Buchung."),
        CARPORT(ListingType.COVERED, 12, "Carport, %s", "Überdacht und eben."),
        BASEMENT(ListingType.UNDERGROUND, 6, "Tiefgaragenplatz, %s", "Einfahrt mit PIN, Stellplatz ist markiert.");

        private final ListingType type;
        private final int weight;
        private final String title;
        private final String description;

        Kind(ListingType type, int weight, String title, String description) {
            this.type = type;
            this.weight = weight;
            this.title = title;
            this.description = description;
        }

        static Kind pick(Random random) {
            int left = random.nextInt(100);
            for (Kind kind : values()) {
                left -= kind.weight;
                if (left < 0) {
                    return kind;
                }
            }
            throw new IllegalStateException("the weights add up to 100");
        }
    }

    /** Where a driveway can be: near a real place whose street is known. */
    private record Anchor(GeoPoint point, String street, String town) {
        /** The district where the town's name has one, else the street. */
        String where() {
            int dash = town.indexOf('-');
            boolean district = town.startsWith(TOWN + "-") && dash + 1 < town.length();
            return district ? town.substring(dash + 1) : street;
        }
    }

    private Driveways() {}

    /** @param places real ones; those whose address names no street of the region are left out */
    static List<ImportRecord> generate(int count, List<ImportRecord> places) {
        List<Anchor> region = new ArrayList<>();
        List<Anchor> city = new ArrayList<>();
        for (ImportRecord place : places) {
            Anchor anchor = anchor(place.details());
            if (anchor != null) {
                region.add(anchor);
                if (anchor.town().startsWith(TOWN)) {
                    city.add(anchor);
                }
            }
        }
        Random random = new Random(SEED);
        List<ImportRecord> driveways = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            // Three of four in the city itself, where the map opens.
            List<Anchor> anchors = random.nextInt(4) < 3 ? city : region;
            Anchor anchor = anchors.get(random.nextInt(anchors.size()));
            driveways.add(driveway("driveway-" + number, anchor, random));
        }
        return driveways;
    }

    private static @Nullable Anchor anchor(ListingDetails details) {
        Matcher address = ADDRESS.matcher(details.address());
        return address.matches()
                ? new Anchor(details.location(), address.group("street"), address.group("town"))
                : null;
    }

    private static ImportRecord driveway(String id, Anchor anchor, Random random) {
        Kind kind = Kind.pick(random);
        ListingDetails details = new ListingDetails(
                kind.title.formatted(anchor.where()),
                kind.description + "\nDieser Platz ist für die Demo erfunden.",
                kind.type,
                near(anchor.point(), random),
                anchor.street() + " " + (1 + random.nextInt(90)) + ", " + anchor.town(),
                "Europe/Berlin",
                tariff(random),
                amenities(kind, random),
                random.nextInt(100) < 85,
                policy(random),
                kind.type == ListingType.DRIVEWAY ? null : 185 + 5 * random.nextInt(8));
        return new ImportRecord(id, details, slots(random));
    }

    private static GeoPoint near(GeoPoint point, Random random) {
        double lat = point.lat() + random.nextGaussian() * SPREAD_METRES / METRES_PER_DEGREE;
        double lng = point.lng()
                + random.nextGaussian() * SPREAD_METRES / METRES_PER_DEGREE / Math.cos(Math.toRadians(point.lat()));
        return new GeoPoint(sixDigits(lat), sixDigits(lng));
    }

    private static double sixDigits(double degrees) {
        return Math.round(degrees * 1e6) / 1e6;
    }

    private static Tariff tariff(Random random) {
        long hour = 80 + 10L * random.nextInt(25);
        return new Tariff("EUR", hour, hour * (5 + random.nextInt(4)) / 50 * 50);
    }

    private static Set<String> amenities(Kind kind, Random random) {
        Set<String> amenities = new TreeSet<>();
        if (kind.type != ListingType.DRIVEWAY) {
            amenities.add(Amenity.COVERED.name());
        }
        chance(random, 25, Amenity.CCTV, amenities);
        chance(random, 15, Amenity.EV_CHARGING, amenities);
        chance(random, 60, Amenity.OPEN_24_7, amenities);
        chance(random, 35, Amenity.LIGHTING, amenities);
        chance(random, 10, Amenity.ACCESSIBLE, amenities);
        chance(random, kind == Kind.YARD || kind == Kind.BASEMENT ? 50 : 5, Amenity.GATED, amenities);
        return amenities;
    }

    private static void chance(Random random, int percent, Amenity amenity, Set<String> amenities) {
        if (random.nextInt(100) < percent) {
            amenities.add(amenity.name());
        }
    }

    private static CancellationPolicy policy(Random random) {
        int percent = random.nextInt(100);
        return percent < 60
                ? CancellationPolicy.FLEXIBLE
                : percent < 90 ? CancellationPolicy.MODERATE : CancellationPolicy.STRICT;
    }

    /** Mostly one; a few have up to four. */
    private static List<SlotDraft> slots(Random random) {
        int capacity = random.nextInt(100) < 85 ? 1 : 2 + random.nextInt(3);
        List<SlotDraft> slots = new ArrayList<>();
        for (int number = 1; number <= capacity; number++) {
            slots.add(new SlotDraft(null, Integer.toString(number), SlotKind.STANDARD));
        }
        return slots;
    }
}
