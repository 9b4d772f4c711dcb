package dev.berth.bookings;

import dev.berth.platform.db.Db;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** The SQL of what anybody may know of a calendar. */
final class FreeBusySql {
    /**
     * How many slots begin or cease to be taken, and to be booked, at each step: what several bookings of one slot take is
     * counted once. A time that is kept for a booking's change is booked.
     */
    private static final String CHANGES = """
            WITH o AS (
                SELECT x.slot_id, coalesce(b.for_change, true) AS booked, int4range(
                    floor(extract(epoch FROM greatest(lower(x.stay), $2) - $2) / $4)::int,
                    ceil(extract(epoch FROM least(upper(x.stay), $3) - $2) / $4)::int) AS steps
                FROM bookings.occupation x LEFT JOIN bookings.block b ON b.id = x.block_id
                WHERE x.live AND x.listing_id = $1 AND upper(x.stay) > $2 AND lower(x.stay) < $3
                    AND x.slot_id = ANY ($5)),
            runs AS (
                SELECT false AS booked, unnest(range_agg(steps)) AS run FROM o GROUP BY slot_id
                UNION ALL
                SELECT true, unnest(range_agg(steps)) FROM o WHERE booked GROUP BY slot_id)
            SELECT booked, step, sum(change)::int
            FROM (SELECT booked, lower(run), 1 FROM runs UNION ALL SELECT booked, upper(run), -1 FROM runs)
                AS c (booked, step, change)
            GROUP BY booked, step
            """;

    private static final int SECONDS_PER_MINUTE = 60;

    private final Db db;

    FreeBusySql(Db db) {
        this.db = db;
    }

    /** Takes in how the numbers change at a step. */
    interface Changes {
        /** @param booked whether it is those that are booked, or all that are taken */
        void at(boolean booked, int step, int change);
    }

    /** @param slots that count */
    void read(ListingId listing, TimeRange time, int stepMinutes, List<SlotId> slots, Changes changes) {
        Tuple arguments = Tuple.of(
                        listing.value(),
                        time.from().atOffset(ZoneOffset.UTC),
                        time.to().atOffset(ZoneOffset.UTC),
                        stepMinutes * SECONDS_PER_MINUTE)
                .addArrayOfUUID(slots.stream().map(SlotId::value).toArray(UUID[]::new));
        for (Row row : db.query(CHANGES, arguments)) {
            changes.at(row.getBoolean(0), row.getInteger(1), row.getInteger(2));
        }
    }
}
