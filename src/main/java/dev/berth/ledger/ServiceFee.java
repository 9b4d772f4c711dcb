package dev.berth.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.values.Money;

/**
 * What of a price the driver pays to the platform beside the parking (RULES 27). It is the first thing that is kept of a price,
 * and so the last that goes back: only with all of it (RULES 29).
 *
 * @param amount with its tax, zero or more
 * @param tax what of that is tax
 */
public record ServiceFee(Money amount, Money tax) {
    /** @throws IllegalArgumentException when the tax is not in the amount, or one of them is less than nothing */
    public ServiceFee {
        if (tax.amount() < 0 || amount.minus(tax).amount() < 0) {
            throw new IllegalArgumentException("a fee of %s has no tax of %s".formatted(amount, tax));
        }
    }

    public static ServiceFee none(String currency) {
        return new ServiceFee(Money.zero(currency), Money.zero(currency));
    }

    /** What of it is kept when so much of the price is: of a part of it, the floor of that part of its tax. */
    public ServiceFee kept(Money left) {
        if (left.amount() >= amount.amount()) {
            return this;
        }
        long kept = Math.max(0, left.amount());
        long taxKept = Math.multiplyExact(tax.amount(), kept) / amount.amount();
        return new ServiceFee(new Money(kept, amount.currency()), new Money(taxKept, amount.currency()));
    }

    public ServiceFee plus(ServiceFee other) {
        return new ServiceFee(amount.plus(other.amount), tax.plus(other.tax));
    }

    /** What makes this one of the other; nothing where the other is more. */
    public ServiceFee beyond(ServiceFee other) {
        return amount.amount() <= other.amount.amount()
                ? none(amount.currency())
                : new ServiceFee(
                        amount.minus(other.amount),
                        new Money(
                                Math.clamp(
                                        tax.amount() - other.tax.amount(), 0, amount.amount() - other.amount.amount()),
                                amount.currency()));
    }

    @JsonIgnore
    public boolean isNone() {
        return amount.isZero();
    }
}
