package dev.berth.payouts;

import dev.berth.values.BookingId;
import dev.berth.values.DisputeId;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** All SQL of bookings whose money is not paid out while a dispute runs. */
final class FreezeSql {
    private static final String FREEZE =
            "INSERT INTO payouts.freeze (dispute, booking) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    private static final String UNFREEZE = """
            INSERT INTO payouts.freeze (dispute, booking, ended) VALUES ($1, $2, true)
            ON CONFLICT (dispute, booking) DO UPDATE SET ended = true
            """;
    private static final String OPEN = "UPDATE payouts.stay SET open = true WHERE booking = $1";
    /** Whoever releases or pays waits for this, or this for them. */
    private static final String LOCK_STAY = "SELECT host FROM payouts.stay WHERE booking = $1 FOR UPDATE";

    private static final String LOCK_ACCOUNT = "SELECT FROM payouts.account WHERE host = $1 FOR UPDATE";
    /**
     * What of a booking is available and has not been paid: a payout takes all that is available, so that what was released
     * after the last one is still there, if as much is.
     */
    private static final String UNPAID = """
            SELECT released.owner, released.currency, least(released.amount, available.amount) AS amount
            FROM (
                SELECT a.owner, a.currency, -sum(e.amount)::bigint AS amount, max(t.posted_at) AS at
                FROM payments.transfer t
                JOIN payments.entry e ON e.transfer = t.id
                JOIN payments.account a ON a.id = e.account AND a.kind = 'host_available'
                WHERE t.booking = $1 AND t.kind = 'RELEASE'
                GROUP BY a.owner, a.currency) released
            JOIN (
                SELECT owner, currency, -amount AS amount FROM payments.balance WHERE kind = 'host_available') available
                ON available.owner = released.owner AND available.currency = released.currency
            WHERE least(released.amount, available.amount) > 0
                AND NOT EXISTS (
                    SELECT FROM payouts.payout p
                    WHERE p.host = released.owner AND p.currency = released.currency AND p.status IN ('PENDING', 'SENT')
                        AND p.created_at >= released.at)
            """;

    /** False when it is frozen already, or has been. */
    boolean freeze(SqlConnection connection, DisputeId dispute, BookingId booking) {
        return run(connection, FREEZE, Tuple.of(dispute.value(), booking.value()))
                        .rowCount()
                > 0;
    }

    void unfreeze(SqlConnection connection, DisputeId dispute, BookingId booking) {
        run(connection, UNFREEZE, Tuple.of(dispute.value(), booking.value()));
        run(connection, OPEN, Tuple.of(booking.value()));
    }

    /** Its money is looked at once it is not frozen any more. */
    void lock(SqlConnection connection, BookingId booking) {
        for (Row row : run(connection, LOCK_STAY, Tuple.of(booking.value()))) {
            run(connection, LOCK_ACCOUNT, Tuple.of(row.getUUID("host")));
        }
        run(connection, OPEN, Tuple.of(booking.value()));
    }

    record Unpaid(UserId host, Money amount) {}

    List<Unpaid> unpaid(SqlConnection connection, BookingId booking) {
        List<Unpaid> all = new ArrayList<>();
        for (Row row : run(connection, UNPAID, Tuple.of(booking.value()))) {
            all.add(new Unpaid(
                    new UserId(row.getUUID("owner")), new Money(row.getLong("amount"), row.getString("currency"))));
        }
        return all;
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
