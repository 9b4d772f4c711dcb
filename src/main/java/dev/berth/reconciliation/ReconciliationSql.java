package dev.berth.reconciliation;

import dev.berth.platform.db.Db;
import dev.berth.reconciliation.ReconciliationCommand.DifferenceKind;
import dev.berth.reconciliation.ReconciliationCommand.Differing;
import dev.berth.reconciliation.ReconciliationCommand.Run;
import dev.berth.reconciliation.ReconciliationCommand.RunStatus;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.UserId;
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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of the reconciliation. It reads the ledger straight, and by what each transfer is known at the provider. */
final class ReconciliationSql {
    /** Before a payout's transfer at the provider: what of it has come back. */
    static final String REVERSAL = "reversal of ";

    private static final String COLUMNS = """
            id, from_at, to_at, status, started_at, ended_at, provider_count, ledger_count, differences, failure, attempts
            """;
    private static final String BEGIN = """
            INSERT INTO reconciliation.run (id, from_at, to_at, asked_by, status) VALUES ($1, $2, $3, $4, 'RUNNING')
            ON CONFLICT (id) DO NOTHING
            """;
    private static final String FIND = "SELECT " + COLUMNS + " FROM reconciliation.run WHERE id = $1";
    private static final String LIST = "SELECT " + COLUMNS + """
             FROM reconciliation.run WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2
            """;
    private static final String DIFFERENCES = """
            SELECT kind, subject, currency, here, there, happened_at
            FROM reconciliation.difference WHERE run = $1 ORDER BY number
            """;
    private static final String CLAIM = """
            UPDATE reconciliation.run
            SET lease_until = now() + $1 * interval '1 millisecond', attempts = attempts + 1
            WHERE id IN (
                SELECT id FROM reconciliation.run WHERE status = 'RUNNING' AND lease_until <= now()
                ORDER BY lease_until LIMIT 1
                FOR UPDATE SKIP LOCKED)
            RETURNING
            """ + COLUMNS;
    /** The day that has just ended, when the hour of the next has come. */
    private static final String SCHEDULE = """
            WITH first AS (
                INSERT INTO reconciliation.schedule (next_run_at)
                VALUES (date_trunc('day', now(), 'UTC') + interval '1 day' + $2 * interval '1 millisecond')
                ON CONFLICT DO NOTHING),
            due AS (
                UPDATE reconciliation.schedule
                SET next_run_at = date_trunc('day', now(), 'UTC') + interval '1 day' + $2 * interval '1 millisecond'
                WHERE next_run_at <= now()
                RETURNING single)
            INSERT INTO reconciliation.run (id, from_at, to_at, status)
            SELECT $1, date_trunc('day', now(), 'UTC') - interval '1 day', date_trunc('day', now(), 'UTC'), 'RUNNING' FROM due
            """;

