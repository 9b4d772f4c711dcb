package dev.berth.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.values.VehicleKind;
import org.jspecify.annotations.Nullable;

/**
 * What a driver tells of a vehicle.
 *
 * @param plate as written on it, upper case, 1 to 20 letters, digits, spaces and hyphens
 * @param year of its make, 1900 to 2100
 * @param size {@code SMALL}, {@code MEDIUM}, {@code LARGE} or {@code VAN}
 * @param heightCm centimetres, 50 to 500
 * @param isDefault the one that a booking takes when none is named; one of the owner's at most
 * @param lengthCm centimetres, 50 to 3000
 * @param widthCm centimetres, 30 to 500, without mirrors
 * @param weightKg kilograms, laden, 20 to 60000
 * @param permit whether its driver has a disabled person's permit (RULES 11)
 * @param carShare whether it belongs to a car-sharing fleet
 */
public record VehicleDetails(
        String plate,
        @Nullable String make,
        @Nullable String model,
        @Nullable String colour,
        @Nullable Integer year,
        @Nullable String size,
        @Nullable Integer heightCm,
        boolean ev,
        @JsonProperty("default") boolean isDefault,
        VehicleKind kind,
        @Nullable Integer lengthCm,
        @Nullable Integer widthCm,
        @Nullable Integer weightKg,
        boolean permit,
        boolean carShare) {}
