package dev.berth.pricing;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What a listing charges (RULES 3, 4).
 *
 * @param currency ISO 4217 code
 * @param hour minor units for each started hour, 0 to {@value #MAX_AMOUNT}
 * @param day minor units that the hours of one local calendar day never exceed, not less than {@code hour}; null without
 *     a cap
 */
public record Tariff(String currency, long hour, @Nullable Long day) {
    /** The largest amount, in minor units, that one hour or day may cost. */
    public static final long MAX_AMOUNT = 10_000_000;

    /** @throws IllegalArgumentException when an amount is out of range */
    public Tariff {
        requireNonNull(currency, "currency is null");
        java.util.Currency.getInstance(currency);
        if (hour < 0 || hour > MAX_AMOUNT) {
            throw new IllegalArgumentException("hour is out of range");
        }
        if (day != null && (day < hour || day > MAX_AMOUNT)) {
            throw new IllegalArgumentException("day is less than hour or out of range");
        }
    }
}