    private static final String RECORD = """
            INSERT INTO reconciliation.difference (run, number, kind, subject, currency, here, there, happened_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;
    private static final String FINISH = """
            UPDATE reconciliation.run
            SET status = 'DONE', ended_at = now(), provider_count = $2, ledger_count = $3, differences = $4
            WHERE id = $1 AND status = 'RUNNING'
            """;
    private static final String FAIL = """
            UPDATE reconciliation.run SET status = 'FAILED', ended_at = now(), failure = $2
            WHERE id = $1 AND status = 'RUNNING'
            """;
    private static final String AGAIN = """
            UPDATE reconciliation.run SET lease_until = now() + $2 * interval '1 millisecond'
            WHERE id = $1 AND status = 'RUNNING'
            """;
    private static final String LEDGER = """
            SELECT CASE
                    WHEN t.kind IN ('CHARGE', 'TOP_UP') THEN coalesce(w.provider_intent, p.provider_intent, t.id::text)
                    WHEN t.kind IN ('REFUND', 'WALLET_PAID_OUT', 'WALLET_PAYOUT_RETURNED') THEN coalesce(r.provider_refund, t.id::text)
                    WHEN t.kind = 'PAYOUT_SENT' THEN coalesce(o.provider_transfer, t.id::text)
                    WHEN t.kind = 'PAYOUT_REVERSED' THEN 'reversal of ' || coalesce(o.provider_transfer, t.id::text)
                    ELSE t.id::text
                END AS subject, e.currency, e.amount, t.posted_at
            FROM payments.transfer t
            JOIN payments.entry e ON e.transfer = t.id
            JOIN payments.account a ON a.id = e.account AND a.kind = 'processor_clearing'
            LEFT JOIN payments.payment p ON t.kind IN ('CHARGE', 'TOP_UP') AND p.id = t.payment
            LEFT JOIN payments.payment w ON w.id = p.share_of
            LEFT JOIN payments.withdrawal_part x ON t.kind = 'WALLET_PAYOUT_RETURNED' AND x.returned = t.id
            LEFT JOIN payments.refund r ON t.kind IN ('REFUND', 'WALLET_PAID_OUT', 'WALLET_PAYOUT_RETURNED')
                AND r.id = coalesce(x.refund, t.id)
            LEFT JOIN payouts.sending s ON t.kind IN ('PAYOUT_SENT', 'PAYOUT_REVERSED') AND s.transfer = t.id
            LEFT JOIN payouts.payout o ON o.id = s.payout
            WHERE t.posted_at >= $1 AND t.posted_at < $2 AND t.kind NOT IN ('PROVIDER_FEE', 'BANK_PAYOUT', 'BANK_PAYOUT_RETURNED')
            LIMIT $3
            """;

    private final Db db;

    ReconciliationSql(Db db) {
        this.db = db;
    }

    /** Without effect when it is there. */
    void begin(UUID run, Instant from, Instant to, UserId by) {
        db.query(BEGIN, Tuple.of(run, time(from), time(to), by.value()));
    }

    /** Begins the daily run if it is due, on whichever node comes first. */
    void schedule(Duration dailyAt) {
        db.query(SCHEDULE, Tuple.of(Ids.next(), (double) dailyAt.toMillis()));
    }

    Optional<Run> find(UUID run) {
        return runs(db.query(FIND, Tuple.of(run))).stream().map(Claimed::run).findFirst();
    }

    List<Run> list(@Nullable UUID before, int limit) {
        return runs(db.query(LIST, Tuple.of(before, limit))).stream()
                .map(Claimed::run)
                .toList();
    }

    List<Differing> differences(UUID run) {
        List<Differing> all = new ArrayList<>();
        for (Row row : db.query(DIFFERENCES, Tuple.of(run))) {
            all.add(new Differing(
                    DifferenceKind.valueOf(row.getString("kind")),
                    row.getString("subject"),
                    row.getString("currency"),
                    row.getLong("here"),
                    row.getLong("there"),
                    row.getOffsetDateTime("happened_at").toInstant()));
        }
        return all;
    }

    /** @param attempts how often it has been begun */
    record Claimed(Run run, int attempts) {}

    /** A run that nobody carries out; it is this node's until the lease ends. */
    Optional<Claimed> claim(Duration lease) {
        return runs(db.query(CLAIM, Tuple.of((double) lease.toMillis()))).stream()
                .findFirst();
    }

    void again(UUID run, Duration pause) {
        db.query(AGAIN, Tuple.of(run, (double) pause.toMillis()));
    }

    void fail(UUID run, String why) {
        db.query(FAIL, Tuple.of(run, why));
    }

    /** Once; false when somebody else was faster. */
    boolean finish(SqlConnection connection, Run run, Comparison comparison, List<Differing> found, int most) {
        boolean first = connection
                        .preparedQuery(FINISH)
                        .execute(Tuple.of(run.id(), comparison.providerCount(), comparison.ledgerCount(), found.size()))
                        .await()
                        .rowCount()
                > 0;
        List<Tuple> rows = new ArrayList<>();
        for (Differing each : found.subList(0, Math.min(found.size(), most))) {
            rows.add(Tuple.of(run.id(), rows.size(), each.kind().name(), each.subject(), each.currency(), each.here())
                    .addValue(each.there())
                    .addValue(time(each.at())));
        }
        if (first && !rows.isEmpty()) {
            connection.preparedQuery(RECORD).executeBatch(rows).await();
        }
        return first;
    }

    /** What stands in the ledger of the provider's account, at most so many entries. */
    int read(Comparison comparison, Instant from, Instant to, int limit) {
        int count = 0;
        for (Row row : db.query(LEDGER, Tuple.of(time(from), time(to), limit))) {
            comparison.ledger(
                    row.getString("subject"),
                    new Money(row.getLong("amount"), row.getString("currency")),
                    row.getOffsetDateTime("posted_at").toInstant());
            count++;
        }
        return count;
    }

    private static List<Claimed> runs(RowSet<Row> rows) {
        List<Claimed> all = new ArrayList<>();
        for (Row row : rows) {
            OffsetDateTime ended = row.getOffsetDateTime("ended_at");
            all.add(new Claimed(
                    new Run(
                            row.getUUID("id"),
                            row.getOffsetDateTime("from_at").toInstant(),
                            row.getOffsetDateTime("to_at").toInstant(),
                            RunStatus.valueOf(row.getString("status")),
                            row.getOffsetDateTime("started_at").toInstant(),
                            ended == null ? null : ended.toInstant(),
                            row.getInteger("provider_count"),
                            row.getInteger("ledger_count"),
                            row.getInteger("differences"),
                            row.getString("failure")),
                    row.getInteger("attempts")));
        }
        return all;
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
