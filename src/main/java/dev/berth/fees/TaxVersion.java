package dev.berth.fees;

import dev.berth.platform.bus.Message;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A version of the tax of a place (RULES 31). It is never changed: another one follows it.
 *
 * @param place ISO 3166-1 country, or 3166-2 subdivision where that has its own
 * @param name what it is called there, such as USt or VAT
 * @param basisPoints 1,900 for 19 %
 * @param inclusive whether it is in the prices there; otherwise it is added to them
 * @param zones IANA names of the time zones there, by which a listing's place is known; none when the place has no tax any more
 * @param validFrom when it begins to count, until a later one of the place does
 * @param reason why, for those who read the history
 * @param createdBy the administrator; null for what was there from the beginning
 */
public record TaxVersion(
        UUID id,
        String place,
        String name,
        int basisPoints,
        boolean inclusive,
        List<String> zones,
        Instant validFrom,
        String reason,
        @Nullable UserId createdBy,
        Instant createdAt)
        implements Message {
    public TaxVersion {
        zones = List.copyOf(zones);
    }

    PlaceTax tax() {
        return new PlaceTax(place, name, basisPoints, inclusive);
    }
}
