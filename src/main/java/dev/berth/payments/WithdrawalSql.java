package dev.berth.payments;

import dev.berth.payments.WithdrawalCommand.CardFace;
import dev.berth.payments.WithdrawalCommand.Withdraw;
import dev.berth.payments.WithdrawalCommand.Withdrawal;
import dev.berth.payments.WithdrawalCommand.WithdrawalPart;
import dev.berth.payments.WithdrawalCommand.WithdrawalStatus;
import dev.berth.payments.WithdrawalPlan.Source;
import dev.berth.platform.db.Db;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of money that goes from wallets back to cards. What a top-up has brought and lost stands in the ledger. */
final class WithdrawalSql {
    private static final String KNOWN = "SELECT FROM payments.withdrawal WHERE id = $1";
    private static final String INSERT =
            "INSERT INTO payments.withdrawal (id, driver, amount, currency) VALUES ($1, $2, $3, $4)";
    private static final String COUNT = """
            SELECT count(*)::int FROM payments.withdrawal WHERE driver = $1 AND created_at > now() - interval '1 day'
            """;
    private static final String LOCK_SOURCES = """
            SELECT p.id FROM payments.payment p
            WHERE p.driver = $1 AND p.currency = $2 AND p.created_at > now() - $3 * interval '1 millisecond'
                AND EXISTS (SELECT FROM payments.transfer t WHERE t.payment = p.id AND t.kind = 'TOP_UP')
            ORDER BY p.id FOR UPDATE
            """;
    /** One that was ever contested stays: its money may be taken a second time. */
    private static final String SOURCES = """
            SELECT p.id, p.provider_intent, p.currency, t.posted_at, brought.amount - back.amount AS amount, w.brand, w.last4
            FROM payments.payment p
            JOIN payments.transfer t ON t.payment = p.id AND t.kind = 'TOP_UP'
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(e.amount), 0)::bigint AS amount
                FROM payments.entry e JOIN payments.account a ON a.id = e.account AND a.kind = 'processor_clearing'
                WHERE e.transfer = t.id) brought
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(r.amount), 0)::bigint AS amount
                FROM payments.refund r WHERE r.payment = p.id AND r.status <> 'FAILED') back
            LEFT JOIN payments.paid_with w ON w.payment = p.id
            WHERE p.driver = $1 AND p.currency = $2 AND p.created_at > now() - $3 * interval '1 millisecond'
                AND p.provider_intent IS NOT NULL AND brought.amount > back.amount
                AND NOT EXISTS (
                    SELECT FROM payments.transfer d WHERE d.payment = p.id AND d.kind IN ('DISPUTE_WITHDRAWN', 'DISPUTE_LOST'))
            ORDER BY t.posted_at DESC, p.id DESC
            LIMIT $4
            """;

    private static final String INSERT_PART = """
            WITH made AS (
                INSERT INTO payments.refund (id, payment, amount, source, reason, status, next_check_at)
                VALUES ($1, $2, $3, 'CARD', 'wallet', 'PENDING', now() + $6 * interval '1 millisecond')
                RETURNING id)
            INSERT INTO payments.withdrawal_part (refund, withdrawal, number) SELECT id, $4, $5 FROM made
            """;
    private static final String FIND = """
            SELECT w.driver, w.amount AS asked, w.currency, w.created_at, r.amount, r.status, t.posted_at, c.brand, c.last4
            FROM payments.withdrawal w
            JOIN payments.withdrawal_part p ON p.withdrawal = w.id
            JOIN payments.refund r ON r.id = p.refund
            JOIN payments.transfer t ON t.payment = r.payment AND t.kind = 'TOP_UP'
            LEFT JOIN payments.paid_with c ON c.payment = r.payment
            WHERE w.id = $1
            ORDER BY p.number
            """;
    private static final String LOCK = "SELECT FROM payments.withdrawal WHERE id = $1 FOR UPDATE";
    private static final String END = """
            UPDATE payments.withdrawal w SET ended_at = now()
            WHERE w.id = $1 AND w.ended_at IS NULL AND NOT EXISTS (
                SELECT FROM payments.withdrawal_part p JOIN payments.refund r ON r.id = p.refund
                WHERE p.withdrawal = w.id AND r.status = 'PENDING')
            """;
    private static final String RETURNED = "UPDATE payments.withdrawal_part SET returned = $2 WHERE refund = $1";
    private static final String REMEMBER_CARD = """
            INSERT INTO payments.paid_with (payment, brand, last4) VALUES ($1, $2, $3) ON CONFLICT (payment) DO NOTHING
            """;

    private final Db db;

    WithdrawalSql(Db db) {
        this.db = db;
    }

    boolean isKnown(SqlConnection connection, UUID withdrawal) {
        return run(connection, KNOWN, Tuple.of(withdrawal)).rowCount() > 0;
    }

    void insert(SqlConnection connection, Withdraw command) {
        Tuple arguments = Tuple.of(
                command.withdrawal(),
                command.driver().value(),
                command.amount().amount(),
                command.amount().currency());
        run(connection, INSERT, arguments);
    }

