package dev.berth.bookings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.bookings.BookingCommand.Block;
import dev.berth.bookings.BookingCommand.BlockPage;
import dev.berth.bookings.BookingCommand.Calendar;
import dev.berth.bookings.BookingCommand.CalendarPage;
import dev.berth.bookings.BookingCommand.HistoryEntry;
import dev.berth.bookings.BookingCommand.PaymentPart;
import dev.berth.bookings.BookingCommand.PaymentSource;
import dev.berth.bookings.BookingCommand.PendingChange;
import dev.berth.fees.BookedFee;
import dev.berth.ledger.LedgerSql;
import dev.berth.listings.CancellationPolicy;
import dev.berth.listings.Slot;
import dev.berth.payments.PaymentStatus;
import dev.berth.platform.bus.MessageCatalog;
import dev.berth.platform.db.Db;
import dev.berth.platform.observability.Correlation;
import dev.berth.promotions.BookedDiscount;
import dev.berth.promotions.Discount;
import dev.berth.promotions.Reservation;
import dev.berth.values.BlockId;
import dev.berth.values.BookingId;
import dev.berth.values.GeoPoint;
import dev.berth.values.Ids;
import dev.berth.values.ListingId;
import dev.berth.values.Money;
import dev.berth.values.PaymentId;
import dev.berth.values.SlotId;
import dev.berth.values.TimeRange;
import dev.berth.values.UserId;
import dev.berth.values.VehicleId;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All SQL of the bookings. What changes something is one function call, in {@code R__bookings_functions.sql}: one
 * statement, one round trip, one transaction with its outbox row.
 *
 * <p>Longer than other files, because the row of a booking is read and mapped in this one place.
 */
final class BookingSql {
    private static final String PLACE = """
            SELECT outcome, booking_id, types, bodies
            FROM bookings.place_booking(
                $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)
            """;

    private static final String CONFIRM = """
            SELECT outcome, types, bodies
            FROM bookings.confirm_booking($1, $2, $3, $4, $5, $6, $7)
            """;

    private static final String DECLINE = "SELECT outcome, types, bodies FROM bookings.decline_booking($1, $2, $3, $4)";

    private static final String CANCEL =
            "SELECT outcome, types, bodies FROM bookings.cancel_booking($1, $2, $3, $4, $5)";

    /** What has to be back of each payment of a booking; and those of changes that have been called off, or replaced. */
    private static final String REFUNDS = """
            SELECT id, refund_amount, price_currency FROM bookings.occupation WHERE id = $1 AND refund_amount > 0
            UNION ALL
            SELECT c.id, c.refund_amount, o.price_currency
            FROM bookings.charge c JOIN bookings.occupation o ON o.id = c.booking_id
            WHERE c.booking_id = $1 AND c.refund_amount > 0
            UNION ALL
            SELECT c.id, NULL, NULL FROM bookings.charge c WHERE c.booking_id = $1 AND c.status = 'DROPPED'
            """;

    private static final String EXPIRE = "SELECT body FROM bookings.expire_holds($1)";

    private static final String BEGIN_PAYMENT = """
            UPDATE bookings.occupation SET payment_status = 'PROCESSING'
            WHERE id = $1 AND status = 'HELD' AND hold_expires_at > now()
            """;

    /** A payment that is back stays back, whatever is told late. */
    private static final String SET_PAYMENT_STATUS = """
            UPDATE bookings.occupation SET payment_status = $2
            WHERE id = $1 AND block_id IS NULL AND payment_status NOT IN ('REFUNDED', $2)
            """;

