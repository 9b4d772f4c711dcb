package dev.berth.payouts;

import dev.berth.bookings.Booking;
import dev.berth.payouts.ConnectGateway.Transfer;
import dev.berth.payouts.PayoutCommand.AccountState;
import dev.berth.platform.db.Db;
import dev.berth.subscriptions.Subscription;
import dev.berth.subscriptions.SubscriptionEvent.PaidMonth;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.PayoutId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of payouts, but for sums of earnings. What is due is told by the database's clock, which all nodes share. */
final class PayoutSql {
    // Stays

    private static final String LEARN = """
            INSERT INTO payouts.stay (booking, version, host, listing, title, time_zone, ends_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (booking) DO UPDATE SET version = excluded.version, host = excluded.host,
                listing = excluded.listing, title = excluded.title, time_zone = excluded.time_zone,
                ends_at = excluded.ends_at, open = true
            WHERE stay.version <= excluded.version
            """;
    private static final String REOPEN = "UPDATE payouts.stay SET open = true WHERE booking = $1";
    private static final String CLAIM_STAYS = """
            SELECT booking, host, time_zone, now() AS now FROM payouts.stay
            WHERE open AND ends_at <= now() - $1 * interval '1 millisecond'
                AND NOT EXISTS (SELECT FROM payouts.freeze f WHERE f.booking = stay.booking AND NOT f.ended)
            ORDER BY ends_at LIMIT $2
            FOR UPDATE SKIP LOCKED
            """;
    private static final String CLOSE = "UPDATE payouts.stay SET open = false WHERE booking = ANY ($1)";

    /** What is left with the hosts of some bookings and is held. */
    private static final String HELD_OF = """
            SELECT t.booking, a.owner, a.currency, -sum(e.amount)::bigint AS amount
            FROM payments.transfer t
            JOIN payments.entry e ON e.transfer = t.id
            JOIN payments.account a ON a.id = e.account AND a.kind = 'host_payable'
            WHERE t.booking = ANY ($1)
            GROUP BY t.booking, a.owner, a.currency
            HAVING sum(e.amount) <> 0
            ORDER BY a.owner, a.currency, t.booking
            """;

    /** When the next of a host's held money is released, by currency. */
    private static final String HELD_UNTIL = """
            SELECT held.currency, min(held.ends_at) + $2 * interval '1 millisecond' AS until
            FROM (
                SELECT s.booking, s.ends_at, a.currency
                FROM payouts.stay s
                JOIN payments.transfer t ON t.booking = s.booking
                JOIN payments.entry e ON e.transfer = t.id
                JOIN payments.account a ON a.id = e.account AND a.kind = 'host_payable' AND a.owner = $1
                WHERE s.host = $1 AND s.open
                    AND NOT EXISTS (SELECT FROM payouts.freeze f WHERE f.booking = s.booking AND NOT f.ended)
                GROUP BY s.booking, a.currency
                HAVING sum(e.amount) < 0
            ) held
            GROUP BY held.currency
            """;

    private static final String BALANCES = """
            SELECT kind, currency, -amount AS amount FROM payments.balance
            WHERE owner = $1 AND kind IN ('host_payable', 'host_available', 'payouts_under_way')
            """;

    // Accounts

    private static final String ACCOUNT_COLUMNS = """
            host, provider_account, state, time_zone, next_run_at, checked_at, now() AS now
            """;
    private static final String FIND_ACCOUNT = "SELECT " + ACCOUNT_COLUMNS + " FROM payouts.account WHERE host = $1";
    private static final String ADD_ACCOUNT = """
            INSERT INTO payouts.account (host, state, time_zone, next_run_at) VALUES ($1, 'NONE', $2, $3)
            ON CONFLICT DO NOTHING
            """;
    private static final String ZONE_OF = "SELECT time_zone FROM payouts.stay WHERE host = $1 ORDER BY ends_at LIMIT 1";
    private static final String NOW = "SELECT now() AS now";
    private static final String SET_PROVIDER_ACCOUNT = """
            UPDATE payouts.account SET provider_account = $2, state = 'ONBOARDING'
            WHERE host = $1 AND provider_account IS NULL
            """;
    private static final String CHECK_ACCOUNT_IN =
            "UPDATE payouts.account SET next_check_at = now() + $2 * interval '1 millisecond' WHERE host = $1";
    private static final String CHECK_ACCOUNT_OF =
            "UPDATE payouts.account SET next_check_at = now() WHERE provider_account = $1";
    private static final String SET_STATE = """
            UPDATE payouts.account SET state = $2, checked_at = now(), next_check_at = NULL WHERE host = $1
            """;
    private static final String CLAIM_CHECKS = """
            UPDATE payouts.account SET next_check_at = now() + $1 * interval '1 millisecond'
            WHERE host IN (
                SELECT host FROM payouts.account WHERE next_check_at <= now()
                ORDER BY next_check_at LIMIT $2
                FOR UPDATE SKIP LOCKED)
            RETURNING
            """ + ACCOUNT_COLUMNS;
    private static final String CLAIM_RUN = "SELECT " + ACCOUNT_COLUMNS + """
             FROM payouts.account
            WHERE next_run_at <= now() ORDER BY next_run_at LIMIT 1
            FOR UPDATE SKIP LOCKED
            """;
    private static final String SET_NEXT_RUN = "UPDATE payouts.account SET next_run_at = $2 WHERE host = $1";

