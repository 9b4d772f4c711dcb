package dev.berth.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.access.AccessCommand.AccessDecision;
import dev.berth.access.AccessCommand.AccessLogEntry;
import dev.berth.access.AccessCommand.CredentialType;
import dev.berth.access.AccessCommand.Decision;
import dev.berth.access.AccessCommand.Direction;
import dev.berth.access.AccessCommand.FailMode;
import dev.berth.access.AccessCommand.GateSettings;
import dev.berth.access.AccessCommand.PlateMatch;
import dev.berth.access.AccessCommand.Reading;
import dev.berth.access.AccessCommand.SetGate;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.platform.problems.ProblemType;
import dev.berth.platform.problems.Rejection;
import dev.berth.values.BookingId;
import dev.berth.values.ListingId;
import dev.berth.values.SubscriptionId;
import dev.berth.values.UserId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All SQL of access. What decides is one function call, in {@code R__access_functions.sql}. Longer than other files, because the
 * texts of statements stand beside what reads their rows.
 */
final class AccessSql {
    private static final String DECIDE = """
            SELECT decision, reason, booking, plate_match, attempt, type, body, pass
            FROM access.decide($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            """;

    private static final String SETTLE = """
            SELECT type, body FROM access.settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """;

    /** A row is written when a try is left; two at once wait for each other. */
    private static final String TAKE_TRY = """
            INSERT INTO access.pin_tries AS t (listing_id, device, tries, last_try)
            VALUES ($1, $2, ARRAY[now()], now())
            ON CONFLICT (listing_id, device) DO UPDATE
            SET tries = ARRAY(SELECT x FROM unnest(t.tries) x WHERE x > now() - $3 * interval '1 millisecond' ORDER BY x)
                || now(), last_try = now()
            WHERE (SELECT count(*) FROM unnest(t.tries) x WHERE x > now() - $3 * interval '1 millisecond') < $4
            """;

    private static final String INSIDE = """
            SELECT booking_id, plate, pass_id FROM access.presence WHERE listing_id = $1 AND inside AND plate IS NOT NULL
            """;

    private static final String INSIDE_OF = """
            SELECT booking_id FROM access.presence WHERE booking_id = ANY ($1) AND inside
            """;

    private static final String LOG = """
            SELECT id, at, device, direction, credential, decision, reason, booking_id, plate, plate_hash, plate_match,
                pass_id
            FROM access.attempt
            WHERE listing_id = $1 AND ($2::uuid IS NULL OR id < $2)
            ORDER BY id DESC
            LIMIT $3
            """;

    private static final String GATE = """
            SELECT listing_id, fail_entry, fail_exit, reentry, closed, sees_entry, sees_exit, release_no_shows, version
            FROM access.gate WHERE listing_id = $1
            """;

    /** What is not said of what gates see stays as it is; bookings hear of it from the outbox row of the same statement. */
    private static final String CHANGE_GATE = """
            WITH changed AS (
                INSERT INTO access.gate AS g (listing_id, fail_entry, fail_exit, reentry, closed, sees_entry, sees_exit,
                    release_no_shows, version)
                SELECT $1::uuid, $3::text, $4::text, $5::boolean, $6::boolean, coalesce($7::boolean, false),
                    coalesce($8::boolean, false), coalesce($9::boolean, false), 1
                WHERE $2::bigint IS NULL OR $2 = 0 OR EXISTS (SELECT FROM access.gate WHERE listing_id = $1)
                ON CONFLICT (listing_id) DO UPDATE
                SET fail_entry = excluded.fail_entry, fail_exit = excluded.fail_exit, reentry = excluded.reentry,
                    closed = excluded.closed, sees_entry = coalesce($7, g.sees_entry),
                    sees_exit = coalesce($8, g.sees_exit), release_no_shows = coalesce($9, g.release_no_shows),
                    version = g.version + 1
                WHERE $2::bigint IS NULL OR $2 = g.version
                RETURNING listing_id, fail_entry, fail_exit, reentry, closed, sees_entry, sees_exit, release_no_shows,
                    version
            ), told AS (
                INSERT INTO platform.outbox (event_id, topic, key, type, body, correlation)
                SELECT uuidv7(), 'access.events', c.listing_id::text, 'access.GateChanged',
                    concat('{"listing":"', c.listing_id, '","seesEntry":', c.sees_entry::text, ',"seesExit":',
                        c.sees_exit::text, ',"releaseNoShows":', c.release_no_shows::text, ',"version":', c.version, '}'),
                    $10
                FROM changed c
            )
            SELECT * FROM changed
            """;

