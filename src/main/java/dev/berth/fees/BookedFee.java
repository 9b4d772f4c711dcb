package dev.berth.fees;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.berth.ledger.ServiceFee;
import dev.berth.values.Money;
import org.jspecify.annotations.Nullable;

/**
 * The service fee in the price of a booking (RULES 27).
 *
 * @param amount with its tax, zero or more
 * @param tax what of that is tax
 * @param terms what it was reckoned by
 */
public record BookedFee(Money amount, Money tax, ServiceFeeTerms terms) {
    /** As the ledger takes it. */
    public ServiceFee part() {
        return new ServiceFee(amount, tax);
    }

    /** As the ledger takes what may not be there. */
    public static ServiceFee part(@Nullable BookedFee fee, String currency) {
        return fee == null ? ServiceFee.none(currency) : fee.part();
    }

    @JsonIgnore
    public boolean isNone() {
        return amount.isZero();
    }
}
