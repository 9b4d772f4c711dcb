package dev.berth.bookings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.Transitions.Transition;
import dev.berth.bookings.Transitions.Who;
import dev.berth.listings.CancellationPolicy;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.DatabaseConfig;
import dev.berth.platform.json.Json;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The nodes' database as somebody beside them sees it, who also writes down every event. */
final class ModelDatabase implements AutoCloseable {
    private static final int PERCENT = 100;

    /** The relay deletes what it has brought to Kafka. */
    private static final String KEEP_EVENTS = """
            CREATE SCHEMA model;
            CREATE TABLE model.event (sequence bigint PRIMARY KEY, key text NOT NULL, type text NOT NULL, body text NOT NULL);
            CREATE FUNCTION model.keep() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO model.event VALUES (NEW.sequence, NEW.key, NEW.type, NEW.body);
                RETURN NULL;
            END
            $$;
            CREATE TRIGGER keep AFTER INSERT ON platform.outbox FOR EACH ROW EXECUTE FUNCTION model.keep();
            """;

    /** What is under way: everything of it comes to an end by itself. */
    private static final String UNDER_WAY = """
            SELECT (SELECT count(*) FROM platform.outbox) AS events,
                (SELECT count(*) FROM bookings.occupation WHERE status IN ('HELD', 'PENDING_HOST')) AS holds,
                (SELECT count(*) FROM bookings.charge WHERE status = 'PENDING') AS changes,
                (SELECT count(*) FROM payments.payment WHERE status IN ('PROCESSING', 'REQUIRES_ACTION')) AS payments,
                (SELECT count(*) FROM payments.refund WHERE status = 'PENDING') AS refunds
            """;

    private static final String MONEY = """
            WITH moved AS (
                SELECT t.booking, sum(e.amount) AS kept, sum(e.amount) FILTER (WHERE t.kind = 'CHARGE') AS charged
                FROM payments.transfer t
                JOIN payments.entry e ON e.transfer = t.id
                JOIN payments.account a ON a.id = e.account AND a.kind = 'processor_clearing'
                GROUP BY t.booking)
            SELECT o.id, o.status, o.price_amount, o.policy, lower(o.stay) AS start,
                coalesce(m.kept, 0) AS kept, coalesce(m.charged, 0) AS charged,
                (SELECT min(t.at) FROM bookings.transition t WHERE t.booking_id = o.id AND t.status = 'CONFIRMED') AS bought,
                (SELECT max(t.at) FROM bookings.transition t WHERE t.booking_id = o.id AND t.status = o.status) AS since,
                (SELECT coalesce(sum(c.amount - c.refund_amount), 0) FROM bookings.charge c
                    WHERE c.booking_id = o.id AND c.purpose = 'OVERSTAY' AND c.status = 'SETTLED') AS overstay
            FROM bookings.occupation o LEFT JOIN moved m ON m.booking = o.id
            WHERE o.block_id IS NULL
            """;

    private final Connection connection;
    private final JsonMapper json = Json.mapper();
    private final Map<Transition, Integer> taken = new LinkedHashMap<>();

