package dev.berth.ledger;

import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of the ledger. What is posted is posted in the caller's transaction: it is there exactly when the rest is. */
public final class LedgerSql {
    /** The constraint that refuses what a wallet or points cannot pay. */
    public static final String NEVER_NEGATIVE = "running_never_negative";

    private static final String POST = "SELECT payments.post_transfer($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    private static final String HOLD = "SELECT payments.hold_transfer($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    private static final String END = "SELECT payments.end_transfer($1, $2)";
    private static final String EXPIRE = "SELECT payments.expire_transfers($1)";
    private static final String CHARGE = "SELECT id FROM payments.transfer WHERE payment = $1 AND kind = 'CHARGE'";
    /** Two conditions instead of one that treats nulls alike: an index knows only these. */
    private static final String ACCOUNT = """
            SELECT a.id FROM payments.account a
            WHERE a.kind = $1 AND a.currency = $3 AND (a.owner = $2 OR a.owner IS NULL AND $2::uuid IS NULL)
            """;

    private static final String BALANCE = """
            SELECT coalesce(sum(r.debit - r.credit), 0)::bigint AS amount, coalesce(sum(r.reserved), 0)::bigint AS reserved
            FROM payments.running r WHERE r.account = (%s)
            """.formatted(ACCOUNT);
    private static final String LOCK_BALANCE = """
            SELECT r.debit - r.credit AS amount, r.reserved
            FROM payments.running r WHERE r.account = (%s) ORDER BY r.part FOR UPDATE
            """.formatted(ACCOUNT);
    private static final String BALANCES_OF = """
            SELECT a.currency, coalesce(sum(r.debit - r.credit), 0)::bigint AS amount,
                coalesce(sum(r.reserved), 0)::bigint AS reserved
            FROM payments.account a LEFT JOIN payments.running r ON r.account = a.id
            WHERE a.kind = $1 AND a.owner = $2
            GROUP BY a.id ORDER BY a.currency
            """;
    private static final String STATEMENT = """
            WITH page AS (
                SELECT e.account, e.seq, e.transfer, e.line, e.amount FROM payments.entry e
                WHERE e.account = (%s) AND e.seq < $4
                ORDER BY e.seq DESC LIMIT $5)
            SELECT p.seq, p.transfer, t.kind, t.payment, t.booking, t.posted_at, p.amount, (
                    coalesce($6, (SELECT sum(r.debit - r.credit) FROM payments.running r WHERE r.account = p.account))
                    - coalesce(sum(p.amount) OVER (ORDER BY p.seq DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                )::bigint AS balance
            FROM page p JOIN payments.transfer t ON t.id = p.transfer
            ORDER BY p.seq DESC
            """.formatted(ACCOUNT);
    private static final String TRIAL_BALANCE = """
            SELECT a.kind, a.currency, sum(r.debit)::bigint AS debit, sum(r.credit)::bigint AS credit,
                sum(r.debit - r.credit)::bigint AS balance, now() AS as_of
            FROM payments.account a JOIN payments.running r ON r.account = a.id
            GROUP BY a.kind, a.currency
            ORDER BY a.currency, a.kind
            """;
    /** The balance at the end of the day is that of now, less what has come since. */
    private static final String TRIAL_BALANCE_OF = """
            WITH since AS (
                SELECT e.account, t.posted_at < $2 AS that_day, e.amount
                FROM payments.transfer t JOIN payments.entry e ON e.transfer = t.id
                WHERE t.posted_at >= $1),
            moved AS (
                SELECT s.account, coalesce(sum(s.amount) FILTER (WHERE s.that_day AND s.amount > 0), 0) AS debit,
                    coalesce(-sum(s.amount) FILTER (WHERE s.that_day AND s.amount < 0), 0) AS credit,
                    coalesce(sum(s.amount) FILTER (WHERE NOT s.that_day), 0) AS later
                FROM since s GROUP BY s.account),
            held AS (SELECT r.account, sum(r.debit - r.credit) AS amount FROM payments.running r GROUP BY r.account)
            SELECT a.kind, a.currency, coalesce(sum(m.debit), 0)::bigint AS debit,
                coalesce(sum(m.credit), 0)::bigint AS credit,
                (sum(h.amount) - coalesce(sum(m.later), 0))::bigint AS balance, now() AS as_of
            FROM payments.account a JOIN held h ON h.account = a.id LEFT JOIN moved m ON m.account = a.id
            GROUP BY a.kind, a.currency
            ORDER BY a.currency, a.kind
            """;

    private static final String DIFFERENCES = """
            SELECT kind, owner, currency, running, entries, reserved, pending
            FROM (
                SELECT account, kind, owner, currency, running, entries, reserved, pending FROM payments.difference
                UNION ALL
                SELECT account, 'points_lots', owner, currency, running, lots, 0, 0 FROM payments.points_difference) d
            ORDER BY account LIMIT $1
            """;
    private static final String NOW = "SELECT now() AS as_of";

    private static final String STANDING = """
            SELECT coalesce(-sum(e.amount), 0)::bigint AS standing
            FROM payments.transfer t
            JOIN payments.entry e ON e.transfer = t.id
            JOIN payments.account a ON a.id = e.account
            WHERE t.booking = $4 AND a.kind = $1 AND a.owner = $2 AND a.currency = $3
            """;

    private final Db db;

    public LedgerSql(Db db) {
        this.db = db;
    }

    /**
     * Posts a transfer; opens the accounts that it is the first to need. Refused with CONFLICT when its id is that of
     * another transfer, and by the database when a wallet or points would hold less than nothing: who takes of those has
     * looked at {@link #lockAvailable} before.
     *
     * @return false when it is posted already
     */
    public boolean post(SqlConnection connection, Transfer transfer) {
        Columns lines = Columns.of(transfer.lines());
        Tuple arguments = Tuple.of(
                transfer.id(),
                transfer.kind().name(),
                value(transfer.payment()),
                value(transfer.booking()),
                transfer.reverses());
        arguments
                .addValue(lines.kinds())
                .addValue(lines.owners())
                .addValue(lines.currencies())
                .addValue(lines.amounts());
        return same(text(connection, POST, arguments)).equals("POSTED");
    }

    /** The lines of a transfer as the database's functions take them. */
    public static final class Columns {
        private final String[] kinds;
        private final @Nullable UUID[] owners;
        private final String[] currencies;
        private final Long[] amounts;

        private Columns(List<Line> lines) {
            kinds = lines.stream().map(line -> line.account().kind()).toArray(String[]::new);
            owners = new @Nullable UUID[lines.size()];
            for (int i = 0; i < owners.length; i++) {
                UserId owner = lines.get(i).owner();
                owners[i] = owner == null ? null : owner.value();
            }
            currencies = lines.stream().map(line -> line.amount().currency()).toArray(String[]::new);
            amounts = lines.stream().map(line -> line.amount().amount()).toArray(Long[]::new);
        }

        public static Columns of(List<Line> lines) {
            return new Columns(lines);
        }

        public String[] kinds() {
            return kinds;
        }

        public @Nullable UUID[] owners() {
            return owners;
        }

        public String[] currencies() {
            return currencies;
        }

        public Long[] amounts() {
            return amounts;
        }
    }

    /** How a transfer in two phases stands. */
    public enum Phase {
        PENDING,
        POSTED,
        VOIDED,
        EXPIRED
    }

    /**
     * Reserves a transfer, which moves nothing yet: what it is going to take of a wallet or of points is not available to
     * anything else. Refused as {@link #post} is.
     *
     * @param expiresIn after which it cannot be posted any more, and reserves nothing
     * @return PENDING, or how it stands when the same one was reserved before
     */
    public Phase hold(SqlConnection connection, Transfer transfer, Duration expiresIn) {
        if (transfer.reverses() != null) {
            throw new IllegalArgumentException("a refund is not held");
        }
        Columns lines = Columns.of(transfer.lines());
        Tuple arguments = Tuple.of(
                transfer.id(),
                transfer.kind().name(),
                value(transfer.payment()),
                value(transfer.booking()),
                lines.kinds(),
                lines.owners());
        arguments.addValue(lines.currencies()).addValue(lines.amounts()).addValue(expiresIn.toMillis());
        return Phase.valueOf(same(text(connection, HOLD, arguments)));
    }

    /** Makes a reserved transfer true: POSTED, or how it has ended before; EXPIRED when it comes too late. */
    public Phase confirm(SqlConnection connection, UUID transfer) {
        return end(connection, transfer, Phase.POSTED);
    }

    /** Calls a reserved transfer off: VOIDED, or how it has ended before. */
    public Phase callOff(SqlConnection connection, UUID transfer) {
        return end(connection, transfer, Phase.VOIDED);
    }

    private static Phase end(SqlConnection connection, UUID transfer, Phase phase) {
        String ended = text(connection, END, Tuple.of(transfer, phase.name()));
        if (ended.equals("UNKNOWN")) {
            throw new Rejection(ProblemType.NOT_FOUND, "nothing is pending by that id");
        }
        return Phase.valueOf(ended);
    }

    /** Expires reserved transfers whose time is over, at most so many, on any number of nodes at once; how many. */
    public int expire(int limit) {
        return db.query(EXPIRE, Tuple.of(limit)).iterator().next().getInteger(0);
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

    /**
     * What an owner has in an account with us, in each currency that it was ever in, less what is reserved.
     *
     * @param account one on whose credit side the owner's money is
     */
    public List<Held> held(Account account, UserId owner) {
        List<Held> held = new ArrayList<>();
        for (Row row : db.query(BALANCES_OF, Tuple.of(account.kind(), owner.value()))) {
            String currency = row.getString("currency");
            long reserved = row.getLong("reserved");
            held.add(new Held(new Money(-row.getLong("amount") - reserved, currency), new Money(reserved, currency)));
        }
        return held;
    }

    /**
     * @param available what can be used
     * @param reserved what pending transfers are going to take
     */
    public record Held(Money available, Money reserved) {}

    /** What can be taken of an account with us; nobody else takes of it until the transaction has ended. */
    public Money lockAvailable(SqlConnection connection, Account account, UserId owner, String currency) {
        long available = 0;
        for (Row row : run(connection, LOCK_BALANCE, account(account, owner, currency))) {
            available += -row.getLong("amount") - row.getLong("reserved");
        }
        return new Money(available, currency);
    }

    /**
     * What an account with us still has of what was posted for a booking, or for what takes its place; nobody else takes of the
     * account until the transaction has ended.
     */
    public Money lockStanding(
            SqlConnection connection, Account account, UserId owner, String currency, BookingId booking) {
        run(connection, LOCK_BALANCE, account(account, owner, currency));
        Tuple arguments = account(account, owner, currency).addUUID(booking.value());
        return new Money(run(connection, STANDING, arguments).iterator().next().getLong("standing"), currency);
    }

    /**
     * A page of an account's statement, the latest first.
     *
     * @param after where the page before has ended; null for the first
     */
    public List<StatementEntry> statement(
            Account account, @Nullable UserId owner, String currency, StatementEntry.@Nullable End after, int limit) {
        Tuple arguments = account(account, owner, currency)
                .addValue(after == null ? Long.MAX_VALUE : after.entry())
                .addValue(limit)
                .addValue(after == null ? null : after.balance());
        List<StatementEntry> entries = new ArrayList<>();
        for (Row row : db.query(STATEMENT, arguments)) {
            UUID payment = row.getUUID("payment");
            UUID booking = row.getUUID("booking");
            entries.add(new StatementEntry(
                    row.getLong("seq"),
                    row.getUUID("transfer"),
                    TransferKind.valueOf(row.getString("kind")),
                    payment == null ? null : new PaymentId(payment),
                    booking == null ? null : new BookingId(booking),
                    new Money(row.getLong("amount"), currency),
                    new Money(row.getLong("balance"), currency),
                    instant(row, "posted_at")));
        }
        return entries;
    }

    /** Accounts whose running balance is not what their entries and pending transfers add up to; none when all is well. */
    public List<Difference> differences(int limit) {
        List<Difference> differences = new ArrayList<>();
        for (Row row : db.query(DIFFERENCES, Tuple.of(limit))) {
            UUID owner = row.getUUID("owner");
            differences.add(new Difference(
                    row.getString("kind"),
                    owner == null ? null : new UserId(owner),
                    row.getString("currency"),
                    row.getLong("running"),
                    row.getLong("entries"),
                    row.getLong("reserved"),
                    row.getLong("pending")));
        }
        return differences;
    }

    /** The sums of all accounts by kind and currency, and when they were that. */
    public record Sums(Instant asOf, List<AccountSum> accounts) {
        public Sums {
            accounts = List.copyOf(accounts);
        }
    }

    /** What was ever posted, until now. */
    public Sums trialBalance() {
        return sums(db.query(TRIAL_BALANCE, Tuple.tuple()));
    }

    /**
     * What was posted on a day, and the balances at its end.
     *
     * @param day from 0:00 to 24:00 UTC
     */
    public Sums trialBalance(LocalDate day) {
        return sums(db.query(
                TRIAL_BALANCE_OF,
                Tuple.of(
                        day.atStartOfDay().atOffset(ZoneOffset.UTC),
                        day.plusDays(1).atStartOfDay().atOffset(ZoneOffset.UTC))));
    }

    private Sums sums(RowSet<Row> rows) {
        Instant asOf = null;
        List<AccountSum> sums = new ArrayList<>();
        for (Row row : rows) {
            asOf = instant(row, "as_of");
            sums.add(new AccountSum(
                    row.getString("kind"),
                    row.getString("currency"),
                    row.getLong("debit"),
                    row.getLong("credit"),
                    row.getLong("balance")));
        }
        if (asOf == null) {
            asOf = instant(db.query(NOW, Tuple.tuple()).iterator().next(), "as_of");
        }
        return new Sums(asOf, sums);
    }

    private static String same(String outcome) {
        if (outcome.equals("OTHER")) {
            throw new Rejection(ProblemType.CONFLICT, "another transfer has this id");
        }
        return outcome;
    }

    private static String text(SqlConnection connection, String sql, Tuple arguments) {
        return run(connection, sql, arguments).iterator().next().getString(0);
    }

    private static @Nullable UUID value(@Nullable PaymentId payment) {
        return payment == null ? null : payment.value();
    }

    private static @Nullable UUID value(@Nullable BookingId booking) {
        return booking == null ? null : booking.value();
    }

    private static Tuple account(Account account, @Nullable UserId owner, String currency) {
        return Tuple.of(account.kind(), owner == null ? null : owner.value(), currency);
    }

    private static Money balance(RowSet<Row> rows, String currency) {
        return new Money(rows.iterator().next().getLong(0), currency);
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column)
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toInstant();
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
