package dev.berth.payouts;

import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.payouts.FreezeSql.Unpaid;
import dev.berth.platform.bus.Done;
import dev.berth.platform.events.Outbox;
import dev.berth.values.BookingId;
import dev.berth.values.DisputeId;
import dev.berth.values.Ids;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;

/**
 * While a dispute runs, what its bookings have earned is not paid out; the host's other money is (RULES 30). What is held stays
 * held. What was released and has not been paid goes back to being held, and is released again afterwards: all of it, or what
 * the outcome has left. What was paid is not asked back before the dispute is lost.
 */
final class Freezes {
    private final FreezeSql sql = new FreezeSql();
    private final LedgerSql ledger;
    private final Outbox outbox;

    Freezes(LedgerSql ledger, Outbox outbox) {
        this.ledger = ledger;
        this.outbox = outbox;
    }

    void begin(DisputeId dispute, List<BookingId> bookings) {
        outbox.inTransaction(changes -> {
            SqlConnection connection = changes.connection();
            for (BookingId booking : bookings) {
                if (sql.freeze(connection, dispute, booking)) {
                    sql.lock(connection, booking);
                    for (Unpaid unpaid : sql.unpaid(connection, booking)) {
                        ledger.post(
                                connection,
                                new Transfer(
                                        Ids.next(),
                                        TransferKind.RELEASE,
                                        null,
                                        booking,
                                        null,
                                        PayoutPostings.release(
                                                unpaid.host(), unpaid.amount().negated())));
                    }
                }
            }
            return Done.DONE;
        });
    }

    void end(DisputeId dispute, List<BookingId> bookings) {
        outbox.inTransaction(changes -> {
            bookings.forEach(booking -> sql.unfreeze(changes.connection(), dispute, booking));
            return Done.DONE;
        });
    }
}