    // Payouts

    private static final String COLUMNS = """
            id, host, amount, currency, week, provider_account, status, reversed, failure, checks, created_at, settled_at
            """;
    private static final String INSERT = """
            INSERT INTO payouts.payout (id, host, amount, currency, week, provider_account, status, next_check_at)
            VALUES ($1, $2, $3, $4, $5, $6, 'PENDING', now() + $7 * interval '1 millisecond')
            ON CONFLICT ON CONSTRAINT payout_of_week DO NOTHING
            RETURNING
            """ + COLUMNS;
    private static final String FIND = "SELECT " + COLUMNS + " FROM payouts.payout WHERE id = $1";
    private static final String LOCK = FIND + " FOR UPDATE";
    private static final String LIST = "SELECT " + COLUMNS + """
             FROM payouts.payout
            WHERE host = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
            """;
    private static final String CLAIM_DUE = """
            UPDATE payouts.payout
            SET checks = checks + 1,
                next_check_at = now() + greatest($1, least($2, $3 * 2::float8 ^ least(checks, 30))) * interval '1 millisecond'
            WHERE id IN (
                SELECT id FROM payouts.payout WHERE next_check_at <= now()
                ORDER BY next_check_at LIMIT $4
                FOR UPDATE SKIP LOCKED)
            RETURNING
            """ + COLUMNS;
    private static final String CHECK_TRANSFER =
            "UPDATE payouts.payout SET next_check_at = now() WHERE provider_transfer = $1";
    private static final String SETTLE = """
            UPDATE payouts.payout
            SET status = $2, provider_transfer = $3, reversed = $4, failure = $5, next_check_at = NULL, checks = 0,
                settled_at = coalesce(settled_at, now())
            WHERE id = $1
            RETURNING
            """ + COLUMNS;

    private static final String SENDING = "INSERT INTO payouts.sending (transfer, payout) VALUES ($1, $2)";

    private final Db db;

    PayoutSql(Db db) {
        this.db = db;
    }

    /** Of a booking that is paid, as it is now. */
    void learn(Booking booking) {
        db.query(
                LEARN,
                Tuple.of(
                        booking.id().value(),
                        booking.version(),
                        booking.host().value(),
                        booking.listing().value(),
                        booking.title(),
                        booking.timeZone(),
                        booking.stay().to().atOffset(ZoneOffset.UTC)));
    }

    /** A month of a pass is held like a stay until it is over. */
    void learn(Subscription pass, PaidMonth month) {
        db.query(
                LEARN,
                Tuple.of(
                        month.charge().value(),
                        pass.version(),
                        pass.host().value(),
                        pass.listing().value(),
                        pass.title(),
                        pass.timeZone(),
                        month.to().atOffset(ZoneOffset.UTC)));
    }

    /** Something has happened to its money: it is looked at once more. */
    void reopen(BookingId booking) {
        db.query(REOPEN, Tuple.of(booking.value()));
    }

    /** @param now the database's time */
    record DueStay(BookingId booking, UserId host, ZoneId zone, Instant now) {}

    List<DueStay> claimStays(SqlConnection connection, Duration holdback, int limit) {
        List<DueStay> stays = new ArrayList<>();
        for (Row row : run(connection, CLAIM_STAYS, Tuple.of(millis(holdback), limit))) {
            stays.add(new DueStay(
                    new BookingId(row.getUUID("booking")),
                    new UserId(row.getUUID("host")),
                    ZoneId.of(row.getString("time_zone")),
                    instant(row, "now")));
        }
        return stays;
    }

