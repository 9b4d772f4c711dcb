package dev.berth.bookings;

import dev.berth.payments.WalletCommand;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * What somebody pays with, as the HTTP contract says it.
 *
 * @param type {@code card} or {@code wallet}
 * @param token the provider's, of a card
 */
record PaymentMethod(String type, @Nullable String token) {
    /** As payments know it; null for none. */
    static @Nullable String of(@Nullable PaymentMethod method) {
        return method == null ? null : method.method();
    }

    String method() {
        if (type.equals(WalletCommand.METHOD)) {
            return WalletCommand.METHOD;
        } else if (token == null) {
            throw new Rejection(ProblemType.INVALID_REQUEST, "a card has a token", "/paymentMethod/token");
        }
        return token;
    }
}
