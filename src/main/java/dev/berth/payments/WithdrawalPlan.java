package dev.berth.payments;

import dev.berth.payments.WithdrawalCommand.CardFace;
import dev.berth.payments.WithdrawalCommand.WithdrawalPart;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which top-ups give back how much, without any I/O.
 *
 * @param payable the most that they could
 */
record WithdrawalPlan(Money payable, List<Share> shares) {
    WithdrawalPlan {
        shares = List.copyOf(shares);
    }

    /**
     * A top-up that can be given back.
     *
     * @param left of what it has brought, positive
     * @param card null when it was not asked for yet
     */
    record Source(
            PaymentId payment,
            String intent,
            Money left,
            Instant at,
            @Nullable CardFace card) {
        Source with(CardFace card) {
            return new Source(payment, intent, left, at, card);
        }
    }

    record Share(Source source, Money amount) {
        WithdrawalPart part() {
            return new WithdrawalPart(amount, source.card(), source.at());
        }
    }

    /**
     * @param available what is in the wallet and not kept for anything
     * @param sources the newest first
     * @param wanted null for as much as can be; more than that is as much
     */
    static WithdrawalPlan of(Money available, List<Source> sources, @Nullable Money wanted) {
        Money zero = Money.zero(available.currency());
        Money reach = sources.stream().map(Source::left).reduce(zero, Money::plus);
        Money payable = least(available, reach);
        Money rest = wanted == null ? payable : least(wanted, payable);
        List<Share> shares = new ArrayList<>();
        for (Source source : sources) {
            if (rest.amount() <= 0) {
                break;
            }
            Money share = least(source.left(), rest);
            shares.add(new Share(source, share));
            rest = rest.minus(share);
        }
        return new WithdrawalPlan(payable.amount() < 0 ? zero : payable, shares);
    }

    Money amount() {
        return shares.stream().map(Share::amount).reduce(Money.zero(payable.currency()), Money::plus);
    }

    private static Money least(Money one, Money other) {
        return one.amount() <= other.amount() ? one : other;
    }
}
