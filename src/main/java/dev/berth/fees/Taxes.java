package dev.berth.fees;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which tax counts where. All that count now are remembered. Belongs to one verticle: nothing here is safe for several threads. */
final class Taxes {
    private final TaxSql sql;
    private final Duration lifetime;
    private Map<String, PlaceTax> known = Map.of();
    private boolean stale = true;
    private long untilNanos;
    /** Counts the changes, so that what was read before one is not remembered after it. */
    private long changes;

    Taxes(TaxSql sql, Duration lifetime) {
        this.sql = sql;
        this.lifetime = lifetime;
    }

    /** Null where none is known. */
    @Nullable
    PlaceTax now(String timeZone) {
        if (stale || untilNanos - System.nanoTime() <= 0) {
            refresh();
        }
        return known.get(timeZone);
    }

    /** As the other, at a time. */
    @Nullable
    PlaceTax at(String timeZone, Instant time) {
        return byZone(sql.counting(time)).get(timeZone);
    }

    void forget() {
        changes++;
        stale = true;
    }

    private void refresh() {
        long before = changes;
        Double next = sql.millisUntilNext();
        known = byZone(sql.counting(null));
        long counts = next == null ? lifetime.toMillis() : Math.min(Math.round(next), lifetime.toMillis());
        untilNanos = System.nanoTime() + Duration.ofMillis(counts).toNanos();
        stale = before != changes;
    }

    /** Where a zone is in several places, the subdivision goes before its country. */
    private static Map<String, PlaceTax> byZone(List<TaxVersion> versions) {
        Map<String, PlaceTax> taxes = new HashMap<>();
        versions.stream()
                .sorted(Comparator.comparingInt(
                                (TaxVersion version) -> version.place().length())
                        .thenComparing(TaxVersion::place))
                .forEach(version -> version.zones().forEach(zone -> taxes.put(zone, version.tax())));
        return taxes;
    }
}
