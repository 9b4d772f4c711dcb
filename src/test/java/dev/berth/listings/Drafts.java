package dev.berth.listings;

import dev.berth.pricing.Tariff;
import dev.berth.values.GeoPoint;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What tests offer. */
final class Drafts {
    static final Tariff TARIFF = new Tariff("EUR", 250, 1500L);

    private Drafts() {}

    static ListingDetails details(String title) {
        return new ListingDetails(
                title,
                "Zufahrt über den Hof",
                ListingType.DRIVEWAY,
                new GeoPoint(49.0069, 8.4037),
                "Kaiserstraße 1, 76131 Karlsruhe",
                "Europe/Berlin",
                TARIFF,
                Set.of("CCTV", "ev charging"),
                true,
                CancellationPolicy.FLEXIBLE,
                200,
                AddressPrivacy.PUBLIC,
                null);
    }

    static List<SlotDraft> named(String... names) {
        return Stream.of(names)
                .map(name -> new SlotDraft(null, name, SlotKind.STANDARD))
                .toList();
    }
}
