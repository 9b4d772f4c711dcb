package dev.berth.bookings;

import dev.berth.payments.PaymentCommand;
import dev.berth.payments.PaymentCommand.Inside;
import dev.berth.payments.WalletCommand;
import org.jspecify.annotations.Nullable;

/**
 * What a driver pays with: points, then the wallet, where they say so, then the method (RULES 32).
 *
 * @param method the provider's token of a card, or {@code wallet}; null for none
 * @param inside null when the method pays all
 */
record Paying(@Nullable String method, @Nullable Inside inside) {
    static Paying with(@Nullable String method) {
        return new Paying(method, null);
    }

    static Paying of(BookingCommand.PlaceBooking command) {
        Inside inside = command.inside();
        return new Paying(
                command.paymentMethod(), inside == null || !(inside.points() || inside.wallet()) ? null : inside);
    }

    /** Whether anything is named. */
    boolean now() {
        return method != null || inside != null;
    }

    boolean points() {
        return inside != null && inside.points();
    }

    boolean wallet() {
        return WalletCommand.METHOD.equals(method) || (inside != null && inside.wallet());
    }

    /** Whether points or the wallet pay, alone or before a card. */
    boolean draws() {
        return points() || wallet();
    }

    /** The card that pays the rest; null when there is none. */
    @Nullable
    String card() {
        return WalletCommand.METHOD.equals(method) ? null : method;
    }

    /** As payments call it; null for none. */
    @Nullable
    String methodOrInside() {
        if (method != null || inside == null) {
            return method;
        }
        return inside.wallet() ? WalletCommand.METHOD : PaymentCommand.POINTS;
    }
}
