package dev.berth.bookings;

import dev.berth.bookings.BookingCommand.ChargePurpose;
import dev.berth.bookings.BookingCommand.DescribeCharge;
import dev.berth.bookings.BookingCommand.DescribedCharge;
import dev.berth.platform.db.Db;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.Money;
import dev.berth.values.TimeRange;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The SQL that says what a payment was for. */
final class ChargeSql {
    private static final String DESCRIBE = """
            SELECT bookings.booking_json(o) AS booking, c.purpose, lower(c.stay) AS begins, upper(c.stay) AS ends, c.hours,
                promotions.discount_json(o.id) AS discount, c.admin_fee, o.overstay_since, o.left_at
            FROM bookings.occupation o
            LEFT JOIN bookings.charge c ON c.id = $2 AND c.booking_id = o.id
            WHERE o.id = $1 AND o.block_id IS NULL AND ($1::uuid = $2::uuid OR c.id IS NOT NULL)
            """;

    private final Db db;
    private final BookingSql sql;

    ChargeSql(Db db, BookingSql sql) {
        this.db = db;
        this.sql = sql;
    }

    DescribedCharge describe(DescribeCharge command) {
        for (Row row : db.query(
                DESCRIBE, Tuple.of(command.booking().value(), command.payment().value()))) {
            return described(row);
        }
        throw new Rejection(ProblemType.NOT_FOUND, "no booking has that payment");
    }

    private DescribedCharge described(Row row) {
        Booking booking = sql.read(row.getString("booking"), Booking.class);
        String purpose = row.getString("purpose");
        if (purpose == null) {
            return new DescribedCharge(booking, ChargePurpose.STAY, booking.stay(), null, null, sql.discount(row));
        } else if (purpose.equals("OVERSTAY")) {
            Long fee = row.getLong("admin_fee");
            return new DescribedCharge(
                    booking,
                    ChargePurpose.OVERSTAY,
                    overstay(booking, row),
                    row.getInteger("hours"),
                    fee == null ? null : new Money(fee, booking.price().currency()));
        }
        Instant begins = instant(row, "begins");
        Instant ends = instant(row, "ends");
        TimeRange stay = begins == null || ends == null ? booking.stay() : new TimeRange(begins, ends);
        return new DescribedCharge(booking, ChargePurpose.CHANGE, stay, null, null);
    }

    /** From the end of the grace until they had gone. */
    private static TimeRange overstay(Booking booking, Row row) {
        Instant since = instant(row, "overstay_since");
        Instant left = instant(row, "left_at");
        return since == null || left == null || !since.isBefore(left) ? booking.stay() : new TimeRange(since, left);
    }

    private static @Nullable Instant instant(Row row, String column) {
        OffsetDateTime at = row.getOffsetDateTime(column);
        return at == null ? null : at.toInstant();
    }
}
