package dev.berth.bookings;

import dev.berth.platform.config.Default;
import java.time.Duration;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What happens around the start and the end of a stay. The grace after its end is {@link BookingConfig#lateExit}.
 *
 * @param warnBefore how long before its end a driver who is in is warned (RULES 18)
 * @param overstayFactorBasisPoints what a started hour of staying too long costs, of 10,000 of the listing's hour
 *     (RULES 18: one to one and a half)
 * @param overstayFee what staying too long costs once, in minor units (RULES 18)
 * @param overstayFees the same where it is something else, for single currencies: {@code JPY=1500}
 * @param overstayMax how long staying too long goes on costing; and how long a driver of whom nobody knows is asked whether
 *     they have gone
 * @param freeLeave how soon after coming a driver may go without having stayed (RULES 17); 0s for never
 * @param noShowAfter how long after the start a driver who was not seen has not come (RULES 19)
 * @param rescueAt when a driver whose slot is not empty is brought elsewhere: by itself before the start, or only when they
 *     stand before it
 * @param rescueLead how long before the start
 * @param rescueAgain after what time that is tried again
 * @param rescueRadiusMetres how far away another place may be (RULES 18)
 * @param rescueWorthBasisPoints what another place may cost, of 10,000 of what was paid; the driver never pays more
 */
public record StayConfig(
        @Default("30m") Duration warnBefore,
        @Default("12500") int overstayFactorBasisPoints,
        @Default("1000") long overstayFee,
        @Default("") List<String> overstayFees,
        @Default("24h") Duration overstayMax,
        @Default("5m") Duration freeLeave,
        @Default("30m") Duration noShowAfter,
        @Default("BEFORE_START") RescueAt rescueAt,
        @Default("10m") Duration rescueLead,
        @Default("1m") Duration rescueAgain,
        @Default("500") int rescueRadiusMetres,
        @Default("20000") int rescueWorthBasisPoints) {
    static final int WHOLE_BASIS_POINTS = 10_000;
    private static final int FACTOR_MAX_BASIS_POINTS = 15_000;
    private static final int RADIUS_MAX_METRES = 50_000;

    /** When a driver whose slot is not empty is brought elsewhere. */
    public enum RescueAt {
        BEFORE_START,
        CHECK_IN
    }

    public StayConfig {
        overstayFees = List.copyOf(overstayFees);
        if (overstayFactorBasisPoints < WHOLE_BASIS_POINTS || overstayFactorBasisPoints > FACTOR_MAX_BASIS_POINTS) {
            throw new IllegalArgumentException("overstayFactorBasisPoints is between %d and %d"
                    .formatted(WHOLE_BASIS_POINTS, FACTOR_MAX_BASIS_POINTS));
        }
        if (overstayFee < 0 || fees(overstayFees).values().stream().anyMatch(fee -> fee < 0)) {
            throw new IllegalArgumentException("a fee is never negative");
        }
        if (!warnBefore.isPositive()
                || !overstayMax.isPositive()
                || freeLeave.isNegative()
                || !noShowAfter.isPositive()
                || rescueLead.isNegative()
                || !rescueAgain.isPositive()) {
            throw new IllegalArgumentException(
                    "warnBefore, overstayMax, noShowAfter and rescueAgain are positive, the others not negative");
        }
        if (rescueRadiusMetres < 1 || rescueRadiusMetres > RADIUS_MAX_METRES) {
            throw new IllegalArgumentException("rescueRadiusMetres is between 1 and " + RADIUS_MAX_METRES);
        }
        if (rescueWorthBasisPoints < WHOLE_BASIS_POINTS) {
            throw new IllegalArgumentException("rescueWorthBasisPoints is at least " + WHOLE_BASIS_POINTS);
        }
    }

    /** What staying too long costs once, in minor units of that currency. */
    long fee(String currency) {
        return fees(overstayFees).getOrDefault(currency, overstayFee);
    }

    private static Map<String, Long> fees(List<String> entries) {
        Map<String, Long> fees = new HashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("overstayFees has an entry without an amount: " + entry);
            }
            String currency =
                    Currency.getInstance(entry.substring(0, equals).strip()).getCurrencyCode();
            fees.put(currency, Long.valueOf(entry.substring(equals + 1).strip()));
        }
        return fees;
    }
}
