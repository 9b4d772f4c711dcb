package dev.berth.payments;

import dev.berth.payments.Gateway.Hold;
import dev.berth.platform.db.Db;
import dev.berth.values.PaymentId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of what the provider keeps for payments that are collected later, by the database's clock. */
final class HoldSql {
    private static final String COLUMNS = "payment, amount, method, ends_at, state, renewals, next_intent";

    /** Renewed so long before its end, or in the middle of a life that is shorter than twice that. */
    private static final String KEEP = """
            INSERT INTO payments.hold AS h (payment, amount, method, ends_at, due_at)
            VALUES ($1, $2, $3, $4::timestamptz, $4::timestamptz
                - least($5::float8 * interval '1 millisecond', greatest($4::timestamptz - now(), interval '0') / 2))
            ON CONFLICT (payment) DO UPDATE
            SET amount = excluded.amount, method = excluded.method, ends_at = excluded.ends_at, due_at = excluded.due_at,
                state = 'KEPT', next_intent = NULL, updated_at = now()
            """;

    private static final String CLAIM_DUE = """
            UPDATE payments.hold
            SET due_at = now() + $2 * interval '1 millisecond'
            WHERE payment IN (SELECT payment FROM payments.hold WHERE due_at <= now()
                              ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING payment
            """;
    private static final String LOCK = "SELECT " + COLUMNS + " FROM payments.hold WHERE payment = $1 FOR UPDATE";
    private static final String BEGIN = """
            UPDATE payments.hold SET state = 'RENEWING', renewals = renewals + 1, updated_at = now()
            WHERE payment = $1
            RETURNING
            """ + COLUMNS;
    private static final String REMEMBER_NEXT = """
            UPDATE payments.hold SET next_intent = $3, updated_at = now()
            WHERE payment = $1 AND state = 'RENEWING' AND renewals = $2 AND next_intent IS NULL
            """;
    private static final String REFUSE = """
            UPDATE payments.hold
            SET state = 'REFUSED', next_intent = NULL, due_at = greatest(ends_at, now()) + $2 * interval '1 millisecond',
                updated_at = now()
            WHERE payment = $1
            """;
    private static final String END = """
            UPDATE payments.hold SET state = 'KEPT', next_intent = NULL, due_at = NULL, updated_at = now() WHERE payment = $1
            """;

    private static final String LET_GO =
            "INSERT INTO payments.let_go (intent, payment) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    private static final String CLAIM_LET_GO = """
            UPDATE payments.let_go
            SET due_at = now() + $2 * interval '1 millisecond'
            WHERE intent IN (SELECT intent FROM payments.let_go WHERE due_at <= now()
                             ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING intent
            """;
    private static final String GONE = "DELETE FROM payments.let_go WHERE intent = $1";

    private final Db db;

    HoldSql(Db db) {
        this.db = db;
    }

    enum State {
        KEPT,
        RENEWING,
        REFUSED
    }

    /**
     * @param amount in minor units of the payment's currency
     * @param method the provider's name of the card
     * @param renewals how many have been asked for
     * @param nextIntent the one that is asked for, once the provider has named it
     */
    record HoldRow(
            PaymentId payment,
            long amount,
            @Nullable String method,
            @Nullable Instant endsAt,
            State state,
            int renewals,
            @Nullable String nextIntent) {}

    /** @param margin how long before its end it is to be renewed */
    void keep(SqlConnection connection, PaymentId payment, Hold hold, Duration margin) {
        Instant endsAt = hold.endsAt();
        run(
                connection,
                KEEP,
                Tuple.of(
                        payment.value(),
                        hold.amount(),
                        hold.method(),
                        endsAt == null ? null : endsAt.atOffset(ZoneOffset.UTC),
                        (double) margin.toMillis()));
    }

    /** Those to be looked after now; no other node gets them for as long as that may take. */
    List<PaymentId> claimDue(PaymentConfig config) {
        List<PaymentId> due = new ArrayList<>();
        db.query(CLAIM_DUE, batch(config, config.resolveAfter()))
                .forEach(row -> due.add(new PaymentId(row.getUUID("payment"))));
        return due;
    }

    Optional<HoldRow> lock(SqlConnection connection, PaymentId payment) {
        return first(run(connection, LOCK, Tuple.of(payment.value())));
    }

    /** Writes down that another one is going to be asked for. */
    HoldRow begin(SqlConnection connection, PaymentId payment) {
        return first(run(connection, BEGIN, Tuple.of(payment.value()))).orElseThrow();
    }

    /** False when it has been overtaken: it must not go on. */
    boolean rememberNext(HoldRow hold, String intent) {
        return db.query(REMEMBER_NEXT, Tuple.of(hold.payment().value(), hold.renewals(), intent))
                        .rowCount()
                > 0;
    }

    /** It ends as it is, and is looked at once more after that. */
    void refuse(SqlConnection connection, PaymentId payment, Duration after) {
        run(connection, REFUSE, Tuple.of(payment.value(), (double) after.toMillis()));
    }

    /** Nobody needs it any more. */
    void end(SqlConnection connection, PaymentId payment) {
        run(connection, END, Tuple.of(payment.value()));
    }

    /** To be cancelled at the provider, for certain. */
    void letGo(SqlConnection connection, PaymentId payment, String intent) {
        run(connection, LET_GO, Tuple.of(intent, payment.value()));
    }

    List<String> claimLetGo(PaymentConfig config) {
        List<String> due = new ArrayList<>();
        db.query(CLAIM_LET_GO, batch(config, config.resolveBackoffLimit()))
                .forEach(row -> due.add(row.getString("intent")));
        return due;
    }

    void gone(String intent) {
        db.query(GONE, Tuple.of(intent));
    }

    private static Tuple batch(PaymentConfig config, Duration pause) {
        return Tuple.of(config.resolveBatch(), (double) pause.toMillis());
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }

    private static Optional<HoldRow> first(RowSet<Row> rows) {
        for (Row row : rows) {
            OffsetDateTime endsAt = row.getOffsetDateTime("ends_at");
            return Optional.of(new HoldRow(
                    new PaymentId(row.getUUID("payment")),
                    row.getLong("amount"),
                    row.getString("method"),
                    endsAt == null ? null : endsAt.toInstant(),
                    State.valueOf(row.getString("state")),
                    row.getInteger("renewals"),
                    row.getString("next_intent")));
        }
        return Optional.empty();
    }
}
