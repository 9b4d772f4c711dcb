package dev.berth.ledger;

import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A line of an account's statement.
 *
 * @param entry its place in the account: later entries have greater ones
 * @param amount a debit is positive
 * @param balance after it, debits less credits
 */
public record StatementEntry(
        long entry,
        UUID transfer,
        TransferKind kind,
        @Nullable PaymentId payment,
        @Nullable BookingId booking,
        Money amount,
        Money balance,
        Instant postedAt) {
    /**
     * Where a page has ended.
     *
     * @param entry the last one of the page
     * @param balance of the account before that entry
     */
    public record End(long entry, long balance) {}

    /** The next page begins here. */
    public End end() {
        return new End(entry, Math.subtractExact(balance.amount(), amount.amount()));
    }
}
