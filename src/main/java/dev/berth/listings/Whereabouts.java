package dev.berth.listings;

import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides what everybody is told of where a listing is, and what only some are (RULES 38).
 *
 * <p>The public point is drawn once and stays as long as the place does, so that looking often, or at many versions, tells
 * no more than looking once. It is drawn from a secure source, and from nothing that the public knows.
 */
final class Whereabouts {
    /** Near enough to walk by and to compare places, far enough not to tell which of some dozens of houses it is. */
    static final double LEAST_METRES = 50;

    static final double MOST_METRES = 120;

    private static final double EARTH_RADIUS_METRES = 6_371_008.8;
    /** Some 10 cm. */
    private static final double DEGREE_STEPS = 1e6;

    private final RandomGenerator random;

    /** @param random a secure one: who could foresee it would know where people live */
    Whereabouts(RandomGenerator random) {
        this.random = random;
    }

    /** What is told to everybody, and what only to some. */
    record Placed(Shown shown, Arrival arrival) {}

    /** Of a new listing. */
    Placed place(ListingId id, ListingDetails details) {
        AddressPrivacy privacy =
                Objects.requireNonNullElseGet(details.addressPrivacy(), () -> AddressPrivacy.of(details.type()));
        return placed(id, details, privacy, notes(details.accessNotes()), null);
    }

    /**
     * Of one that its owner changes.
     *
     * @param known where it has been until now
     */
    Placed place(ListingDetails details, Listing before, Arrival known) {
        AddressPrivacy privacy = privacy(details, before);
        String notes = details.accessNotes() == null ? known.accessNotes() : notes(details.accessNotes());
        boolean stays = before.addressPrivacy() == AddressPrivacy.AFTER_CONFIRMATION
                && known.location().equals(details.location());
        return placed(before.id(), details, privacy, notes, stays ? before.location() : null);
    }

    /** Who does not say keeps what was; a place that becomes a driveway is hidden until its owner says otherwise. */
    private static AddressPrivacy privacy(ListingDetails details, Listing before) {
        if (details.addressPrivacy() != null) {
            return details.addressPrivacy();
        }
        boolean isHidden = details.type() != before.type()
                && AddressPrivacy.of(details.type()) == AddressPrivacy.AFTER_CONFIRMATION;
        return isHidden ? AddressPrivacy.AFTER_CONFIRMATION : before.addressPrivacy();
    }

    private static @Nullable String notes(@Nullable String said) {
        return said == null || said.isEmpty() ? null : said;
    }

    /** @param point what has been shown of the same place; null for a new one */
    private Placed placed(
            ListingId id,
            ListingDetails details,
            AddressPrivacy privacy,
            @Nullable String notes,
            @Nullable GeoPoint point) {
        Arrival arrival = new Arrival(id, details.location(), details.address(), notes);
        return switch (privacy) {
            case PUBLIC -> new Placed(new Shown(privacy, details.location(), details.address()), arrival);
            case AFTER_CONFIRMATION ->
                new Placed(
                        new Shown(
                                privacy,
                                point == null ? near(details.location(), random) : point,
                                PublicAddress.of(details.address())),
                        arrival);
        };
    }

    /** Any point of the ring around it, each as likely. */
    static GeoPoint near(GeoPoint place, RandomGenerator random) {
        double least = LEAST_METRES * LEAST_METRES;
        double metres = Math.sqrt(least + random.nextDouble() * (MOST_METRES * MOST_METRES - least));
        double bearing = random.nextDouble() * 2 * Math.PI;
        double angle = metres / EARTH_RADIUS_METRES;
        double lat = Math.toRadians(place.lat());
        double sine = Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(bearing);
        double east =
                Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(lat), Math.cos(angle) - Math.sin(lat) * sine);
        double lng = place.lng() + Math.toDegrees(east);
        double wrapped = lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng;
        return new GeoPoint(steps(Math.toDegrees(Math.asin(Math.clamp(sine, -1, 1)))), steps(wrapped));
    }

    private static double steps(double degrees) {
        return Math.round(degrees * DEGREE_STEPS) / DEGREE_STEPS;
    }
}
