package dev.berth.payments;

import dev.berth.ledger.Line;
import dev.berth.ledger.Postings;
import dev.berth.payments.PaymentCommand.Reassign;
import dev.berth.platform.bus.Done;
import dev.berth.platform.events.Outbox;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was paid becomes another host's, when a driver is brought to another place. */
final class Reassignments {
    private final PaymentSql sql;
    private final Outbox outbox;

    Reassignments(PaymentSql sql, Outbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    /** All of a booking's charges become another host's. What is theirs already stays so: that makes it repeatable. */
    void reassign(Reassign command) {
        outbox.inTransaction(changes -> {
            List<PaymentRow> rows = sql.lockCharged(changes.connection(), command.booking()).stream()
                    .filter(row -> !row.host().equals(command.host()))
                    .toList();
            Money currency = Money.zero(command.worth().currency());
            Map<PaymentId, Money> left = new HashMap<>();
            rows.forEach(row -> left.put(
                    row.id(),
                    row.price().minus(sql.givenBack(changes.connection(), row).amount())));
            // What the parking has cost: of a service fee no host gets anything.
            Money all = rows.stream()
                    .map(row -> parking(row, left.getOrDefault(row.id(), currency)))
                    .reduce(currency, Money::plus);
            boolean first = true;
            for (PaymentRow row : rows) {
                // What the price of all of it falls short of: once, with the first.
                Money added = first ? missing(all, command.worth(), row.commissionBasisPoints()) : currency;
                first = false;
                List<Line> lines = Postings.reassign(
                        row.host(),
                        command.host(),
                        left.getOrDefault(row.id(), currency),
                        row.commissionBasisPoints(),
                        row.fee(),
                        added);
                if (!lines.isEmpty()) {
                    sql.postReassignment(changes.connection(), Ids.next(), row, lines);
                }
                sql.setHost(changes.connection(), row.id(), command.host());
            }
            return Done.DONE;
        });
    }

    private static Money parking(PaymentRow row, Money left) {
        return left.minus(row.fee().kept(left).amount());
    }

    private static Money missing(Money left, Money worth, int commissionBasisPoints) {
        if (worth.amount() <= left.amount()) {
            return Money.zero(left.currency());
        }
        return Postings.split(worth, commissionBasisPoints)
                .host()
                .minus(Postings.split(left, commissionBasisPoints).host());
    }
}
