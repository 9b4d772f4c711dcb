package dev.berth.calendars;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.calendars.CalendarImport.Conflict;
import dev.berth.calendars.CalendarImport.Failure;
import dev.berth.calendars.ImportPlan.Kept;
import dev.berth.platform.db.Db;
import dev.berth.values.BlockId;
import dev.berth.values.ImportId;
import dev.berth.values.ListingId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All SQL of calendars that are imported. */
final class ImportSql {
    private static final String COLUMNS = """
            id, listing_id, slot_id, address, created_at, due_at <= now() OR coalesce(leased_until > now(), false) AS refreshing,
            read_at, due_at, failure, busy, skipped, conflicts
            """;

    /** No row when the owner has too many. The lock keeps two of one owner from counting the same. */
    private static final String CREATE = """
            WITH one AS MATERIALIZED (
                SELECT pg_advisory_xact_lock(hashtextextended('imports ' || $2::uuid::text, 0))
            ), few AS MATERIALIZED (
                SELECT count(*) < $6 AS allowed
                FROM one CROSS JOIN calendars.import i WHERE i.owner_id = $2 AND NOT i.removed
            )
            INSERT INTO calendars.import (id, owner_id, listing_id, slot_id, address)
            SELECT $1, $2, $3, $4, $5 FROM few WHERE few.allowed
            RETURNING %s
            """.formatted(COLUMNS);

    private static final String LIST = """
            SELECT %s FROM calendars.import WHERE owner_id = $1 AND NOT removed ORDER BY id
            """.formatted(COLUMNS);

    private static final String REMOVE = """
            UPDATE calendars.import SET removed = true, due_at = now() WHERE id = $1 AND owner_id = $2 AND NOT removed
            """;

    /** One that was tried a moment ago is not asked again: its server is somebody else's. */
    private static final String REFRESH = """
            WITH asked AS (
                UPDATE calendars.import SET due_at = now()
                WHERE id = $1 AND owner_id = $2 AND NOT removed
                  AND (tried_at IS NULL OR tried_at < now() - $3 * interval '1 millisecond')
                RETURNING %1$s
            )
            SELECT * FROM asked
            UNION ALL
            SELECT %1$s FROM calendars.import
            WHERE id = $1 AND owner_id = $2 AND NOT removed AND NOT EXISTS (SELECT FROM asked)
            """.formatted(COLUMNS);

    private static final String CLAIM = """
            UPDATE calendars.import i
            SET leased_until = now() + $2 * interval '1 millisecond', claim = claim + 1, tried_at = now()
            FROM (SELECT id FROM calendars.import
                  WHERE due_at <= now() AND (leased_until IS NULL OR leased_until < now())
                  ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED) due
            WHERE i.id = due.id
            RETURNING i.id, i.claim, i.removed, i.owner_id, i.listing_id, i.slot_id, i.address,
                CASE WHEN i.whole_at > now() - $3 * interval '1 millisecond' THEN i.tag END AS tag,
                CASE WHEN i.whole_at > now() - $3 * interval '1 millisecond' THEN i.modified END AS modified
            """;

    // Who was deleted meanwhile is due at once: its blocks have to go.
    private static final String SAME = """
            UPDATE calendars.import
            SET leased_until = NULL, due_at = CASE WHEN removed THEN now() ELSE now() + $3 * interval '1 millisecond' END,
                read_at = now(), failures = 0,
                failure = NULL
            WHERE id = $1 AND claim = $2
            """;
    private static final String READ = """
            UPDATE calendars.import
            SET leased_until = NULL, due_at = CASE WHEN removed THEN now() ELSE now() + $3 * interval '1 millisecond' END,
                read_at = now(), failures = 0,
                failure = NULL, whole_at = CASE WHEN $4 THEN now() END, tag = $5, modified = $6, busy = $7,
                skipped = $8, conflicts = $9
            WHERE id = $1 AND claim = $2
            """;
    private static final String FAILED = """
            UPDATE calendars.import
            SET leased_until = NULL, failures = failures + 1, failure = $3, whole_at = NULL,
                due_at = now() + CASE WHEN removed THEN interval '1 minute'
                    ELSE least($5, $4 * 2::float8 ^ least(failures, 30)) * interval '1 millisecond' END
            WHERE id = $1 AND claim = $2
            """;

    private static final String BLOCKS = """
            SELECT block_id, event_key, slots, from_at, to_at FROM calendars.imported_block WHERE import_id = $1
            """;
    /** Only while the claim holds: who has lost it adds nothing. */
    private static final String INTEND = """
            INSERT INTO calendars.imported_block (block_id, import_id, event_key, slots, from_at, to_at)
            SELECT $3, id, $4, $5, $6, $7 FROM calendars.import WHERE id = $1 AND claim = $2 AND NOT removed FOR SHARE
            """;

    private static final String FORGET = "DELETE FROM calendars.imported_block WHERE block_id = $1";
    private static final String DROP = "DELETE FROM calendars.import WHERE id = $1 AND claim = $2 AND removed";

    private static final TypeReference<List<Conflict>> CONFLICTS = new TypeReference<>() {};

    private final Db db;
    private final JsonMapper json;

    ImportSql(Db db, JsonMapper json) {
        this.db = db;
        this.json = json;
    }

    /**
     * An import that this node has taken.
     *
     * @param number of the claim; it is lost when another node has a higher one
     * @param tag null when the calendar is wanted whole
     * @param modified as {@code tag}
     */
    record Claim(
            ImportId id,
            long number,
            boolean removed,
            UserId owner,
            ListingId listing,
            @Nullable SlotId slot,
            String address,
            @Nullable String tag,
            @Nullable String modified) {
        /** Without the address, which is a secret. */
        @Override
        public String toString() {
            return "Claim[" + id + "]";
        }
    }