    /** What is stale already or older than what is known says nothing; nor does a clock that runs ahead. */
    private static final String RECORD_READING = """
            INSERT INTO access.reading AS r (listing_id, source, free, occupied, confidence, observed_at)
            SELECT $1, $2, $3::int, $4::int, $5, $6::timestamptz
            WHERE $6 > now() - $7 * interval '1 millisecond' AND $6 <= now() + $8 * interval '1 millisecond'
            ON CONFLICT (listing_id, source) DO UPDATE
            SET free = excluded.free, occupied = excluded.occupied, confidence = excluded.confidence,
                observed_at = excluded.observed_at
            WHERE r.observed_at < excluded.observed_at
            """;

    private static final String LATEST_READING = """
            SELECT free, occupied, observed_at, source, confidence FROM access.reading
            WHERE listing_id = $1 AND observed_at > now() - $2 * interval '1 millisecond'
            ORDER BY observed_at DESC, source LIMIT 1
            """;

    private static final String TELL_GONE = "SELECT * FROM access.tell_gone($1)";

    private static final String OLD_PLATES = """
            SELECT id, plate FROM access.attempt
            WHERE plate IS NOT NULL AND recorded_at < now() - $1 * interval '1 millisecond'
            ORDER BY recorded_at LIMIT $2
            """;

    private static final String HASH_PLATES = """
            UPDATE access.attempt a SET plate = NULL, plate_hash = h.hash
            FROM unnest($1::uuid[], $2::text[]) AS h (id, hash) WHERE a.id = h.id AND a.plate IS NOT NULL
            """;

    /** Each takes the age in milliseconds. */
    private static final String FORGET_PLATES_INSIDE = """
            UPDATE access.presence SET plate = NULL
            WHERE plate IS NOT NULL AND changed_at < now() - $1 * interval '1 millisecond'
            """;

    private static final String FORGET_ATTEMPTS = """
            DELETE FROM access.attempt WHERE id IN (
                SELECT id FROM access.attempt WHERE recorded_at < now() - $1 * interval '1 millisecond' LIMIT $2)
            """;

    private static final String FORGET_TRIES =
            "DELETE FROM access.pin_tries WHERE last_try < now() - $1 * interval '1 millisecond'";

    private static final String FORGET_READINGS =
            "DELETE FROM access.reading WHERE observed_at < now() - $1 * interval '1 millisecond'";

    private final Db db;
    private final JsonMapper json;
    private final Duration patience;
    private final Map<String, Class<? extends AccessEvent>> events;

    /** @param patience how long a gate waits for the database */
    AccessSql(Db db, JsonMapper json, Duration patience) {
        this.db = db;
        this.json = json;
        this.patience = patience;
        this.events = Stream.of(AccessEvent.VehicleEntered.class, AccessEvent.VehicleLeft.class)
                .collect(Collectors.toMap(MessageCatalog::tag, type -> type));
    }

    /**
     * An attempt as it is written down.
     *
     * @param actor null when a sensor has told of it
     * @param plate normalised, when it was a plate
     * @param at null for the present moment
     */
    record Attempt(
            UUID id,
            @Nullable UUID request,
            ListingId listing,
            String device,
            @Nullable UserId actor,
            Direction direction,
            CredentialType credential,
            @Nullable String plate,
            @Nullable Instant at) {}

    /**
     * What is known of it before it is known who is inside.
     *
     * @param ends when the right ends
     * @param insidePlate what the exit will know it by
     * @param pass null when it is a booking
     */
    record Finding(
            @Nullable BookingId booking,
            Judge.Verdict verdict,
            @Nullable PlateMatch match,
            @Nullable Instant ends,
            @Nullable String insidePlate,
            @Nullable PassUse pass) {
        /** Of a booking, or of nobody. */
        Finding(
                @Nullable BookingId booking,
                Judge.Verdict verdict,
                @Nullable PlateMatch match,
                @Nullable Instant ends,
                @Nullable String insidePlate) {
            this(booking, verdict, match, ends, insidePlate, null);
        }
    }

    /** A monthly pass, of which so many may be inside at once; the booking of a finding is its card or vehicle then. */
    record PassUse(SubscriptionId pass, int concurrency) {}

    /** @param event committed with the decision; null when nobody has come or gone */
    record Decided(AccessDecision decision, @Nullable AccessEvent event) {}

