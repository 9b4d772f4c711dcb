package dev.berth.bookings;

import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.BookingSql.ConfirmOutcome;
import dev.berth.bookings.BookingSql.EndOutcome;
import dev.berth.bookings.BookingSql.PlaceOutcome;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.bookings.SeriesCommand.CancelledBooking;
import dev.berth.fees.BookedFee;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.SeriesId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of bookings that are made together; the functions are in {@code R__bookings_series.sql}. As in {@link BookingSql},
 * whatever changes something is one statement.
 */
final class SeriesSql {
    private static final String PLAN = "SELECT bookings.plan_series($1, $2, $3, $4)";

    private static final String PLACE = """
            SELECT outcome, series_id, conflicts, types, bodies
            FROM bookings.place_series(
                $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                $25, $26, $27, $28)
            """;

    private static final String CONFIRM =
            "SELECT outcome, types, bodies FROM bookings.confirm_series($1, $2, $3, $4, $5, $6, $7)";

    private static final String DECLINE = "SELECT outcome, types, bodies FROM bookings.decline_series($1, $2, $3, $4)";

    private static final String CANCEL = "SELECT outcome, types, bodies FROM bookings.cancel_series($1, $2, $3, $4)";

    private static final String FIND = "SELECT driver_id, rule FROM bookings.series WHERE id = $1";

    private static final String BOOKINGS = BookingSql.COLUMNS + "WHERE o.series_id = $1 ORDER BY o.series_number";

    private static final String BEGIN_PAYMENT = """
            UPDATE bookings.occupation SET payment_status = 'PROCESSING'
            WHERE series_id = $1 AND status = 'HELD' AND hold_expires_at > now()
            """;

    private static final String SET_PAYMENT_STATUS = """
            UPDATE bookings.occupation SET payment_status = $2
            WHERE series_id = $1 AND status = 'HELD' AND payment_status <> $2
            """;

    private static final String REFUND_TERMS = """
            SELECT o.id, lower(o.stay), upper(o.stay), o.price_amount, o.price_currency, d.amount, d.reason
            FROM bookings.occupation o, bookings.refund_due(o, false, clock_timestamp()) d
            WHERE o.series_id = $1 AND (o.status = 'HELD' OR o.status = 'CONFIRMED' AND lower(o.stay) > clock_timestamp())
            ORDER BY o.series_number
            """;

    private final Db db;
    private final BookingSql sql;

    SeriesSql(Db db, BookingSql sql) {
        this.db = db;
        this.sql = sql;
    }

    /**
     * @param series the one that was made, now or by the same request before; null when there is none
     * @param conflicts which of the stays cannot be had, from 0
     */
    record Placed(Changed<PlaceOutcome> changed, @Nullable SeriesId series, List<Integer> conflicts) {}

    record Known(UserId driver, String rule) {}