    void close(SqlConnection connection, List<DueStay> stays) {
        run(connection, CLOSE, Tuple.of((Object) bookings(stays)));
    }

    /** @param amount negative when more was given back than was left */
    record Held(BookingId booking, UserId host, Money amount) {}

    List<Held> held(SqlConnection connection, List<DueStay> stays) {
        List<Held> all = new ArrayList<>();
        for (Row row : run(connection, HELD_OF, Tuple.of((Object) bookings(stays)))) {
            all.add(new Held(
                    new BookingId(row.getUUID("booking")),
                    new UserId(row.getUUID("owner")),
                    new Money(row.getLong("amount"), row.getString("currency"))));
        }
        return all;
    }

    private static UUID[] bookings(List<DueStay> stays) {
        return stays.stream().map(stay -> stay.booking().value()).toArray(UUID[]::new);
    }

    /** When the next held money of a currency is released. */
    record HeldUntil(String currency, Instant until) {}

    List<HeldUntil> heldUntil(UserId host, Duration holdback) {
        List<HeldUntil> all = new ArrayList<>();
        for (Row row : db.query(HELD_UNTIL, Tuple.of(host.value(), millis(holdback)))) {
            all.add(new HeldUntil(row.getString("currency"), instant(row, "until")));
        }
        return all;
    }

    /** What an account of the ledger owes to a host. */
    record Owed(String kind, Money amount) {}

    List<Owed> balances(UserId host) {
        return owed(db.query(BALANCES, Tuple.of(host.value())));
    }

    List<Owed> balances(SqlConnection connection, UserId host) {
        return owed(run(connection, BALANCES, Tuple.of(host.value())));
    }

    private static List<Owed> owed(RowSet<Row> rows) {
        List<Owed> all = new ArrayList<>();
        for (Row row : rows) {
            all.add(new Owed(row.getString("kind"), new Money(row.getLong("amount"), row.getString("currency"))));
        }
        return all;
    }

    Optional<AccountRow> account(UserId host) {
        return accounts(db.query(FIND_ACCOUNT, Tuple.of(host.value()))).stream().findFirst();
    }

    Optional<AccountRow> lockAccount(SqlConnection connection, UserId host) {
        return accounts(run(connection, FIND_ACCOUNT + " FOR UPDATE", Tuple.of(host.value()))).stream()
                .findFirst();
    }

    void addAccount(SqlConnection connection, UserId host, ZoneId zone, Instant nextRunAt) {
        run(connection, ADD_ACCOUNT, account(host, zone, nextRunAt));
    }

    void addAccount(UserId host, ZoneId zone, Instant nextRunAt) {
        db.query(ADD_ACCOUNT, account(host, zone, nextRunAt));
    }

    private static Tuple account(UserId host, ZoneId zone, Instant nextRunAt) {
        return Tuple.of(host.value(), zone.getId(), nextRunAt.atOffset(ZoneOffset.UTC));
    }

    /** The zone of the stay that a host first earned with. */
    Optional<ZoneId> zoneOf(UserId host) {
        for (Row row : db.query(ZONE_OF, Tuple.of(host.value()))) {
            return Optional.of(ZoneId.of(row.getString("time_zone")));
        }
        return Optional.empty();
    }

    Instant now() {
        return instant(db.query(NOW, Tuple.tuple()).iterator().next(), "now");
    }

    /** Without effect when there is one already. */
    void setProviderAccount(UserId host, String account) {
        db.query(SET_PROVIDER_ACCOUNT, Tuple.of(host.value(), account));
    }

    void checkAccountIn(UserId host, Duration pause) {
        db.query(CHECK_ACCOUNT_IN, Tuple.of(host.value(), millis(pause)));
    }

    void checkAccountOf(String providerAccount) {
        db.query(CHECK_ACCOUNT_OF, Tuple.of(providerAccount));
    }

    void setState(UserId host, AccountState state) {
        db.query(SET_STATE, Tuple.of(host.value(), state.name()));
    }

    List<AccountRow> claimChecks(Duration lease, int limit) {
        return accounts(db.query(CLAIM_CHECKS, Tuple.of(millis(lease), limit)));
    }

