package dev.berth.ledger;

import dev.berth.values.Money;
import dev.berth.values.UserId;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a transfer.
 *
 * @param owner null for the platform's own accounts
 * @param amount never zero; a debit is positive
 */
public record Line(Account account, @Nullable UserId owner, Money amount) {
    public Line {
        if (amount.isZero()) {
            throw new IllegalArgumentException("a line moves something");
        }
    }
}
