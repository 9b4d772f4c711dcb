package dev.berth.bookings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.fees.BookedFee;
import dev.berth.listings.BayNeeds;
import dev.berth.listings.CancellationPolicy;
import dev.berth.pricing.TariffRules.Surcharges;
import dev.berth.pricing.VehicleTraits;
import dev.berth.promotions.Discount;
import dev.berth.values.GeoPoint;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that was promised by a quote: what its token carries. The names are short because the token is.
 *
 * @param inventory the listing's version that was priced
 * @param vehicleOwner whose vehicle it was found to be, null without one
 * @param surcharges what other vehicles would cost more, null when nothing
 * @param vehicleTraits what was known of the vehicle that was priced, null without one
 * @param discount what a code has taken off, which the price is less already; null without one
 * @param price what is paid, the fee included
 * @param fee the service fee in the price; null without one
 * @param needs who is to stand there, null when nothing is known
 */
record QuoteTerms(
        @JsonProperty("l") ListingId listing,
        @JsonProperty("i") long inventory,
        @JsonProperty("h") UserId host,
        @JsonProperty("t") String title,
        @JsonProperty("a") String locationText,
        @JsonProperty("g") GeoPoint location,
        @JsonProperty("z") String timeZone,
        @JsonProperty("s") @Nullable SlotId slot,
        @JsonProperty("r") TimeRange stay,
        @JsonProperty("p") Money price,
        @JsonProperty("c") int commissionBasisPoints,
        @JsonProperty("k") CancellationPolicy policy,
        @JsonProperty("v") @Nullable VehicleId vehicle,
        @JsonProperty("o") @Nullable UserId vehicleOwner,
        @JsonProperty("x") @Nullable Surcharges surcharges,
        @JsonProperty("w") @Nullable VehicleTraits vehicleTraits,
        @JsonProperty("n") @Nullable BayNeeds needs,
        @JsonProperty("d") @Nullable Discount discount,
        @JsonProperty("e") Instant expiresAt,
        @JsonProperty("f") @Nullable BookedFee fee) {
    /** What the stay costs, less what a code takes off. */
    @JsonIgnore
    Money parking() {
        return fee == null ? price : price.minus(fee.amount());
    }
}