    static final String COLUMNS = """
            SELECT bookings.booking_json(o) AS booking, o.lat, o.lng, o.policy, o.payment_status, o.entered_at, o.left_at,
                o.refund_amount + coalesce((
                    SELECT sum(c.refund_amount) FROM bookings.charge c WHERE c.booking_id = o.id), 0)::bigint AS refund,
                (
                    SELECT json_build_object('payment', c.id, 'stay', bookings.stay_json(c.stay)::json,
                        'slotName', c.slot_name, 'expiresAt', bookings.instant(c.expires_at),
                        'price', json_build_object('amount', c.price_amount, 'currency', o.price_currency),
                        'due', json_build_object('amount', c.amount, 'currency', o.price_currency))::text
                    FROM bookings.charge c
                    WHERE c.booking_id = o.id AND c.status = 'PENDING' AND c.purpose <> 'OVERSTAY') AS change,
                CASE WHEN o.overstay_hour IS NOT NULL THEN (
                    SELECT json_build_object('now', bookings.instant(now()), 'since', bookings.instant(o.overstay_since),
                        'perHour', o.overstay_hour,
                        'fee', CASE WHEN o.fee_waived_at IS NULL THEN coalesce(o.overstay_fee, 0) ELSE 0 END,
                        'waivedReason', o.fee_waived_reason, 'payment', c.id, 'settled', c.status = 'SETTLED',
                        'hours', c.hours, 'amount', c.amount, 'refund', c.refund_amount)::text
                    FROM (SELECT) x LEFT JOIN bookings.charge c
                        ON c.booking_id = o.id AND c.purpose = 'OVERSTAY' AND c.status <> 'DROPPED') END AS overstay,
                o.status = 'NO_SHOW' AND o.live AS kept,
                o.fee IS NOT NULL AND o.refund_amount >= coalesce(o.charged_amount, o.price_amount) AS fee_back,
                (
                    SELECT json_build_object('points', y.points, 'wallet', y.wallet,
                        'card', y.amount - y.points - y.wallet)::text
                    FROM payments.payment y WHERE y.id = o.id) AS parts,
                promotions.discount_json(o.id) AS discount, o.set_aside_amount,
                p.pin, p.nonce
            FROM bookings.occupation o LEFT JOIN bookings.pass p ON p.booking_id = o.id
            """;

    private static final String FIND = COLUMNS + "WHERE o.id = $1 AND o.block_id IS NULL";

    private static final String WAS_REQUEST = "SELECT requested FROM bookings.occupation WHERE id = $1";

    private static final String HISTORY = """
            SELECT (
                SELECT json_agg(json_build_object('status', t.status, 'actor', t.actor, 'reason', t.reason,
                    'detail', t.detail, 'at', bookings.instant(t.at)) ORDER BY t.version)::text
                FROM bookings.transition t WHERE t.booking_id = $1)
            """;

    private static final String PAGE = """
             AND ($2::uuid IS NULL OR o.listing_id = $2)
             AND (cardinality($3::text[]) = 0 OR o.status = ANY ($3))
             AND ($4::uuid IS NULL OR o.id < $4)
            ORDER BY o.id DESC
            LIMIT $5
            """;

    private static final String LIST_OF_DRIVER = COLUMNS + "WHERE o.block_id IS NULL AND o.driver_id = $1" + PAGE;
    /** A host is not asked before the money is set aside. */
    private static final String LIST_OF_HOST = COLUMNS + """
            WHERE o.block_id IS NULL AND o.host_id = $1
                AND NOT (o.status = 'PENDING_HOST' AND NOT o.live AND o.payment_status IN ('PROCESSING', 'REQUIRES_ACTION'))
            """ + PAGE;

    private static final String CALENDAR_COLUMNS = """
            SELECT c.listing_id, c.version, o.id, o.slot_id, o.begins, o.ends, o.kind
            FROM c LEFT JOIN LATERAL (
                SELECT x.id, x.slot_id, lower(x.stay) AS begins, upper(x.stay) AS ends,
                    CASE WHEN x.block_id IS NULL THEN 'BOOKING' ELSE 'BLOCK' END AS kind
                FROM bookings.occupation x WHERE x.listing_id = c.listing_id AND x.live AND upper(x.stay) > now()
                UNION ALL
                SELECT x.id, x.slot_id, lower(x.stay), upper(x.taken) - bookings.minutes(x.buffer_minutes), 'USED'
                FROM bookings.occupation x
                WHERE x.listing_id = c.listing_id AND x.taken IS NOT NULL AND NOT x.live AND upper(x.taken) > now()
                    AND upper(x.taken) - bookings.minutes(x.buffer_minutes) > lower(x.stay)
            ) o ON true
            ORDER BY c.listing_id
            """;

    private static final String CALENDAR =
            "WITH c AS (SELECT * FROM bookings.calendar WHERE listing_id = $1) " + CALENDAR_COLUMNS;

