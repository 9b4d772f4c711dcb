package dev.berth.pricing;

import static dev.berth.pricing.InvalidTariff.require;
import static dev.berth.pricing.InvalidTariff.requireAmount;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/**
 * What a listing charges (RULES 3, 4). Most charge by the hour with a cap for the day, and have no further rules.
 *
 * @param currency ISO 4217 code
 * @param hour minor units for each started hour, 0 to {@value #MAX_AMOUNT}
 * @param day minor units that the hours of one day never exceed, not less than {@code hour}; null without a cap
 * @param rules what else there is; null when nothing
 */
public record Tariff(
        String currency,
        long hour,
        @Nullable Long day,
        @Nullable TariffRules rules) {
    /** The largest amount, in minor units, that an hour, a day or anything else of a tariff may cost. */
    public static final long MAX_AMOUNT = 10_000_000;

    /** @throws InvalidTariff when amounts are out of range, or a longer time would cost less than a shorter one */
    public Tariff {
        requireNonNull(currency, "currency is null");
        Currency.getInstance(currency);
        requireAmount(hour, "/hour");
        if (day != null) {
            requireAmount(day, "/day");
            require(day >= hour, "/day", "the day's cap must not be less than one hour");
        }
        rules = rules == null || rules.isEmpty() ? null : rules;
        if (rules != null) {
            checkCaps(hour, day, rules);
        }
    }

    /** A tariff without further rules. */
    public Tariff(String currency, long hour, @Nullable Long day) {
        this(currency, hour, day, null);
    }

    private static void checkCaps(long hour, @Nullable Long day, TariffRules rules) {
        long least = Math.max(hour, day == null ? 0 : day);
        least = Math.max(
                least, rules.weekend() == null ? 0 : rules.weekend().rate().most());
        least = Math.max(
                least, rules.holidays() == null ? 0 : rules.holidays().rate().most());
        Long week = rules.week();
        if (week != null) {
            require(week >= least, "/week", "the week's cap must not be less than one day or hour");
            least = week;
        }
        Long month = rules.month();
        if (month != null) {
            require(month >= least, "/month", "the month's cap must not be less than one week, day or hour");
        }
    }

    /** The same where the tax of its place counts: its own, if it says one, goes before that. */
    public Tariff at(TariffRules.@Nullable Tax ofPlace) {
        if (ofPlace == null || (rules != null && rules.tax() != null)) {
            return this;
        }
        return new Tariff(currency, hour, day, (rules == null ? TariffRules.NONE : rules).withTax(ofPlace));
    }

    /** Whether the hours of the calendar days and {@code hour} and {@code day} say all that a stay costs. */
    @JsonIgnore
    public boolean isSimple() {
        return rules == null || rules.changesNoTotal();
    }
}
