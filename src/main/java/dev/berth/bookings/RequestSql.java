package dev.berth.bookings;

import dev.berth.bookings.BookingSql.Changed;
import dev.berth.bookings.BookingSql.EndOutcome;
import dev.berth.bookings.BookingSql.PlaceOutcome;
import dev.berth.bookings.BookingSql.Placed;
import dev.berth.bookings.BookingSql.Stored;
import dev.berth.fees.BookedFee;
import dev.berth.listings.Slot;
import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.promotions.Reservation;
import dev.berth.values.BookingId;
import dev.berth.values.Money;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of bookings that a host is asked for; the functions are in {@code R__bookings_requests.sql}. */
final class RequestSql {
    private static final String REQUEST = """
            SELECT outcome, booking_id, types, bodies
            FROM bookings.request_booking(
                $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23, $24, $25, $26, $27, $28)
            """;

    private static final String ASK_HOST = "SELECT outcome, types, bodies FROM bookings.ask_host($1, $2, $3)";

    private static final String ACCEPT =
            "SELECT outcome, status, method FROM bookings.accept_request($1, $2, $3, $4, $5)";

    private static final String CHANGE = """
            SELECT outcome, status, set_aside, types, bodies
            FROM bookings.change_request($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """;

    private static final String RESERVED = "SELECT promotions.reserved_json($1)";

    private static final String DECLINE =
            "SELECT outcome, status, types, bodies FROM bookings.decline_request($1, $2, $3, $4)";

    private static final String DECLINE_OVERTAKEN =
            "SELECT outcome, types, bodies FROM bookings.decline_overtaken($1, $2, $3)";

    private final Db db;
    private final BookingSql sql;

    RequestSql(Db db, BookingSql sql) {
        this.db = db;
        this.sql = sql;
    }

    /**
     * @param slots best first
     * @param hold how long the driver has to have the money set aside; null when there is none
     */
    Placed request(
            QuoteTerms terms,
            List<Slot> slots,
            UserId driver,
            @Nullable VehicleId vehicle,
            int bufferMinutes,
            Duration answerTime,
            @Nullable Duration hold,
            @Nullable String method,
            String key,
            String fingerprint) {
        Tuple arguments = Tuple.wrap(Arrays.asList(
                BookingId.next().value(),
                terms.listing().value(),
                ids(slots),
                names(slots),
                terms.stay().from().atOffset(ZoneOffset.UTC),
                terms.stay().to().atOffset(ZoneOffset.UTC),
                driver.value(),
                terms.host().value(),
                vehicle == null ? null : vehicle.value(),
                terms.price().amount(),
                terms.price().currency(),
                terms.commissionBasisPoints(),
                terms.policy().name(),
                terms.title(),
                terms.locationText(),
                terms.location().lat(),
                terms.location().lng(),
                terms.timeZone(),
                answerTime.toMillis(),
                terms.expiresAt().atOffset(ZoneOffset.UTC),
                method,
                key,
                Buffer.buffer(HexFormat.of().parseHex(fingerprint)),
                Correlation.current(),
                bufferMinutes,
                hold == null ? null : hold.toMillis(),
                sql.reservation(terms),
                sql.write(terms.fee())));
        Row row;
        try {
            row = one(REQUEST, arguments);
        } catch (PgException refused) {
            return BookingSql.codeRefused(refused);
        }
        UUID booking = row.getUUID("booking_id");
        return new Placed(sql.changed(row, PlaceOutcome.class), booking == null ? null : new BookingId(booking));
    }

    enum AskOutcome {
        ASKED,
        ALREADY,
        ENDED
    }

    Optional<Stored> find(BookingId id) {
        return sql.find(id);
    }

    Stored reload(BookingId id) {
        return find(id).orElseThrow();
    }

    /** @param answerTime how long the host has, if the stay is not too soon for that */
    Changed<AskOutcome> askHost(BookingId id, Duration answerTime) {
        return sql.changed(
                one(ASK_HOST, Tuple.of(id.value(), answerTime.toMillis(), Correlation.current())), AskOutcome.class);
    }