    /** Before all ids: a condition that may be null would keep the planner from beginning where the page does. */
    private static final UUID SMALLEST = new UUID(0, 0);

    private static final String EXPORT_CALENDARS = """
            WITH c AS (
                SELECT * FROM bookings.calendar
                WHERE listing_id > $1 ORDER BY listing_id LIMIT $2)
            """ + CALENDAR_COLUMNS;

    private static final String ADD_BLOCK = """
            SELECT outcome, booking_ids, block_ids, types, bodies, created_at
            FROM bookings.add_block($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """;

    private static final String REMOVE_BLOCK = "SELECT outcome, types, bodies FROM bookings.remove_block($1, $2, $3)";

    private static final String LIST_BLOCKS = """
            SELECT b.id, b.listing_id, lower(b.stay), upper(b.stay), b.reason, b.created_at,
                (SELECT array_agg(o.slot_id ORDER BY o.slot_id) FROM bookings.occupation o WHERE o.block_id = b.id)
            FROM bookings.block b
            WHERE b.listing_id = $1 AND b.removed_at IS NULL AND NOT b.for_change AND upper(b.stay) > now()
                AND ($2::uuid IS NULL OR b.id > $2)
            ORDER BY b.id
            LIMIT $3
            """;

    /** What of the price of a cancelled booking was to come back, in percent: for one that cost nothing. */
    private static final String REFUND_PERCENT = """
            SELECT CASE WHEN o.status = 'CANCELLED_BY_DRIVER' AND c.confirmed IS NOT NULL
                THEN (SELECT t.percent FROM bookings.refund_terms(o.policy, c.confirmed, lower(o.stay), c.cancelled) t)
                ELSE 100 END
            FROM bookings.occupation o, LATERAL (
                SELECT min(t.at) FILTER (WHERE t.status = 'CONFIRMED') AS confirmed,
                    max(t.at) FILTER (WHERE t.status = o.status) AS cancelled
                FROM bookings.transition t WHERE t.booking_id = o.id) c
            WHERE o.id = $1
            """;

    /** Of the first payment of a booking. */
    private static final String REFUND_OF_FIRST = "SELECT refund_amount FROM bookings.occupation WHERE id = $1";

    /** The name by which the database refuses a code. */
    private static final String CODE_TAKEN = "promotion_available";

    /** Bookings and blocks that a refused block names. */
    private static final int CONFLICTS_MAX = 50;

    private final Db db;
    private final JsonMapper json;
    private final Map<String, Class<? extends BookingEvent>> events;

    BookingSql(Db db, JsonMapper json) {
        this.db = db;
        this.json = json;
        this.events = Stream.of(
                        BookingEvent.BookingPlaced.class,
                        BookingEvent.BookingBegun.class,
                        BookingEvent.BookingRequested.class,
                        BookingEvent.BookingRequestChanged.class,
                        BookingEvent.BookingDeclined.class,
                        BookingEvent.BookingConfirmed.class,
                        BookingEvent.BookingCancelled.class,
                        BookingEvent.BookingExpired.class,
                        BookingEvent.BookingStarted.class,
                        BookingEvent.BookingCompleted.class,
                        BookingEvent.BookingChanged.class,
                        BookingEvent.BookingWarned.class,
                        BookingEvent.BookingOverstayed.class,
                        BookingEvent.BookingFeeWaived.class,
                        BookingEvent.BookingMissed.class,
                        BookingEvent.BookingRescued.class,
                        BookingEvent.BookingDisplaced.class,
                        BookingEvent.BookingWithdrawn.class,
                        BookingEvent.BlockAdded.class,
                        BookingEvent.BlockRemoved.class)
                .collect(Collectors.toMap(MessageCatalog::tag, type -> type));
    }

    /** What a function has done, and the events that say so, committed with it. */
    record Changed<O>(O outcome, List<BookingEvent> events) {}

    enum PlaceOutcome {
        PLACED,
        REPLAYED,
        KEY_REUSED,
        QUOTE_STALE,
        TAKEN,
        WALLET_SHORT,
        CODE_REFUSED
    }

    enum ConfirmOutcome {
        CONFIRMED,
        ALREADY,
        LOST,
        UNKNOWN
    }