    Decided decide(Attempt attempt, Finding finding, boolean reentry) {
        List<@Nullable Object> arguments = identity(attempt);
        arguments.add(name(finding.match()));
        arguments.add(value(finding.booking()));
        arguments.add(finding.verdict().allow());
        arguments.add(code(finding.verdict().reason()));
        arguments.add(code(finding.verdict().unseen()));
        arguments.add(at(attempt.at()));
        arguments.add(at(finding.ends()));
        arguments.add(finding.insidePlate());
        arguments.add(reentry);
        arguments.add(Correlation.current());
        PassUse pass = finding.pass();
        arguments.add(pass == null ? null : pass.pass().value());
        arguments.add(pass == null ? null : pass.concurrency());
        Row row = inTime(DECIDE, Tuple.wrap(arguments)).iterator().next();
        AccessDecision decision = new AccessDecision(
                row.getUUID("attempt"),
                Decision.valueOf(row.getString("decision")),
                reason(row),
                booking(row.getUUID("booking")),
                match(row),
                pass(row.getUUID("pass")));
        return new Decided(decision, event(row));
    }

    /** Writes down what a gate was told; of no help to a gate that waits. */
    @Nullable
    AccessEvent settle(Attempt attempt, AccessDecision told) {
        List<@Nullable Object> arguments = identity(attempt);
        arguments.add(value(told.bookingId()));
        arguments.add(told.decision() == Decision.ALLOW);
        arguments.add(code(told.reason()));
        arguments.add(at(attempt.at()));
        arguments.add(Correlation.current());
        return event(db.query(SETTLE, Tuple.wrap(arguments)).iterator().next());
    }

    private static List<@Nullable Object> identity(Attempt attempt) {
        UserId actor = attempt.actor();
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(attempt.id());
        arguments.add(attempt.request());
        arguments.add(attempt.listing().value());
        arguments.add(attempt.device());
        arguments.add(actor == null ? null : actor.value());
        arguments.add(attempt.direction().name());
        arguments.add(attempt.credential().name());
        arguments.add(attempt.plate());
        return arguments;
    }

    /** False when the device has had its tries. */
    boolean takeTry(ListingId listing, String device, Duration window, int quota) {
        return inTime(TAKE_TRY, Tuple.of(listing.value(), device, millis(window), quota))
                        .rowCount()
                == 1;
    }

    /** @param plate normalised, as it was known at the entry */
    record Inside(BookingId booking, String plate, @Nullable SubscriptionId pass) {}

    List<Inside> inside(ListingId listing) {
        List<Inside> inside = new ArrayList<>();
        inTime(INSIDE, Tuple.of(listing.value()))
                .forEach(row ->
                        inside.add(new Inside(new BookingId(row.getUUID(0)), row.getString(1), pass(row.getUUID(2)))));
        return inside;
    }

    /** Those of the bookings whose holder is inside. */
    Set<UUID> inside(List<UUID> bookings) {
        Set<UUID> inside = new HashSet<>();
        db.query(INSIDE_OF, Tuple.of(bookings.toArray(UUID[]::new))).forEach(row -> inside.add(row.getUUID(0)));
        return inside;
    }

    /** Up to {@code limit} attempts, newest first. */
    List<AccessLogEntry> log(ListingId listing, @Nullable UUID before, int limit) {
        List<AccessLogEntry> entries = new ArrayList<>();
        for (Row row : db.query(LOG, Tuple.of(listing.value(), before, limit))) {
            entries.add(new AccessLogEntry(
                    row.getUUID("id"),
                    instant(row, "at"),
                    row.getString("device"),
                    Direction.valueOf(row.getString("direction")),
                    CredentialType.valueOf(row.getString("credential")),
                    Decision.valueOf(row.getString("decision")),
                    reason(row),
                    booking(row.getUUID("booking_id")),
                    row.getString("plate"),
                    row.getString("plate_hash"),
                    match(row),
                    pass(row.getUUID("pass_id"))));
        }
        return entries;
    }

    /** Null while the owner has said nothing. */
    @Nullable
    GateSettings settings(ListingId listing) {
        return first(inTime(GATE, Tuple.of(listing.value())), AccessSql::gate).orElse(null);
    }

    /** Null when another version is there than the one that was meant. */
    @Nullable
    GateSettings change(SetGate command) {
        Tuple arguments = Tuple.of(
                command.listing().value(),
                command.expectedVersion(),
                command.failEntry().name(),
                command.failExit().name(),
                command.reentry());
        arguments.addValue(command.closed());
        arguments.addValue(command.seesEntry());
        arguments.addValue(command.seesExit());
        arguments.addValue(command.releaseNoShows());
        arguments.addValue(Correlation.current());
        return first(db.query(CHANGE_GATE, arguments), AccessSql::gate).orElse(null);
    }