    enum AcceptOutcome {
        ACCEPTED,
        PENDING,
        ALREADY,
        TAKEN,
        STALE,
        ILLEGAL,
        UNKNOWN
    }

    /** @param method what the card is charged with */
    record Accepted(
            AcceptOutcome outcome,
            @Nullable BookingStatus status,
            @Nullable String method) {}

    /**
     * @param hold how long the slot is kept while the card is charged
     * @param version the one that the host has seen; null for any
     */
    Accepted accept(BookingId id, List<Slot> slots, Duration hold, @Nullable Long version) {
        Row row = one(ACCEPT, Tuple.of(id.value(), ids(slots), names(slots), hold.toMillis(), version));
        return new Accepted(AcceptOutcome.valueOf(row.getString("outcome")), status(row), row.getString("method"));
    }

    enum ChangeOutcome {
        CHANGED,
        ALREADY,
        DEARER,
        TAKEN,
        QUOTE_STALE,
        STALE,
        ILLEGAL,
        UNKNOWN
    }

    /**
     * @param status the booking's; null when there is no such booking
     * @param setAside the most that it can cost, in minor units
     */
    record Altered(Changed<ChangeOutcome> changed, @Nullable BookingStatus status, long setAside) {}

    /**
     * @param booking as its version was read, which must still be so
     * @param slots best first
     * @param price of the request from then on, the fee included
     * @param fee what of that is the service fee; null without one
     * @param answerTime how long the host has at most
     * @param discount what the use of its code is to be; null to leave it
     */
    Altered change(
            Booking booking,
            UserId actor,
            QuoteTerms terms,
            List<Slot> slots,
            Money price,
            @Nullable BookedFee fee,
            Duration answerTime,
            @Nullable Reservation discount) {
        Row row = one(
                CHANGE,
                Tuple.wrap(Arrays.asList(
                        booking.id().value(),
                        actor.value(),
                        booking.version(),
                        ids(slots),
                        names(slots),
                        terms.stay().from().atOffset(ZoneOffset.UTC),
                        terms.stay().to().atOffset(ZoneOffset.UTC),
                        price.amount(),
                        terms.expiresAt().atOffset(ZoneOffset.UTC),
                        answerTime.toMillis(),
                        discount == null ? null : sql.write(discount),
                        Correlation.current(),
                        sql.write(fee))));
        Long setAside = row.getLong("set_aside");
        return new Altered(sql.changed(row, ChangeOutcome.class), status(row), setAside == null ? 0 : setAside);
    }

    /** What a booking that is not paid yet keeps of a code; null for none. */
    @Nullable
    Reservation reserved(BookingId id) {
        String reserved = one(RESERVED, Tuple.of(id.value())).getString(0);
        return reserved == null ? null : sql.read(reserved, Reservation.class);
    }

    /** @param status the booking's, after it; null when there is no such booking */
    record Declined(Changed<EndOutcome> changed, @Nullable BookingStatus status) {}

    Declined decline(BookingId id, UserId actor, @Nullable String reason) {
        Row row = one(DECLINE, Tuple.of(id.value(), actor.value(), reason, Correlation.current()));
        return new Declined(sql.changed(row, EndOutcome.class), status(row));
    }

    /** @param slots all of the listing's */
    Changed<EndOutcome> declineOvertaken(BookingId accepted, List<Slot> slots) {
        return sql.changed(
                one(DECLINE_OVERTAKEN, Tuple.of(accepted.value(), ids(slots), Correlation.current())),
                EndOutcome.class);
    }

    private static @Nullable BookingStatus status(Row row) {
        String status = row.getString("status");
        return status == null ? null : BookingStatus.valueOf(status);
    }

    private static UUID[] ids(List<Slot> slots) {
        return slots.stream().map(slot -> slot.id().value()).toArray(UUID[]::new);
    }

    private static String[] names(List<Slot> slots) {
        return slots.stream().map(Slot::name).toArray(String[]::new);
    }

    private Row one(String statement, Tuple arguments) {
        return db.query(statement, arguments).iterator().next();
    }
}
