package dev.berth.subscriptions;

import static dev.berth.subscriptions.SubscriptionSql.at;
import static dev.berth.subscriptions.SubscriptionSql.instant;

import dev.berth.platform.db.Db;
import dev.berth.values.BookingId;
import dev.berth.values.PaymentId;
import dev.berth.values.PlanId;
import dev.berth.values.SubscriptionId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** All SQL of changes of passes. */
final class ChangeSql {
    private static final String COLUMNS = """
            id, subscription_id, plan_id, terms, status, month, begins_at, ends_at, amount, payment, charge
            """;
    private static final String INSERT = """
            INSERT INTO subscriptions.change
                (id, subscription_id, plan_id, terms, status, month, begins_at, ends_at, amount, payment, charge, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
                CASE WHEN $5 = 'PENDING' THEN now() + $12 * interval '1 millisecond' END)
            """;
    private static final String FIND = "SELECT " + COLUMNS + " FROM subscriptions.change WHERE id = $1";
    private static final String LOCK = FIND + " FOR UPDATE";
    private static final String OPEN = "SELECT " + COLUMNS + """
             FROM subscriptions.change WHERE subscription_id = $1 AND status IN ('PENDING', 'PLANNED')
            """;
    private static final String OF_PAYMENT =
            "SELECT " + COLUMNS + " FROM subscriptions.change WHERE payment = $1 OR charge = $1";
    private static final String END = """
            UPDATE subscriptions.change SET status = $2, ended_at = now(), due_at = now() WHERE id = $1
            """;
    private static final String CLEAN =
            "UPDATE subscriptions.change SET due_at = NULL WHERE id = $1 AND ended_at IS NOT NULL";
    private static final String CLAIM_DUE = """
            UPDATE subscriptions.change SET due_at = now() + $1 * interval '1 millisecond'
            WHERE id IN (
                SELECT id FROM subscriptions.change WHERE due_at <= now() ORDER BY due_at LIMIT $2
                FOR UPDATE SKIP LOCKED)
            RETURNING
            """ + COLUMNS;

    /** What a month was paid with, the latest first: the month itself, and the changes in it that were paid. */
    private static final String PARTS = """
            SELECT charge, left_of, true AS of_change, id FROM (
                SELECT c.charge, c.amount - c.credited AS left_of, c.id
                FROM subscriptions.change c
                WHERE c.subscription_id = $1 AND c.month = $2 AND c.status = 'DONE' AND c.amount > 0
                ORDER BY c.ended_at DESC, c.id DESC) changes
            UNION ALL
            SELECT m.charge, m.amount - m.credited, false, NULL
            FROM subscriptions.month m WHERE m.subscription_id = $1 AND m.number = $2 AND m.paid_at IS NOT NULL
            """;

    private static final String CREDIT_MONTH = """
            UPDATE subscriptions.month SET credited = credited + $3 WHERE subscription_id = $1 AND number = $2
            """;
    private static final String CREDIT_CHANGE =
            "UPDATE subscriptions.change SET credited = credited + $2 WHERE id = $1";
    private static final String CREDITED = """
            SELECT charge, credited FROM subscriptions.month WHERE subscription_id = $1 AND number = $2 AND credited > 0
            UNION ALL
            SELECT charge, credited FROM subscriptions.change WHERE subscription_id = $1 AND month = $2 AND credited > 0
            """;

    private final Db db;
    private final PlanSql plans;

    ChangeSql(Db db, PlanSql plans) {
        this.db = db;
        this.plans = plans;
    }

    /**
     * What is left of a part of what a month was paid with.
     *
     * @param change null for the month itself
     */
    record Part(
            BookingId charge,
            long left,
            @org.jspecify.annotations.Nullable UUID change) {}

    /** @param amount what has to be back of it in the end */
    record Credit(BookingId charge, long amount) {}

    void insert(SqlConnection connection, PassChange change, Duration pendingFor) {
        PaymentId payment = change.payment();
        BookingId charge = change.charge();
        run(
                connection,
                INSERT,
                Tuple.of(
                                change.id(),
                                change.subscription().value(),
                                change.plan().value(),
                                plans.write(change.terms()),
                                change.status().name(),
                                change.month())
                        .addOffsetDateTime(at(change.begins()))
                        .addOffsetDateTime(at(change.ends()))
                        .addLong(change.amount())
                        .addUUID(payment == null ? null : payment.value())
                        .addUUID(charge == null ? null : charge.value())
                        .addDouble((double) pendingFor.toMillis()));
    }

    Optional<PassChange> find(UUID id) {
        return first(db.query(FIND, Tuple.of(id)));
    }

    Optional<PassChange> lock(SqlConnection connection, UUID id) {
        return first(run(connection, LOCK, Tuple.of(id)));
    }

    Optional<PassChange> open(SubscriptionId subscription) {
        return first(db.query(OPEN, Tuple.of(subscription.value())));
    }

    Optional<PassChange> open(SqlConnection connection, SubscriptionId subscription) {
        return first(run(connection, OPEN, Tuple.of(subscription.value())));
    }

    /** By the payment, or the part of it. */
    Optional<PassChange> of(PaymentId payment) {
        return first(db.query(OF_PAYMENT, Tuple.of(payment.value())));
    }

    /** It is done or dropped; what follows from that is still to be done. */
    void end(SqlConnection connection, UUID id, PassChange.Status status) {
        run(connection, END, Tuple.of(id, status.name()));
    }

    /** Nothing is left to be done. */
    void clean(UUID id) {
        db.query(CLEAN, Tuple.of(id));
    }

    List<PassChange> claimDue(Duration lease, int limit) {
        return all(db.query(CLAIM_DUE, Tuple.of((double) lease.toMillis(), limit)));
    }

    List<Part> parts(SqlConnection connection, SubscriptionId subscription, int month) {
        List<Part> parts = new ArrayList<>();
        for (Row row : run(connection, PARTS, Tuple.of(subscription.value(), month))) {
            parts.add(new Part(new BookingId(row.getUUID("charge")), row.getLong("left_of"), row.getUUID("id")));
        }
        return parts;
    }

    void credit(SqlConnection connection, SubscriptionId subscription, int month, Part part, long amount) {
        if (part.change() == null) {
            run(connection, CREDIT_MONTH, Tuple.of(subscription.value(), month, amount));
        } else {
            run(connection, CREDIT_CHANGE, Tuple.of(part.change(), amount));
        }
    }

    List<Credit> credited(SubscriptionId subscription, int month) {
        List<Credit> credits = new ArrayList<>();
        for (Row row : db.query(CREDITED, Tuple.of(subscription.value(), month))) {
            credits.add(new Credit(new BookingId(row.getUUID("charge")), row.getLong("credited")));
        }
        return credits;
    }

    private Optional<PassChange> first(RowSet<Row> rows) {
        return all(rows).stream().findFirst();
    }

    private List<PassChange> all(RowSet<Row> rows) {
        List<PassChange> changes = new ArrayList<>();
        for (Row row : rows) {
            UUID payment = row.getUUID("payment");
            UUID charge = row.getUUID("charge");
            changes.add(new PassChange(
                    row.getUUID("id"),
                    new SubscriptionId(row.getUUID("subscription_id")),
                    new PlanId(row.getUUID("plan_id")),
                    plans.terms(row),
                    PassChange.Status.valueOf(row.getString("status")),
                    row.getInteger("month"),
                    instant(row, "begins_at"),
                    instant(row, "ends_at"),
                    row.getLong("amount"),
                    payment == null ? null : new PaymentId(payment),
                    charge == null ? null : new BookingId(charge)));
        }
        return changes;
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
