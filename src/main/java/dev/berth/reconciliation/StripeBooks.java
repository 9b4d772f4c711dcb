package dev.berth.reconciliation;

import com.stripe.model.BalanceTransaction;
import com.stripe.model.BalanceTransactionSource;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.Refund;
import com.stripe.model.StripeCollection;
import com.stripe.model.Transfer;
import com.stripe.model.TransferReversal;
import com.stripe.param.BalanceTransactionListParams;
import dev.berth.disputes.DisputeTransfers;
import dev.berth.payments.StripeCalls;
import dev.berth.values.Money;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stripe's balance transactions, with what each comes from. */
final class StripeBooks implements ProviderBooks {
    /** What goes to our own bank account and comes back from it; what hosts are sent are transfers. */
    private static final Set<String> BANKED = Set.of("payout", "payout_cancel", "payout_failure");

    /** A bill of the provider's own. */
    private static final String BILL = "stripe_fee";

    private final StripeCalls calls;

    StripeBooks(StripeCalls calls) {
        this.calls = calls;
    }

    @Override
    public Future<Page> page(Instant from, Instant to, @Nullable String after, int size) {
        BalanceTransactionListParams.Builder params = BalanceTransactionListParams.builder()
                .setCreated(BalanceTransactionListParams.Created.builder()
                        .setGte(from.getEpochSecond())
                        .setLt(to.getEpochSecond())
                        .build())
                .setLimit((long) size)
                .addExpand("data.source");
        if (after != null) {
            params.setStartingAfter(after);
        }
        return calls.call(stripe -> {
            StripeCollection<BalanceTransaction> found =
                    stripe.v1().balanceTransactions().list(params.build());
            List<BalanceTransaction> data = found.getData();
            boolean more = Boolean.TRUE.equals(found.getHasMore()) && !data.isEmpty();
            return new Page(
                    data.stream().map(StripeBooks::movement).toList(),
                    more ? data.getLast().getId() : null);
        });
    }

    private static Movement movement(BalanceTransaction told) {
        String currency = told.getCurrency().toUpperCase(Locale.ROOT);
        Money amount = new Money(told.getAmount(), currency);
        Money fee = new Money(told.getFee(), currency);
        Money nothing = Money.zero(currency);
        Instant at = Instant.ofEpochSecond(told.getCreated());
        BalanceTransactionSource source = told.getSourceObject();
        if (BANKED.contains(told.getType())) {
            return new Movement(told.getId(), null, amount, fee, amount.negated(), at);
        } else if (BILL.equals(told.getType())) {
            return new Movement(told.getId(), null, amount, fee.minus(amount), nothing, at);
        } else if (source instanceof Dispute) {
            // Posted with its fee, by its own id.
            String transfer = DisputeTransfers.of(told.getId()).toString();
            return new Movement(told.getId(), transfer, amount.minus(fee), nothing, nothing, at);
        }
        return new Movement(told.getId(), subject(told, source), amount, fee, nothing, at);
    }

    private static String subject(BalanceTransaction told, @Nullable BalanceTransactionSource source) {
        return switch (source) {
            case Charge charge when charge.getPaymentIntent() != null -> charge.getPaymentIntent();
            case Refund refund -> refund.getId();
            case Transfer transfer -> transfer.getId();
            case TransferReversal reversal -> ReconciliationSql.REVERSAL + reversal.getTransfer();
            case null, default -> told.getSource() == null ? told.getId() : told.getSource();
        };
    }
}