    /** False when it says nothing new. */
    boolean record(Reading reading, Duration staleAfter, Duration ahead) {
        Tuple arguments = Tuple.wrap(Arrays.asList(
                reading.listing().value(),
                reading.source(),
                reading.free(),
                reading.occupied(),
                reading.confidence(),
                at(reading.observedAt()),
                millis(staleAfter),
                millis(ahead)));
        return db.query(RECORD_READING, arguments).rowCount() == 1;
    }

    @Nullable
    Reading reading(ListingId listing, Duration staleAfter) {
        return first(
                        db.query(LATEST_READING, Tuple.of(listing.value(), millis(staleAfter))),
                        row -> new Reading(
                                listing,
                                row.getInteger("free"),
                                row.getInteger("occupied"),
                                row.getString("source"),
                                row.getDouble("confidence"),
                                instant(row, "observed_at")))
                .orElse(null);
    }

    List<AccessEvent> tellGone(int limit) {
        List<AccessEvent> told = new ArrayList<>();
        db.query(TELL_GONE, Tuple.of(limit))
                .forEach(row -> told.add(read(row.getString(0), AccessEvent.VehicleLeft.class)));
        return told;
    }

    /**
     * Leaves digests of old plates only.
     *
     * @return how many; fewer than {@code limit} when there are no more
     */
    int hashPlates(Duration olderThan, int limit, Function<String, String> digest) {
        List<UUID> ids = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        for (Row row : db.query(OLD_PLATES, Tuple.of(millis(olderThan), limit))) {
            ids.add(row.getUUID(0));
            hashes.add(digest.apply(row.getString(1)));
        }
        if (!ids.isEmpty()) {
            // Not Tuple.of, which would take the second array for the rest of the arguments.
            db.query(HASH_PLATES, Tuple.wrap(Arrays.asList(ids.toArray(UUID[]::new), hashes.toArray(String[]::new))));
        }
        return ids.size();
    }

    void forget(AccessConfig config) {
        db.query(FORGET_PLATES_INSIDE, Tuple.of(millis(config.plateRetention())));
        db.query(FORGET_ATTEMPTS, Tuple.of(millis(config.logRetention()), config.cleanBatch()));
        db.query(FORGET_TRIES, Tuple.of(millis(config.pinWindow())));
        db.query(FORGET_READINGS, Tuple.of(millis(config.staleAfter())));
    }

    /** As long as a gate waits: an answer that comes later is none. */
    private RowSet<Row> inTime(String sql, Tuple arguments) {
        return db.send(sql, arguments)
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> io.vertx.core.Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new Rejection(ProblemType.UNAVAILABLE, "the database does not answer in time")
                                : failure))
                .await();
    }

    private static <T> Optional<T> first(RowSet<Row> rows, Function<Row, T> mapper) {
        for (Row row : rows) {
            return Optional.of(mapper.apply(row));
        }
        return Optional.empty();
    }

    private static GateSettings gate(Row row) {
        return new GateSettings(
                new ListingId(row.getUUID("listing_id")),
                FailMode.valueOf(row.getString("fail_entry")),
                FailMode.valueOf(row.getString("fail_exit")),
                row.getBoolean("reentry"),
                row.getBoolean("closed"),
                row.getBoolean("sees_entry"),
                row.getBoolean("sees_exit"),
                row.getBoolean("release_no_shows"),
                row.getLong("version"));
    }

    private @Nullable AccessEvent event(Row row) {
        String type = row.getString("type");
        if (type == null) {
            return null;
        }
        Class<? extends AccessEvent> event = events.get(type);
        if (event == null) {
            throw new IllegalStateException("the functions know an event that the code does not: " + type);
        }
        return read(row.getString("body"), event);
    }

    private <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable AccessReason reason(Row row) {
        String code = row.getString("reason");
        return code == null ? null : AccessReason.of(code);
    }

    private static @Nullable PlateMatch match(Row row) {
        String name = row.getString("plate_match");
        return name == null ? null : PlateMatch.valueOf(name);
    }

    private static @Nullable BookingId booking(@Nullable UUID id) {
        return id == null ? null : new BookingId(id);
    }

    private static @Nullable SubscriptionId pass(@Nullable UUID id) {
        return id == null ? null : new SubscriptionId(id);
    }

    private static @Nullable UUID value(@Nullable BookingId id) {
        return id == null ? null : id.value();
    }

    private static @Nullable String code(@Nullable AccessReason reason) {
        return reason == null ? null : reason.code();
    }

    private static @Nullable String name(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static double millis(Duration duration) {
        return duration.toMillis();
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
