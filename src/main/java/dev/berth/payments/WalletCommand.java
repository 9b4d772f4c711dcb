package dev.berth.payments;

import dev.berth.payments.PaymentCommand.Payment;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What drivers ask of their wallets: their money with us, in each currency (RULES 32). */
public sealed interface WalletCommand<R extends Message> extends Command<R>
        permits WalletCommand.TopUp, WalletCommand.GetWallet, WalletCommand.ListWalletEntries {
    String ADDRESS = "payments.wallets";

    /** What a wallet is called where a payment method is to be named. */
    String METHOD = "wallet";

    @Override
    default String address() {
        return ADDRESS;
    }

    /**
     * Charges a card for the wallet. Repeatable: the same payment is charged once. Answered as {@link PaymentCommand.Charge}
     * is; what is not decided yet comes into the wallet later.
     *
     * @param amount within the configured limits: UNPROCESSABLE otherwise
     * @param method the provider's token of a card, or one as {@link CardMethod} names it
     * @param returnUrl where the provider sends the driver after a 3-D Secure step
     */
    record TopUp(PaymentId payment, UserId driver, Money amount, String method, String returnUrl)
            implements WalletCommand<Payment> {}

    record GetWallet(UserId driver) implements WalletCommand<Wallet> {}

    /**
     * The wallet's statement in a currency, the latest first.
     *
     * @param after where the page before has ended; null for the first
     * @param limit 1 to 100
     */
    record ListWalletEntries(
            UserId driver, String currency, @Nullable Position after, int limit) implements WalletCommand<WalletPage> {}

    /**
     * @param balances one for each currency that the wallet was ever used in
     * @param cardMinimum what a card pays at least beside points and the wallet, in minor units; null when nobody has said
     */
    record Wallet(List<WalletBalance> balances, @Nullable Long cardMinimum) implements Message {
        public Wallet {
            balances = List.copyOf(balances);
        }
    }

    /**
     * @param available what can be spent
     * @param reserved what is kept for payments that are not decided yet
     */
    record WalletBalance(Money available, Money reserved) {}

    /** @param next where the next page begins, null at the end */
    record WalletPage(List<WalletEntry> items, @Nullable Position next) implements Message {
        public WalletPage {
            items = List.copyOf(items);
        }
    }

    /** Where a page has ended: the last entry, and the balance before it. */
    record Position(long entry, long balance) {}

    /**
     * @param kind why the money has moved
     * @param booking what it was for; null when it was for none
     * @param amount what came in; negative when it went out
     * @param balance after it
     */
    record WalletEntry(
            UUID id,
            WalletEntryKind kind,
            @Nullable BookingId booking,
            Money amount,
            Money balance,
            Instant createdAt) {}

    enum WalletEntryKind {
        TOP_UP,
        /** Money has gone back to a card. */
        PAID_OUT,
        /** Money that had gone to a card has come back, because the provider has given that up. */
        PAYOUT_RETURNED,
        PAYMENT,
        REFUND,
        OTHER
    }
}
