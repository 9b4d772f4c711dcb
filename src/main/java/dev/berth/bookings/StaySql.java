package dev.berth.bookings;

import dev.berth.bookings.BookingEvent.Warning;
import dev.berth.bookings.BookingSql.Changed;
import dev.berth.listings.Slot;
import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.PaymentId;
import dev.berth.values.SlotId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of what happens to stays by time alone; the functions are in {@code R__bookings_stays.sql}. As in
 * {@link BookingSql}, whatever changes something is one statement.
 */
final class StaySql {
    private static final String TENDED = "SELECT 'CHANGED' AS outcome, handled, types, bodies FROM bookings.";

    private static final String WARN = TENDED + "warn_stays($1, $2, $3, $4)";

    private static final String OVERSTAY = TENDED + "overstay_stays($1, $2)";

    private static final String CLOSE = TENDED + "close_unanswered($1, $2)";

    private static final String MISS = TENDED + "miss_stays($1, $2)";

    private static final String WAIVE =
            "SELECT outcome, status, types, bodies FROM bookings.waive_fee($1, $2, $3, $4, $5)";

    private static final String TAKE_BLOCKED = "SELECT booking FROM bookings.take_blocked($1, $2, $3)";

    private static final String RESCUE = """
            SELECT outcome, sure, types, bodies
            FROM bookings.rescue_booking($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9, $10)
            """;

    private static final String CHARGE_OF = """
            SELECT c.id, c.amount FROM bookings.charge c
            WHERE c.booking_id = $1 AND c.purpose = 'OVERSTAY' AND c.status = 'PENDING'
            """;

    private static final String BOOKING_OF =
            "SELECT booking_id FROM bookings.charge WHERE id = $1 AND purpose = 'OVERSTAY'";

    private static final String WATCH = "SELECT bookings.watch_place($1, $2, $3, $4, $5)";

    private final Db db;
    private final BookingSql sql;

    StaySql(Db db, BookingSql sql) {
        this.db = db;
        this.sql = sql;
    }

    enum TendOutcome {
        CHANGED
    }

    /** @param handled how many were looked at: fewer than the limit when there are no more */
    record Tended(int handled, List<BookingEvent> events) {}

    Tended warn(Warning warning, Duration before, Duration grace, int limit) {
        return tended(WARN, Tuple.of(warning.name(), before.toMillis(), grace.toMillis(), limit));
    }

    Tended overstay(Duration grace, int limit) {
        return tended(OVERSTAY, Tuple.of(grace.toMillis(), limit));
    }

    Tended closeUnanswered(Duration most, int limit) {
        return tended(CLOSE, Tuple.of(most.toMillis(), limit));
    }

    Tended miss(Duration after, int limit) {
        return tended(MISS, Tuple.of(after.toMillis(), limit));
    }

    private Tended tended(String statement, Tuple arguments) {
        Row row = one(statement, arguments);
        return new Tended(
                row.getInteger("handled"), sql.changed(row, TendOutcome.class).events());
    }

    enum WaiveOutcome {
        CHANGED,
        ALREADY,
        ILLEGAL,
        UNKNOWN
    }

    /** @param status the booking's, after it; null when there is no such booking */
    record Waived(Changed<WaiveOutcome> changed, @Nullable BookingStatus status) {}

    Waived waive(BookingId id, UserId actor, String why) {
        Row row = one(
                WAIVE, Tuple.of(id.value(), actor.value(), why, PaymentId.next().value(), Correlation.current()));
        String status = row.getString("status");
        return new Waived(sql.changed(row, WaiveOutcome.class), status == null ? null : BookingStatus.valueOf(status));
    }

    enum RescueOutcome {
        MOVED,
        ELSEWHERE,
        REFUNDED,
        NONE,
        NOT_NEEDED,
        STALE,
        UNKNOWN
    }

    /** @param sure whether somebody is in the way for certain */
    record Rescued(Changed<RescueOutcome> changed, boolean sure) {}

    /**
     * A slot at another place.
     *
     * @param worth what the stay costs there, in minor units
     */
    record Place(
            ListingId listing,
            UserId host,
            SlotId slot,
            String slotName,
            String title,
            String address,
            double lat,
            double lng,
            String zone,
            long worth) {}

    List<BookingId> takeBlocked(Duration lead, Duration again, int limit) {
        List<BookingId> taken = new ArrayList<>();
        db.query(TAKE_BLOCKED, Tuple.of(lead.toMillis(), again.toMillis(), limit))
                .forEach(row -> taken.add(new BookingId(row.getUUID(0))));
        return taken;
    }

    /**
     * @param booking as its version was read, which must still be so
     * @param last whether a booking that finds no place is refunded
     * @param pins to choose from
     */
    Rescued rescue(
            Booking booking,
            boolean claimed,
            List<Slot> slots,
            List<Place> places,
            boolean last,
            Integer[] pins,
            long nonce) {
        Row row = one(
                RESCUE,
                Tuple.wrap(Arrays.asList(
                        booking.id().value(),
                        booking.version(),
                        claimed,
                        slots.stream().map(slot -> slot.id().value()).toArray(UUID[]::new),
                        slots.stream().map(Slot::name).toArray(String[]::new),
                        sql.write(places),
                        last,
                        pins,
                        nonce,
                        Correlation.current())));
        return new Rescued(sql.changed(row, RescueOutcome.class), row.getBoolean("sure"));
    }

    /** A charge that waits for its money. */
    record Due(PaymentId payment, long amount) {}

    Optional<Due> due(BookingId id) {
        for (Row row : db.query(CHARGE_OF, Tuple.of(id.value()))) {
            return Optional.of(new Due(new PaymentId(row.getUUID(0)), row.getLong(1)));
        }
        return Optional.empty();
    }

    /** Whose stay a payment is for, when it is for one that was too long. */
    Optional<BookingId> bookingOf(PaymentId payment) {
        for (Row row : db.query(BOOKING_OF, Tuple.of(payment.value()))) {
            return Optional.of(new BookingId(row.getUUID(0)));
        }
        return Optional.empty();
    }

    void watch(ListingId listing, boolean entry, boolean exit, boolean releaseNoShows, long version) {
        db.query(WATCH, Tuple.of(listing.value(), entry, exit, releaseNoShows, version));
    }

    private Row one(String statement, Tuple arguments) {
        return db.query(statement, arguments).iterator().next();
    }
}
