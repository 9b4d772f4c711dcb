package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.FindRights;
import dev.berth.bookings.BookingCommand.Taken;
import dev.berth.platform.db.Db;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of what gates ask. Each answer tells the database's time, also when it is empty. */
final class RightSql {
    private static final String RIGHTS = """
            SELECT t.now, r.* FROM (SELECT now() AS now) t LEFT JOIN LATERAL (
                SELECT o.id, o.listing_id, o.slot_id, o.driver_id, o.vehicle_id, lower(o.stay) AS begins,
                    upper(o.stay) AS ends,
                    -- Whose slot is kept may still come (RULES 16).
                    CASE WHEN o.status = 'NO_SHOW' AND o.live THEN 'CONFIRMED' ELSE o.status END,
                    lower(o.stay) > now() AND EXISTS (
                        SELECT FROM bookings.occupation x
                        WHERE x.live AND x.slot_id = o.slot_id AND x.id <> o.id AND x.stay @> now()), p.nonce
                FROM bookings.occupation o %s bookings.pass p ON p.booking_id = o.id
                WHERE o.block_id IS NULL AND %s) r ON true
            """;

    private static final String OF_BOOKING = RIGHTS.formatted("LEFT JOIN", "o.id = $1");

    /** Days are the place's, which may be one off from those of the server. */
    private static final String OF_PIN = RIGHTS.formatted("JOIN", """
            p.listing_id = $1 AND p.pin = $2
                AND p.days && daterange(current_date - 2, current_date + 2, '[]')
                ORDER BY upper(o.stay)""");

    private static final String AROUND = RIGHTS.formatted("LEFT JOIN", """
            o.live AND o.listing_id = $1 AND upper(o.stay) > $2 AND lower(o.stay) < $3 AND o.vehicle_id IS NOT NULL
                ORDER BY upper(o.stay) LIMIT $4""");

    private static final String TAKEN = """
            SELECT now(), array_agg(o.id)
            FROM bookings.occupation o
            WHERE o.live AND o.listing_id = $1 AND upper(o.stay) > now() AND lower(o.stay) <= now()
            """;

    private final Db db;

    RightSql(Db db) {
        this.db = db;
    }

    record Found(Instant now, List<Stored> rows) {}

    record Stored(
            BookingId booking,
            ListingId listing,
            SlotId slot,
            UserId driver,
            @Nullable VehicleId vehicle,
            TimeRange stay,
            BookingStatus status,
            boolean slotTaken,
            @Nullable Long nonce) {}

    Found find(FindRights command) {
        UUID listing = command.listing().value();
        BookingId booking = command.booking();
        String pin = command.pin();
        TimeRange around = command.around();
        if (booking != null) {
            return found(db.query(OF_BOOKING, Tuple.of(booking.value())));
        } else if (pin != null) {
            return found(db.query(OF_PIN, Tuple.of(listing, Integer.valueOf(pin))));
        } else if (around != null) {
            return found(db.query(
                    AROUND,
                    Tuple.of(
                            listing,
                            around.from().atOffset(ZoneOffset.UTC),
                            around.to().atOffset(ZoneOffset.UTC),
                            FindRights.MAX_RIGHTS)));
        }
        throw new IllegalArgumentException("neither booking nor PIN nor time");
    }

    Taken taken(ListingId listing) {
        Row row = db.query(TAKEN, Tuple.of(listing.value())).iterator().next();
        UUID[] ids = row.getArrayOfUUIDs(1);
        return new Taken(instant(row, 0), ids == null ? List.of() : Arrays.asList(ids));
    }

    private static Found found(RowSet<Row> rows) {
        List<Stored> found = new ArrayList<>();
        Instant now = Instant.EPOCH;
        for (Row row : rows) {
            now = instant(row, 0);
            if (row.getUUID(1) != null) {
                UUID vehicle = row.getUUID(5);
                found.add(new Stored(
                        new BookingId(row.getUUID(1)),
                        new ListingId(row.getUUID(2)),
                        new SlotId(row.getUUID(3)),
                        new UserId(row.getUUID(4)),
                        vehicle == null ? null : new VehicleId(vehicle),
                        new TimeRange(instant(row, 6), instant(row, 7)),
                        BookingStatus.valueOf(row.getString(8)),
                        row.getBoolean(9),
                        row.getLong(10)));
            }
        }
        return new Found(now, found);
    }

    private static Instant instant(Row row, int column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
