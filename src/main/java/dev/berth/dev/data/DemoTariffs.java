package dev.berth.dev.data;

import dev.berth.listings.ListingCommand.ImportRecord;
import dev.berth.listings.ListingType;
import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;

/**
 * Prices for places whose source gives none: the same at every load, dearer near the centre of Karlsruhe, and marked as
 * made up in the description.
 */
final class DemoTariffs {
    /**
     * Accessible bays are free with their permit; here a small fee stands for the reservation, so that a booking of one
     * goes the whole way through payment.
     */
    static final Tariff ACCESSIBLE_BAY = new Tariff("EUR", 50, 300L);

    private static final GeoPoint CENTRE = new GeoPoint(49.0094, 8.4044);
    private static final double CENTRE_METRES = 1_500;
    private static final double TOWN_METRES = 5_000;
    private static final int STEP_CENTS = 10;
    private static final int STEPS = 8;

    private DemoTariffs() {}

    static ImportRecord carPark(ImportRecord place) {
        return with(place, carParkTariff(place), "Die Preise sind für die Demo erfunden.");
    }

    static ImportRecord accessibleBay(ImportRecord place) {
        return with(
                place,
                ACCESSIBLE_BAY,
                "Mit Parkausweis ist das Parken hier kostenlos; der Preis ist für die Demo erfunden.");
    }

    private static ImportRecord with(ImportRecord place, Tariff tariff, String remark) {
        String description = place.details().description();
        return new ImportRecord(
                place.id(),
                place.details()
                        .withTariff(tariff)
                        .withDescription(description.isEmpty() ? remark : description + "\n" + remark),
                place.slots());
    }

    private static Tariff carParkTariff(ImportRecord place) {
        double metres = place.details().location().metresTo(CENTRE);
        int base = metres < CENTRE_METRES ? 200 : metres < TOWN_METRES ? 150 : 100;
        if (place.details().type() == ListingType.SURFACE_LOT) {
            base -= 30;
        }
        // The hash of a String is the same in every JVM.
        int variant = Math.floorMod(place.id().hashCode(), STEPS);
        long hour = base + (long) variant * STEP_CENTS;
        return new Tariff("EUR", hour, hour * (6 + variant % 3) / 50 * 50);
    }
}
