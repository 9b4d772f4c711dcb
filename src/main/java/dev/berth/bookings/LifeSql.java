package dev.berth.bookings;

import dev.berth.bookings.BookingSql.Changed;
import dev.berth.fees.BookedFee;
import dev.berth.listings.Slot;
import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.values.BookingId;
import dev.berth.values.Ids;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of what happens to a booking after it was made and paid; the functions are in {@code R__bookings_life.sql}. As in
 * {@link BookingSql}, whatever changes something is one statement.
 */
final class LifeSql {
    private static final String ENTER =
            "SELECT outcome, status, types, bodies FROM bookings.enter_booking($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    private static final String LEAVE = """
            SELECT outcome, status, types, bodies
            FROM bookings.leave_booking($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """;

    private static final String REFUND_TERMS = """
            SELECT d.amount, d.reason, d.holds_until
            FROM bookings.occupation o, bookings.refund_due(o, $2, clock_timestamp()) d
            WHERE o.id = $1
            """;

    private static final String CHANGE = """
            SELECT outcome, status, charge_id, charge_amount, free_until, types, bodies
            FROM bookings.change_booking(
                $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            """;

    private static final String SETTLE = "SELECT outcome, types, bodies FROM bookings.settle_charge($1, $2, $3)";

    private static final String DROP = "SELECT outcome, types, bodies FROM bookings.drop_change($1, $2)";

    private static final String EXPIRE_CHANGES =
            "SELECT 'CHANGED' AS outcome, charges, types, bodies FROM bookings.expire_changes($1)";

    private static final String COMPLETE = "SELECT body FROM bookings.complete_stays($1, $2)";

    private static final String FREE_UNTIL = """
            SELECT min(lower(x.stay) - CASE WHEN x.block_id IS NULL THEN bookings.minutes(o.buffer_minutes) ELSE interval '0' END)
            FROM bookings.occupation o JOIN bookings.occupation x
                ON x.live AND x.slot_id = o.slot_id AND x.id <> o.id AND x.stay && tstzrange(upper(o.stay), NULL)
            -- What waits for the booking's own change is not in its way.
            WHERE o.id = $1 AND NOT EXISTS (
                SELECT FROM bookings.charge c
                WHERE c.block_id = x.block_id AND c.booking_id = o.id AND c.status = 'PENDING')
            """;

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
        BLOCKED,
        WATCHED,
        OVER,
        ILLEGAL,
        UNKNOWN
    }

    /** @param status the booking's, after it; null when there is no such booking */
    record Moved(Changed<MoveOutcome> changed, @Nullable BookingStatus status) {}

    /**
     * @param at when the driver came; null for the present moment
     * @param early how long before the stay they may come
     * @param terms what staying too long will cost; null when that is not known
     * @param ask whether it matters that somebody was seen in the slot
     */
    Moved enter(
            BookingId id,
            @Nullable UserId actor,
            @Nullable Instant at,
            Duration early,
            String reason,
            String detail,
            @Nullable OverstayTerms terms,
            boolean ask) {
        return moved(one(
                ENTER,
                Tuple.wrap(Arrays.asList(
                        id.value(),
                        actor == null ? null : actor.value(),
                        at == null ? null : at.atOffset(ZoneOffset.UTC),
                        early.toMillis(),
                        reason,
                        detail,
                        Correlation.current(),
                        terms == null ? null : terms.perHour().amount(),
                        terms == null ? null : terms.fee().amount(),
                        ask))));
    }

    /**
     * @param at when the driver went; null for the present moment
     * @param said whether the time is only what the driver says
     */
    Moved leave(
            BookingId id,
            @Nullable UserId actor,
            @Nullable Instant at,
            boolean said,
            String reason,
            String detail,
            BookingConfig config) {
        return moved(one(
                LEAVE,
                Tuple.wrap(Arrays.asList(
                        id.value(),
                        actor == null ? null : actor.value(),
                        at == null ? null : at.atOffset(ZoneOffset.UTC),
                        reason,
                        detail,
                        Correlation.current(),
                        PaymentId.next().value(),
                        config.lateExit().toMillis(),
                        config.stays().overstayMax().toMillis(),
                        config.stays().freeLeave().toMillis(),
                        config.stays().noShowAfter().toMillis(),
                        said))));
    }

    /** Completes stays that nobody was seen in; fewer than {@code limit} when there are no more. */
    List<BookingEvent> complete(Duration grace, int limit) {
        List<BookingEvent> completed = new ArrayList<>();
        db.query(COMPLETE, Tuple.of(grace.toMillis(), limit))
                .forEach(row -> completed.add(sql.read(row.getString(0), BookingEvent.BookingCompleted.class)));
        return completed;
    }

    /** @param until how long it stays so; null when for good */
    record RefundTerms(long amount, String reason, @Nullable Instant until) {}

    /** What would come back, if it were cancelled now. */
    RefundTerms refundTerms(BookingId id, boolean byHost) {
        Row row = one(REFUND_TERMS, Tuple.of(id.value(), byHost));
        return new RefundTerms(row.getLong(0), row.getString(1), instant(row.getOffsetDateTime(2)));
    }

    enum Purpose {
        MODIFY,
        EXTEND
    }

    enum ChangeOutcome {
        CHANGED,
        PENDING,
        ALREADY,
        TAKEN,
        STARTED,
        OVER,
        QUOTE_STALE,
        STALE,
        ILLEGAL,
        UNKNOWN
    }

    /**
     * What is wished for.
     *
     * @param slots best first
     * @param price of the whole booking from then on
     * @param fee the service fee in that; null without one
     * @param quoteExpiresAt null when nothing was quoted
     */
    record Wish(
            Purpose purpose,
            List<Slot> slots,
            TimeRange stay,
            Money price,
            @Nullable BookedFee fee,
            @Nullable Instant quoteExpiresAt) {}

    /**
     * @param charge the payment to be made when PENDING
     * @param freeUntil where the next stay in the slot begins, when TAKEN; null when nobody comes
     */
    record ChangeResult(
            Changed<ChangeOutcome> changed,
            @Nullable BookingStatus status,
            @Nullable PaymentId charge,
            long amount,
            @Nullable Instant freeUntil) {}

    /** @param booking as its version was read, which must still be so */
    ChangeResult change(Booking booking, UserId actor, Wish wish, Duration hold, Duration grace, Integer[] pins) {
        TimeRange stay = wish.stay();
        Instant expires = wish.quoteExpiresAt();
        Row row = one(
                CHANGE,
                Tuple.wrap(Arrays.asList(
                        booking.id().value(),
                        actor.value(),
                        wish.purpose().name(),
                        booking.version(),
                        wish.slots().stream().map(slot -> slot.id().value()).toArray(UUID[]::new),
                        wish.slots().stream().map(Slot::name).toArray(String[]::new),
                        stay.from().atOffset(ZoneOffset.UTC),
                        stay.to().atOffset(ZoneOffset.UTC),
                        wish.price().amount(),
                        expires == null ? null : expires.atOffset(ZoneOffset.UTC),
                        PaymentId.next().value(),
                        Ids.next(),
                        new UUID[] {Ids.next(), Ids.next()},
                        hold.toMillis(),
                        grace.toMillis(),
                        pins,
                        Correlation.current(),
                        sql.write(wish.fee()))));
        String status = row.getString("status");
        UUID charge = row.getUUID("charge_id");
        Long amount = row.getLong("charge_amount");
        return new ChangeResult(
                sql.changed(row, ChangeOutcome.class),
                status == null ? null : BookingStatus.valueOf(status),
                charge == null ? null : new PaymentId(charge),
                amount == null ? 0 : amount,
                instant(row.getOffsetDateTime("free_until")));
    }

    enum ChargeOutcome {
        CHANGED,
        ALREADY,
        LOST,
        UNKNOWN
    }

    Changed<ChargeOutcome> settle(PaymentId charge, Integer[] pins) {
        return sql.changed(one(SETTLE, Tuple.of(charge.value(), pins, Correlation.current())), ChargeOutcome.class);
    }

    Changed<ChargeOutcome> drop(PaymentId charge) {
        return sql.changed(one(DROP, Tuple.of(charge.value(), Correlation.current())), ChargeOutcome.class);
    }

    /** @param charges payments that nobody waits for any more */
    record Expired(Changed<ChargeOutcome> changed, List<PaymentId> charges) {}

    Expired expireChanges(int limit) {
        Row row = one(EXPIRE_CHANGES, Tuple.of(limit));
        return new Expired(
                sql.changed(row, ChargeOutcome.class),
                Arrays.stream(row.getArrayOfUUIDs("charges"))
                        .map(PaymentId::new)
                        .toList());
    }

    /** Where the next stay in the booking's slot begins; null when nobody comes. */
    @Nullable
    Instant freeUntil(BookingId id) {
        return instant(one(FREE_UNTIL, Tuple.of(id.value())).getOffsetDateTime(0));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private Moved moved(Row row) {
        String status = row.getString("status");
        return new Moved(sql.changed(row, MoveOutcome.class), status == null ? null : BookingStatus.valueOf(status));
    }

    private Row one(String statement, Tuple arguments) {
        return db.query(statement, arguments).iterator().next();
    }
}
