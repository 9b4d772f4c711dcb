package dev.berth.points;

import dev.berth.bookings.Booking;
import dev.berth.platform.db.Db;
import dev.berth.points.PointsCommand.Expiring;
import dev.berth.points.PointsCommand.PointsBalance;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** All SQL of points; the functions are in {@code R__points_functions.sql} and {@code R__ledger_points.sql}. */
final class PointsSql {
    private static final String COMPLETE = "SELECT granted, taken FROM points.complete($1, $2, $3, $4, $5, $6, $7)";
    private static final String SETTLE = "SELECT granted, taken FROM points.settle($1)";
    private static final String EXPIRE = "SELECT accounts, worth FROM payments.expire_points($1)";

    /** What is over but not expired yet can be spent no more; reserved points are the oldest. */
    private static final String BALANCES = """
            SELECT a.currency, greatest(0, r.credit - r.debit - greatest(r.reserved, gone.amount))::bigint AS worth,
                r.reserved, soon.at, soon.amount
            FROM payments.account a JOIN payments.running r ON r.account = a.id AND r.part = 0,
            LATERAL (
                SELECT coalesce(sum(l.remaining), 0) AS amount FROM payments.points_lot l
                WHERE l.account = a.id AND l.remaining > 0 AND l.expires_at <= now()) gone
            LEFT JOIN LATERAL (
                SELECT l.expires_at AS at FROM payments.points_lot l
                WHERE l.account = a.id AND l.remaining > 0 AND l.expires_at > now()
                ORDER BY l.expires_at LIMIT 1) one ON true
            LEFT JOIN LATERAL (
                SELECT one.at, sum(l.remaining)::bigint AS amount FROM payments.points_lot l
                WHERE l.account = a.id AND l.remaining > 0 AND l.expires_at >= one.at
                    AND l.expires_at < one.at + interval '1 day') soon ON one.at IS NOT NULL
            WHERE a.kind = 'points_liability' AND a.owner = $1
            ORDER BY a.currency
            """;

    private final Db db;
    private final PointsConfig config;

    PointsSql(Db db, PointsConfig config) {
        this.db = db;
        this.config = config;
    }

    /** The worth of what was given and of what was taken back; both are zero when nothing is new. */
    record Settled(long granted, long taken) {}

    /** A stay is completed: it earns, by the policy of now; one that is known stays as it is. */
    Settled complete(Booking booking) {
        return settled(
                COMPLETE,
                Tuple.of(
                                booking.id().value(),
                                booking.driver().value(),
                                booking.price().currency(),
                                config.earnBasisPoints(),
                                config.pointWorth(),
                                config.lifetime().toMillis())
                        .addValue(config.keptAtLeast().toMillis()));
    }

    /** Its money has changed: what it earns may have, too. Nothing happens before it is completed. */
    Settled settle(BookingId booking) {
        return settled(SETTLE, Tuple.of(booking.value()));
    }

    private Settled settled(String sql, Tuple arguments) {
        Row row = db.query(sql, arguments).iterator().next();
        return new Settled(row.getLong("granted"), row.getLong("taken"));
    }

    /** Of how many drivers points have expired, and what those were worth. */
    record Expired(int accounts, long worth) {}

    Expired expire() {
        Row row = db.query(EXPIRE, Tuple.of(config.batch())).iterator().next();
        return new Expired(row.getInteger("accounts"), row.getLong("worth"));
    }

    List<PointsBalance> balances(UserId driver) {
        List<PointsBalance> balances = new ArrayList<>();
        for (Row row : db.query(BALANCES, Tuple.of(driver.value()))) {
            String currency = row.getString("currency");
            long worth = row.getLong("worth");
            OffsetDateTime at = row.getOffsetDateTime("at");
            // Some of what expires may be reserved.
            long soon = at == null ? 0 : Math.min(worth, row.getLong("amount"));
            balances.add(new PointsBalance(
                    worth / config.pointWorth(),
                    new Money(worth, currency),
                    new Money(row.getLong("reserved"), currency),
                    at == null || soon == 0
                            ? null
                            : new Expiring(soon / config.pointWorth(), new Money(soon, currency), at.toInstant())));
        }
        return balances;
    }
}