    /** Which of the stays none of the slots is free for, from 0. Nothing is reserved. */
    List<Integer> taken(List<Slot> slots, List<TimeRange> stays, int bufferMinutes) {
        if (stays.isEmpty()) {
            return List.of();
        }
        Integer[] plan = one(
                        PLAN,
                        Tuple.of(ids(slots), times(stays, TimeRange::from), times(stays, TimeRange::to), bufferMinutes))
                .getArrayOfIntegers(0);
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < plan.length; i++) {
            if (plan[i] == 0) {
                taken.add(i);
            }
        }
        return taken;
    }

    /** Tries to find a place for all of the stays; what is tried is decided by the database. */
    Placed place(
            SeriesId id,
            SeriesTerms terms,
            List<Slot> slots,
            UserId driver,
            int bufferMinutes,
            Duration holdTime,
            PaymentStatus payment,
            String key,
            String fingerprint) {
        QuoteTerms quote = terms.quote();
        List<TimeRange> stays = terms.stays();
        Row row = one(
                PLACE,
                Tuple.wrap(Arrays.asList(
                        id.value(),
                        terms.rule(),
                        Stream.generate(BookingId::next)
                                .limit(stays.size())
                                .map(BookingId::value)
                                .toArray(UUID[]::new),
                        quote.listing().value(),
                        ids(slots),
                        names(slots),
                        times(stays, TimeRange::from),
                        times(stays, TimeRange::to),
                        terms.prices(),
                        driver.value(),
                        quote.host().value(),
                        quote.vehicle() == null ? null : quote.vehicle().value(),
                        quote.price().currency(),
                        quote.commissionBasisPoints(),
                        quote.policy().name(),
                        quote.title(),
                        quote.locationText(),
                        quote.location().lat(),
                        quote.location().lng(),
                        quote.timeZone(),
                        holdTime.toMillis(),
                        quote.expiresAt().atOffset(ZoneOffset.UTC),
                        payment.name(),
                        key,
                        Buffer.buffer(HexFormat.of().parseHex(fingerprint)),
                        Correlation.current(),
                        bufferMinutes,
                        fees(terms))));
        UUID series = row.getUUID("series_id");
        return new Placed(
                sql.changed(row, PlaceOutcome.class),
                series == null ? null : new SeriesId(series),
                Stream.of(row.getArrayOfIntegers("conflicts"))
                        .map(number -> number - 1)
                        .toList());
    }

    /**
     * @param slots other places for what has lost its own; may be empty
     * @param last whether a series that finds no place now gives up for good
     * @param nonces at least as many as it has bookings
     */
    Changed<ConfirmOutcome> confirm(SeriesId id, List<Slot> slots, boolean last, Integer[] pins, Long[] nonces) {
        Tuple arguments = Tuple.wrap(
                Arrays.asList(id.value(), ids(slots), names(slots), last, pins, nonces, Correlation.current()));
        return sql.changed(one(CONFIRM, arguments), ConfirmOutcome.class);
    }

    Changed<EndOutcome> decline(SeriesId id, String code, @Nullable String message) {
        return sql.changed(one(DECLINE, Tuple.of(id.value(), code, message, Correlation.current())), EndOutcome.class);
    }

    Changed<EndOutcome> cancel(SeriesId id, UserId actor, @Nullable String detail) {
        return sql.changed(
                one(CANCEL, Tuple.of(id.value(), actor.value(), detail, Correlation.current())), EndOutcome.class);
    }

    Optional<Known> find(SeriesId id) {
        for (Row row : db.query(FIND, Tuple.of(id.value()))) {
            return Optional.of(new Known(new UserId(row.getUUID(0)), row.getString(1)));
        }
        return Optional.empty();
    }

    /** In the order of time in which they were made; empty when there is no such series. */
    List<Stored> bookings(SeriesId id) {
        List<Stored> rows = new ArrayList<>();
        db.query(BOOKINGS, Tuple.of(id.value())).forEach(row -> rows.add(sql.stored(row)));
        return rows;
    }

    /** How many of its bookings are held, by the database's clock. */
    int beginPayment(SeriesId id) {
        return db.query(BEGIN_PAYMENT, Tuple.of(id.value())).rowCount();
    }

    /** How the payment of what is held stands. */
    void setPaymentStatus(SeriesId id, PaymentStatus status) {
        db.query(SET_PAYMENT_STATUS, Tuple.of(id.value(), status.name()));
    }

    /** What would be cancelled now, and what of it would come back. */
    List<CancelledBooking> refundTerms(SeriesId id) {
        List<CancelledBooking> terms = new ArrayList<>();
        db.query(REFUND_TERMS, Tuple.of(id.value()))
                .forEach(row -> terms.add(new CancelledBooking(
                        new BookingId(row.getUUID(0)),
                        row.getOffsetDateTime(1).toInstant(),
                        row.getOffsetDateTime(2).toInstant(),
                        new Money(row.getLong(3), row.getString(4)),
                        new Money(row.getLong(5), row.getString(4)),
                        row.getString(6))));
        return terms;
    }

    private Row one(String statement, Tuple arguments) {
        return db.query(statement, arguments).iterator().next();
    }

    /** Null where there are none. */
    private String @Nullable [] fees(SeriesTerms terms) {
        List<BookedFee> fees = terms.fees();
        return fees.isEmpty() ? null : fees.stream().map(sql::write).toArray(String[]::new);
    }

    private static OffsetDateTime[] times(List<TimeRange> stays, Function<TimeRange, Instant> end) {
        return stays.stream()
                .map(stay -> end.apply(stay).atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }

    private static UUID[] ids(List<Slot> slots) {
        return slots.stream().map(slot -> slot.id().value()).toArray(UUID[]::new);
    }

    private static String[] names(List<Slot> slots) {
        return slots.stream().map(Slot::name).toArray(String[]::new);
    }
}