    ModelDatabase(DatabaseConfig config) throws SQLException {
        connection = DriverManager.getConnection(
                "jdbc:" + config.url(), config.user(), config.password().value());
        execute(KEEP_EVENTS);
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs for each row of a statement. */
    private interface Reader {
        void read(ResultSet row) throws SQLException;
    }

    private void rows(String sql, Reader reader) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private long number(String sql) {
        List<Long> found = new ArrayList<>();
        rows(sql, row -> found.add(row.getLong(1)));
        return found.getFirst();
    }

    /** What has not come to its end, in words. */
    List<String> underWay() {
        List<String> left = new ArrayList<>();
        rows(UNDER_WAY, row -> {
            for (String what : List.of("events", "holds", "changes", "payments", "refunds")) {
                if (row.getLong(what) > 0) {
                    left.add(row.getLong(what) + " " + what);
                }
            }
        });
        return left;
    }

    /** Those of the calendars, of each calendar in the order of its versions. */
    List<BookingEvent> events() {
        MessageCatalog catalog = MessageCatalog.of(List.of(BookingEvent.class));
        List<BookingEvent> events = new ArrayList<>();
        rows(
                "SELECT type, body FROM model.event WHERE type LIKE 'bookings.%' ORDER BY sequence",
                row -> events.add((BookingEvent) read(row.getString(2), catalog.type(row.getString(1)))));
        events.sort(Comparator.comparingLong(BookingEvent::calendarVersion));
        return events;
    }

    List<Booking> bookings() {
        List<Booking> found = new ArrayList<>();
        rows(
                "SELECT bookings.booking_json(o) FROM bookings.occupation o WHERE block_id IS NULL",
                row -> found.add(read(row.getString(1), Booking.class)));
        return found;
    }

    Set<Occupancy> live() {
        Set<Occupancy> found = new LinkedHashSet<>();
        rows(
                """
                SELECT id, slot_id, lower(stay) AS begin, upper(stay) AS end,
                    CASE WHEN block_id IS NULL THEN 'BOOKING' ELSE 'BLOCK' END AS kind
                FROM bookings.occupation WHERE live
                """,
                row -> found.add(new Occupancy(
                        row.getObject("id", UUID.class),
                        new SlotId(row.getObject("slot_id", UUID.class)),
                        new TimeRange(instant(row, "begin"), instant(row, "end")),
                        true,
                        Occupancy.Kind.valueOf(row.getString("kind")))));
        return found;
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }

    private <T> T read(String body, Class<T> type) {
        try {
            return json.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(body, e);
        }
    }

    /** What of the histories is not in the table of transitions, or was brought about by somebody else. */
    List<String> illegalSteps() {
        List<String> wrongs = new ArrayList<>();
        Map<UUID, BookingStatus> before = new LinkedHashMap<>();
        rows("""
                SELECT t.booking_id, t.status, t.reason, t.at IS NOT NULL AS timed, o.requested,
                    CASE WHEN t.actor IS NULL THEN 'NOBODY' WHEN t.actor = o.driver_id THEN 'DRIVER'
                        WHEN t.actor = o.host_id THEN 'HOST' ELSE 'STRANGER' END AS actor
                FROM bookings.transition t JOIN bookings.occupation o ON o.id = t.booking_id
                ORDER BY t.booking_id, t.version
                """, row -> {
            UUID id = row.getObject("booking_id", UUID.class);
            BookingStatus to = BookingStatus.valueOf(row.getString("status"));
            BookingStatus from = before.getOrDefault(
                    id, row.getBoolean("requested") ? BookingStatus.PENDING_HOST : BookingStatus.HELD);
            before.put(id, to);
            String reason = row.getString("reason");
            String actor = row.getString("actor");
            Optional<Transition> listed = Transitions.ALL.stream()
                    .filter(step -> step.from() == from && step.to() == to)
                    .filter(step -> reason.equals(step.reason()) || reason.startsWith(step.reason() + ":"))
                    .filter(step -> (step.who() == Who.GATE || step.who() == Who.PLATFORM)
                            ? actor.equals("NOBODY")
                            : actor.equals(step.who().name()))
                    .findFirst();
            listed.ifPresent(step -> taken.merge(step, 1, Integer::sum));
            if ((from != to && listed.isEmpty()) || !row.getBoolean("timed")) {
                wrongs.add("booking %s: %s to %s by %s for %s is no transition".formatted(id, from, to, actor, reason));
            }
        });
        return wrongs;
    }

    /** How often each transition has happened, after {@link #illegalSteps}. */
    Map<Transition, Integer> taken() {
        return taken;
    }

    /** Bookings whose money is not what it should be, as somebody reckons who has only read the rules. */
    List<String> wrongMoney() {
        List<String> wrongs = new ArrayList<>();
        rows(MONEY, row -> {
            long kept = row.getLong("kept");
            long due = due(row) + row.getLong("overstay");
            if (kept != due || kept > row.getLong("charged")) {
                wrongs.add("booking %s, %s: kept %d of %d charged, due are %d"
                        .formatted(row.getString("id"), row.getString("status"), kept, row.getLong("charged"), due));
            }
        });
        long strays = number("""
                SELECT count(*) FROM payments.transfer t WHERE NOT EXISTS (
                    SELECT FROM bookings.occupation o WHERE o.id = t.booking AND o.block_id IS NULL)
                """);
        if (strays > 0) {
            wrongs.add(strays + " charges without a booking");
        }
        long unbalanced = number("""
                SELECT count(*) FROM (
                    SELECT FROM payments.entry GROUP BY transfer, currency HAVING sum(amount) <> 0) AS x
                """);
        if (unbalanced > 0 || number("SELECT coalesce(sum(amount), 0) FROM payments.entry") != 0) {
            wrongs.add("the ledger does not sum to zero");
        }
        return wrongs;
    }

    private static long due(ResultSet row) throws SQLException {
        long price = row.getLong("price_amount");
        return switch (BookingStatus.valueOf(row.getString("status"))) {
            case CONFIRMED, ACTIVE, COMPLETED, NO_SHOW -> price;
            case HELD, PENDING_HOST, EXPIRED, DECLINED, CANCELLED_BY_HOST -> 0;
            case CANCELLED_BY_DRIVER ->
                row.getTimestamp("bought") == null
                        ? 0
                        : price
                                - Math.ceilDiv(
                                        price
                                                * percentBack(
                                                        CancellationPolicy.valueOf(row.getString("policy")),
                                                        instant(row, "bought"),
                                                        instant(row, "start"),
                                                        instant(row, "since")),
                                        PERCENT);
        };
    }

    /** RULES 29. */
    private static int percentBack(CancellationPolicy policy, Instant bought, Instant start, Instant at) {
        Duration ahead = Duration.between(at, start);
        Duration since = Duration.between(bought, at);
        int freeLook = since.compareTo(Duration.ofMinutes(15)) <= 0 && ahead.compareTo(Duration.ofMinutes(15)) >= 0
                ? PERCENT
                : 0;
        int byPolicy = switch (policy) {
            case FLEXIBLE -> PERCENT;
            case MODERATE -> ahead.compareTo(Duration.ofHours(24)) >= 0 ? PERCENT : PERCENT / 2;
            case STRICT ->
                since.compareTo(Duration.ofHours(1)) <= 0 && ahead.compareTo(Duration.ofHours(48)) > 0
                        ? PERCENT
                        : ahead.compareTo(Duration.ofDays(7)) >= 0 ? PERCENT / 2 : 0;
        };
        return Math.max(freeLook, byPolicy);
    }

    /** Overlaps of what is live, events that nobody could take in, and the like: what must never be. */
    List<String> neverSo() {
        List<String> wrongs = new ArrayList<>();
        rows("""
                SELECT a.id, b.id FROM bookings.occupation a JOIN bookings.occupation b
                    ON a.slot_id = b.slot_id AND a.id < b.id AND a.stay && b.stay AND a.live AND b.live
                """, row -> wrongs.add("overlap of %s and %s".formatted(row.getString(1), row.getString(2))));
        rows(
                "SELECT consumer, type, reason FROM platform.parked_event",
                row -> wrongs.add(
                        "parked by %s: %s, %s".formatted(row.getString(1), row.getString(2), row.getString(3))));
        return wrongs;
    }

    /** What the ledger says that the provider holds of our intents. */
    long clearing() {
        return number("""
                SELECT coalesce(sum(e.amount), 0) FROM payments.entry e
                JOIN payments.account a ON a.id = e.account AND a.kind = 'processor_clearing'
                """);
    }

    /** The provider's intents that belong to a booking. */
    Set<String> intents() {
        Set<String> intents = new LinkedHashSet<>();
        rows("""
                SELECT p.provider_intent FROM payments.payment p JOIN bookings.occupation o ON o.id = p.booking
                WHERE p.provider_intent IS NOT NULL
                """, row -> intents.add(row.getString(1)));
        return intents;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
