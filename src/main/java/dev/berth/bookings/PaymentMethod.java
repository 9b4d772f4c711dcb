package dev.berth.bookings;

import dev.berth.payments.CardMethod;
import dev.berth.payments.WalletCommand;
import dev.berth.values.CardId;
import org.jspecify.annotations.Nullable;

/**
 * What somebody pays with, as the HTTP contract says it.
 *
 * @param type {@code card} or {@code wallet}
 * @param token the provider's, of a card
 * @param id of a card that is saved, in place of a token
 * @param save whether the token's card is to be saved
 */
record PaymentMethod(
        String type,
        @Nullable String token,
        @Nullable CardId id,
        @Nullable Boolean save) {
    /** As payments know it; null for none. */
    static @Nullable String of(@Nullable PaymentMethod method) {
        return method == null ? null : method.method();
    }

    String method() {
        if (type.equals(WalletCommand.METHOD)) {
            return WalletCommand.METHOD;
        }
        return CardMethod.of(token, id, save);
    }
}
