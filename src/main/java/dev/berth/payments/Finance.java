package dev.berth.payments;

import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.StatementEntry;
import dev.berth.payments.FinanceCommand.Differences;
import dev.berth.payments.FinanceCommand.FindDifferences;
import dev.berth.payments.FinanceCommand.GetStatement;
import dev.berth.payments.FinanceCommand.Statement;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Principal;
import java.util.List;

/** The ledger as an accountant reads it. */
final class Finance {
    private static final int MAX_DIFFERENCES = 100;

    private final LedgerSql ledger;

    Finance(LedgerSql ledger) {
        this.ledger = ledger;
    }

    static void requireAdmin(Principal actor) {
        if (!actor.isAdmin()) {
            throw new Rejection(ProblemType.FORBIDDEN, "for administrators");
        }
    }

    Statement statement(GetStatement command) {
        List<StatementEntry> found = ledger.statement(
                command.account(), command.owner(), command.currency(), command.after(), command.limit() + 1);
        List<StatementEntry> page = found.subList(0, Math.min(found.size(), command.limit()));
        return new Statement(page, page.size() < found.size() ? page.getLast().end() : null);
    }

    Differences differences(FindDifferences command) {
        return new Differences(ledger.differences(MAX_DIFFERENCES));
    }
}
