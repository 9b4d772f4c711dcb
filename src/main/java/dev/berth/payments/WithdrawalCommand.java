package dev.berth.payments;

import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What drivers ask to have back of their wallets (RULES 32). Money goes back to the cards that have brought it: the driver's own
 * top-ups are refunded, the newest first, each at most with what is left of it. A wallet does not know which of its money is
 * which: all that is in it can be paid out, as far as top-ups reach. What is beyond them, such as money of a booking that was
 * paid otherwise or a gift, stays to be spent.
 */
public sealed interface WithdrawalCommand<R extends Message> extends Command<R>
        permits WithdrawalCommand.Withdraw, WithdrawalCommand.PreviewWithdrawal {
    String ADDRESS = "payments.withdrawals";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Pays out all of an amount. Repeatable: the same withdrawal is paid out once. What of it the provider does not take comes
     * back into the wallet.
     *
     * @param withdrawal chosen by the asker
     * @param amount positive. More than can be paid out is refused with UNPROCESSABLE, whose {@code payable} and {@code parts}
     *     say what can be paid to which card; too many in a day are, too. Another amount under the same id is a CONFLICT
     */
    record Withdraw(UUID withdrawal, UserId driver, Money amount) implements WithdrawalCommand<Withdrawal> {}

    /**
     * What would go where; nothing is set aside. When the provider cannot be asked, some cards have no name.
     *
     * @param amount in minor units, positive; null for as much as can be paid out
     */
    record PreviewWithdrawal(
            UserId driver, String currency, @Nullable Long amount) implements WithdrawalCommand<WithdrawalPreview> {}

    /**
     * A withdrawal as it stands.
     *
     * @param amount what was asked for
     * @param paid what of that the provider has taken on
     */
    record Withdrawal(
            UUID id, WithdrawalStatus status, Money amount, Money paid, List<WithdrawalPart> parts, Instant createdAt)
            implements Message {
        public Withdrawal {
            parts = List.copyOf(parts);
        }
    }

    enum WithdrawalStatus {
        /** The provider has not decided all of it. */
        UNDER_WAY,
        PAID,
        /** The rest is in the wallet. */
        PARTLY_PAID,
        /** All of it is in the wallet. */
        FAILED
    }

    /**
     * @param payable the most that can be paid out now
     * @param amount what the parts add up to: what was asked for, or the most
     */
    record WithdrawalPreview(Money payable, Money amount, List<WithdrawalPart> parts) implements Message {
        public WithdrawalPreview {
            parts = List.copyOf(parts);
        }
    }

    /**
     * What goes back of one top-up.
     *
     * @param card that it was paid with; null when nobody knows
     * @param toppedUpAt when the money came
     */
    record WithdrawalPart(Money amount, @Nullable CardFace card, Instant toppedUpAt) {}

    /**
     * What a card is known by to its owner.
     *
     * @param brand as the provider writes it, such as {@code visa}
     * @param last4 four digits
     */
    record CardFace(String brand, String last4) {}
}
