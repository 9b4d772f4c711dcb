package dev.berth.payouts;

import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.payouts.PayoutCommand.Onboarding;
import dev.berth.values.Money;
import dev.berth.values.PayoutId;
import dev.berth.values.UserId;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider's side of paying hosts, in the words of this house. Futures fail with a {@link GatewayException}. */
interface ConnectGateway {
    /** Makes an account, or gives the one that was made for this host within the last day. */
    Future<String> createAccount(UserId host, String country);

    Future<AccountState> account(String account);

    /** The page where the owner of an account tells what the provider asks for. It comes back to {@code returnUrl}. */
    Future<Onboarding> onboarding(String account, URI returnUrl);

    /** Sends money to an account; the same payout again has no further effect for a day. */
    Future<Transfer> transfer(PayoutId payout, String account, Money amount);

    /** What has become of a payout, however long ago it was asked for; empty when the provider does not know it. */
    Future<Optional<Transfer>> find(PayoutId payout);

    /** @param reversed what of it has been taken back, in minor units */
    record Transfer(String id, long reversed) {}

    /** A call that has no answer to rely on, or one that is a refusal. */
    final class GatewayException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final @Nullable String refusal;

        /** @param refusal the code of a refusal that stays one; null when it may have been carried out, or may be later */
        GatewayException(String message, @Nullable String refusal, @Nullable Throwable cause) {
            super(message, cause);
            this.refusal = refusal;
        }

        @Nullable
        String refusal() {
            return refusal;
        }
    }
}