    enum EndOutcome {
        ENDED,
        ALREADY,
        STARTED,
        ILLEGAL
    }

    enum BlockOutcome {
        ADDED,
        TAKEN,
        REMOVED,
        UNKNOWN
    }

    /** @param booking the one that was made, now or by the same request before; null when there is none */
    record Placed(Changed<PlaceOutcome> changed, @Nullable BookingId booking) {}

    record BlockChange(Changed<BlockOutcome> changed, Instant createdAt, List<UUID> bookings, List<UUID> blocks) {}

    /** A booking as it is stored. */
    record Stored(
            Booking booking,
            GeoPoint location,
            CancellationPolicy policy,
            PaymentStatus payment,
            Life life,
            @Nullable Integer pin,
            @Nullable Long nonce) {
        /** What goes back of all that was paid, without the service fee. */
        Money refundOfParking() {
            BookedFee fee = booking.fee();
            return fee == null || !life.feeBack()
                    ? life.refund()
                    : life.refund().minus(fee.amount());
        }

        Stored with(PaymentStatus now) {
            return new Stored(booking, location, policy, now, life, pin, nonce);
        }
    }

    /**
     * What has happened to a booking since it was made.
     *
     * @param refund what has to go back of all that was paid
     * @param change what waits for its money
     * @param overstay what is known of staying too long; null until the driver has come
     * @param kept whether the slot is kept for a driver who has not come
     * @param parts what pays the price, as payments know it
     * @param discount what a code has taken off the price; null without one
     * @param setAside what was set aside for a request, when its price is less now; else null
     * @param feeBack whether the service fee goes back as well
     */
    record Life(
            @Nullable Instant enteredAt,
            @Nullable Instant leftAt,
            Money refund,
            @Nullable PendingChange change,
            @Nullable StoredOverstay overstay,
            boolean kept,
            List<PaymentPart> parts,
            @Nullable BookedDiscount discount,
            @Nullable Money setAside,
            boolean feeBack) {
        static Life begun(Booking booking, @Nullable Discount discount) {
            return new Life(
                    null,
                    null,
                    Money.zero(booking.price().currency()),
                    null,
                    null,
                    false,
                    List.of(),
                    discount == null ? null : BookedDiscount.of(discount),
                    null,
                    false);
        }
    }

    /**
     * Staying too long, as it is stored; amounts in minor units of the booking's currency.
     *
     * @param now by the database's clock
     * @param since null while the driver has not stayed too long
     * @param payment what it is paid with; null while there is nothing to pay
     */
    record StoredOverstay(
            Instant now,
            @Nullable Instant since,
            long perHour,
            long fee,
            @Nullable String waivedReason,
            @Nullable PaymentId payment,
            @Nullable Boolean settled,
            @Nullable Integer hours,
            @Nullable Long amount,
            @Nullable Long refund) {}

    /** @param total what has to be back of a payment in the end; null when it is not to be made any more */
    record RefundDue(PaymentId payment, @Nullable Money total) {}

    /**
     * What points and wallet pay in the statement that books.
     *
     * @param lines of the charge; those that settle the driver's debt are made there when {@code paying} is given
     * @param event PaymentSucceeded, as it is written into the outbox
     * @param pins to choose from
     * @param paying null when the wallet pays all
     */
    record PaidInside(
            LedgerSql.Columns lines,
            String event,
            List<Integer> pins,
            long nonce,
            @Nullable Paying paying) {}