    /** Empty when the owner has {@code most} already. */
    Optional<CalendarImport> create(UserId owner, ListingId listing, @Nullable SlotId slot, String address, int most) {
        return first(db.query(
                        CREATE,
                        Tuple.of(
                                ImportId.next().value(),
                                owner.value(),
                                listing.value(),
                                slot == null ? null : slot.value(),
                                address,
                                most))
                .iterator());
    }

    List<CalendarImport> list(UserId owner) {
        List<CalendarImport> imports = new ArrayList<>();
        db.query(LIST, Tuple.of(owner.value())).forEach(row -> imports.add(view(row)));
        return imports;
    }

    /** False when the owner has no such import. */
    boolean remove(ImportId id, UserId owner) {
        return db.query(REMOVE, Tuple.of(id.value(), owner.value())).rowCount() == 1;
    }

    /** Empty when the owner has no such import. */
    Optional<CalendarImport> refresh(ImportId id, UserId owner, java.time.Duration pause) {
        return first(db.query(REFRESH, Tuple.of(id.value(), owner.value(), (double) pause.toMillis()))
                .iterator());
    }

    List<Claim> claim(int most, ImportConfig config) {
        List<Claim> claims = new ArrayList<>();
        Tuple arguments = Tuple.of(most, (double) config.lease().toMillis(), (double)
                config.rereadAfter().toMillis());
        for (Row row : db.query(CLAIM, arguments)) {
            UUID slot = row.getUUID("slot_id");
            claims.add(new Claim(
                    new ImportId(row.getUUID("id")),
                    row.getLong("claim"),
                    row.getBoolean("removed"),
                    new UserId(row.getUUID("owner_id")),
                    new ListingId(row.getUUID("listing_id")),
                    slot == null ? null : new SlotId(slot),
                    row.getString("address"),
                    row.getString("tag"),
                    row.getString("modified")));
        }
        return claims;
    }

    void same(Claim claim, ImportConfig config) {
        db.query(SAME, Tuple.of(claim.id().value(), claim.number(), (double)
                config.interval().toMillis()));
    }

    /** @param whole whether the calendar need not be read again before it changes */
    void read(
            Claim claim,
            ImportConfig config,
            boolean whole,
            @Nullable String tag,
            @Nullable String modified,
            BusyTimes times,
            List<Conflict> conflicts) {
        db.query(
                READ,
                Tuple.wrap(Arrays.asList(
                        claim.id().value(),
                        claim.number(),
                        (double) config.interval().toMillis(),
                        whole,
                        tag,
                        modified,
                        times.busy().size(),
                        times.skipped(),
                        encode(conflicts))));
    }

    void failed(Claim claim, Failure failure, ImportConfig config) {
        db.query(
                FAILED,
                Tuple.of(
                        claim.id().value(),
                        claim.number(),
                        failure.name(),
                        (double) config.interval().toMillis(),
                        (double) config.backoffLimit().toMillis()));
    }

    List<Kept> blocks(ImportId id) {
        List<Kept> blocks = new ArrayList<>();
        for (Row row : db.query(BLOCKS, Tuple.of(id.value()))) {
            blocks.add(new Kept(
                    new BlockId(row.getUUID("block_id")),
                    row.getString("event_key"),
                    Arrays.stream(row.getArrayOfUUIDs("slots")).map(SlotId::new).toList(),
                    new TimeRange(
                            row.getOffsetDateTime("from_at").toInstant(),
                            row.getOffsetDateTime("to_at").toInstant())));
        }
        return blocks;
    }

    /** False when the claim is lost. */
    boolean intend(Claim claim, Kept block) {
        return db.query(
                                INTEND,
                                Tuple.of(
                                        claim.id().value(),
                                        claim.number(),
                                        block.block().value(),
                                        block.key(),
                                        block.slots().stream()
                                                .map(SlotId::value)
                                                .toArray(UUID[]::new),
                                        at(block.time().from()),
                                        at(block.time().to())))
                        .rowCount()
                == 1;
    }

    void forget(BlockId block) {
        db.query(FORGET, Tuple.of(block.value()));
    }

    /** Of an import that its host has deleted, once its blocks have gone. */
    void drop(Claim claim) {
        db.query(DROP, Tuple.of(claim.id().value(), claim.number()));
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private Optional<CalendarImport> first(Iterator<Row> rows) {
        return rows.hasNext() ? Optional.of(view(rows.next())) : Optional.empty();
    }

    private CalendarImport view(Row row) {
        UUID slot = row.getUUID("slot_id");
        OffsetDateTime readAt = row.getOffsetDateTime("read_at");
        String failure = row.getString("failure");
        return new CalendarImport(
                new ImportId(row.getUUID("id")),
                new ListingId(row.getUUID("listing_id")),
                slot == null ? null : new SlotId(slot),
                site(row.getString("address")),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getBoolean("refreshing"),
                readAt == null ? null : readAt.toInstant(),
                row.getOffsetDateTime("due_at").toInstant(),
                failure == null ? null : Failure.valueOf(failure),
                row.getInteger("busy"),
                row.getInteger("skipped"),
                decode(row.getString("conflicts")));
    }

    /** All of the address that may be seen. */
    static String site(String address) {
        return String.valueOf(URI.create(address).getHost());
    }

    private String encode(List<Conflict> conflicts) {
        try {
            return json.writeValueAsString(conflicts);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Conflict> decode(String conflicts) {
        try {
            return json.readValue(conflicts, CONFLICTS);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
