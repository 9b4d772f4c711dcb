package dev.berth.payouts;

import dev.berth.platform.config.Default;
import dev.berth.values.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Currency;
import java.util.List;

/**
 * How hosts are paid (RULES 30). How the provider is spoken to is said for payments.
 *
 * @param country of the accounts that hosts get at the provider, ISO 3166
 * @param holdback how long after the end of a stay its money is held
 * @param minimum the least that is paid out, in units of the currency
 * @param minimums other minimums, such as {@code JPY 1500}
 * @param lease after which a payout without an answer counts as broken off, and the provider is asked what has become of it
 * @param backoff the pause before the provider is asked again; it doubles
 * @param backoffLimit the longest such pause
 * @param refreshAfter how old what is known of an account may be, while it cannot be paid, before the provider is asked
 * @param interval how often a node looks for what is due
 * @param batch stays and payouts that it takes at once
 * @param periodsMax of one answer about earnings
 */
public record PayoutConfig(
        @Default("DE") String country,
        @Default("48h") Duration holdback,
        @Default("10.00") String minimum,
        @Default("JPY 1500") List<String> minimums,
        @Default("90s") Duration lease,
        @Default("30s") Duration backoff,
        @Default("1h") Duration backoffLimit,
        @Default("5s") Duration refreshAfter,
        @Default("5s") Duration interval,
        @Default("50") int batch,
        @Default("400") int periodsMax) {
    public PayoutConfig {
        minimums = List.copyOf(minimums);
        if (batch < 1 || periodsMax < 1 || holdback.isNegative() || !lease.isPositive()) {
            throw new IllegalArgumentException("batch, periodsMax and lease are positive, holdback is not negative");
        }
        try {
            boolean isPositive = new BigDecimal(minimum).signum() > 0;
            for (String other : minimums) {
                Currency.getInstance(currency(other));
                isPositive &= new BigDecimal(amount(other)).signum() > 0;
            }
            if (!isPositive) {
                throw new IllegalArgumentException("a minimum is positive");
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a minimum is an amount, one of minimums is such as 'JPY 1500'", e);
        }
    }

    public static PayoutConfig defaults() {
        return new PayoutConfig(
                "DE",
                Duration.ofHours(48),
                "10.00",
                List.of("JPY 1500"),
                Duration.ofSeconds(90),
                Duration.ofSeconds(30),
                Duration.ofHours(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                50,
                400);
    }

    /** The least that is paid out in a currency; what is smaller than its smallest unit counts as one of that. */
    Money minimumOf(String currency) {
        String amount = minimums.stream()
                .filter(other -> currency(other).equals(currency))
                .map(PayoutConfig::amount)
                .findFirst()
                .orElse(minimum);
        int digits = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        return new Money(
                new BigDecimal(amount)
                        .movePointRight(digits)
                        .setScale(0, java.math.RoundingMode.CEILING)
                        .longValueExact(),
                currency);
    }

    private static String currency(String minimum) {
        return minimum.strip().substring(0, 3);
    }

    private static String amount(String minimum) {
        return minimum.strip().substring(4).strip();
    }
}
