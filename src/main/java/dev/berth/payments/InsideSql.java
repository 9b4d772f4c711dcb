package dev.berth.payments;

import dev.berth.ledger.LedgerSql;
import dev.berth.ledger.Parts;
import dev.berth.ledger.Postings;
import dev.berth.ledger.Transfer;
import dev.berth.ledger.TransferKind;
import dev.berth.platform.db.Db;
import dev.berth.values.Ids;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of what pays inside Berth: points and the wallet, whose functions are in {@code R__ledger_points.sql}. */
final class InsideSql {
    private static final String LOCK = "SELECT points, wallet FROM payments.lock_inside($1, $2, $3, $4, $5)";
    private static final String SET_PARTS = """
            UPDATE payments.payment SET method = $2, points = $3, wallet = $4 WHERE id = $1
            RETURNING
            """ + PaymentSql.COLUMNS;
    private static final String LOWER = """
            UPDATE payments.payment SET amount = $2, points = $3, wallet = $4, updated_at = now() WHERE id = $1
            RETURNING
            """ + PaymentSql.COLUMNS;
    private static final String SET_RESERVATION = """
            UPDATE payments.payment SET reservation = $2 WHERE id = $1
            RETURNING
            """ + PaymentSql.COLUMNS;

    private final LedgerSql ledger;

    InsideSql(Db db) {
        this.ledger = new LedgerSql(db);
    }

    /** In minor units of the payment's currency. */
    record Available(long points, long wallet) {
        boolean covers(Parts parts) {
            return points >= parts.points().amount() && wallet >= parts.wallet().amount();
        }
    }

    /** What a driver's points and wallet can pay, of those that are asked for; kept so until the transaction has ended. */
    Available lock(SqlConnection connection, PaymentRow of, boolean points, boolean wallet) {
        Tuple arguments =
                Tuple.of(of.driver().value(), of.host().value(), of.price().currency(), points, wallet);
        Row row = row(connection, LOCK, arguments);
        return new Available(row.getLong("points"), row.getLong("wallet"));
    }

    PaymentRow setParts(SqlConnection connection, PaymentRow of, String method, Parts parts) {
        return PaymentSql.payment(row(
                connection,
                SET_PARTS,
                Tuple.of(
                        of.id().value(),
                        method,
                        parts.points().amount(),
                        parts.wallet().amount())));
    }

    PaymentRow lower(SqlConnection connection, PaymentRow of, Parts parts) {
        return PaymentSql.payment(row(
                connection,
                LOWER,
                Tuple.of(
                        of.id().value(),
                        parts.price().amount(),
                        parts.points().amount(),
                        parts.wallet().amount())));
    }

    /** Keeps what points and the wallet are to pay, with all of the charge, until the card has paid or the host has answered. */
    PaymentRow reserve(SqlConnection connection, PaymentRow of, Duration expiresIn) {
        UUID reservation = Ids.next();
        ledger.hold(connection, chargeOf(of, reservation), expiresIn);
        return setReservation(connection, of, reservation);
    }

    /** What was kept is the driver's again. */
    PaymentRow release(SqlConnection connection, PaymentRow of) {
        UUID reservation = of.reservation();
        if (reservation == null) {
            return of;
        }
        ledger.callOff(connection, reservation);
        return setReservation(connection, of, null);
    }

    /** Charges what was kept; false when it is not kept any more. */
    boolean chargeReserved(SqlConnection connection, UUID reservation) {
        return ledger.confirm(connection, reservation) == LedgerSql.Phase.POSTED;
    }

    void charge(SqlConnection connection, PaymentRow of, UUID transfer) {
        ledger.post(connection, chargeOf(of, transfer));
    }

    private static Transfer chargeOf(PaymentRow of, UUID transfer) {
        return Transfer.of(
                transfer,
                TransferKind.CHARGE,
                of.id(),
                of.booking(),
                Postings.charge(of.driver(), of.host(), of.commissionBasisPoints(), of.fee(), of.parts()));
    }

    private static PaymentRow setReservation(SqlConnection connection, PaymentRow of, @Nullable UUID reservation) {
        return PaymentSql.payment(
                row(connection, SET_RESERVATION, Tuple.of(of.id().value(), reservation)));
    }

    private static Row row(SqlConnection connection, String sql, Tuple arguments) {
        return connection
                .preparedQuery(sql)
                .execute(arguments)
                .await()
                .iterator()
                .next();
    }
}
