package dev.berth.calendars;

import dev.berth.platform.db.Db;
import dev.berth.values.FeedId;
import dev.berth.values.ListingId;
import dev.berth.values.UserId;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of calendar feeds. */
final class CalendarSql {
    /** No row when the owner has too many. The lock keeps two of one owner from counting the same. */
    private static final String CREATE = """
            WITH one AS MATERIALIZED (
                SELECT pg_advisory_xact_lock(hashtextextended('feeds ' || $2::uuid::text, 0))
            ), few AS MATERIALIZED (
                SELECT count(*) < $5 AS allowed FROM one CROSS JOIN calendars.feed f WHERE f.owner_id = $2
            )
            INSERT INTO calendars.feed (id, owner_id, listing_id, secret_digest)
            SELECT $1, $2, $3, $4 FROM few WHERE few.allowed
            RETURNING id, listing_id, created_at, read_at
            """;

    private static final String LIST =
            "SELECT id, listing_id, created_at, read_at FROM calendars.feed WHERE owner_id = $1 ORDER BY id";

    private static final String DELETE = "DELETE FROM calendars.feed WHERE id = $1 AND owner_id = $2";

    /** Calendar programs come often: that they came is written once an hour. */
    private static final String READ = """
            WITH found AS (
                SELECT id, owner_id, listing_id FROM calendars.feed WHERE secret_digest = $1
            ), noted AS (
                UPDATE calendars.feed f SET read_at = now() FROM found
                WHERE f.id = found.id AND (f.read_at IS NULL OR f.read_at < now() - interval '1 hour')
            )
            SELECT owner_id, listing_id FROM found
            """;

    private final Db db;

    CalendarSql(Db db) {
        this.db = db;
    }

    /** Whose calendar a secret leads to. */
    record Found(UserId owner, @Nullable ListingId listing) {}

    /** Empty when the owner has {@code most} already. */
    Optional<Feed> create(UserId owner, @Nullable ListingId listing, Buffer digest, int most) {
        Iterator<Row> rows = db.query(
                        CREATE,
                        Tuple.of(
                                FeedId.next().value(),
                                owner.value(),
                                listing == null ? null : listing.value(),
                                digest,
                                most))
                .iterator();
        return rows.hasNext() ? Optional.of(feed(rows.next())) : Optional.empty();
    }

    List<Feed> list(UserId owner) {
        List<Feed> feeds = new ArrayList<>();
        db.query(LIST, Tuple.of(owner.value())).forEach(row -> feeds.add(feed(row)));
        return feeds;
    }

    /** False when the owner has no such feed. */
    boolean delete(FeedId feed, UserId owner) {
        return db.query(DELETE, Tuple.of(feed.value(), owner.value())).rowCount() == 1;
    }

    Optional<Found> find(Buffer digest) {
        Iterator<Row> rows = db.query(READ, Tuple.of(digest)).iterator();
        if (!rows.hasNext()) {
            return Optional.empty();
        }
        Row row = rows.next();
        return Optional.of(new Found(new UserId(row.getUUID("owner_id")), listing(row)));
    }

    private static Feed feed(Row row) {
        OffsetDateTime readAt = row.getOffsetDateTime("read_at");
        return new Feed(
                new FeedId(row.getUUID("id")),
                listing(row),
                row.getOffsetDateTime("created_at").toInstant(),
                readAt == null ? null : readAt.toInstant());
    }

    private static @Nullable ListingId listing(Row row) {
        UUID listing = row.getUUID("listing_id");
        return listing == null ? null : new ListingId(listing);
    }
}
