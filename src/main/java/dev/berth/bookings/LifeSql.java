package dev.berth.bookings;

import dev.berth.bookings.BookingSql.Changed;
import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.values.BookingId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of what happens to a booking after it was made and paid; the functions are in {@code R__bookings_life.sql}. As in
 * {@link BookingSql}, whatever changes something is one statement.
 */
final class LifeSql {
    private static final String ENTER =
            "SELECT outcome, status, types, bodies FROM bookings.enter_booking($1, $2, $3, $4, $5, $6, $7)";

    private static final String LEAVE =
            "SELECT outcome, status, types, bodies FROM bookings.leave_booking($1, $2, $3, $4, $5, $6)";

    private final Db db;
    private final BookingSql sql;

    LifeSql(Db db, BookingSql sql) {
        this.db = db;
        this.sql = sql;
    }

    enum MoveOutcome {
        CHANGED,
        ALREADY,
        TOO_EARLY,
        OCCUPIED,
        OVER,
        ILLEGAL,
        UNKNOWN
    }

    /** @param status the booking's, after it; null when there is no such booking */
    record Moved(Changed<MoveOutcome> changed, @Nullable BookingStatus status) {}

    /**
     * @param at when the driver came; null for now
     * @param early how long before the stay they may come
     */
    Moved enter(
            BookingId id, @Nullable UserId actor, @Nullable Instant at, Duration early, String reason, String detail) {
        return moved(one(
                ENTER,
                Tuple.of(
                        id.value(),
                        actor == null ? null : actor.value(),
                        at == null ? null : at.atOffset(ZoneOffset.UTC),
                        early.toMillis(),
                        reason,
                        detail,
                        Correlation.current())));
    }

    /** @param at when the driver went; null for now */
    Moved leave(BookingId id, @Nullable UserId actor, @Nullable Instant at, String reason, String detail) {
        return moved(one(
                LEAVE,
                Tuple.of(
                        id.value(),
                        actor == null ? null : actor.value(),
                        at == null ? null : at.atOffset(ZoneOffset.UTC),
                        reason,
                        detail,
                        Correlation.current())));
    }

    private Moved moved(Row row) {
        String status = row.getString("status");
        return new Moved(
                sql.changed(row, MoveOutcome.class), status == null ? null : BookingStatus.valueOf(status));
    }

    private Row one(String statement, Tuple arguments) {
        return db.query(statement, arguments).iterator().next();
    }
}
