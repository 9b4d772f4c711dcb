package dev.berth.ledger;

import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of the ledger. What is posted is posted in the caller's transaction: it is there exactly when the rest is. */
public final class LedgerSql {
    private static final String OPEN_ACCOUNTS = """
            INSERT INTO payments.account (kind, owner, currency)
            SELECT DISTINCT * FROM unnest($1::text[], $2::uuid[], $3::text[])
            ON CONFLICT DO NOTHING
            """;
    private static final String INSERT_TRANSFER = """
            INSERT INTO payments.transfer (id, kind, payment, booking, reverses)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (id) DO NOTHING
            """;
    private static final String INSERT_ENTRIES = """
            INSERT INTO payments.entry (transfer, line, account, amount, currency)
            SELECT $1, l.line, a.id, l.amount, l.currency
            FROM unnest($2::text[], $3::uuid[], $4::text[], $5::bigint[])
                WITH ORDINALITY AS l (kind, owner, currency, amount, line)
            JOIN payments.account a ON a.kind = l.kind AND a.owner IS NOT DISTINCT FROM l.owner
                AND a.currency = l.currency
            """;
    private static final String SAME_TRANSFER = """
            SELECT t.kind = $2 AND t.payment IS NOT DISTINCT FROM $3 AND t.booking IS NOT DISTINCT FROM $4
                AND t.reverses IS NOT DISTINCT FROM $5
                AND (SELECT count(*) FROM payments.entry e WHERE e.transfer = t.id) = cardinality($6::text[])
                AND NOT EXISTS (
                    SELECT l.* FROM unnest($6::text[], $7::uuid[], $8::text[], $9::bigint[])
                        WITH ORDINALITY AS l (kind, owner, currency, amount, line)
                    EXCEPT
                    SELECT a.kind, a.owner, e.currency, e.amount, e.line
                    FROM payments.entry e JOIN payments.account a ON a.id = e.account
                    WHERE e.transfer = t.id)
            FROM payments.transfer t WHERE t.id = $1
            """;
    private static final String CHARGE = "SELECT id FROM payments.transfer WHERE payment = $1 AND kind = 'CHARGE'";
    private static final String BALANCE = """
            SELECT coalesce(sum(amount), 0)::bigint FROM payments.balance
            WHERE kind = $1 AND owner IS NOT DISTINCT FROM $2 AND currency = $3
            """;
    private static final String TRIAL_BALANCE = """
            SELECT a.kind, a.currency,
                coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0)::bigint AS debit,
                coalesce(-sum(e.amount) FILTER (WHERE e.amount < 0), 0)::bigint AS credit,
                now() AS as_of
            FROM payments.account a
            JOIN payments.entry e ON e.account = a.id
            GROUP BY a.kind, a.currency
            ORDER BY a.currency, a.kind
            """;
    private static final String NOW = "SELECT now() AS as_of";

    private final Db db;

    public LedgerSql(Db db) {
        this.db = db;
    }

    /**
     * Posts a transfer; opens the accounts that it is the first to need. Refused with CONFLICT when its id is that of
     * another transfer.
     *
     * @return false when it is posted already
     */
    public boolean post(SqlConnection connection, Transfer transfer) {
        List<Line> lines = transfer.lines();
        String[] kinds = lines.stream().map(line -> line.account().kind()).toArray(String[]::new);
        @Nullable UUID[] owners = new @Nullable UUID[lines.size()];
        for (int i = 0; i < owners.length; i++) {
            UserId owner = lines.get(i).owner();
            owners[i] = owner == null ? null : owner.value();
        }
        String[] currencies =
                lines.stream().map(line -> line.amount().currency()).toArray(String[]::new);
        Long[] amounts = lines.stream().map(line -> line.amount().amount()).toArray(Long[]::new);
        PaymentId payment = transfer.payment();
        @Nullable UUID paymentId = payment == null ? null : payment.value();
        @Nullable
        UUID booking = transfer.booking() == null ? null : transfer.booking().value();
        String kind = transfer.kind().name();
        int posted = run(
                        connection,
                        INSERT_TRANSFER,
                        Tuple.of(transfer.id(), kind, paymentId, booking, transfer.reverses()))
                .rowCount();
        if (posted == 0) {
            Tuple known = Tuple.of(transfer.id(), kind, paymentId, booking, transfer.reverses());
            known.addValue(kinds).addValue(owners).addValue(currencies).addValue(amounts);
            if (!run(connection, SAME_TRANSFER, known).iterator().next().getBoolean(0)) {
                throw new Rejection(ProblemType.CONFLICT, "another transfer has this id");
            }
            return false;
        }
        run(connection, OPEN_ACCOUNTS, Tuple.of(kinds, owners, currencies));
        run(connection, INSERT_ENTRIES, Tuple.of(transfer.id(), kinds, owners, currencies, amounts));
        return true;
    }

    /** The transfer that a payment was charged with. */
    public UUID charge(SqlConnection connection, PaymentId payment) {
        for (Row row : run(connection, CHARGE, Tuple.of(payment.value()))) {
            return row.getUUID("id");
        }
        throw new IllegalStateException("payment " + payment + " has no charge in the ledger");
    }

    /**
     * What an account holds, debits less credits: negative when it is a credit. Zero when nothing was ever posted to it.
     *
     * @param owner null for the platform's own
     */
    public Money balance(Account account, @Nullable UserId owner, String currency) {
        return balance(db.query(BALANCE, account(account, owner, currency)), currency);
    }

    /** As the other, in a transaction, with what that has posted. */
    public Money balance(SqlConnection connection, Account account, @Nullable UserId owner, String currency) {
        return balance(run(connection, BALANCE, account(account, owner, currency)), currency);
    }

    /** The sums of all accounts by kind and currency, and when they were that. */
    public record Sums(Instant asOf, List<AccountSum> accounts) {
        public Sums {
            accounts = List.copyOf(accounts);
        }
    }

    public Sums trialBalance() {
        Instant asOf = null;
        List<AccountSum> sums = new ArrayList<>();
        for (Row row : db.query(TRIAL_BALANCE, Tuple.tuple())) {
            asOf = instant(row);
            sums.add(new AccountSum(
                    row.getString("kind"), row.getString("currency"), row.getLong("debit"), row.getLong("credit")));
        }
        if (asOf == null) {
            asOf = instant(db.query(NOW, Tuple.tuple()).iterator().next());
        }
        return new Sums(asOf, sums);
    }

    private static Tuple account(Account account, @Nullable UserId owner, String currency) {
        return Tuple.of(account.kind(), owner == null ? null : owner.value(), currency);
    }

    private static Money balance(RowSet<Row> rows, String currency) {
        return new Money(rows.iterator().next().getLong(0), currency);
    }

    private static Instant instant(Row row) {
        return row.getOffsetDateTime("as_of")
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toInstant();
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
