package dev.berth.payments;

import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The payment provider, in the words of this house. Futures fail with a {@link GatewayException}. */
interface Gateway {
    /** Makes a customer, or gives the one that was made for this driver within the last day. */
    Future<String> createCustomer(UserId driver);

    /**
     * Makes the intent of a payment without confirming it; the same one each time. No money moves.
     *
     * @param setAside whether a charge only sets the money aside, for {@link #capture}
     * @param staysUsable whether the card is asked again when its holder is not there: to renew what is set aside, or for what
     *     a stay costs in the end (RULES 28)
     */
    Future<Intent> createIntent(
            PaymentId payment,
            BookingId booking,
            Money price,
            String customer,
            String description,
            boolean setAside,
            boolean staysUsable);

    /** Tries to charge a method; the same attempt again has no further effect. A decline is an answer, not a failure. */
    Future<Intent> confirm(String intent, PaymentId payment, int attempt, String method, String returnUrl);

    /**
     * Collects what is set aside, or a part of it, once: the rest is released. The same again has no further effect.
     *
     * @param amount not more than is set aside
     */
    Future<Intent> capture(String intent, PaymentId payment, Money amount);

    /**
     * Makes the intent that is to follow one that ends, without confirming it; the same one each time.
     *
     * @param renewal counts those of the payment, from 1
     */
    Future<Intent> createRenewal(
            PaymentId payment, int renewal, BookingId booking, Money amount, String customer, String description);

    /**
     * Has the card's part of a payment set aside once more, by a card whose holder is not there; the same renewal again has no
     * further effect. A decline is an answer, and so is a bank that wants to see the holder.
     */
    Future<Intent> confirmRenewal(String intent, PaymentId payment, int renewal, String method);

    Future<Intent> retrieve(String intent);

    /** Cancels an intent; one that cannot be cancelled any more is answered as it stands. */
    Future<Intent> cancel(String intent);

    /**
     * Gives back something of an intent; the same attempt of the same refund again has no further effect.
     *
     * @param attempt 0 for the first
     */
    Future<ProviderRefund> refund(UUID refund, int attempt, String intent, Money amount);

    /** What the provider has of a refund of ours, whatever has become of the asks for it; empty when it has none. */
    Future<Optional<ProviderRefund>> findRefund(UUID refund, String intent);

    Future<ProviderRefund> retrieveRefund(String providerRefund);

    enum IntentState {
        /** Nothing is under way: it waits for a method or for being confirmed. */
        OPEN,
        DECLINED,
        REQUIRES_ACTION,
        PROCESSING,
        /** The money is set aside. */
        AUTHORISED,
        SUCCEEDED,
        CANCELLED
    }

    /**
     * How an intent stands.
     *
     * @param received what has been collected, in minor units
     * @param actionUrl where the driver must go, when REQUIRES_ACTION
     * @param declineCode when DECLINED
     * @param declineMessage when DECLINED, for the driver
     * @param hold what is set aside, when AUTHORISED
     */
    record Intent(
            String id,
            IntentState state,
            long received,
            String currency,
            @Nullable String actionUrl,
            @Nullable String declineCode,
            @Nullable String declineMessage,
            @Nullable Hold hold) {}

    /**
     * What the provider keeps on a card.
     *
     * @param amount what can be collected, in minor units
     * @param endsAt when the provider lets it go; null when it has not said so
     * @param method the provider's name of the card; null when it has not said so
     */
    record Hold(
            long amount, @Nullable Instant endsAt, @Nullable String method) {}

    enum RefundState {
        PENDING,
        SUCCEEDED,
        FAILED
    }

    /** @param id null when the provider has nothing to do with it */
    record ProviderRefund(
            @Nullable String id,
            RefundState state,
            @Nullable String failureReason) {
        /** What went back without the provider. */
        static final ProviderRefund INSIDE = new ProviderRefund(null, RefundState.SUCCEEDED, null);
    }

    /** A call that has no answer to rely on. */
    final class GatewayException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean unknown;
        private final boolean kept;
        private final @Nullable String refusal;

        /** @param unknown whether the call may have had its effect */
        GatewayException(String message, boolean unknown, @Nullable Throwable cause) {
            this(message, unknown, false, null, cause);
        }

        /**
         * @param kept whether the provider keeps it as the answer to this call, so that the same again would bring no other
         * @param refusal the code of a refusal that stays one
         */
        GatewayException(
                String message, boolean unknown, boolean kept, @Nullable String refusal, @Nullable Throwable cause) {
            super(message, cause);
            this.unknown = unknown;
            this.kept = kept;
            this.refusal = refusal;
        }

        boolean unknown() {
            return unknown;
        }

        boolean kept() {
            return kept;
        }

        @Nullable
        String refusal() {
            return refusal;
        }
    }
}