    /**
     * Tries the slots in their order.
     *
     * @param inside null when neither points nor wallet pay
     * @param bufferMinutes how long a slot has to stay empty between two bookings
     */
    Placed place(
            BookingId id,
            QuoteTerms terms,
            List<Slot> slots,
            UserId driver,
            @Nullable VehicleId vehicle,
            int bufferMinutes,
            Duration holdTime,
            PaymentStatus payment,
            String key,
            String fingerprint,
            @Nullable PaidInside inside) {
        Paying paying = inside == null ? null : inside.paying();
        Tuple arguments = Tuple.wrap(Arrays.asList(
                id.value(),
                terms.listing().value(),
                ids(slots),
                names(slots),
                at(terms.stay().from()),
                at(terms.stay().to()),
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
                holdTime.toMillis(),
                at(terms.expiresAt()),
                payment.name(),
                key,
                Buffer.buffer(HexFormat.of().parseHex(fingerprint)),
                Correlation.current(),
                bufferMinutes,
                inside == null ? null : inside.lines().kinds(),
                inside == null ? null : inside.lines().owners(),
                inside == null ? null : inside.lines().amounts(),
                inside == null ? null : inside.event(),
                inside == null ? null : inside.pins().toArray(Integer[]::new),
                inside == null ? null : inside.nonce(),
                paying == null ? null : paying.points(),
                paying == null ? null : paying.wallet(),
                paying == null ? null : paying.card(),
                reservation(terms),
                write(terms.fee())));
        Row row;
        try {
            row = one(PLACE, arguments);
        } catch (PgException refused) {
            if (inside != null && LedgerSql.NEVER_NEGATIVE.equals(refused.getConstraint())) {
                return new Placed(new Changed<>(PlaceOutcome.WALLET_SHORT, List.of()), null);
            }
            return codeRefused(refused);
        }
        UUID booking = row.getUUID("booking_id");
        return new Placed(changed(row, PlaceOutcome.class), booking == null ? null : new BookingId(booking));
    }

    /** What a use of the quote's code is to be; null without one. */
    @Nullable
    String reservation(QuoteTerms terms) {
        Discount discount = terms.discount();
        return discount == null ? null : write(Reservation.of(discount, terms.host(), terms.commissionBasisPoints()));
    }

    /** Somebody else has used the code since it was quoted; any other refusal is thrown on. */
    static Placed codeRefused(PgException refused) {
        if (CODE_TAKEN.equals(refused.getConstraint())) {
            return new Placed(new Changed<>(PlaceOutcome.CODE_REFUSED, List.of()), null);
        }
        throw refused;
    }

    @Nullable
    BookedDiscount discount(Row row) {
        String discount = row.getString("discount");
        return discount == null ? null : read(discount, BookedDiscount.class);
    }

    /**
     * @param slots other places for a booking that has lost its own; may be empty
     * @param last whether a booking that finds no place now gives up for good
     * @param pins to choose from
     */
    Changed<ConfirmOutcome> confirm(BookingId id, List<Slot> slots, boolean last, Integer[] pins, long nonce) {
        Tuple arguments = Tuple.wrap(
                Arrays.asList(id.value(), ids(slots), names(slots), last, pins, nonce, Correlation.current()));
        return changed(one(CONFIRM, arguments), ConfirmOutcome.class);
    }

    Changed<EndOutcome> decline(BookingId id, String code, @Nullable String message) {
        return changed(one(DECLINE, Tuple.of(id.value(), code, message, Correlation.current())), EndOutcome.class);
    }

    Changed<EndOutcome> cancel(BookingId id, UserId actor, BookingStatus status, @Nullable String detail) {
        Tuple arguments = Tuple.of(id.value(), actor.value(), status.name(), detail, Correlation.current());
        return changed(one(CANCEL, arguments), EndOutcome.class);
    }

    List<RefundDue> refundsDue(BookingId id) {
        List<RefundDue> due = new ArrayList<>();
        db.query(REFUNDS, Tuple.of(id.value()))
                .forEach(row -> due.add(new RefundDue(
                        new PaymentId(row.getUUID(0)),
                        row.getLong(1) == null ? null : new Money(row.getLong(1), row.getString(2)))));
        return due;
    }

    /** In percent. */
    int refundPercent(BookingId cancelled) {
        return one(REFUND_PERCENT, Tuple.of(cancelled.value())).getInteger(0);
    }

    /** What has to be back of what a booking was first paid with, in minor units. */
    long refundOfFirst(BookingId id) {
        return one(REFUND_OF_FIRST, Tuple.of(id.value())).getLong(0);
    }

    /** Ends holds that are due; fewer than {@code limit} when there are no more. */
    List<BookingEvent> expire(int limit) {
        List<BookingEvent> expired = new ArrayList<>();
        db.query(EXPIRE, Tuple.of(limit))
                .forEach(row -> expired.add(read(row.getString(0), BookingEvent.BookingExpired.class)));
        return expired;
    }

