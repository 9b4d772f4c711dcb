package dev.berth.payments;

import dev.berth.ledger.Account;
import dev.berth.ledger.Difference;
import dev.berth.ledger.StatementEntry;
import dev.berth.platform.bus.Command;
import dev.berth.platform.bus.Message;
import dev.berth.values.Principal;
import dev.berth.values.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an accountant asks of the ledger; for administrators: FORBIDDEN otherwise. */
public sealed interface FinanceCommand<R extends Message> extends Command<R>
        permits FinanceCommand.GetStatement, FinanceCommand.FindDifferences {
    String ADDRESS = "payments.finance";

    @Override
    default String address() {
        return ADDRESS;
    }

    Principal actor();

    /**
     * An account's statement, the latest first.
     *
     * @param owner null for the platform's own
     * @param after where the page before has ended; null for the first
     * @param limit 1 to 100
     */
    record GetStatement(
            Principal actor,
            Account account,
            @Nullable UserId owner,
            String currency,
            StatementEntry.@Nullable End after,
            int limit)
            implements FinanceCommand<Statement> {}

    /** Looks at every entry there is: accounts whose balance is not what their entries add up to. */
    record FindDifferences(Principal actor) implements FinanceCommand<Differences> {}

    /** @param next where the next page begins, null at the end */
    record Statement(List<StatementEntry> items, StatementEntry.@Nullable End next) implements Message {
        public Statement {
            items = List.copyOf(items);
        }
    }

    /** @param items none when all is well; at most a hundred */
    record Differences(List<Difference> items) implements Message {
        public Differences {
            items = List.copyOf(items);
        }
    }
}
