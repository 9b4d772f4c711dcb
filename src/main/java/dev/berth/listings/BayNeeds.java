package dev.berth.listings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.values.VehicleKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is to stand in a bay: what of a vehicle and its driver decides which bays they may have (RULES 11, 25). Kinds of bays
 * are pools of their own: nobody gets a bay by chance that is kept for others.
 *
 * @param heightCentimetres 0 when it is not known, as with the other measures: then no bay is refused for it
 * @param weightKilograms 0 when it is not known
 * @param ev whether it charges
 * @param permit whether the driver has a disabled person's permit
 * @param carShare whether it belongs to a car-sharing fleet
 */
public record BayNeeds(
        VehicleKind kind,
        int heightCentimetres,
        int lengthCentimetres,
        int widthCentimetres,
        int weightKilograms,
        boolean ev,
        boolean permit,
        boolean carShare) {
    private static final List<SlotKind> KEPT =
            List.of(SlotKind.ACCESSIBLE, SlotKind.CAR_SHARE, SlotKind.EV, SlotKind.MOTORCYCLE, SlotKind.TRUCK);

    /** A car of which nothing is known. */
    public static final BayNeeds UNKNOWN = new BayNeeds(VehicleKind.CAR, 0, 0, 0, 0, false, false, false);

    /** The same with a permit that the driver has whatever the vehicle, or without a change. */
    public BayNeeds withPermit(boolean hasPermit) {
        return hasPermit && !permit
                ? new BayNeeds(
                        kind,
                        heightCentimetres,
                        lengthCentimetres,
                        widthCentimetres,
                        weightKilograms,
                        ev,
                        true,
                        carShare)
                : this;
    }

    /** Whether a measure is missing that a limit could ask for. */
    @JsonIgnore
    public boolean lacksMeasures() {
        return heightCentimetres == 0 || lengthCentimetres == 0 || widthCentimetres == 0 || weightKilograms == 0;
    }

    /**
     * The kinds of bays that are assigned to them, best first: those kept for them, then the common ones. Last those with
     * chargers that need not be used. A family bay is nobody's by default: who wants one names it.
     */
    public List<SlotKind> kinds() {
        List<SlotKind> kinds =
                new ArrayList<>(KEPT.stream().filter(this::isKeptFor).toList());
        if (kind != VehicleKind.TRUCK) {
            kinds.add(SlotKind.STANDARD);
            if (!ev) {
                kinds.add(SlotKind.EV);
            }
        }
        return kinds;
    }

    /** Whether bays of that kind are kept for such as them. */
    public boolean isKeptFor(SlotKind wanted) {
        return switch (wanted) {
            case STANDARD, FAMILY -> false;
            case ACCESSIBLE -> permit && kind != VehicleKind.TRUCK;
            case CAR_SHARE -> carShare && kind != VehicleKind.TRUCK;
            case EV -> ev && kind != VehicleKind.TRUCK;
            case MOTORCYCLE -> kind == VehicleKind.MOTORCYCLE;
            case TRUCK -> kind == VehicleKind.TRUCK;
        };
    }

    /**
     * Why they may not stand there, null when they may.
     *
     * @param maxHeight of the listing, in centimetres; null without one
     */
    public @Nullable Misfit misfit(Slot slot, @Nullable Integer maxHeight) {
        Bay bay = slot.bayOrPlain();
        Misfit byKind = misfit(slot.kind(), bay);
        if (byKind != null) {
            return byKind;
        } else if (exceeds(heightCentimetres, maxHeight) || exceeds(heightCentimetres, bay.maxHeightCentimetres())) {
            return Misfit.TOO_HIGH;
        } else if (exceeds(lengthCentimetres, bay.maxLengthCentimetres())) {
            return Misfit.TOO_LONG;
        } else if (exceeds(widthCentimetres, bay.maxWidthCentimetres())) {
            return Misfit.TOO_WIDE;
        } else if (exceeds(weightKilograms, bay.maxWeightKilograms())) {
            return Misfit.TOO_HEAVY;
        }
        return null;
    }

    private @Nullable Misfit misfit(SlotKind wanted, Bay bay) {
        if (kind == VehicleKind.TRUCK && wanted != SlotKind.TRUCK) {
            return Misfit.NOT_FOR_TRUCKS;
        }
        return switch (wanted) {
            case STANDARD, FAMILY -> null;
            case ACCESSIBLE -> isKeptFor(wanted) ? null : Misfit.PERMIT_NEEDED;
            case EV -> ev || !bay.isForCharging() ? null : Misfit.CHARGING_ONLY;
            case MOTORCYCLE -> isKeptFor(wanted) ? null : Misfit.MOTORCYCLES_ONLY;
            case TRUCK -> isKeptFor(wanted) ? null : Misfit.TRUCKS_ONLY;
            case CAR_SHARE -> isKeptFor(wanted) ? null : Misfit.CAR_SHARE_ONLY;
        };
    }

    private static boolean exceeds(int measure, @Nullable Integer limit) {
        return limit != null && measure > limit;
    }
}
