package dev.berth.values;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Currency;

/**
 * An amount of money (RULES 26).
 *
 * @param amount minor units of the currency (cents of EUR, yen of JPY), negative where money goes the other way
 * @param currency ISO 4217 code
 */
public record Money(long amount, String currency) {
    /** @throws IllegalArgumentException when the currency is not one of ISO 4217 */
    public Money {
        requireNonNull(currency, "currency is null");
        Currency.getInstance(currency);
    }

    public static Money zero(String currency) {
        return new Money(0, currency);
    }

    /** @throws ArithmeticException on overflow */
    public Money plus(Money other) {
        return new Money(Math.addExact(amount, same(other).amount), currency);
    }

    /** @throws ArithmeticException on overflow */
    public Money minus(Money other) {
        return new Money(Math.subtractExact(amount, same(other).amount), currency);
    }

    public Money negated() {
        return new Money(Math.negateExact(amount), currency);
    }

    @JsonIgnore
    public boolean isZero() {
        return amount == 0;
    }

    private Money same(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot mix %s and %s".formatted(currency, other.currency));
        }
        return other;
    }
}
