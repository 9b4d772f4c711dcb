package dev.berth.fees;

import dev.berth.ledger.ServiceFee;
import dev.berth.values.Money;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a service fee is reckoned by. It is promised with a quote and stored with a booking, whatever the policy becomes.
 *
 * @param policy the version
 * @param tax of the place; null when none is known: then there is none in the fee
 */
public record ServiceFeeTerms(
        UUID policy, ServiceFeeRate rate, @Nullable PlaceTax tax) {
    public ServiceFeeTerms at(@Nullable PlaceTax place) {
        return new ServiceFeeTerms(policy, rate, place);
    }

    /** @param parking what is paid for it, after what a code has taken off */
    public BookedFee of(Money parking) {
        Money fee = rate.of(parking);
        if (tax == null) {
            return new BookedFee(fee, Money.zero(fee.currency()), this);
        }
        Money part = tax.of(fee);
        return new BookedFee(tax.inclusive() ? fee : fee.plus(part), part, this);
    }

    /** As {@link #of}, where so much has been charged before, which is never given back in part (RULES 29). */
    public BookedFee atLeast(Money parking, @Nullable BookedFee before) {
        BookedFee fee = of(parking);
        return before != null && before.amount().amount() >= fee.amount().amount() ? before : fee;
    }

    /** Of several bookings, each of which has its own. */
    public BookedFee sum(Iterable<BookedFee> fees, String currency) {
        ServiceFee sum = ServiceFee.none(currency);
        for (BookedFee fee : fees) {
            sum = sum.plus(fee.part());
        }
        return new BookedFee(sum.amount(), sum.tax(), this);
    }
}
