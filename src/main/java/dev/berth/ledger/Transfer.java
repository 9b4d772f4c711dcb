package dev.berth.ledger;

import dev.berth.values.BookingId;
import dev.berth.values.PaymentId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Money that moves at once or not at all.
 *
 * @param id chosen by whoever posts it: the same transfer is posted once, however often it is asked for
 * @param payment what it belongs to; null when it is no driver's payment
 * @param booking what it is for; null when it is for none
 * @param reverses the charge that a refund gives back; null for every other kind
 * @param lines at least two; they sum to zero in each currency
 */
public record Transfer(
        UUID id,
        TransferKind kind,
        @Nullable PaymentId payment,
        @Nullable BookingId booking,
        @Nullable UUID reverses,
        List<Line> lines) {
    public Transfer {
        lines = List.copyOf(lines);
    }

    /** Of a payment, which it does not give back. */
    public static Transfer of(UUID id, TransferKind kind, PaymentId payment, BookingId booking, List<Line> lines) {
        return new Transfer(id, kind, payment, booking, null, lines);
    }

    /** Of no payment of a driver, such as a payout. */
    public static Transfer apart(UUID id, TransferKind kind, List<Line> lines) {
        return new Transfer(id, kind, null, null, null, lines);
    }
}