    /** False when the booking is not held any more, by the database's clock. */
    boolean beginPayment(BookingId id) {
        return db.query(BEGIN_PAYMENT, Tuple.of(id.value())).rowCount() == 1;
    }

    void setPaymentStatus(BookingId id, PaymentStatus status) {
        db.query(SET_PAYMENT_STATUS, Tuple.of(id.value(), status.name()));
    }

    Optional<Stored> find(BookingId id) {
        for (Row row : db.query(FIND, Tuple.of(id.value()))) {
            return Optional.of(stored(row));
        }
        return Optional.empty();
    }

    /** How the booking was made, which its row says. */
    HistoryEntry first(Booking booking) {
        boolean asked = one(WAS_REQUEST, Tuple.of(booking.id().value())).getBoolean(0);
        return new HistoryEntry(
                asked ? BookingStatus.PENDING_HOST : BookingStatus.HELD,
                booking.driver(),
                asked ? "REQUESTED" : "BOOKED",
                null,
                booking.createdAt());
    }

    /** What has happened since the booking was made, in order. */
    List<HistoryEntry> history(BookingId id) {
        String entries = one(HISTORY, Tuple.of(id.value())).getString(0);
        try {
            return entries == null ? List.of() : json.readValue(entries, new TypeReference<List<HistoryEntry>>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One more than {@code limit} when there is a next page. */
    List<Stored> list(
            UserId user,
            boolean asHost,
            @Nullable ListingId listing,
            Set<BookingStatus> statuses,
            @Nullable BookingId before,
            int limit) {
        Tuple arguments = Tuple.of(
                user.value(),
                listing == null ? null : listing.value(),
                statuses.stream().map(Enum::name).toArray(String[]::new),
                before == null ? null : before.value(),
                limit + 1);
        List<Stored> rows = new ArrayList<>();
        db.query(asHost ? LIST_OF_HOST : LIST_OF_DRIVER, arguments).forEach(row -> rows.add(stored(row)));
        return rows;
    }

    Calendar calendar(ListingId listing) {
        List<Calendar> calendars = calendars(CALENDAR, Tuple.of(listing.value()));
        return calendars.isEmpty() ? new Calendar(listing, 0, List.of()) : calendars.getFirst();
    }

    CalendarPage calendars(@Nullable ListingId after, int limit) {
        return new CalendarPage(calendars(EXPORT_CALENDARS, Tuple.of(after == null ? SMALLEST : after.value(), limit)));
    }

    BlockChange addBlock(BlockId id, ListingId listing, List<Slot> slots, TimeRange stay, String reason, UserId actor) {
        UUID[] shares = Stream.generate(Ids::next).limit(slots.size()).toArray(UUID[]::new);
        Row row = one(
                ADD_BLOCK,
                Tuple.wrap(Arrays.asList(
                        id.value(),
                        listing.value(),
                        ids(slots),
                        shares,
                        at(stay.from()),
                        at(stay.to()),
                        reason,
                        actor.value(),
                        CONFLICTS_MAX,
                        Correlation.current())));
        return new BlockChange(
                changed(row, BlockOutcome.class),
                row.getOffsetDateTime("created_at").toInstant(),
                list(row.getArrayOfUUIDs("booking_ids")),
                list(row.getArrayOfUUIDs("block_ids")));
    }

    Changed<BlockOutcome> removeBlock(BlockId id, ListingId listing) {
        Row row = one(REMOVE_BLOCK, Tuple.of(id.value(), listing.value(), Correlation.current()));
        return changed(row, BlockOutcome.class);
    }

    BlockPage blocks(ListingId listing, @Nullable BlockId after, int limit) {
        List<Block> blocks = new ArrayList<>();
        db.query(LIST_BLOCKS, Tuple.of(listing.value(), after == null ? null : after.value(), limit + 1))
                .forEach(row -> blocks.add(new Block(
                        new BlockId(row.getUUID(0)),
                        new ListingId(row.getUUID(1)),
                        list(row.getArrayOfUUIDs(6)).stream().map(SlotId::new).toList(),
                        new TimeRange(instant(row, 2), instant(row, 3)),
                        row.getString(4),
                        instant(row, 5))));
        boolean more = blocks.size() > limit;
        List<Block> page = more ? blocks.subList(0, limit) : blocks;
        return new BlockPage(page, more ? page.getLast().id() : null);
    }

    private List<Calendar> calendars(String sql, Tuple arguments) {
        List<Calendar> calendars = new ArrayList<>();
        List<Occupancy> occupancies = new ArrayList<>();
        Row last = null;
        for (Row row : db.query(sql, arguments)) {
            if (last != null && !last.getUUID(0).equals(row.getUUID(0))) {
                calendars.add(new Calendar(new ListingId(last.getUUID(0)), last.getLong(1), occupancies));
                occupancies.clear();
            }
            if (row.getUUID(2) != null) {
                TimeRange stay = new TimeRange(instant(row, 4), instant(row, 5));
                occupancies.add(new Occupancy(
                        row.getUUID(2),
                        new SlotId(row.getUUID(3)),
                        stay,
                        true,
                        Occupancy.Kind.valueOf(row.getString(6))));
            }
            last = row;
        }
        if (last != null) {
            calendars.add(new Calendar(new ListingId(last.getUUID(0)), last.getLong(1), occupancies));
        }
        return calendars;
    }

    private Row one(String sql, Tuple arguments) {
        return db.query(sql, arguments).iterator().next();
    }

    Stored stored(Row row) {
        Booking booking = read(row.getString("booking"), Booking.class);
        String change = row.getString("change");
        String overstay = row.getString("overstay");
        Long setAside = row.getLong("set_aside_amount");
        return new Stored(
                booking,
                new GeoPoint(row.getDouble("lat"), row.getDouble("lng")),
                CancellationPolicy.valueOf(row.getString("policy")),
                PaymentStatus.valueOf(row.getString("payment_status")),
                new Life(
                        instantOrNull(row, "entered_at"),
                        instantOrNull(row, "left_at"),
                        new Money(row.getLong("refund"), booking.price().currency()),
                        change == null ? null : read(change, PendingChange.class),
                        overstay == null ? null : read(overstay, StoredOverstay.class),
                        row.getBoolean("kept"),
                        parts(row.getString("parts"), booking.price().currency()),
                        discount(row),
                        setAside == null
                                ? null
                                : new Money(setAside, booking.price().currency()),
                        row.getBoolean("fee_back")),
                row.getInteger("pin"),
                row.getLong("nonce"));
    }

    private record StoredParts(long points, long wallet, long card) {}

    /** In the order in which they pay. */
    private List<PaymentPart> parts(@Nullable String text, String currency) {
        if (text == null) {
            return List.of();
        }
        StoredParts stored = read(text, StoredParts.class);
        return Stream.of(
                        new PaymentPart(PaymentSource.POINTS, new Money(stored.points(), currency)),
                        new PaymentPart(PaymentSource.WALLET, new Money(stored.wallet(), currency)),
                        new PaymentPart(PaymentSource.CARD, new Money(stored.card(), currency)))
                .filter(part -> !part.amount().isZero())
                .toList();
    }

    <O extends Enum<O>> Changed<O> changed(Row row, Class<O> outcomes) {
        String[] types = row.getArrayOfStrings("types");
        String[] bodies = row.getArrayOfStrings("bodies");
        List<BookingEvent> told = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            told.add(read(bodies[i], event(types[i])));
        }
        return new Changed<>(Enum.valueOf(outcomes, row.getString("outcome")), told);
    }

    private Class<? extends BookingEvent> event(String type) {
        Class<? extends BookingEvent> event = events.get(type);
        if (event == null) {
            throw new IllegalStateException("the functions know an event that the code does not: " + type);
        }
        return event;
    }

    /** Null as null. */
    @Nullable
    String write(@Nullable BookedFee fee) {
        return fee == null ? null : write((Object) fee);
    }

    String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UUID[] ids(List<Slot> slots) {
        return slots.stream().map(slot -> slot.id().value()).toArray(UUID[]::new);
    }

    private static String[] names(List<Slot> slots) {
        return slots.stream().map(Slot::name).toArray(String[]::new);
    }

    private static List<UUID> list(UUID @Nullable [] array) {
        return array == null ? List.of() : List.of(array);
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instantOrNull(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static Instant instant(Row row, int column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