    /** How many the driver has asked for in the last day. */
    int ofLastDay(SqlConnection connection, UserId driver) {
        return run(connection, COUNT, Tuple.of(driver.value()))
                .iterator()
                .next()
                .getInteger(0);
    }

    /** As {@link #sources}, and nobody else gives anything of them back until the transaction has ended. */
    List<Source> lockSources(SqlConnection connection, UserId driver, String currency, WalletConfig config) {
        run(connection, LOCK_SOURCES, Tuple.of(driver.value(), currency, (double)
                config.withdrawalAge().toMillis()));
        return sources(run(connection, SOURCES, arguments(driver, currency, config)));
    }

    /** The driver's top-ups of which something can be given back, the newest first. */
    List<Source> sources(UserId driver, String currency, WalletConfig config) {
        return sources(db.query(SOURCES, arguments(driver, currency, config)));
    }

    private static Tuple arguments(UserId driver, String currency, WalletConfig config) {
        return Tuple.of(
                driver.value(), currency, (double) config.withdrawalAge().toMillis(), config.withdrawalCharges());
    }

    /** Writes down that a part of a top-up is to be given back. */
    RefundRow insertPart(
            SqlConnection connection, UUID withdrawal, int number, PaymentId payment, Money amount, Duration mayTake) {
        UUID refund = Ids.next();
        run(
                connection,
                INSERT_PART,
                Tuple.of(refund, payment.value(), amount.amount(), withdrawal, (short) number, (double)
                        mayTake.toMillis()));
        return new RefundRow(
                refund, payment, amount, RefundRow.Source.CARD, Gateway.RefundState.PENDING, null, 0, withdrawal);
    }

    /** @param driver whose it is */
    record Stored(UserId driver, Withdrawal withdrawal) {}

    Optional<Stored> find(UUID withdrawal) {
        return stored(withdrawal, db.query(FIND, Tuple.of(withdrawal)));
    }

    /** Nobody else decides anything of it until the transaction has ended. */
    void lock(SqlConnection connection, UUID withdrawal) {
        run(connection, LOCK, Tuple.of(withdrawal));
    }

    /** When the last part is decided, once: as it stands then. */
    Optional<Stored> end(SqlConnection connection, UUID withdrawal) {
        return run(connection, END, Tuple.of(withdrawal)).rowCount() > 0
                ? stored(withdrawal, run(connection, FIND, Tuple.of(withdrawal)))
                : Optional.empty();
    }

    void returned(SqlConnection connection, UUID refund, UUID transfer) {
        run(connection, RETURNED, Tuple.of(refund, transfer));
    }

    void rememberCard(PaymentId payment, CardFace card) {
        db.query(REMEMBER_CARD, Tuple.of(payment.value(), card.brand(), card.last4()));
    }

    private static List<Source> sources(RowSet<Row> rows) {
        List<Source> sources = new ArrayList<>();
        for (Row row : rows) {
            sources.add(new Source(
                    new PaymentId(row.getUUID("id")),
                    row.getString("provider_intent"),
                    new Money(row.getLong("amount"), row.getString("currency")),
                    row.getOffsetDateTime("posted_at").toInstant(),
                    card(row)));
        }
        return sources;
    }

    private static Optional<Stored> stored(UUID id, RowSet<Row> rows) {
        UserId driver = null;
        Money asked = null;
        Instant createdAt = Instant.EPOCH;
        long paid = 0;
        boolean pending = false;
        List<WithdrawalPart> parts = new ArrayList<>();
        for (Row row : rows) {
            String currency = row.getString("currency");
            driver = new UserId(row.getUUID("driver"));
            asked = new Money(row.getLong("asked"), currency);
            createdAt = row.getOffsetDateTime("created_at").toInstant();
            Gateway.RefundState state = Gateway.RefundState.valueOf(row.getString("status"));
            paid += state == Gateway.RefundState.SUCCEEDED ? row.getLong("amount") : 0;
            pending |= state == Gateway.RefundState.PENDING;
            parts.add(new WithdrawalPart(
                    new Money(row.getLong("amount"), currency),
                    card(row),
                    row.getOffsetDateTime("posted_at").toInstant()));
        }
        if (driver == null || asked == null) {
            return Optional.empty();
        }
        WithdrawalStatus status = pending
                ? WithdrawalStatus.UNDER_WAY
                : paid == 0
                        ? WithdrawalStatus.FAILED
                        : paid == asked.amount() ? WithdrawalStatus.PAID : WithdrawalStatus.PARTLY_PAID;
        Money amount = new Money(paid, asked.currency());
        return Optional.of(new Stored(driver, new Withdrawal(id, status, asked, amount, parts, createdAt)));
    }

    private static @Nullable CardFace card(Row row) {
        String brand = row.getString("brand");
        return brand == null ? null : new CardFace(brand, row.getString("last4"));
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
