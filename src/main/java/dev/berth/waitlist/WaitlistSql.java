package dev.berth.waitlist;

import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Db;
import dev.berth.platform.events.Outbox;
import dev.berth.platform.observability.Correlation;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.WaitId;
import dev.berth.waitlist.WaitlistEvent.SlotFreed;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of waitlists. */
final class WaitlistSql {
    private static final String COLUMNS =
            "id, driver_id, listing_id, title, time_zone, lower(stay) AS begins, upper(stay) AS ends, created_at, told_at";

    /** No row when the driver waits for too much already. The lock keeps two of one driver from counting the same. */
    private static final String BEGIN = """
            WITH one AS MATERIALIZED (
                SELECT pg_advisory_xact_lock(hashtextextended('waitlist ' || $2::uuid::text, 0))
            ), few AS MATERIALIZED (
                SELECT count(*) < $8 AS allowed
                FROM one CROSS JOIN waitlist.wait w
                WHERE w.driver_id = $2 AND w.told_at IS NULL AND upper(w.stay) > now()
            )
            INSERT INTO waitlist.wait AS w (id, driver_id, listing_id, title, time_zone, stay)
            SELECT $1, $2, $3, $4, $5, tstzrange($6, $7) FROM few
            WHERE few.allowed OR EXISTS (
                SELECT FROM waitlist.wait o
                WHERE o.driver_id = $2 AND o.listing_id = $3 AND o.stay = tstzrange($6, $7) AND o.told_at IS NULL)
            ON CONFLICT (driver_id, listing_id, stay) WHERE told_at IS NULL DO UPDATE SET title = excluded.title
            """ + "RETURNING " + COLUMNS;

    private static final String LIST = "SELECT " + COLUMNS + " FROM waitlist.wait" + """

            WHERE driver_id = $1 AND upper(stay) > now() AND ($2::uuid IS NULL OR id < $2)
            ORDER BY id DESC
            LIMIT $3
            """;

    private static final String STOP = "DELETE FROM waitlist.wait WHERE id = $1 AND driver_id = $2";

    /** Who may be glad of what is free again, those who have waited longest first. */
    private static final String WAITING = "SELECT " + COLUMNS + " FROM waitlist.wait" + """

            WHERE listing_id = $1 AND told_at IS NULL AND lower(stay) > now()
                AND stay && ANY (SELECT tstzrange(f.begins, f.ends) FROM unnest($2::timestamptz[], $3::timestamptz[]) AS f(begins, ends))
            ORDER BY id
            LIMIT $4
            """;

    /** Each once, however often and wherever it is asked for, with the event that says so. */
    private static final String TELL = """
            WITH told AS (
                UPDATE waitlist.wait SET told_at = now() WHERE id = ANY ($1::uuid[]) AND told_at IS NULL RETURNING id
            )
            INSERT INTO platform.outbox (event_id, topic, key, type, body, correlation)
            SELECT e.event_id, $2, e.key, $3, e.body, $4
            FROM told JOIN unnest($1::uuid[], $5::uuid[], $6::text[], $7::text[]) AS e(id, event_id, key, body) USING (id)
            RETURNING event_id
            """;

    private static final String FORGET =
            "DELETE FROM waitlist.wait WHERE upper(stay) < now() - $1 * interval '1 millisecond'";

    private final Db db;
    private final Outbox outbox;

    WaitlistSql(Db db, Outbox outbox) {
        this.db = db;
        this.outbox = outbox;
    }

    /** Empty when the driver waits for {@code most} others already. */
    Optional<Wait> begin(UserId driver, ListingId listing, String title, String timeZone, TimeRange stay, int most) {
        Iterator<Row> rows = db.query(
                        BEGIN,
                        Tuple.wrap(Arrays.asList(
                                WaitId.next().value(),
                                driver.value(),
                                listing.value(),
                                title,
                                timeZone,
                                stay.from().atOffset(ZoneOffset.UTC),
                                stay.to().atOffset(ZoneOffset.UTC),
                                most)))
                .iterator();
        return rows.hasNext() ? Optional.of(wait(rows.next())) : Optional.empty();
    }

    /** Up to {@code limit}. */
    List<Wait> list(UserId driver, @Nullable WaitId before, int limit) {
        return waits(db.query(LIST, Tuple.of(driver.value(), before == null ? null : before.value(), limit)));
    }

    /** False when the driver has no such place. */
    boolean stop(WaitId wait, UserId driver) {
        return db.query(STOP, Tuple.of(wait.value(), driver.value())).rowCount() == 1;
    }

    /** @param freed what is free again, of any slots */
    List<Wait> waiting(ListingId listing, List<TimeRange> freed, int most) {
        OffsetDateTime[] begins =
                freed.stream().map(stay -> stay.from().atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new);
        OffsetDateTime[] ends =
                freed.stream().map(stay -> stay.to().atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new);
        return waits(db.query(WAITING, Tuple.of(listing.value(), begins, ends, most)));
    }

    /** The events of those who were waiting until now, committed. */
    List<SlotFreed> tell(List<Wait> waits) {
        UUID[] events = waits.stream().map(wait -> Ids.next()).toArray(UUID[]::new);
        List<SlotFreed> freed = waits.stream().map(SlotFreed::new).toList();
        RowSet<Row> rows = db.query(
                TELL,
                Tuple.wrap(Arrays.asList(
                        waits.stream().map(wait -> wait.id().value()).toArray(UUID[]::new),
                        WaitlistEvent.ADDRESS,
                        MessageCatalog.tag(SlotFreed.class),
                        Correlation.current(),
                        events,
                        freed.stream().map(SlotFreed::key).toArray(String[]::new),
                        freed.stream().map(outbox::encode).toArray(String[]::new))));
        Set<UUID> written = new HashSet<>();
        rows.forEach(row -> written.add(row.getUUID(0)));
        List<SlotFreed> told = new ArrayList<>();
        for (int i = 0; i < events.length; i++) {
            if (written.contains(events[i])) {
                told.add(freed.get(i));
            }
        }
        return told;
    }

    void forget(Duration retention) {
        db.query(FORGET, Tuple.of((double) retention.toMillis()));
    }

    private static List<Wait> waits(RowSet<Row> rows) {
        List<Wait> waits = new ArrayList<>();
        rows.forEach(row -> waits.add(wait(row)));
        return waits;
    }

    private static Wait wait(Row row) {
        OffsetDateTime toldAt = row.getOffsetDateTime("told_at");
        return new Wait(
                new WaitId(row.getUUID("id")),
                new UserId(row.getUUID("driver_id")),
                new ListingId(row.getUUID("listing_id")),
                row.getString("title"),
                row.getString("time_zone"),
                new TimeRange(
                        row.getOffsetDateTime("begins").toInstant(),
                        row.getOffsetDateTime("ends").toInstant()),
                row.getOffsetDateTime("created_at").toInstant(),
                toldAt == null ? null : toldAt.toInstant());
    }
}
