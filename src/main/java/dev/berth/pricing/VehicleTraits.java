package dev.berth.pricing;

/**
 * What of a vehicle a price depends on.
 *
 * @param heightCentimetres 0 when it is not known: then it is not charged for
 */
public record VehicleTraits(int heightCentimetres, boolean ev) {
    /** Nothing is known. */
    public static final VehicleTraits UNKNOWN = new VehicleTraits(0, false);
}
