package dev.berth.listings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * What is special about one bay (RULES 11, 25). Where a value is null the bay says nothing of its own: the listing's limit
 * counts, if it has one.
 *
 * @param maxHeightCentimetres of a vehicle, {@value #MIN_CENTIMETRES} to {@value #MAX_CENTIMETRES}
 * @param maxLengthCentimetres as the height
 * @param maxWidthCentimetres as the height
 * @param maxWeightKilograms of a vehicle, {@value #MIN_KILOGRAMS} to {@value #MAX_KILOGRAMS}
 * @param chargingRequired of a bay with a charger: whether it is for vehicles that charge there only
 * @param entranceMetres on foot from the bay to the entrance, 0 to {@value #MAX_METRES}
 * @param liftMetres on foot from the bay to the nearest lift, 0 to {@value #MAX_METRES}
 */
public record Bay(
        @Nullable Integer maxHeightCentimetres,
        @Nullable Integer maxLengthCentimetres,
        @Nullable Integer maxWidthCentimetres,
        @Nullable Integer maxWeightKilograms,
        @Nullable Boolean chargingRequired,
        @Nullable Integer entranceMetres,
        @Nullable Integer liftMetres) {
    public static final int MIN_CENTIMETRES = 50;
    public static final int MAX_CENTIMETRES = 3_000;
    public static final int MIN_KILOGRAMS = 50;
    public static final int MAX_KILOGRAMS = 60_000;
    public static final int MAX_METRES = 5_000;

    /** One of which nothing is said. */
    public static final Bay PLAIN = new Bay(null, null, null, null, null, null, null);

    /** Whether vehicles of the right kind may be refused here. */
    @JsonIgnore
    public boolean isLimited() {
        return maxHeightCentimetres != null
                || maxLengthCentimetres != null
                || maxWidthCentimetres != null
                || maxWeightKilograms != null
                || isForCharging();
    }

    @JsonIgnore
    boolean isForCharging() {
        return Boolean.TRUE.equals(chargingRequired);
    }

    void check(FieldCheck check, String pointer) {
        check.range(pointer + "/maxHeightCentimetres", maxHeightCentimetres, MIN_CENTIMETRES, MAX_CENTIMETRES);
        check.range(pointer + "/maxLengthCentimetres", maxLengthCentimetres, MIN_CENTIMETRES, MAX_CENTIMETRES);
        check.range(pointer + "/maxWidthCentimetres", maxWidthCentimetres, MIN_CENTIMETRES, MAX_CENTIMETRES);
        check.range(pointer + "/maxWeightKilograms", maxWeightKilograms, MIN_KILOGRAMS, MAX_KILOGRAMS);
        check.range(pointer + "/entranceMetres", entranceMetres, 0, MAX_METRES);
        check.range(pointer + "/liftMetres", liftMetres, 0, MAX_METRES);
    }
}