    /** A host whose weekly run is due, locked. */
    Optional<AccountRow> claimRun(SqlConnection connection) {
        return accounts(run(connection, CLAIM_RUN, Tuple.tuple())).stream().findFirst();
    }

    void setNextRun(SqlConnection connection, UserId host, Instant nextRunAt) {
        run(connection, SET_NEXT_RUN, Tuple.of(host.value(), nextRunAt.atOffset(ZoneOffset.UTC)));
    }

    /** Empty when the week has its payout in this currency already. */
    Optional<PayoutRow> insert(
            SqlConnection connection,
            UserId host,
            Money amount,
            @Nullable LocalDate week,
            String account,
            Duration lease) {
        return payouts(run(
                        connection,
                        INSERT,
                        Tuple.wrap(Arrays.asList(
                                PayoutId.next().value(),
                                host.value(),
                                amount.amount(),
                                amount.currency(),
                                week,
                                account,
                                millis(lease)))))
                .stream()
                .findFirst();
    }

    Optional<PayoutRow> find(PayoutId payout) {
        return payouts(db.query(FIND, Tuple.of(payout.value()))).stream().findFirst();
    }

    PayoutRow lock(SqlConnection connection, PayoutId payout) {
        return payouts(run(connection, LOCK, Tuple.of(payout.value()))).getFirst();
    }

    List<PayoutRow> list(UserId host, @Nullable PayoutId before, int limit) {
        return payouts(db.query(LIST, Tuple.of(host.value(), before == null ? null : before.value(), limit)));
    }

    /** Those of whom the provider is to be asked; they are this node's until the lease ends. */
    List<PayoutRow> claimDue(PayoutConfig config) {
        return payouts(db.query(
                CLAIM_DUE,
                Tuple.of(
                        millis(config.lease()),
                        millis(config.backoffLimit()),
                        millis(config.backoff()),
                        config.batch())));
    }

    void checkTransfer(String providerTransfer) {
        db.query(CHECK_TRANSFER, Tuple.of(providerTransfer));
    }

    /** @param transfer null when the provider has refused it */
    PayoutRow settle(
            SqlConnection connection,
            PayoutId payout,
            PayoutStatus status,
            @Nullable Transfer transfer,
            @Nullable String failure) {
        return payouts(run(
                        connection,
                        SETTLE,
                        Tuple.of(
                                payout.value(),
                                status.name(),
                                transfer == null ? null : transfer.id(),
                                transfer == null ? 0 : transfer.reversed(),
                                failure)))
                .getFirst();
    }

    /** Which payout a transfer of the ledger has sent, or brought back. */
    void sending(SqlConnection connection, UUID transfer, PayoutId payout) {
        run(connection, SENDING, Tuple.of(transfer, payout.value()));
    }

    private static List<AccountRow> accounts(RowSet<Row> rows) {
        List<AccountRow> accounts = new ArrayList<>();
        for (Row row : rows) {
            OffsetDateTime checkedAt = row.getOffsetDateTime("checked_at");
            accounts.add(new AccountRow(
                    new UserId(row.getUUID("host")),
                    row.getString("provider_account"),
                    AccountState.valueOf(row.getString("state")),
                    ZoneId.of(row.getString("time_zone")),
                    instant(row, "next_run_at"),
                    instant(row, "now"),
                    checkedAt == null ? null : checkedAt.toInstant()));
        }
        return accounts;
    }

    private static List<PayoutRow> payouts(RowSet<Row> rows) {
        List<PayoutRow> payouts = new ArrayList<>();
        for (Row row : rows) {
            String currency = row.getString("currency");
            OffsetDateTime settledAt = row.getOffsetDateTime("settled_at");
            payouts.add(new PayoutRow(
                    new Payout(
                            new PayoutId(row.getUUID("id")),
                            new UserId(row.getUUID("host")),
                            new Money(row.getLong("amount"), currency),
                            PayoutStatus.valueOf(row.getString("status")),
                            new Money(row.getLong("reversed"), currency),
                            row.getLocalDate("week"),
                            row.getString("failure"),
                            instant(row, "created_at"),
                            settledAt == null ? null : settledAt.toInstant()),
                    row.getString("provider_account"),
                    row.getInteger("checks")));
        }
        return payouts;
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    private static double millis(Duration duration) {
        return (double) duration.toMillis();
    }

    private static RowSet<Row> run(SqlConnection connection, String sql, Tuple arguments) {
        return connection.preparedQuery(sql).execute(arguments).await();
    }
}
